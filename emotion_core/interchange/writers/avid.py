"""Avid Media Composer's markers: one line each, as its Markers window exports and imports them.

The fields are user, timecode, track, colour, comment and length in frames, separated by tabs.
"""

from __future__ import annotations

from ..marker_list import MarkerList
from .edl import encode_lines
from .format import Format, Palette

COLOURS = Palette(
    sad="blue", disgust="green", angry="red", neutral="white", fear="magenta", surprise="cyan", happy="yellow",
    contempt="green", mixed="white", note="white", none="black",
)  # fmt: skip
USER = "Emotion"
"""Owner of the markers in the Markers window."""


def write(marker_list: MarkerList) -> bytes:
    """Encode the markers as UTF-8 text."""
    timebase = marker_list.timebase
    lines = []
    for marker in marker_list.markers:
        comment = f"{marker.name}; {marker.note}" if marker.note else marker.name
        fields = (
            USER, timebase.timecode(marker.start), "V1", COLOURS.colour(marker.emotion), comment, str(marker.frames),
        )  # fmt: skip
        lines.append("\t".join(fields))
    return encode_lines(lines)


FORMAT = Format(
    "avid", "Avid Media Composer – markers", ".txt", "text/plain",
    "Tools > Markers, then Import Markers in the window's menu, with the sequence loaded.",
    "markers", write,
)  # fmt: skip
