"""The scenes as a CMX 3600 cut list: where a tool conforms a finished film by it, the film is cut at every scene.

Source is the film's own timecode, record the timeline's; the comments are the scene's name and note.
"""

from __future__ import annotations

from ...errors import SettingsError
from ...timecode import per_second
from ..marker_list import MarkerList
from .edl_lines import event, header, lines

REEL = "AX"
"""What such lists call a source that is a file and no tape."""


def write(marker_list: MarkerList) -> bytes:
    """The list as UTF-8 text. Raises SettingsError for a timeline of another rate than the film's."""
    timebase, own = marker_list.timebase, marker_list.own
    if timebase.rate != own.rate:
        raise SettingsError(
            f"A cut list counts film and timeline alike, and the film has {per_second(own.rate)} frames a second.",
            "Choose that rate for the timeline.",
        )
    written = header(marker_list.film, timebase)
    for number, scene in enumerate(marker_list.scenes, start=1):
        source, record = ((one.timecode(scene.start), one.timecode(scene.end)) for one in (own, timebase))
        written += [event(number, REEL, source, record), f"* FROM CLIP NAME: {marker_list.film}", f"* {scene.name}"]
        if scene.note:
            written.append(f"* {scene.note}")
        written.append("")
    return lines(written)
