"""One event line of a CMX 3600 edit decision list and its relatives, read from the right.

SMPTE 258M gives fields by column; tools widen reels and channels, so only the order of fields is trusted: number, reel,
channels, transition with its length, and in and out of source and record.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .. import positions
from ..edit_list import Timecode

LONGEST = 1000
"""Characters; the longest reels have 128."""
_TIMECODES = re.compile(rf"(?<![\d:;.]){positions.TIMECODE}(?![\d:;])")
_NUMBER = re.compile(r"(\d{1,6})[A-Z]?")
_LENGTH = re.compile(r"\d{1,6}")
_TOGETHER = re.compile(r"D(\d{2,6})")
"""A dissolve whose length stands at its letter."""
_KIND = re.compile(r"C|D|W\d{0,3}|K[BO]?")
_CHANNEL = re.compile(r"NONE|B|(?:V\d{0,3}|A\d{0,4}|[/,&+])+")
_SOUND_BY_NUMBER = re.compile(r"[1-8]{1,4}")
_PICTURE = re.compile(r"V(\d*)")


@dataclass(frozen=True, slots=True)
class EventLine:
    """The fields that count of one event line."""

    line: int
    """Of the file, from 1."""
    number: str
    """The event's number, without zeros before it; the lines of one dissolve or key share it."""
    reel: str
    """In capitals."""
    channel: str
    """In capitals; empty where there is none."""
    kind: str
    """“C”, “D”, “W001”; of a key “K” (its foreground), “KB” (its background), “KO” (the foreground goes out); “?” for
    letters that are none of these."""
    length: int
    """Frames of the transition; 0 for a cut."""
    start: Timecode
    """Record in."""
    end: Timecode
    """Record out, as written."""

    @property
    def track(self) -> int | None:
        """Its picture track, from 1; None for sound alone, NONE, and channels that are not known."""
        if self.channel == "B":  # both, picture and sound
            return 1
        match = _PICTURE.search(self.channel) if self.known else None
        return max(1, int(match[1] or 1)) if match else None

    @property
    def known(self) -> bool:
        """Whether the channel is one that lists of this kind have."""
        return _is_channel(self.channel) or _SOUND_BY_NUMBER.fullmatch(self.channel) is not None

    @property
    def is_transition(self) -> bool:
        """Whether it comes in by a dissolve or wipe."""
        return self.length > 0 and self.kind[0] in "DW?"


def timecodes(line: str) -> int:
    """How many timecodes a line has."""
    return len(_TIMECODES.findall(line))


def begins_with_number(line: str) -> bool:
    """Whether a line begins as an event does."""
    words = line.split(None, 1)
    return bool(words) and _NUMBER.fullmatch(words[0].upper()) is not None


def read(line: str, number: int) -> EventLine | None:
    """The event of a line, None for a line that is none: no number at its begin, or not four timecodes.

    What follows the fourth is passed over, and a line longer than any event's is none.
    """
    if len(line) > LONGEST:
        return None
    found = list(_TIMECODES.finditer(line))
    if len(found) != 4 or not begins_with_number(line):
        return None
    start, end = positions.timecode(found[2][0]), positions.timecode(found[3][0])
    event, *words = line[: found[0].start()].upper().split() or [""]
    name = _NUMBER.fullmatch(event)
    if name is None or start is None or end is None:
        return None
    kind, length = _transition(words)
    channel = _channels(words)
    return EventLine(number, name[1].lstrip("0"), " ".join(words), channel, kind, length, start, end)


def _transition(words: list[str]) -> tuple[str, int]:
    """Takes transition and length off the end of `words`: (kind, frames)."""
    if words and words[-1] == "(F)":  # a key's background fades
        words.pop()
    length = 0
    if len(words) > 1 and _LENGTH.fullmatch(words[-1]):
        before = words[-2]
        if _KIND.fullmatch(before) or _is_channel(before) or words[-3:-1] in (["K", "B"], ["K", "O"]):
            length = int(words.pop())
    if words and (match := _TOGETHER.fullmatch(words[-1])):
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
    return ("D" if length else "C"), length  # many leave the letter of a dissolve out


def _is_channel(word: str) -> bool:
    return _CHANNEL.fullmatch(word) is not None


def _channels(words: list[str]) -> str:
    """Takes the channels off the end of `words`, “V A1 A2” too, and leaves the reel, which may have spaces."""
    taken = words.pop() if words else ""
    while len(words) > 1 and words[-1] != "B" and _is_channel(taken) and _is_channel(words[-1]):
        taken = words.pop() + taken
    return taken
