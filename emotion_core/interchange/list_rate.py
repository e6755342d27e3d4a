"""What a cut list counts: the ways in which its positions can be read on a film, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Literal

from ..errors import SettingsError
from ..media.media import Media
from ..timecode import from_timecode, is_drop_frame, may_drop, nominal, parts, per_second, rate_from_header, with_sign
from .counting import Counting
from .readers.edit_list import EditList, FrameNumber, Timecode

ENOUGH = 8
"""So many different frame fields, all below half the film's rate, are no chance: one list in 256 has them so."""

CLOCK = "The cut list counts the clock's time, not the film's timecode."
FEW = 3
"""From so many on it is told that they may be of half the rate."""
_Rate = tuple[Fraction, Fraction, tuple[str, ...], str]
"""Frames a second, frames of the film for each of the list's, what must be told, and what must be where it does not end
with the film."""


def countings(edit_list: EditList, media: Media) -> Iterator[Counting]:
    """The ways in which a list may count, the likeliest first; those after it need evidence.

    The rate is what the format says. Where it says nothing it is the film's, or twice or half of it where the frame
    fields show that; of an NTSC film without drop-frame the clock's time comes last.
    """
    written, clock = _written(edit_list), Counting(media.rate, media.rate, Fraction(1), "clock")
    if edit_list.clock:
        yield replace(clock, notes=(CLOCK,)) if media.rate.denominator == 1001 else clock
        return
    for rate, scale, told, unsure in _rates(edit_list, media, written):
        timecode_rate = media.rate if may_drop(media.rate) and nominal(rate) == nominal(media.rate) else rate
        drops, more = _colon_drops(edit_list, media, timecode_rate, written)
        yield Counting(rate, timecode_rate, scale, "drop-frame" if drops else "non-drop", told + more, unsure)
    if edit_list.rate is None and media.rate.denominator == 1001 and written and not any(map(is_drop_frame, written)):
        yield replace(clock, doubtful=True)


def _written(edit_list: EditList) -> list[str]:
    """The list's timecodes, each once."""
    places = [place for event in edit_list.events for place in (event.start, event.end)]
    places.append(edit_list.starts_at)
    return list(dict.fromkeys(place.text.strip() for place in places if isinstance(place, Timecode)))


def _rates(edit_list: EditList, media: Media, written: list[str]) -> Iterator[_Rate]:
    own, base = media.rate, nominal(media.rate)
    if edit_list.rate is not None:
        rate = rate_from_header(edit_list.rate)
        if nominal(rate) != base:
            yield rate, own / rate, (_by_time(rate, own),), ""
        else:
            yield rate, Fraction(1), () if rate == own else (_one_for_one(rate, own),), ""
        return
    fields = [parts(text)[1] for text in written if _is_timecode(text)]
    most = max(fields, default=0)
    if any(map(is_drop_frame, written)) and not may_drop(own) and own.denominator == 1001:
        rate = Fraction(30000 if most < 30 else 60000, 1001)
        yield rate, own / rate, (_by_time(rate, own),), ""
        return
    as_film = own, Fraction(1), (), ""
    if most >= base:
        as_double = 2 * own, Fraction(1, 2), (_by_time(2 * own, own),), ""
        doubled = max(base, 30) <= most < 2 * base  # 24 to 29 may be of 25 and 30 frames a second too
        slips = sum(field >= base for field in fields) == 1
        yield from (as_film, as_double) if doubled and slips else (as_double,) if doubled else (as_film,)
    elif base >= 48 and base % 2 == 0 and most < base // 2:
        below = f"No frame field in the cut list goes beyond {base // 2 - 1}"
        as_half = own / 2, Fraction(2), (f"{_by_time(own / 2, own)} {below}.",), ""
        different = len({*fields} - {0})
        if different >= FEW:
            as_film = *as_film[:3], f"{below}: it may count {per_second(own / 2)}, but was read at {per_second(own)}."
        yield from (as_half, as_film) if different >= ENOUGH else (as_film, as_half)
    else:
        yield as_film


def _by_time(rate: Fraction, own: Fraction) -> str:
    told = f"The cut list counts {per_second(rate)} frames a second, the film {per_second(own)}"
    return f"{told}: it was read by its times."


def _one_for_one(rate: Fraction, own: Fraction) -> str:
    told = f"The cut list counts {per_second(rate)} frames a second, the film {per_second(own)}"
    return f"{told}: its frames were taken one for one."


def _colon_drops(edit_list: EditList, media: Media, rate: Fraction, written: list[str]) -> tuple[bool, tuple[str, ...]]:
    """Whether a colon before the frames stands for drop-frame, and what must be told of signs and counting.

    What is written counts. Many lists of drop-frame films write colons throughout, though: in such a film a list whose
    head does not say non-drop is read so, unless it has a number that drop-frame leaves out.
    """
    signs, head, notes = {is_drop_frame(text) for text in written}, edit_list.drop_frame, []
    drops = False
    if may_drop(rate):
        if signs == {False}:
            drops = media.drop_frame and head is not False and not any(_left_out(text, rate) for text in written)
        elif not signs:
            drops = _starts_drop(edit_list.starts_at, rate, media) if head is None else head
    if signs == {True, False}:
        notes.append("The cut list has drop-frame and non-drop timecodes: each was read as it is written.")
    elif (head is False and signs == {True}) or (head and signs == {False} and not drops):
        says, has = ("drop-frame", "non-drop") if head else ("non-drop", "drop-frame")
        notes.append(f"The cut list's head says {says}, its timecodes are {has}: they were read as they are written.")
    counted: Literal["drop-frame", "non-drop"] = "drop-frame" if drops or signs == {True} else "non-drop"
    own = "drop-frame" if media.drop_frame else "non-drop"
    comparable = (
        may_drop(rate) and may_drop(media.rate) and (written or edit_list.starts_at is not None) and len(signs) < 2
    )
    if comparable and counted != own and (media.start_frame or media.drop_frame):
        notes.append(f"The cut list counts {counted}, the film {own}: they were compared in real time, not by numbers.")
    return drops, tuple(notes)


def _starts_drop(starts_at: Timecode | FrameNumber | None, rate: Fraction, media: Media) -> bool:
    """Whether a start in frames from midnight is drop-frame: as the film counts, unless only otherwise a whole hour."""
    if not isinstance(starts_at, FrameNumber):
        return media.drop_frame
    hour = {drops: nominal(rate) * 3600 - (nominal(rate) // 15 * 54 if drops else 0) for drops in (True, False)}
    whole = {drops: starts_at.number % hour[drops] == 0 for drops in (True, False)}
    return media.drop_frame if whole[True] == whole[False] else whole[True]


def _left_out(text: str, rate: Fraction) -> bool:
    """Whether a timecode is one that drop-frame counting does not have."""
    try:
        from_timecode(with_sign(text, drop_frame=False), rate)
    except SettingsError:
        return False  # there is none like it in any counting: said where it is read
    try:
        from_timecode(with_sign(text, drop_frame=True), rate)
    except SettingsError:
        return True
    return False


def _is_timecode(text: str) -> bool:
    try:
        parts(text)
    except SettingsError:
        return False
    return True
