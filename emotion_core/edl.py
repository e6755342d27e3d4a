"""Edit decision lists (CMX 3600) as cut lists: an editing tool's own list of a film says where its cuts are.

Read are the events of picture: number, reel, channel, transition, and in and out of source and record. Where a dissolve
or wipe joins two events, the cut is in its middle, as the combined detector has it. Of a list of Resolve's timeline
markers each marker is a cut.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest

from .errors import CutListError, SettingsError
from .media import Media
from .timecode import clock, frame_at, from_timecode, nominal, to_timecode

_TIMECODE = r"(\d{2}:\d{2}:\d{2}[:;.,]\d{2,3})"
_EVENT = re.compile(
    rf"^(?P<number>\d{{3,6}})\s+\S+\s+(?P<channel>\S+)\s+(?P<kind>C|D|W\d{{1,3}})\s+(?:(?P<length>\d{{1,4}})\s+)?"
    rf"{_TIMECODE}\s+{_TIMECODE}\s+(?P<start>{_TIMECODE})\s+(?P<end>{_TIMECODE})$"
)
_PICTURE = re.compile(r"^(?:B|V1?|A+\d?/V1?|V1?/A+\d?)$")
"""Channels with the picture of the first track; others lie above it, or are sound."""
_NAME = re.compile(r"^\*\s*(?P<side>FROM|TO) CLIP NAME:\s*(?P<name>.+)$", re.IGNORECASE)
_MARKER = re.compile(r"\|M:(?P<name>[^|]*)")
_LATE = 60
"""Seconds that a list's first event may come after the film's first frame: a film often begins in black."""


@dataclass(slots=True)
class _Event:
    start: int
    end: int
    transition: int
    name: str = ""
    marker: bool = False


def is_edl(text: str) -> bool:
    """Whether a text is such a list: one of its lines is an event."""
    return any(_EVENT.match(line.strip()) for line in text.splitlines())


def parse(text: str, media: Media) -> tuple[tuple[tuple[int, str], ...], str | None]:
    """The cuts of a film from its list, (first frame, name) of each scene, ascending; and the timecode by which the
    list calls the film's first frame, None where it is the film's own.

    Which that is the list does not say. It is the film's own start timecode, where the list begins less than a minute
    after that; else the whole hour, where it begins less than a minute after one; else the film's own again, where the
    list lies within the film by it; else the list's first event. Raises CutListError, naming the line where there is
    one.
    """
    if media.is_vfr:
        raise CutListError(
            "The cut list is an EDL, whose timecode does not name one frame here: this film's frame rate varies.",
            "Write frame numbers, from 0.",
        )
    events = sorted(_events(text, media), key=lambda event: event.start)
    if not events:
        raise CutListError("The EDL has no event of picture.", "Export the list of the film's video track.")
    length = frame_at(media.duration, media.rate)
    last = max(event.end for event in events)
    first = _first_frame(events[0].start, last, media, length)
    beyond = last - first - length
    if beyond > nominal(media.rate):
        raise CutListError(
            f"The EDL reaches {clock(beyond / media.rate)} beyond the film's end.", "Is it the list of another cut?"
        )
    same = len({event.name for event in events}) == 1  # the film's own name tells nothing of a scene
    found: dict[int, str] = {}
    for event, after in zip_longest(events, events[1:]):
        found.setdefault(event.start + event.transition // 2 - first, "" if same and len(events) > 1 else event.name)
        # Where nothing is on the track it is black. Of the film's end, a second is rounding.
        until = first + length - nominal(media.rate) if after is None else after.start
        if until > event.end and not event.marker:
            found.setdefault(event.end - first, "")
    told = None if first == media.start_frame else to_timecode(first, media.rate, drop_frame=media.drop_frame)
    return tuple(sorted(found.items())), told


def _events(text: str, media: Media) -> list[_Event]:
    """The events of picture that last; names stand in the lines after an event."""
    drops: bool | None = None
    events: list[_Event] = []
    named: dict[str, _Event] = {}
    for number, line in enumerate((line.strip() for line in text.splitlines()), start=1):
        if line.upper().startswith("FCM:"):
            drops = "NON" not in line.upper()
        elif match := _EVENT.match(line):
            named = {}
            if not _PICTURE.match(match["channel"].upper()):
                continue
            try:
                start, end = (
                    from_timecode(_counted(match[side], drops, media), media.rate) for side in ("start", "end")
                )
            except SettingsError as error:
                raise CutListError(f"Line {number} of the EDL: {error.problem}", error.advice) from error
            if end > start:
                events.append(_Event(start, end, int(match["length"] or 0) if match["kind"] != "C" else 0))
                named = {"TO": events[-1]} if events[-1].transition else {"FROM": events[-1]}
                named["M"] = events[-1]
        elif match := _NAME.match(line):
            if match["side"].upper() in named:
                named[match["side"].upper()].name = " ".join(match["name"].split())
        elif (match := _MARKER.search(line)) and "M" in named:
            named["M"].name, named["M"].marker = " ".join(match["name"].split()), True
    return events


def _counted(timecode: str, drops: bool | None, media: Media) -> str:
    """A timecode with the sign that says how it counts: many lists say it in their head and write colons throughout."""
    drops = media.drop_frame if drops is None and timecode[8] == ":" else drops
    return timecode[:8] + (":" if drops is False else ";" if drops else timecode[8]) + timecode[9:]


def _first_frame(start: int, last: int, media: Media, length: int) -> int:
    """What the film's first frame is called in a list whose events go from `start` to `last`; see parse."""
    own, late = media.start_frame, _LATE * nominal(media.rate)
    if 0 <= start - own < late:
        return own
    hours = int(to_timecode(start, media.rate, drop_frame=media.drop_frame)[:2])
    sign = ";" if media.drop_frame else ":"
    hour = from_timecode(f"{hours:02}:00:00{sign}00", media.rate)
    if start - hour < late:
        return hour
    return own if own <= start and last <= own + length else start
