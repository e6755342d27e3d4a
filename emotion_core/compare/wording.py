"""Wording of a comparison."""

from __future__ import annotations

from fractions import Fraction

from ..analysis import Analysis
from ..formatting import hms, signed, signed_count
from .changes import SceneChange
from .scene_matching import MatchKind
from .shared_segments import FootageSummary


def largest_change(labels: tuple[str, ...], change: SceneChange, *, same_readings: bool) -> str | None:
    """“happy +12.0 points”: the expression whose share changed most; None without shares to compare.

    The text says where the difference may be chance or there are too few frames to tell. With `same_readings` (see
    compatibility.have_same_readings) any difference of the same footage is chance.
    """
    if change.kind == "same" and same_readings:
        return "same footage"
    if change.delta is None or change.largest is None:
        return None
    is_clear = change.is_clear(change.largest)
    points = signed(round(change.delta[change.largest], 4) * 100)  # rounded as in the CSV, to agree with the totals
    if is_clear is False or points == "0.0":
        return "no clear change"
    text = f"{labels[change.largest]} {points} points"
    return text if is_clear else f"{text}, of too few frames to be sure"


_KINDS: dict[MatchKind, str] = {
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


def match_kind(change: SceneChange) -> str:
    """“trimmed, moved”, “new but for 1.2 s”: what the re-cut did to a scene, by its length and place."""
    words = f"{_KINDS[change.kind]}, moved" if change.moved else _KINDS[change.kind]
    is_single = change.kind in ("only before", "only after")
    shared = change.shared or Fraction(0)
    return f"{words} but for {hms(shared)}" if is_single and _is_visible(shared) else words


def _is_visible(seconds: Fraction) -> bool:
    """Whether a duration is more than 0.0 s when rounded for display."""
    return seconds >= Fraction(1, 20)


def footage(summary: FootageSummary) -> str:
    """“1:12 of the second film is footage of the first, 8.0 s of it in another place; …”: the re-cut as a whole."""
    shared = f"{hms(summary.shared)} of the second film is footage of the first"
    moved = f", {hms(summary.moved)} of it in another place" if _is_visible(summary.moved) else ""
    new = f"{hms(summary.new)} is new" if _is_visible(summary.new) else "nothing is new"
    left_out = hms(summary.left_out) if _is_visible(summary.left_out) else "nothing"
    return f"{shared}{moved}; {new}. {left_out[:1].upper()}{left_out[1:]} of the first is left out."


def length_change(before: Analysis, after: Analysis, change: SceneChange) -> str | None:
    """“−10 frames” at one constant rate, else “−0.42 s”; None for a single, split, merged or repeated scene."""
    if change.longer_by is None or change.before is None or change.after is None:
        return None
    films = [analysis.observations.media for analysis in (before, after)]
    if films[0].rate == films[1].rate and not any(film.is_vfr for film in films):
        frames = change.after.scene.frames - change.before.scene.frames
        return signed_count(frames, "frame")
    return f"{signed(float(change.longer_by), 2)} s"
