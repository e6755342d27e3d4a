"""Lists of changes of two films, kept on disk beside the analyses of the second. They can be deleted at any time.

A file's name holds the first scan and a fingerprint of all that the list is made of: the layouts and times of both
films, their scenes with shares and intervals, the alignment, and the version of the arithmetic. So a correction, a
setting or another frame makes another name; what is damaged or missing is computed again.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import asdict
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import INVALID_DATA_ERRORS, LibraryError
from ...storage import hashed_json
from .kept_alignments import add_film, file_of_pair
from .kept_pairs import remove_oldest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...analysis import Analysis, SceneEmotion
    from ...compare import AlignmentMap, SceneChange
    from ...compare.change_list import ChangeList, FootageChange, Place
    from ..library import Library

CAPACITY = 12
"""Lists kept for each scan, those written last; of two hours one takes about 1 MB."""


def listed_changes(
    library: Library, before: Analysis, after: Analysis, alignment: AlignmentMap, scenes: Sequence[SceneChange]
) -> ChangeList:
    """change_list.list_changes of two films in the library: from disk where it was computed before, else computed and
    kept.
    """
    from ...compare.change_list import LIST_FORMAT, list_changes

    digest = add_scene_changes(fingerprint_of_pair(before, after, alignment, f"list {LIST_FORMAT}"), scenes)
    file = file_of_pair(library, before.observations, after.observations, "changes", digest, ".json")
    if file is not None:
        with contextlib.suppress(OSError, *INVALID_DATA_ERRORS):
            return _from_json(hashed_json.read(file, allow_unhashed=False), before, after)
    listed = list_changes(before, after, alignment, scenes)
    if file is not None:
        with contextlib.suppress(LibraryError):  # on a full disk it is only computed again next time
            hashed_json.write(file, _to_json(listed))
            remove_oldest(file, "changes-*.json", CAPACITY)
    return listed


def fingerprint_of_pair(before: Analysis, after: Analysis, alignment: AlignmentMap, form: str) -> hashlib._Hash:
    """A fingerprint of both films with their scenes and of their alignment; `form` is the version of what is made of
    them.
    """
    from ...compare import FORMAT

    digest = hashlib.sha256(f"{FORMAT} {form} {alignment.rate} {alignment.steps}".encode())
    for film in (before, after):
        add_film(digest, film.observations)
        digest.update(f"{film.observations.media.is_vfr} {film.labels} {film.scenes}".encode())
    for array in (alignment.source, alignment.how, alignment.other_sound, alignment.is_listed, alignment.clear):
        digest.update(np.ascontiguousarray(array).data)
    return digest


def add_scene_changes(digest: hashlib._Hash, scenes: Sequence[SceneChange]) -> hashlib._Hash:
    """Add matched scenes to a fingerprint; returns it."""
    digest.update(f"{[(s.kind, number_of(s.before), number_of(s.after), s.moved, s.delta) for s in scenes]}".encode())
    return digest


def number_of(row: SceneEmotion | None) -> int | None:
    """The number of a scene; None where there is none."""
    return None if row is None else row.scene.number


def _to_json(listed: ChangeList) -> dict[str, Any]:
    return {
        "changes": [_row_to_json(change) for change in listed.changes],
        "rate": str(listed.rate),
        "counts_frames": listed.counts_frames,
        "grade": None if listed.grade is None else asdict(listed.grade),
        "left_out": str(listed.left_out),
        "new": str(listed.new),
    }


def _row_to_json(change: FootageChange) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "before": number_of(change.before),
        "after": number_of(change.after),
        "place_before": _place_to_json(change.place_before),
        "place_after": _place_to_json(change.place_after),
        "cut": [change.head, change.tail, change.inside],
        "shift": None if change.shift is None else str(change.shift),
        "is_moved": change.is_moved,
        "is_regraded": change.is_regraded,
        "delta": change.delta,
        "intervals": change.intervals,
        "treatments": change.treatments,
        "is_about": change.is_about,
        "holds_other": change.holds_other,
    }


def _place_to_json(place: Place | None) -> list[Any] | None:
    return None if place is None else [place.frame_in, place.frame_out, str(place.span.start), str(place.span.end)]


def _from_json(stored: Mapping[str, Any], before: Analysis, after: Analysis) -> ChangeList:
    from ...compare.change_list import ChangeList, Grade

    scenes = [{row.scene.number: row for row in film.scenes} for film in (before, after)]
    return ChangeList(
        tuple(_row_from_json(row, *scenes) for row in stored["changes"]),
        Fraction(stored["rate"]),
        bool(stored["counts_frames"]),
        None if stored["grade"] is None else Grade(**stored["grade"]),
        Fraction(stored["left_out"]),
        Fraction(stored["new"]),
    )


def _row_from_json(
    row: Mapping[str, Any], before: Mapping[int, SceneEmotion], after: Mapping[int, SceneEmotion]
) -> FootageChange:
    from ...compare.change_list import FootageChange

    head, tail, inside = row["cut"]
    return FootageChange(
        row["kind"],
        None if row["before"] is None else before[row["before"]],
        None if row["after"] is None else after[row["after"]],
        _place_from_json(row["place_before"]),
        _place_from_json(row["place_after"]),
        head,
        tail,
        inside,
        None if row["shift"] is None else Fraction(row["shift"]),
        row["is_moved"],
        row["is_regraded"],
        None if row["delta"] is None else tuple(row["delta"]),
        None if row["intervals"] is None else tuple((low, high) for low, high in row["intervals"]),
        tuple(row["treatments"]),
        row["is_about"],
        row["holds_other"],
    )


def _place_from_json(place: list[Any] | None) -> Place | None:
    from ...compare.change_list import Place
    from ...timecode import Span

    return None if place is None else Place(place[0], place[1], Span(Fraction(place[2]), Fraction(place[3])))
