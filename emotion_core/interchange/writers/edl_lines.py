"""Lines of a CMX 3600 edit decision list, which marker and cut lists of several tools are made of.

SMPTE 258M: event number of three digits, reel of eight characters, channel, transition, and in and out of source and
record.
"""

from __future__ import annotations

from ..timebase import Timebase

MOST = 999
"""Events a list: the number has three digits."""


def header(title: str, timebase: Timebase) -> list[str]:
    return [f"TITLE: {title}", f"FCM: {'DROP FRAME' if timebase.drop_frame else 'NON-DROP FRAME'}", ""]


def event(number: int, reel: str, source: tuple[str, str], record: tuple[str, str]) -> str:
    """One cut of picture; `source` and `record` are timecodes of in and out, out exclusive."""
    return f"{number:03}  {reel:<8} V     C        {' '.join((*source, *record))}"


def lines(written: list[str]) -> bytes:
    """UTF-8 with line feeds alone, which every reader takes: what follows a carriage return may be read with it."""
    return "".join(f"{line}\n" for line in written).encode()
