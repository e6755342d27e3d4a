"""An editor's corrections of a film's faces: which of them do not count, which are one person's, and whose they are.

Faces are numbered anew when a scan is filled up, and tracks (see tracks/) when cuts are found otherwise. A place on a
frame stays. A correction therefore refers to a face by an anchor, and stands for the track that has the nearest face.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from functools import reduce
from typing import Any, Literal, NamedTuple

from . import parsing
from .errors import CorrectionError

FaceKind = Literal["left out", "join", "split", "name"]

MAX_NAME_CHARACTERS = 200
MAX_CORRECTIONS = 10_000
"""Of one film and kind: each step of the history stores all."""
PLACES = (-1.0, 2.0)
"""Least and greatest coordinate of an anchor: the middle of a face may lie outside the picture, but near it."""


class FaceAnchor(NamedTuple):
    """A face by its place."""

    frame: int
    """A sampled frame, from 0."""
    x: float
    """Middle of the face's box, in shares of the display width of its frame."""
    y: float
    """The same, of the display height."""

    @classmethod
    def from_json(cls, value: Any) -> FaceAnchor:
        """An anchor from its stored form, [frame, x, y]. Raises EmotionError where it is none."""
        if not isinstance(value, (list, tuple)) or len(value) != 3:
            raise CorrectionError(
                f"A face's place was {parsing.quote(value)}.", "Give its frame, and x and y as shares."
            )
        frame, x, y = value
        anchor = cls(
            parsing.parse_int(frame, "The frame of a face", 0),
            float(parsing.parse_fraction(x, "The place of a face")),
            float(parsing.parse_fraction(y, "The place of a face")),
        )
        _check(anchor)
        return anchor


@dataclass(frozen=True, slots=True)
class FaceCorrections:
    """All corrections of a film's faces. Each field ascends and never repeats."""

    left_out: tuple[FaceAnchor, ...] = ()
    """Tracks whose faces do not count: "poster on the wall", "not a person"."""
    joined: tuple[tuple[FaceAnchor, FaceAnchor], ...] = ()
    """Two tracks of a shot that are one; the earlier anchor first."""
    split: tuple[FaceAnchor, ...] = ()
    """Faces at which a track begins anew."""
    names: tuple[tuple[FaceAnchor, str], ...] = ()
    """The person of a track. Tracks with the same name are one person's."""

    def __post_init__(self) -> None:
        for kind in (field.name for field in fields(self)):
            entries = getattr(self, kind)
            if list(entries) != sorted(set(entries)):
                raise CorrectionError(f"Corrections of faces, “{kind}”, were out of order.", "They ascend, each once.")
            if len(entries) > MAX_CORRECTIONS:
                raise CorrectionError(
                    f"Corrections of faces, “{kind}”, were {len(entries):,}.", f"There are at most {MAX_CORRECTIONS:,}."
                )
        for anchor in self.anchors:
            _check(anchor)
        if unordered := [pair for pair in self.joined if pair[0] >= pair[1]]:
            raise CorrectionError(
                f"Faces on frames {unordered[0][0].frame} and {unordered[0][1].frame} were to be one person.",
                "Name two faces, the earlier one first.",
            )
        places = [anchor for anchor, _ in self.names]
        if len(places) != len(set(places)):
            raise CorrectionError("A face has two names.", "Give it one.")
        for _, name in self.names:
            if name != plain_name(name):
                raise CorrectionError(f"A person's name was {parsing.quote(name)}.", "Write a name that can be shown.")

    def __bool__(self) -> bool:
        return self != FaceCorrections()

    def __len__(self) -> int:
        return len(self.left_out) + len(self.joined) + len(self.split) + len(self.names)

    @property
    def anchors(self) -> tuple[FaceAnchor, ...]:
        """All anchors of all kinds."""
        pairs = (anchor for pair in self.joined for anchor in pair)
        return (*self.left_out, *pairs, *self.split, *(anchor for anchor, _ in self.names))


@dataclass(frozen=True, slots=True)
class FaceCorrection:
    """A single correction of faces, an entry of the list."""

    kind: FaceKind
    at: FaceAnchor
    other: FaceAnchor | None = None
    """The second face; of a join only."""
    value: str = ""
    """The name; empty for other kinds."""


def plain_name(name: str) -> str:
    """A person's name as it is stored: runs of white space become one space. Raises CorrectionError."""
    plain = " ".join(name.split())
    if not plain or not plain.isprintable():
        raise CorrectionError(f"A person's name was {parsing.quote(name)}.", "Write a name that can be shown.")
    if len(plain) > MAX_NAME_CHARACTERS:
        raise CorrectionError(
            f"A person's name has {len(plain)} characters.", f"Write at most {MAX_NAME_CHARACTERS} characters."
        )
    return plain


def as_list(corrections: FaceCorrections) -> tuple[FaceCorrection, ...]:
    """The corrections one by one, ascending by frame."""
    entries = [
        *(FaceCorrection("left out", anchor) for anchor in corrections.left_out),
        *(FaceCorrection("join", first, second) for first, second in corrections.joined),
        *(FaceCorrection("split", anchor) for anchor in corrections.split),
        *(FaceCorrection("name", anchor, value=name) for anchor, name in corrections.names),
    ]
    return tuple(sorted(entries, key=lambda entry: entry.at))


def describe(correction: FaceCorrection) -> str:
    """A correction in words, by frame numbers."""
    frame = correction.at.frame
    match correction.kind:
        case "left out":
            return f"face at frame {frame} left out"
        case "join":
            return f"faces at frames {frame} and {correction.other.frame if correction.other else frame} joined"
        case "split":
            return f"track split at the face at frame {frame}"
        case "name":
            return f"name “{correction.value}” of the face at frame {frame}"


def without_correction(corrections: FaceCorrections, correction: FaceCorrection) -> FaceCorrections:
    """Remove one correction."""
    match correction.kind:
        case "left out":
            return replace(corrections, left_out=_without(corrections.left_out, correction.at))
        case "join":
            return replace(corrections, joined=_without(corrections.joined, (correction.at, correction.other)))
        case "split":
            return replace(corrections, split=_without(corrections.split, correction.at))
        case "name":
            return replace(corrections, names=tuple(e for e in corrections.names if e[0] != correction.at))


def without_corrections(corrections: FaceCorrections, several: Iterable[FaceCorrection]) -> FaceCorrections:
    """Remove several corrections; one that is gone already stays gone."""
    return reduce(without_correction, several, corrections)


def from_json(data: dict[str, Any]) -> FaceCorrections:
    """Corrections from their stored form. Raises CorrectionError, or SettingsError for an invalid number."""
    return FaceCorrections(
        left_out=tuple(FaceAnchor.from_json(anchor) for anchor in data["left_out"]),
        joined=tuple((FaceAnchor.from_json(first), FaceAnchor.from_json(second)) for first, second in data["joined"]),
        split=tuple(FaceAnchor.from_json(anchor) for anchor in data["split"]),
        names=tuple((FaceAnchor.from_json(anchor), str(name)) for anchor, name in data["names"]),
    )


def to_json(corrections: FaceCorrections) -> dict[str, Any]:
    """The stored form: JSON types, an anchor as [frame, x, y]."""
    return {field.name: getattr(corrections, field.name) for field in fields(corrections)}


def _check(anchor: FaceAnchor) -> None:
    low, high = PLACES
    if anchor.frame < 0 or not all(math.isfinite(value) and low <= value <= high for value in anchor[1:]):
        raise CorrectionError(
            f"A face's place was frame {anchor.frame}, x {anchor.x:g}, y {anchor.y:g}.",
            f"Frames count from 0; x and y are shares of the picture, {low:g} to {high:g}.",
        )


def _without(entries: tuple[Any, ...], entry: Any) -> tuple[Any, ...]:
    return tuple(other for other in entries if other != entry)
