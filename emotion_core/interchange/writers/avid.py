"""Avid Media Composer's markers: a line each, as its Markers window exports and imports them.

User, timecode, track, colour, comment and length in frames, between tabs.
"""

from __future__ import annotations

from ..marker_list import MarkerList
from .edl_lines import lines
from .palette import Palette

COLOURS = Palette(
    sad="blue", disgust="green", angry="red", neutral="white", fear="magenta", surprise="cyan", happy="yellow",
    contempt="green", none="black",
)  # fmt: skip
USER = "Emotion"
"""Whose markers they are, in the Markers window."""


def write(marker_list: MarkerList) -> bytes:
    """The list as UTF-8 text."""
    timebase = marker_list.timebase
    written = []
    for marker in marker_list.markers:
        comment = f"{marker.name}; {marker.note}" if marker.note else marker.name
        fields = (
            USER, timebase.timecode(marker.start), "V1", COLOURS.colour(marker.emotion), comment, str(marker.frames),
        )  # fmt: skip
        written.append("\t".join(fields))
    return lines(written)
