"""CMX 3600 edit decision lists: the scenes as a cut list, and the lines that other writers build on.

A tool that conforms a finished film by the cut list cuts it at every scene. The source side is the film's own timecode,
the record side the timeline's; the comments are the scene's name and note, and the editor's
notes.

SMPTE 258M gives the fields of a line: event number of three digits, reel of eight characters, channel, transition, and
in and out of source and record.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from ...errors import SettingsError
from ...formatting import frame_rate
from ...timecode import with_separator
from ..marker_list import MarkerList
from ..timebase import Timebase
from .format import Format

REEL = "AX"
"""Conventional reel name of a source that is a file and no tape."""
REEL_LENGTH = 8
"""Characters of a reel's name."""
_TAKEN = ("BL", "BLACK", REEL)
"""Reel names with a meaning of their own."""
MAX_EVENTS = 999
"""Events of one list: the number has three digits."""


def write(marker_list: MarkerList) -> bytes:
    """Encode the scenes as UTF-8 text. Raises SettingsError for a timeline at another rate than the film's."""
    timebase, own = marker_list.timebase, marker_list.own
    if timebase.rate != own.rate:
        raise SettingsError(
            f"A cut list counts film and timeline alike, and the film has {frame_rate(own.rate)} frames a second.",
            "Choose that rate for the timeline.",
        )
    lines = header(marker_list.film, timebase)
    for number, scene in enumerate(marker_list.scenes, start=1):
        source, record = ((base.timecode(scene.start), base.timecode(scene.end)) for base in (own, timebase))
        lines += [event(number, REEL, source, record), f"* FROM CLIP NAME: {marker_list.film}", f"* {scene.name}"]
        if scene.note:
            lines.append(f"* {scene.note}")
        notes = (note for note in marker_list.notes if scene.start <= note.start < scene.end)
        lines += [f"* NOTE {timebase.timecode(note.start)}: {note.note}" for note in notes]
        lines.append("")
    return encode_lines(lines)


def header(title: str, timebase: Timebase) -> list[str]:
    """The lines before the first event."""
    return [f"TITLE: {title}", f"FCM: {'DROP FRAME' if timebase.drop_frame else 'NON-DROP FRAME'}", ""]


def event(number: int, reel: str, source: tuple[str, str], record: tuple[str, str]) -> str:
    """One picture cut; `source` and `record` are timecodes of in and out, out exclusive."""
    return f"{number:03}  {reel:<8} V     C        {' '.join((*source, *record))}"


@dataclass(frozen=True, slots=True)
class SourcedEvent:
    """An event whose source is a place in a film or a list, not the film's own timecode."""

    reel: str
    source: tuple[str, str]
    record: tuple[str, str]
    speed: float | None
    """Frames a second of the source; None at its own speed."""
    clip: str
    comment: str

    def lines(self, number: int, remarks: Sequence[str] = ()) -> list[str]:
        """Its lines with remarks about the list, which some readers take nowhere else, and an empty one."""
        lines = [event(number, self.reel, self.source, self.record)]
        if self.speed is not None:
            at = with_separator(self.source[0], drop_frame=False)  # readers know no semicolon in an M2 line
            lines.append(f"M2   {self.reel:<8} {self.speed:07.3f}                {at}")
        return [*lines, f"* FROM CLIP NAME: {self.clip}", f"* COMMENT: {self.comment}", *remarks, ""]


def write_events(title: str, timebase: Timebase, events: Sequence[SourcedEvent], remarks: Sequence[str]) -> list[bytes]:
    """The list as UTF-8 text, with the remarks about it; of more than MAX_EVENTS events several."""
    files = []
    for at in range(0, len(events), MAX_EVENTS):
        lines = header(title, timebase)
        for number, each in enumerate(events[at : at + MAX_EVENTS], start=1):
            lines += each.lines(number, remarks if number == 1 else ())
        files.append(encode_lines(lines))
    return files


def reel_names(files: tuple[str, str]) -> tuple[str, str]:
    """Two different names of REEL_LENGTH capitals and digits at most, made of two files' names."""
    first, second = (
        re.sub("[^A-Z0-9]", "", PurePath(file).stem.upper())[:REEL_LENGTH] or word
        for file, word in zip(files, ("FIRST", "SECOND"), strict=True)
    )
    if first == second or first in _TAKEN or second in _TAKEN:
        first, second = f"{first[: REEL_LENGTH - 1]}1", f"{second[: REEL_LENGTH - 1]}2"
    return first, second


def encode_lines(lines: list[str]) -> bytes:
    """UTF-8 with line feeds alone, which every reader takes; some read a carriage return as part of the text."""
    return "".join(f"{line}\n" for line in lines).encode()


FORMAT = Format(
    "cut-list", "Cut list (CMX 3600 EDL) – every scene", ".edl", "text/plain",
    "For tools that conform a finished film by a list, such as Resolve's Pre-Conformed EDL: it is cut at every "
    "scene, whichever get markers.",
    "cuts", write, max_entries=MAX_EVENTS, has_every_scene=True, has_durations=False,
)  # fmt: skip
