"""What became of each entry of a list that was moved to another cut."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import pandas as pd

from ...formatting import count
from .cuts import TwoCuts

State = Literal["moved", "shortened", "broken", "lost"]
Place = tuple[Fraction, Fraction | None]
"""Start and end in the second cut, seconds; no end for a moment."""


@dataclass(frozen=True, slots=True)
class Move:
    """An entry of a list, where it was in the first cut and where it is in the second."""

    what: str
    """“event”, “marker”, “cue”, “row”, “note”, “target”."""
    name: str
    start: Fraction
    """Seconds in the first cut."""
    end: Fraction | None
    """None for a moment."""
    places: tuple[Place, ...]
    """In the order of the second cut; empty where it is lost."""
    state: State
    reason: str = ""
    """Why it is lost or shorter, in words."""


@dataclass(frozen=True, slots=True)
class MovedList:
    """A list of the first cut for the second."""

    content: bytes
    suffix: str
    """Of its file name, with the full stop."""
    moves: tuple[Move, ...]
    notes: tuple[str, ...] = ()

    @property
    def lost(self) -> tuple[Move, ...]:
        """The entries that are not as they were: lost, shortened or broken into several."""
        return tuple(move for move in self.moves if move.state != "moved")


def moment(cuts: TwoCuts, what: str, name: str, at: Fraction, *, every: bool = False) -> Move:
    """The move of a marker."""
    places = cuts.footage.places(at)
    kept = tuple((place, None) for place in (sorted(places) if every else places[:1]))
    return Move(what, name, at, None, kept, "moved" if kept else "lost", "" if kept else cuts.reason(at))


def span(
    cuts: TwoCuts, what: str, name: str, start: Fraction, end: Fraction, places: Iterable[tuple[Fraction, Fraction]]
) -> Move:
    """The move of a range whose parts have these places in the second cut."""
    kept = tuple(places)
    if not kept:
        return Move(what, name, start, end, (), "lost", cuts.reason(start, end))
    missing = end - start - cuts.footage.kept(start, end)
    frame = 1 / cuts.before.media.rate
    shorter = f"{float(missing):.2f} s of it are left out" if missing >= frame / 2 else ""
    if len(kept) == 1:
        return Move(what, name, start, end, kept, "shortened" if shorter else "moved", shorter)
    reason = "; ".join(filter(None, (f"it is in {len(kept)} places", shorter)))
    return Move(what, name, start, end, kept, "broken", reason)


def summary(moves: Iterable[Move]) -> str:
    """How many entries were moved, in one sentence."""
    states = [move.state for move in moves]
    words = {"shortened": "shortened", "broken": "broken into several", "lost": "lost their place"}
    counts = [f"{states.count(state):,} {word}" for state, word in words.items() if state in states]
    if states.count("lost") == 1:
        counts[-1] = "1 lost its place"
    whole = f"{states.count('moved'):,} of {count(len(states), 'entry', 'entries')} moved whole"
    return ", ".join([whole, *counts]) + "."


def lost_table(cuts: TwoCuts, moves: Iterable[Move]) -> pd.DataFrame:
    """A row for each entry that is lost, shorter or broken: what it is, where it was, and why."""
    rows = [
        {
            "what": move.what,
            "name": move.name,
            "tc_in": cuts.before.timecode(move.start),
            "tc_out": "" if move.end is None else cuts.before.timecode(move.end),
            "frame_in": cuts.before.frame(move.start),
            "frame_out": None if move.end is None else cuts.before.frame(move.end),
            "became": move.state,
            "reason": move.reason,
            "tc_in_after": " ".join(cuts.after.timecode(start) for start, _ in move.places),
        }
        for move in moves
        if move.state != "moved"
    ]
    columns = ["what", "name", "tc_in", "tc_out", "frame_in", "frame_out", "became", "reason", "tc_in_after"]
    return pd.DataFrame(rows, columns=columns).astype({"frame_out": "Int64"})
