"""What happened to an expression in one change, in numbers and words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ...analysis import NOT_ENOUGH, SceneEmotion
from ...formatting import percent, signed
from ..changes import rounded
from .footage_change import FootageChange

Verdict = Literal["clear", "no clear change", "not enough faces", "too few frames", "same footage", "a part", "one cut"]
"""Of a difference: "clear" where its interval leaves out zero; "too few frames" for an interval. Without a difference:
"same footage", whose numbers differ by which frames were looked at; "a part" of a scene beside the whole; "one cut"
only shows it; "not enough faces" in one of both."""
_PARTS = ("split", "merged", "repeated")
_WORDS: dict[Verdict, str] = {
    "not enough faces": NOT_ENOUGH,
    "a part": "a part, not compared with the whole",
    "one cut": "in one cut only",
}
"""Verdicts whose words on the page differ from those in the CSV."""


@dataclass(frozen=True, slots=True)
class Reading:
    """An expression's share in both scenes of a change."""

    before: float | None
    """None without a scene, and without enough faces in it."""
    after: float | None
    delta: float | None
    interval: tuple[float, float] | None
    verdict: Verdict


def reading_of(change: FootageChange, label: int, *, same_readings: bool) -> Reading:
    """What happened to a label. `same_readings`: see compatibility.have_same_readings."""
    before, after = (_share(row, label) for row in (change.before, change.after))
    delta = None if change.delta is None else change.delta[label]
    interval = None if change.intervals is None else change.intervals[label]
    return Reading(before, after, delta, interval, _verdict(change, delta, interval, same_readings=same_readings))


def _share(row: SceneEmotion | None, label: int) -> float | None:
    return None if row is None or row.shares is None or row.dominant is None else row.shares[label]


def _verdict(
    change: FootageChange, delta: float | None, interval: tuple[float, float] | None, *, same_readings: bool
) -> Verdict:
    if change.kind in _PARTS:
        return "a part"
    if change.before is None or change.after is None:
        only = change.before or change.after
        return "not enough faces" if only is None or only.dominant is None else "one cut"
    if change.shows_same_frames and same_readings:
        return "same footage"
    if delta is None:
        return "not enough faces"
    if interval is None:
        return "too few frames"
    is_clear = (interval[0] > 0 or interval[1] < 0) and rounded(delta) != 0
    return "clear" if is_clear else "no clear change"


def largest_label(change: FootageChange, *, same_readings: bool) -> int | None:
    """Index of the label to tell first: that of the largest clear difference, else of the largest; None without one."""
    if change.delta is None:
        return None
    order = sorted(range(len(change.delta)), key=lambda k: -abs(change.delta[k]) if change.delta else 0.0)
    clear = [k for k in order if reading_of(change, k, same_readings=same_readings).verdict == "clear"]
    return (clear or order)[0]


def reading_text(labels: tuple[str, ...], change: FootageChange, *, same_readings: bool) -> str:
    """“happy 12 % → 40 % (+28.0 points, +19.5 to +36.1)”, “no clear change”, “angry 62 % went”: the first to tell."""
    k = largest_label(change, same_readings=same_readings)
    if k is None:
        return _single_text(labels, change, same_readings=same_readings)
    reading = reading_of(change, k, same_readings=same_readings)
    if reading.verdict not in ("clear", "too few frames"):
        return _WORDS.get(reading.verdict, reading.verdict)
    return f"{labels[k]} {shares_text(reading)}"


def shares_text(reading: Reading) -> str:
    """“12 % → 40 % (+28.0 points, +19.5 to +36.1)”: both shares and their difference with its interval."""
    if reading.delta is None or reading.verdict == "same footage":
        return _WORDS.get(reading.verdict, reading.verdict)
    shares = f"{percent(reading.before)} → {percent(reading.after)}"
    if reading.interval is None:
        return f"{shares} ({_points(reading.delta)} points, too few frames to be sure)"
    low, high = (_points(end) for end in reading.interval)
    text = f"{shares} ({_points(reading.delta)} points, {low} to {high})"
    return text if reading.verdict == "clear" else f"{text}: {reading.verdict}"


def _single_text(labels: tuple[str, ...], change: FootageChange, *, same_readings: bool) -> str:
    only = change.before if change.after is None else change.after
    verdict = reading_of(change, 0, same_readings=same_readings).verdict
    if verdict != "one cut" or only is None or only.dominant is None or only.shares is None:
        return _WORDS.get(verdict, verdict)
    word = "went" if change.after is None else "came"
    return f"{only.dominant} {percent(only.shares[labels.index(only.dominant)])} {word}"


def _points(share: float) -> str:
    return signed(round(share, 4) * 100)
