"""An editor's corrections of a film's scenes, by frame number, and the list that shows them.

Scene numbers shift with every correction and boundaries with every threshold; frames do not. A scene's id is therefore
the frame at which it was detected, or at which the editor split it off. The id stays when the scene's first frame is
moved; names and marks refer to it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar, get_args

from . import parsing
from .errors import CorrectionError

Mark = Literal["film", "not film"]
Kind = Literal["split", "merge", "move", "name", "mark"]

MARKS: tuple[Mark, ...] = get_args(Mark)
_V = TypeVar("_V")

MAX_NAME_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Corrections:
    """All corrections of a film. Each field ascends by its first number; frames count from 0 in display order."""

    begins: tuple[int, ...] = ()
    """Frames, from 1, at which a scene begins whether or not a cut was detected."""
    joined: tuple[int, ...] = ()
    """Frames, from 1, of detected cuts at which no scene begins."""
    moves: tuple[tuple[int, int], ...] = ()
    """(id, first frame), both from 1: the scene detected at the id begins at the frame."""
    names: tuple[tuple[int, str], ...] = ()
    """(id, name): replaces the name from a cut list; empty for none."""
    marks: tuple[tuple[int, Mark], ...] = ()
    """(id, mark): whether the scene is part of the film, as leader, bars and slate are not."""

    def __post_init__(self) -> None:
        for field in ("begins", "joined", "moves", "names", "marks"):
            entries = getattr(self, field)
            keys = [entry if isinstance(entry, int) else entry[0] for entry in entries]
            first = 0 if field in ("names", "marks") else 1
            if keys != sorted(set(keys)) or (keys and keys[0] < first):
                raise CorrectionError(
                    f"Corrections of kind “{field}” were {entries}.",
                    f"They ascend from frame {first} and never repeat.",
                )
        targets, sources = [to for _, to in self.moves], {key for key, _ in self.moves}
        if len(targets) != len(set(targets)) or any(to < 1 for to in targets):
            raise CorrectionError(f"Scenes were moved to {targets}.", "Each begins at a frame of its own, from 1 on.")
        if twice := set(self.begins) & ({*self.joined, *sources, *targets}) or set(self.joined) & sources:
            raise CorrectionError(f"Frame {min(twice)} was corrected twice over.", "Remove one of the corrections.")
        if strange := [mark for _, mark in self.marks if mark not in MARKS]:
            raise CorrectionError(f"A scene was marked “{strange[0]}”.", f"Choose one of {', '.join(MARKS)}.")
        if any(len(name) > MAX_NAME_CHARACTERS for _, name in self.names):
            raise CorrectionError(
                f"A scene's name has more than {MAX_NAME_CHARACTERS} characters.", "Write a shorter one."
            )

    def __bool__(self) -> bool:
        return self != Corrections()

    def __len__(self) -> int:
        return len(self.begins) + len(self.joined) + len(self.moves) + len(self.names) + len(self.marks)

    def with_name(self, scene: int, name: str | None) -> Corrections:
        """With another name for the scene of this id; None for its original one."""
        return replace(self, names=_with_entry(self.names, scene, name))

    def with_mark(self, scene: int, mark: Mark | None) -> Corrections:
        """With another mark for the scene of this id; None for the detected kind."""
        return replace(self, marks=_with_entry(self.marks, scene, mark))

    def without_scene(self, scene: int) -> Corrections:
        """Without name and mark for the scene of this id."""
        return self.with_name(scene, None).with_mark(scene, None)


@dataclass(frozen=True, slots=True)
class Correction:
    """A single correction, an entry of the list."""

    kind: Kind
    at: int
    """A frame: the boundary of a split or a merge, else the scene's id."""
    frame: int | None = None
    """The scene's new first frame; of a move only."""
    value: str = ""
    """The name or mark; empty for other kinds."""


def as_list(corrections: Corrections) -> tuple[Correction, ...]:
    """The corrections one by one, ascending by frame."""
    entries = [
        *(Correction("split", frame) for frame in corrections.begins),
        *(Correction("merge", frame) for frame in corrections.joined),
        *(Correction("move", key, frame) for key, frame in corrections.moves),
        *(Correction("name", key, value=name) for key, name in corrections.names),
        *(Correction("mark", key, value=mark) for key, mark in corrections.marks),
    ]
    return tuple(sorted(entries, key=lambda entry: entry.at))


def describe(correction: Correction) -> str:
    """A correction in words, by frame numbers."""
    match correction.kind:
        case "split":
            return f"split at frame {correction.at}"
        case "merge":
            return f"merge across frame {correction.at}"
        case "move":
            return f"move of the scene at frame {correction.at} to frame {correction.frame}"
        case "name":
            return f"name “{correction.value}” of the scene at frame {correction.at}"
        case "mark":
            return f"mark “{correction.value}” of the scene at frame {correction.at}"


def without_correction(corrections: Corrections, correction: Correction) -> Corrections:
    """Remove one correction; with a split, the name and mark of the scene that it made go too."""
    match correction.kind:
        case "split":
            return replace(corrections, begins=_without_frame(corrections.begins, correction.at)).without_scene(
                correction.at
            )
        case "merge":
            return replace(corrections, joined=_without_frame(corrections.joined, correction.at))
        case "move":
            return replace(corrections, moves=_with_entry(corrections.moves, correction.at, None))
        case "name":
            return corrections.with_name(correction.at, None)
        case "mark":
            return corrections.with_mark(correction.at, None)


def from_json(data: dict[str, Any]) -> Corrections:
    """Corrections from their stored form. Raises CorrectionError, or SettingsError for an invalid number."""
    return Corrections(
        begins=tuple(_frame(frame) for frame in data["begins"]),
        joined=tuple(_frame(frame) for frame in data["joined"]),
        moves=tuple((_frame(key), _frame(frame)) for key, frame in data["moves"]),
        names=tuple((_frame(key), str(name)) for key, name in data["names"]),
        marks=tuple((_frame(key), mark) for key, mark in data["marks"]),
    )


def _frame(value: object) -> int:
    return parsing.parse_int(value, "A correction's frame")


def _with_entry(entries: tuple[tuple[int, _V], ...], key: int, value: _V | None) -> tuple[tuple[int, _V], ...]:
    changed = dict(entries)
    if value is None:
        changed.pop(key, None)
    else:
        changed[key] = value
    return tuple(sorted(changed.items(), key=lambda entry: entry[0]))


def _without_frame(frames: tuple[int, ...], frame: int) -> tuple[int, ...]:
    return tuple(f for f in frames if f != frame)
