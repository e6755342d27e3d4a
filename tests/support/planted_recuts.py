"""Re-cuts with a change of every kind planted in them, and what a list of changes must say of each scene.

A take is longer than the scene of the first cut that shows it, so that a scene can be extended or slip within its take.
`planted_footage` has the takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from emotion_core.compare.change_list import ChangeKind, ChangeList, FootageChange

HANDLE = 20
"""Frames of a take before and after the scene of the first cut that shows it."""
EDITS: tuple[ChangeKind, ...] = (
    "left out", "new", "replaced", "trimmed", "extended", "slipped", "split", "merged", "repeated", "moved", "regraded",
)  # fmt: skip
TREATED: tuple[ChangeKind, ...] = ("mirrored", "reframed", "retimed", "picture replaced", "sound replaced")
"""What else may be done to a scene; the last two ask for sound."""
SPEEDS = (0.5, 0.8, 24 / 25, 25 / 24, 1.25, 1.5, 2.0)
View = Literal["", "graded", "mirrored", "reframed"]
BLACK, SILENT = -1, -1
"""In place of a take's number."""

Row = tuple[ChangeKind, int | None, int | None]
"""A kind, and the numbers of the scenes of both cuts."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A scene: frames `first` to before `last` of a take, in a view and at a speed."""

    take: int
    first: int
    last: int
    view: View = ""
    speed: float = 1.0
    picture: int | None = None
    """The take, or BLACK, whose picture is there instead."""
    sound: int | None = None
    """The take, or SILENT, whose sound is there instead."""

    @property
    def frames(self) -> NDArray[np.int64]:
        """The frames of the take that are shown."""
        count = int((self.last - self.first) / self.speed)
        return self.first + (np.arange(count) * self.speed).astype(np.int64)


@dataclass(slots=True)
class Planted:
    """Two cuts and the truth about them."""

    before: list[Piece] = field(default_factory=list)
    after: list[Piece] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    trims: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """Frames cut off at head and tail of a pair of scenes; negative: added."""


def plant(lengths: Sequence[int], kinds: Sequence[ChangeKind], seed: int) -> Planted:
    """A first cut of the takes of these lengths, and a second with an edit of each kind, unchanged scenes between.

    It needs at most three takes an edit and two at the end. Takes that are not used serve as new footage.
    """
    planting = _Planting(lengths, seed)
    for kind in kinds:
        planting.unchanged()
        planting.edit(kind)
    return planting.finished()


class _Planting:
    """Two cuts that grow by an edit at a time."""

    def __init__(self, lengths: Sequence[int], seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self._lengths = lengths
        self._unused = iter(range(len(lengths)))
        self._planted = Planted()
        self._moved: list[int] = []
        self._again: list[int] = []

    def _take(self) -> Piece:
        number = next(self._unused)
        return Piece(number, HANDLE, self._lengths[number] - HANDLE)

    def _first(self, piece: Piece) -> int:
        """Show a piece in the first cut; returns its number there."""
        self._planted.before.append(piece)
        return len(self._planted.before)

    def _second(self, kind: ChangeKind, b: int | None, piece: Piece) -> int:
        """Show a piece in the second cut."""
        self._planted.after.append(piece)
        number = len(self._planted.after)
        self._planted.rows.append((kind, b, number))
        return number

    def _gone(self, kind: ChangeKind, b: int) -> None:
        self._planted.rows.append((kind, b, None))

    def unchanged(self) -> None:
        scene = self._take()
        self._second("unchanged", self._first(scene), scene)

    def edit(self, kind: ChangeKind) -> None:
        scene = self._take()
        match kind:
            case "left out":
                self._gone(kind, self._first(scene))
            case "new":
                self._second(kind, None, scene)
            case "replaced":
                self._second(kind, self._first(scene), self._take())
            case "trimmed" | "extended" | "slipped":
                self._trim(kind, scene)
            case "split" | "merged":
                self._divide(kind, scene)
            case "repeated":
                b = self._first(scene)
                self._second("unchanged", b, scene)
                self._again.append(b)
            case "moved":
                self._moved.append(self._first(scene))
            case _:
                self._second(kind, self._first(scene), self._treated(kind, scene))

    def _treated(self, kind: ChangeKind, scene: Piece) -> Piece:
        """A scene with its pictures or its sound treated."""
        match kind:
            case "retimed":
                return replace(scene, speed=float(self._random.choice(SPEEDS)))
            case "picture replaced":
                other = self._take()
                long = self._lengths[other.take] >= scene.last
                return replace(scene, picture=other.take if long and self._random.random() < 0.7 else BLACK)
            case "sound replaced":
                other = self._take()
                long = self._lengths[other.take] >= scene.last
                return replace(scene, sound=other.take if long and self._random.random() < 0.7 else SILENT)
            case "mirrored" | "reframed":
                return replace(scene, view=kind)
            case _:
                return replace(scene, view="graded")

    def _trim(self, kind: ChangeKind, scene: Piece) -> None:
        by = int(self._random.integers(3, HANDLE - 2))
        if kind == "slipped":
            by *= int(self._random.choice([-1, 1]))
            head, tail = by, -by
        else:
            less = by if kind == "trimmed" else -by
            head, tail = ((less, 0), (0, less), (less, less))[self._random.integers(3)]
        b = self._first(scene)
        a = self._second(kind, b, replace(scene, first=scene.first + head, last=scene.last - tail))
        self._planted.trims[b, a] = head, tail

    def _divide(self, kind: ChangeKind, scene: Piece) -> None:
        middle = (scene.first + scene.last) // 2
        halves = replace(scene, last=middle), replace(scene, first=middle)
        if kind == "split":
            b = self._first(scene)
            self._second(kind, b, halves[0])
            self._second("new", None, self._take())
            self._second(kind, b, halves[1])
        else:
            one = self._first(halves[0])
            self._gone("left out", self._first(self._take()))
            two = self._first(halves[1])
            a = self._second(kind, one, scene)
            self._planted.rows.append((kind, two, a))

    def finished(self) -> Planted:
        """Both cuts, once what comes again and what moved stands at the second one's end."""
        self.unchanged()
        self.unchanged()
        for b in self._again:
            self._second("repeated", b, self._planted.before[b - 1])
        for b in self._moved:
            self._second("moved", b, self._planted.before[b - 1])
        return self._planted


@dataclass(frozen=True, slots=True)
class Judged:
    """How well a list of changes tells what was planted."""

    kinds: float
    """Share of the planted rows that are in the list with their kind and their scenes."""
    pairs: float
    """F1 of the pairs of scenes."""
    trims: float
    """Share of the trimmed, extended and slipped scenes whose head and tail are right to the frame."""
    sure: tuple[int, int]
    """Those of them that the list tells to the frame, not about: how many are right, and how many there are."""
    wrong: tuple[tuple[Row, tuple[Row, ...]], ...]
    """Planted rows that are not in the list, each with what the list says of its scenes."""


def judged(planted: Planted, changes: ChangeList) -> Judged:
    rows = [_row(change) for change in changes.changes]
    wrong = [row for row in planted.rows if row not in rows]
    truth, told = ({(b, a) for _, b, a in some if b and a} for some in (_matched(planted.rows), _matched(rows)))
    right = len(truth & told)
    trims = {(row[1], row[2]): (c.head, c.tail) for row, c in zip(rows, changes.changes, strict=True)}
    exact: NDArray[np.bool_] = np.array([trims.get(pair) == by for pair, by in planted.trims.items()] or [True])
    about = {(row[1], row[2]) for row, c in zip(rows, changes.changes, strict=True) if c.is_about}
    sure = [pair for pair in planted.trims if pair in trims and pair not in about]
    return Judged(
        1 - len(wrong) / len(planted.rows),
        2 * right / (len(truth) + len(told)),
        float(exact.mean()),
        (sum(trims[pair] == planted.trims[pair] for pair in sure), len(sure)),
        tuple((row, tuple(r for r in rows if (row[1] and r[1] == row[1]) or (row[2] and r[2] == row[2])))
              for row in wrong),
    )  # fmt: skip


def _matched(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row[0] != "replaced"]


def _row(change: FootageChange) -> Row:
    numbers = (None if row is None else row.scene.number for row in (change.before, change.after))
    b, a = numbers
    return change.kind, b, a
