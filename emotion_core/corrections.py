"""What an editor corrected of a film's scenes, told by frame numbers alone, and how it looks as a list.

Scene numbers shift with every correction and boundaries with every threshold; frames do not. A scene is therefore known
by its id: the frame at which it was found, or at which the editor split it off. It keeps the id when its in point is
moved, and names and marks hang on it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar, get_args

from . import bounded
from .errors import CorrectionError

Mark = Literal["film", "not film"]
Kind = Literal["split", "merge", "move", "name", "mark"]

MARKS: tuple[Mark, ...] = get_args(Mark)
_V = TypeVar("_V")

LONGEST_NAME = 200
"""Characters."""


@dataclass(frozen=True, slots=True)
class Corrections:
    """All corrections of a film. Each field ascends by its first frame; frames count from 0 in the order shown."""

    begins: tuple[int, ...] = ()
    """A scene begins here whatever was found; from 1."""
    joined: tuple[int, ...] = ()
    """No scene begins here though one was found; from 1."""
    moves: tuple[tuple[int, int], ...] = ()
    """(id, first frame): the scene found at the one begins at the other; from 1."""
    names: tuple[tuple[int, str], ...] = ()
    """(id, name): instead of the one that a cut list gave; empty for no name."""
    marks: tuple[tuple[int, Mark], ...] = ()
    """(id, mark): whether the scene is part of the film, or leader, bars or slate."""

    def __post_init__(self) -> None:
        for field in ("begins", "joined", "moves", "names", "marks"):
            told = getattr(self, field)
            keys = [entry if isinstance(entry, int) else entry[0] for entry in told]
            first = 0 if field in ("names", "marks") else 1
            if keys != sorted(set(keys)) or (keys and keys[0] < first):
                raise CorrectionError(
                    f"Corrections of kind “{field}” were {told}.", f"They ascend from frame {first} and never repeat."
                )
        targets, sources = [to for _, to in self.moves], {key for key, _ in self.moves}
        if len(targets) != len(set(targets)) or any(to < 1 for to in targets):
            raise CorrectionError(f"Scenes were moved to {targets}.", "Each begins at a frame of its own, from 1 on.")
        if twice := set(self.begins) & ({*self.joined, *sources, *targets}) or set(self.joined) & sources:
            raise CorrectionError(f"Frame {min(twice)} was corrected twice over.", "Remove one of the corrections.")
        if strange := [mark for _, mark in self.marks if mark not in MARKS]:
            raise CorrectionError(f"A scene was marked “{strange[0]}”.", f"Choose one of {', '.join(MARKS)}.")
        if any(len(name) > LONGEST_NAME for _, name in self.names):
            raise CorrectionError(f"A scene's name has more than {LONGEST_NAME} characters.", "Write a shorter one.")

    def __bool__(self) -> bool:
        return self != Corrections()

    def __len__(self) -> int:
        return len(self.begins) + len(self.joined) + len(self.moves) + len(self.names) + len(self.marks)

    def with_name(self, scene: int, name: str | None) -> Corrections:
        """Another name for the scene of this id; None for the one it was given."""
        return replace(self, names=_set(self.names, scene, name))

    def with_mark(self, scene: int, mark: Mark | None) -> Corrections:
        """Another mark for the scene of this id; None for what was recognised."""
        return replace(self, marks=_set(self.marks, scene, mark))

    def without_scene(self, scene: int) -> Corrections:
        """Neither name nor mark for the scene of this id."""
        return self.with_name(scene, None).with_mark(scene, None)


@dataclass(frozen=True, slots=True)
class Correction:
    """One of them, as a list shows it."""

    kind: Kind
    at: int
    """A frame: of a split or a merge the boundary, else the scene's id."""
    frame: int | None = None
    """Of a move: where the scene begins now."""
    value: str = ""
    """Of a name or a mark: which."""


def listed(corrections: Corrections) -> tuple[Correction, ...]:
    """Each correction, ascending by frame."""
    found = [
        *(Correction("split", frame) for frame in corrections.begins),
        *(Correction("merge", frame) for frame in corrections.joined),
        *(Correction("move", key, frame) for key, frame in corrections.moves),
        *(Correction("name", key, value=name) for key, name in corrections.names),
        *(Correction("mark", key, value=mark) for key, mark in corrections.marks),
    ]
    return tuple(sorted(found, key=lambda c: c.at))


def said(one: Correction) -> str:
    """In words, by frame numbers."""
    match one.kind:
        case "split":
            return f"split at frame {one.at}"
        case "merge":
            return f"merge across frame {one.at}"
        case "move":
            return f"move of the scene at frame {one.at} to frame {one.frame}"
        case "name":
            return f"name “{one.value}” of the scene at frame {one.at}"
        case "mark":
            return f"mark “{one.value}” of the scene at frame {one.at}"


def without(corrections: Corrections, one: Correction) -> Corrections:
    """All but this one; a scene that was split off takes its name and mark along."""
    match one.kind:
        case "split":
            return replace(corrections, begins=_less(corrections.begins, one.at)).without_scene(one.at)
        case "merge":
            return replace(corrections, joined=_less(corrections.joined, one.at))
        case "move":
            return replace(corrections, moves=_set(corrections.moves, one.at, None))
        case "name":
            return corrections.with_name(one.at, None)
        case "mark":
            return corrections.with_mark(one.at, None)


def from_json(data: dict[str, Any]) -> Corrections:
    """What was stored. Raises CorrectionError or SettingsError if that cannot be."""
    return Corrections(
        begins=tuple(_frame(frame) for frame in data["begins"]),
        joined=tuple(_frame(frame) for frame in data["joined"]),
        moves=tuple((_frame(key), _frame(frame)) for key, frame in data["moves"]),
        names=tuple((_frame(key), str(name)) for key, name in data["names"]),
        marks=tuple((_frame(key), mark) for key, mark in data["marks"]),
    )


def _frame(given: object) -> int:
    return bounded.whole(given, "A correction's frame")


def _set(entries: tuple[tuple[int, _V], ...], key: int, value: _V | None) -> tuple[tuple[int, _V], ...]:
    kept = {**dict(entries)}
    if value is None:
        kept.pop(key, None)
    else:
        kept[key] = value
    return tuple(sorted(kept.items(), key=lambda entry: entry[0]))


def _less(frames: tuple[int, ...], frame: int) -> tuple[int, ...]:
    return tuple(f for f in frames if f != frame)
