"""One sentence that counts what a re-cut did, and says what happened to the expressions in screen time."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ...formatting import count, hms
from .footage_change import ChangeKind, ChangeList
from .screen_time import ScreenTime

MIN_TOLD = Fraction(1, 20)
"""Seconds left out or new from which they are told: less is 0.0 s when rounded."""
COUNTED: dict[ChangeKind, str] = {
    "left out": "left out",
    "new": "new",
    "replaced": "replaced",
    "trimmed": "trimmed",
    "extended": "extended",
    "slipped": "slipped",
    "split": "split",
    "merged": "merged",
    "repeated": "shown again",
    "moved": "moved",
    "recut": "recut within",
    "regraded": "regraded",
    "mirrored": "mirrored",
    "reframed": "reframed",
    "retimed": "retimed",
    "picture replaced": "with another picture",
    "sound replaced": "with another sound",
    "unchanged": "unchanged",
}
"""Kinds of which scenes are counted, in words."""


def summary_sentence(changes: ChangeList, times: Sequence[ScreenTime]) -> str:
    """“32 s left out, 8.0 s new: 2 scenes left out, 1 trimmed, 1 shown again; angry −0:41, the rest no clear change.”

    Seconds left out are those of the first cut that are nowhere in the second, be they scenes or parts of scenes; new
    ones those of the second cut that are nowhere in the first. Empty without a change list, where the cuts share no
    footage.
    """
    if not changes.changes:
        return ""
    told = ((changes.left_out, "left out"), (changes.new, "new"))
    seconds = ", ".join(f"{hms(length)} {words}" for length, words in told if length >= MIN_TOLD)
    counted = changes.counts
    counts = [(counted[kind], words) for kind, words in COUNTED.items() if kind in counted]
    # The noun stands at the first number only.
    parts = [f"{f'{n:,}' if i else count(n, 'scene')} {words}" for i, (n, words) in enumerate(counts)]
    whole = " The whole second cut has other tones." if changes.grade is not None else ""
    return f"{seconds}{': ' if seconds else ''}{', '.join(parts)}; {_expressions(times)}.{whole}"


def _expressions(times: Sequence[ScreenTime]) -> str:
    if not times:
        return "too few faces to say what happened to the expressions"
    clear = sorted((time for time in times if time.is_clear), key=lambda time: -abs(time.change))
    if not clear:
        return "no clear change of any expression"
    told = ", ".join(f"{time.label} {_clock(time.change)}" for time in clear)
    rest = len(times) - len(clear)
    return told + (", the rest no clear change" if rest else "")


def _clock(seconds: float) -> str:
    """“−0:41”: minutes and seconds; below ten seconds with a tenth, as “+3.2 s”."""
    sign = "−" if seconds < 0 else "+"
    return sign + hms(abs(seconds))
