"""The scenes as a CMX 3600 cut list: where a tool conforms a finished film by it, the film is cut at every scene.

Source and record are the film's own place in the timeline; the comments are the scene's name and note.
"""

from __future__ import annotations

from .event import event, header, lines
from .marker_list import MarkerList

REEL = "AX"
"""What such lists call a source that is a file and no tape."""


def write(marker_list: MarkerList) -> bytes:
    """The list as UTF-8 text. Raises SettingsError where its timecode passes 24 hours."""
    timebase = marker_list.timebase
    written = header(marker_list.film, timebase)
    for number, scene in enumerate(marker_list.scenes, start=1):
        at = timebase.timecode(scene.start), timebase.timecode(scene.end)
        written += [event(number, REEL, at, at), f"* FROM CLIP NAME: {marker_list.film}", f"* {scene.name}"]
        if scene.note:
            written.append(f"* {scene.note}")
        written.append("")
    return lines(written)
