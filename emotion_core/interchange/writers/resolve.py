"""DaVinci Resolve's timeline markers: an EDL with one event of one frame a marker, as Resolve exports them.

“Export > Timeline Markers to EDL” writes the line `note |C:ResolveColorBlue |M:name |D:frames` after each event; the
note is the text before the first `|`. A note that began with a digit would be read as another event, one with `*` as a
comment. Resolve garbles characters beyond U+FFFF.
"""

from __future__ import annotations

import re

from ..marker_list import MarkerList
from .edl import MAX_EVENTS, encode_lines, event, header
from .format import Format, Palette

COLOURS = Palette(
    sad="Blue", disgust="Green", angry="Red", neutral="Cream", fear="Purple", surprise="Cyan", happy="Yellow",
    contempt="Mint", mixed="Sand", note="Lavender", none="Cocoa",
)  # fmt: skip
_NEEDS_PREFIX = re.compile(r"\d|\*|TITLE:|FCM:")
"""Begins of a note that Resolve would not read as a note."""


def write(marker_list: MarkerList) -> bytes:
    """Encode the markers as UTF-8 text."""
    timebase = marker_list.timebase
    lines = header(_plain(marker_list.film), timebase)
    for number, marker in enumerate(marker_list.markers, start=1):
        at = timebase.timecode(marker.start), timebase.timecode(marker.start + 1)
        note = _plain(marker.note)
        if _NEEDS_PREFIX.match(note):
            note = f"- {note}"
        colour = COLOURS.colour(marker.emotion)
        lines += [
            event(number, "001", at, at),
            f"{note} |C:ResolveColor{colour} |M:{_plain(marker.name)} |D:{marker.frames}",
            "",
        ]
    return encode_lines(lines)


def _plain(text: str) -> str:
    return "".join(c for c in text if ord(c) <= 0xFFFF).replace("|", "¦").strip()


FORMAT = Format(
    "resolve", "DaVinci Resolve – timeline markers", ".edl", "text/plain",
    "Media pool, right click on the timeline: Timelines > Import > Timeline Markers from EDL.",
    "markers", write, max_entries=MAX_EVENTS,
)  # fmt: skip
