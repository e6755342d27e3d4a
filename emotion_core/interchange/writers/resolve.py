"""DaVinci Resolve's timeline markers: an EDL with a one-frame event a marker, as “Export > Timeline Markers to EDL”
writes it.

The line after an event is `note |C:ResolveColorBlue |M:name |D:frames`: the note is what stands before the first `|`.
A note that began with a digit would be taken for another event, one with `*` for a comment. Resolve garbles
characters beyond U+FFFF.
"""

from __future__ import annotations

import re

from ..marker_list import MarkerList
from .edl_lines import event, header, lines
from .palette import Palette

COLOURS = Palette(
    sad="Blue", disgust="Green", angry="Red", neutral="Cream", fear="Purple", surprise="Cyan", happy="Yellow",
    contempt="Mint", none="Cocoa",
)  # fmt: skip


_TAKEN_FOR_MORE = re.compile(r"\d|\*|TITLE:|FCM:")


def write(marker_list: MarkerList) -> bytes:
    """The list as UTF-8 text."""
    timebase = marker_list.timebase
    written = header(_plain(marker_list.film), timebase)
    for number, marker in enumerate(marker_list.markers, start=1):
        at = timebase.timecode(marker.start), timebase.timecode(marker.start + 1)
        note = _plain(marker.note)
        if _TAKEN_FOR_MORE.match(note):
            note = f"- {note}"
        colour = COLOURS.colour(marker.emotion)
        written += [
            event(number, "001", at, at),
            f"{note} |C:ResolveColor{colour} |M:{_plain(marker.name)} |D:{marker.frames}",
            "",
        ]
    return lines(written)


def _plain(text: str) -> str:
    return "".join(c for c in text if ord(c) <= 0xFFFF).replace("|", "¦").strip()
