"""Clips of a track cut to the footage that the second cut still has, and laid where it is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Generic, TypeVar

from .. import moves
from ..clock import ListClock
from ..cuts import TwoCuts
from ..moves import Move

Item = TypeVar("Item")


@dataclass(slots=True)
class Piece(Generic[Item]):
    """A clip, or what remains of it, on the new track."""

    item: Item
    child: int
    """Which clip of its track it is, from 0."""
    skipped: Fraction
    """Seconds of the clip, as the timeline plays it, that are cut off at its beginning."""
    first: int
    """Frame of the new timeline, from 0."""
    last: int
    """Exclusive."""
    is_head: bool
    """Whether the clip begins with it."""
    is_tail: bool
    speed: Fraction = Fraction(1)
    """Seconds of the second cut for each of the first."""


@dataclass(frozen=True, slots=True)
class Placed(Generic[Item]):
    """A clip on the old track."""

    item: Item
    name: str
    start: Fraction
    """Seconds of the first film."""
    end: Fraction


def pieces_of(
    clips: Iterable[Placed[Item]], cuts: TwoCuts, clock: ListClock, done: list[Move], what: str = "clip"
) -> list[Piece[Item]]:
    """The pieces of a track's clips, in the order of the new timeline and without overlaps. Adds each clip's move."""
    found: list[Piece[Item]] = []
    for child, clip in enumerate(clips):
        parts = cuts.footage.parts(clip.start, clip.end)
        done.append(moves.span(cuts, what, clip.name, clip.start, clip.end, [part.after for part in parts]))
        for part in parts:
            first, last = (clock.frame(at) for at in part.after)
            ends = part.before[0] == clip.start, part.before[1] == clip.end
            found.append(Piece(clip.item, child, part.before[0] - clip.start, first, last, *ends, part.speed))
    found.sort(key=lambda piece: (piece.first, piece.last))
    laid: list[Piece[Item]] = []
    for piece in found:
        piece.first = max(piece.first, laid[-1].last if laid else 0)
        if piece.last > piece.first:
            laid.append(piece)
    return laid


def meeting(pieces: list[Piece[Item]], last_child: int) -> set[int]:
    """After which clips of the old track a transition still has its cut; -1 for one before the first clip."""
    joins = {
        earlier.child
        for earlier, later in pairwise(pieces)
        if earlier.is_tail and later.is_head and later.child == earlier.child + 1 and earlier.last == later.first
    }
    if pieces and pieces[0].is_head and pieces[0].child == 0:
        joins.add(-1)
    if pieces and pieces[-1].is_tail and pieces[-1].child == last_child:
        joins.add(last_child)
    return joins


def lost_transition(name: str, at: Fraction) -> Move:
    """The move of a transition whose cut is gone."""
    reason = "its cut is gone: the clips at its sides do not meet any more"
    return Move("transition", name, max(at, Fraction(0)), None, (), "lost", reason)


def notes_of(notes: Iterable[str]) -> tuple[str, ...]:
    """The notes of a list's reader that hold where the whole list is moved."""
    passed_over = ("were not taken for cuts", "was read, not", "lie where the timeline has them")
    return tuple(note for note in notes if not any(words in note for words in passed_over))
