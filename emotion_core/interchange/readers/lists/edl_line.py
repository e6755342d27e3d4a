"""One event line of a CMX 3600 edit decision list and its relatives, parsed from the right.

SMPTE 258M gives fields by column. Tools widen reels and channels, so only the order of fields is relied on: number,
reel, channels, transition with its length, and in and out of source and record.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .. import positions
from ..edit_list import Timecode

MAX_LENGTH = 1000
"""Characters of a line; the longest reels have 128."""
_TIMECODES = re.compile(rf"(?<![\d:;.]){positions.TIMECODE}(?![\d:;])")
_NUMBER = re.compile(r"(\d{1,6})[A-Z]?")
_LENGTH = re.compile(r"\d{1,6}")
_DISSOLVE_WITH_LENGTH = re.compile(r"D(\d{2,6})")
_KIND = re.compile(r"C|D|W\d{0,3}|K[BO]?")
_CHANNEL = re.compile(r"NONE|B|(?:V\d{0,3}|A\d{0,4}|[/,&+])+")
_SOUND_BY_NUMBER = re.compile(r"[1-8]{1,4}")
_PICTURE = re.compile(r"V(\d*)")


@dataclass(frozen=True, slots=True)
class EventLine:
    """The fields of one event line that matter here."""

    line: int
    """Line of the file, from 1."""
    number: str
    """The event's number without leading zeros; the lines of one dissolve or key share it."""
    reel: str
    """In capitals."""
    channel: str
    """In capitals; empty where there is none."""
    kind: str
    """“C”, “D”, “W001”; of a key “K” (its foreground), “KB” (its background), “KO” (the foreground goes out); “?” for
    other letters."""
    length: int
    """Frames of the transition; 0 for a cut."""
    start: Timecode
    """Record in."""
    end: Timecode
    """Record out, as written."""
    source_in: Timecode | None = None
    source_out: Timecode | None = None

    @property
    def track(self) -> int | None:
        """Its picture track, from 1; None for sound alone, NONE, and unknown channels."""
        if self.channel == "B":  # both picture and sound
            return 1
        match = _PICTURE.search(self.channel) if self.has_known_channel else None
        return max(1, int(match[1] or 1)) if match else None

    @property
    def has_known_channel(self) -> bool:
        """Whether the channel is one that such lists have."""
        return _is_channel(self.channel) or _SOUND_BY_NUMBER.fullmatch(self.channel) is not None

    @property
    def is_transition(self) -> bool:
        """Whether it begins with a dissolve or wipe."""
        return self.length > 0 and self.kind[0] in "DW?"


def count_timecodes(line: str) -> int:
    """Number of timecodes in a line."""
    return len(_TIMECODES.findall(line))


def timecode_spans(line: str) -> list[tuple[int, int]]:
    """Where a line's timecodes are, ends exclusive."""
    return [match.span() for match in _TIMECODES.finditer(line)]


def begins_with_number(line: str) -> bool:
    """Whether a line begins with an event number."""
    words = line.split(None, 1)
    return bool(words) and _NUMBER.fullmatch(words[0].upper()) is not None


def parse_event(line: str, number: int) -> EventLine | None:
    """Parse line `number` of a file; None for a line without event number or without exactly four timecodes.

    Text after the fourth timecode is ignored. A line longer than MAX_LENGTH is no event.
    """
    if len(line) > MAX_LENGTH:
        return None
    timecodes = list(_TIMECODES.finditer(line))
    if len(timecodes) != 4 or not begins_with_number(line):
        return None
    first, last, start, end = (positions.parse_timecode(timecode[0]) for timecode in timecodes)
    event, *words = line[: timecodes[0].start()].upper().split() or [""]
    event_number = _NUMBER.fullmatch(event)
    if event_number is None or start is None or end is None:
        return None
    kind, length = _pop_transition(words)
    channel = _pop_channels(words)
    return EventLine(
        number, event_number[1].lstrip("0"), " ".join(words), channel, kind, length, start, end, first, last
    )


def _pop_transition(words: list[str]) -> tuple[str, int]:
    """Remove the transition and its length from the end of `words`; return (kind, frames)."""
    if words and words[-1] == "(F)":  # a key's background fades
        words.pop()
    length = 0
    if len(words) > 1 and _LENGTH.fullmatch(words[-1]):
        before = words[-2]
        if _KIND.fullmatch(before) or _is_channel(before) or words[-3:-1] in (["K", "B"], ["K", "O"]):
            length = int(words.pop())
    if words and (match := _DISSOLVE_WITH_LENGTH.fullmatch(words[-1])):
        words.pop()
        return "D", int(match[1])
    if words[-2:] in (["K", "B"], ["K", "O"]):
        words[-2:] = ["".join(words[-2:])]
    if words and _KIND.fullmatch(words[-1]):
        kind = words.pop()
        return kind, 0 if kind == "C" else length
    if len(words) > 1 and not _is_channel(words[-1]) and _is_channel(words[-2]):
        words.pop()
        return "?", length
    return ("D" if length else "C"), length  # many lists leave out the letter of a dissolve


def _is_channel(word: str) -> bool:
    return _CHANNEL.fullmatch(word) is not None


def _pop_channels(words: list[str]) -> str:
    """Remove the channels, such as “V A1 A2”, from the end of `words`; the reel, which may have spaces, remains."""
    channels = words.pop() if words else ""
    while len(words) > 1 and words[-1] != "B" and _is_channel(channels) and _is_channel(words[-1]):
        channels = words.pop() + channels
    return channels
