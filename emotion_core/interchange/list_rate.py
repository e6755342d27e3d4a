"""The ways in which a cut list's positions may count on a film, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Literal

from ..errors import SettingsError
from ..formatting import frame_rate
from ..media import Media
from ..timecode import (
    from_timecode,
    is_drop_frame,
    nominal_rate,
    rate_from_header,
    split_timecode,
    supports_drop_frame,
    with_separator,
)
from .counting import Counting
from .readers.edit_list import EditList, FrameNumber, Timecode

HALF_RATE_FIELDS = 8
"""Different frame fields, all below half the film's rate, from which the list counts half the rate: by chance that
happens in one list of 256."""
CAVEAT_FIELDS = 3
"""Such fields from which a note says that the list may count half the rate."""

CLOCK = "The cut list counts the clock's time, not the film's timecode."
_Rate = tuple[Fraction, Fraction, tuple[str, ...], str]
"""Frames a second, frames of the film for each of the list's, notes, and the note for where the list does not end with
the film."""


def candidate_countings(edit_list: EditList, media: Media) -> Iterator[Counting]:
    """Yield the ways in which a list may count, the likeliest first; the others need evidence.

    The rate is what the format says. Without that it is the film's, or twice or half of it where the frame fields show
    that. For an NTSC film without drop-frame, clock time comes last.
    """
    timecodes, clock = _timecodes(edit_list), Counting(media.rate, media.rate, Fraction(1), "clock")
    if edit_list.clock:
        yield replace(clock, notes=(CLOCK,)) if media.rate.denominator == 1001 else clock
        return
    for rate, scale, notes, caveat in _rates(edit_list, media, timecodes):
        is_same_rate = supports_drop_frame(media.rate) and nominal_rate(rate) == nominal_rate(media.rate)
        timecode_rate = media.rate if is_same_rate else rate
        drops, more = _colon_drops(edit_list, media, timecode_rate, timecodes)
        yield Counting(rate, timecode_rate, scale, "drop-frame" if drops else "non-drop", notes + more, caveat)
    is_ntsc = media.rate.denominator == 1001
    if edit_list.rate is None and is_ntsc and timecodes and not any(map(is_drop_frame, timecodes)):
        yield replace(clock, needs_evidence=True)


def _timecodes(edit_list: EditList) -> list[str]:
    """The list's timecodes as written, each once."""
    positions = [position for event in edit_list.events for position in (event.start, event.end)]
    positions.append(edit_list.starts_at)
    return list(dict.fromkeys(position.text.strip() for position in positions if isinstance(position, Timecode)))


def _rates(edit_list: EditList, media: Media, timecodes: list[str]) -> Iterator[_Rate]:
    own, base = media.rate, nominal_rate(media.rate)
    if edit_list.rate is not None:
        rate = rate_from_header(edit_list.rate)
        if nominal_rate(rate) != base:
            yield rate, own / rate, (_read_by_time(rate, own),), ""
        else:
            yield rate, Fraction(1), () if rate == own else (_read_by_frame(rate, own),), ""
        return
    fields = [split_timecode(text)[1] for text in timecodes if _is_timecode(text)]
    highest = max(fields, default=0)
    if any(map(is_drop_frame, timecodes)) and not supports_drop_frame(own) and own.denominator == 1001:
        rate = Fraction(30000 if highest < 30 else 60000, 1001)
        yield rate, own / rate, (_read_by_time(rate, own),), ""
        return
    as_film = own, Fraction(1), (), ""
    if highest >= base:
        as_double = 2 * own, Fraction(1, 2), (_read_by_time(2 * own, own),), ""
        is_double = max(base, 30) <= highest < 2 * base  # 24 to 29 may also be of 25 and 30 frames a second
        is_slip = sum(field >= base for field in fields) == 1
        yield from (as_film, as_double) if is_double and is_slip else (as_double,) if is_double else (as_film,)
    elif base >= 48 and base % 2 == 0 and highest < base // 2:
        reason = f"No frame field in the cut list goes beyond {base // 2 - 1}"
        as_half = own / 2, Fraction(2), (f"{_read_by_time(own / 2, own)} {reason}.",), ""
        different = len({*fields} - {0})
        if different >= CAVEAT_FIELDS:
            caveat = f"{reason}: it may count {frame_rate(own / 2)}, but was read at {frame_rate(own)}."
            as_film = *as_film[:3], caveat
        yield from (as_half, as_film) if different >= HALF_RATE_FIELDS else (as_film, as_half)
    else:
        yield as_film


def _read_by_time(rate: Fraction, own: Fraction) -> str:
    return f"{_two_rates(rate, own)}: it was read by its times."


def _read_by_frame(rate: Fraction, own: Fraction) -> str:
    return f"{_two_rates(rate, own)}: its frames were taken one for one."


def _two_rates(rate: Fraction, own: Fraction) -> str:
    return f"The cut list counts {frame_rate(rate)} frames a second, the film {frame_rate(own)}"


def _colon_drops(
    edit_list: EditList, media: Media, rate: Fraction, timecodes: list[str]
) -> tuple[bool, tuple[str, ...]]:
    """Whether a colon before the frames means drop-frame, and notes on separators and counting.

    Timecodes count as written. But many lists of drop-frame films have colons throughout: with such a film, a list is
    read as drop-frame unless its header says non-drop or one of its timecodes does not exist in drop-frame.
    """
    separators, header, notes = {is_drop_frame(text) for text in timecodes}, edit_list.drop_frame, []
    drops = False
    if supports_drop_frame(rate):
        if separators == {False}:
            has_skipped = any(_is_skipped_in_drop_frame(text, rate) for text in timecodes)
            drops = media.drop_frame and header is not False and not has_skipped
        elif not separators:
            drops = _start_is_drop_frame(edit_list.starts_at, rate, media) if header is None else header
    if separators == {True, False}:
        notes.append("The cut list has drop-frame and non-drop timecodes: each was read as it is written.")
    elif (header is False and separators == {True}) or (header and separators == {False} and not drops):
        says, has = ("drop-frame", "non-drop") if header else ("non-drop", "drop-frame")
        notes.append(f"The cut list's head says {says}, its timecodes are {has}: they were read as they are written.")
    counted: Literal["drop-frame", "non-drop"] = "drop-frame" if drops or separators == {True} else "non-drop"
    own = "drop-frame" if media.drop_frame else "non-drop"
    comparable = (
        supports_drop_frame(rate)
        and supports_drop_frame(media.rate)
        and (timecodes or edit_list.starts_at is not None)
        and len(separators) < 2
    )
    if comparable and counted != own and (media.start_frame or media.drop_frame):
        notes.append(f"The cut list counts {counted}, the film {own}: they were compared in real time, not by numbers.")
    return drops, tuple(notes)


def _start_is_drop_frame(starts_at: Timecode | FrameNumber | None, rate: Fraction, media: Media) -> bool:
    """Whether a start in frames from midnight is drop-frame: as the film, unless only the other way is a whole hour."""
    if not isinstance(starts_at, FrameNumber):
        return media.drop_frame
    base = nominal_rate(rate)
    hour = {drops: base * 3600 - (base // 15 * 54 if drops else 0) for drops in (True, False)}
    whole = {drops: starts_at.number % hour[drops] == 0 for drops in (True, False)}
    return media.drop_frame if whole[True] == whole[False] else whole[True]


def _is_skipped_in_drop_frame(text: str, rate: Fraction) -> bool:
    """Whether a timecode exists, but not in drop-frame."""
    try:
        from_timecode(with_separator(text, drop_frame=False), rate)
    except SettingsError:
        return False  # it exists in no counting; the error is raised where it is read
    try:
        from_timecode(with_separator(text, drop_frame=True), rate)
    except SettingsError:
        return True
    return False


def _is_timecode(text: str) -> bool:
    try:
        split_timecode(text)
    except SettingsError:
        return False
    return True
