"""What a re-cut did to a scene, in words."""

from __future__ import annotations

from fractions import Fraction

from ..analysis.records import Analysis
from ..formatting import clock, signed
from .changes import SceneChange
from .scene_matching import Fate
from .shared_segments import Balance


def largest_change(labels: tuple[str, ...], change: SceneChange, *, alike: bool) -> str | None:
    """“happy +12.0 points”: the expression whose share differs most between two scenes; none without shares to compare.

    Where the difference may be chance, or nobody can say, that is said. `alike` is compatibility.read_alike: then any
    difference of the same footage is chance.
    """
    if change.kind == "same" and alike:
        return "same footage"
    if change.delta is None or change.largest is None:
        return None
    clear = change.clear(change.largest)
    points = signed(round(change.delta[change.largest], 4) * 100)  # as in the totals: rounded as the CSV has it
    if clear is False or points == "0.0":
        return "no clear change"
    told = f"{labels[change.largest]} {points} points"
    return told if clear else f"{told}, of too few frames to be sure"


_FATES: dict[Fate, str] = {
    "same": "unchanged",
    "trimmed": "trimmed",
    "extended": "extended",
    "recut": "recut",
    "split": "split",
    "merged": "merged",
    "repeated": "shown again",
    "spread": "in several scenes",
    "only before": "left out",
    "only after": "new",
    "by order": "by order",
}


def fate(change: SceneChange) -> str:
    """“trimmed, moved”, “new but for 1.2 s”: what a re-cut made of a scene."""
    words = _FATES[change.kind] + (", moved" if change.moved else "")
    alone = change.kind in ("only before", "only after")
    shared = change.shared or Fraction(0)
    return f"{words} but for {clock(shared)}" if alone and _worth_telling(shared) else words


def _worth_telling(seconds: Fraction) -> bool:
    """Whether so little is more than 0.0 s in words."""
    return seconds >= Fraction(1, 20)


def footage(balance: Balance) -> str:
    """“1:12 of the second film is footage of the first, 8.0 s of it in another place; …”: a re-cut as a whole."""
    kept = f"{clock(balance.kept)} of the second film is footage of the first"
    moved = f", {clock(balance.moved)} of it in another place" if _worth_telling(balance.moved) else ""
    new = f"{clock(balance.new)} is new" if _worth_telling(balance.new) else "nothing is new"
    left_out = clock(balance.left_out) if _worth_telling(balance.left_out) else "nothing"
    return f"{kept}{moved}; {new}. {left_out[:1].upper()}{left_out[1:]} of the first is left out."


def length_change(before: Analysis, after: Analysis, change: SceneChange) -> str | None:
    """“−10 frames” at one constant rate, else “−0.42 s”; none for a scene that stands alone, was split or merged."""
    if change.longer_by is None or change.before is None or change.after is None:
        return None
    films = [analysis.observations.media for analysis in (before, after)]
    if films[0].rate == films[1].rate and not any(film.is_vfr for film in films):
        frames = change.after.scene.frames - change.before.scene.frames
        return f"{signed(frames, 0)} {'frame' if abs(frames) == 1 else 'frames'}"
    return f"{signed(float(change.longer_by), 2)} s"
