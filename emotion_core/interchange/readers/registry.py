"""The readers of all cut-list formats, and the one way from a file's bytes to an EditList."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from ...errors import CutListError, EmotionError
from ..marker_list import one_line
from .content import Content, decode
from .edit_list import EditList
from .lists import ale, avid_markers, by_hand, edl, premiere_markers, scene_table
from .timelines import aaf, fcpxml, otio, xmeml


class CutListReader(Protocol):
    """Reads one cut-list format. Each reader is a module with these names."""

    NAME: str
    """In words, for messages and the page."""
    SUFFIXES: tuple[str, ...]
    """What a file picker offers: lower case, with the full stop. Formats are recognised by content, not by suffix."""

    def sniff(self, content: Content) -> bool:
        """Whether a file is of this format."""
        ...

    def read(self, content: Content) -> EditList:
        """Read a file of this format. Raises CutListError for one that cannot be read."""
        ...


READERS: tuple[CutListReader, ...] = (
    aaf,
    otio,
    fcpxml,
    xmeml,
    ale,
    premiere_markers,
    avid_markers,
    scene_table,
    edl,
    by_hand,
)
"""In the order in which they are tried."""
SUFFIXES = tuple(sorted({suffix for reader in READERS for suffix in reader.SUFFIXES}))
"""Suffixes of all formats."""
MAX_NAME = 500
"""Characters of a scene's name; the rest is cut off."""


def read_cut_list(raw: bytes, name: str = "", *, track: str | None = None) -> EditList:
    """Read a cut list of any format.

    `name` is the file's name, for messages; `track` the picture track to read where there are several, by name or
    number, by default the first. Raises CutListError for a file that is no cut list, naming the formats that are read,
    and for one that cannot be read; no other error is raised, whatever the bytes.
    """
    content = decode(raw, name, track)
    try:
        reader = next((reader for reader in READERS if reader.sniff(content)), None)
        if reader is None:
            raise _unknown_format(content)
        edit_list = reader.read(content)
    except EmotionError as error:  # its text may quote the file
        raise CutListError(one_line(error.problem), one_line(error.advice)) from error
    except (RecursionError, MemoryError) as error:
        raise CutListError("The cut list is nested too deeply or too large to be read.", "Export it anew.") from error
    decoding_notes = () if content.head.lstrip().startswith("<") else content.notes  # XML states its own encoding
    return replace(
        edit_list,
        events=tuple(replace(event, name=one_line(event.name[:MAX_NAME])) for event in edit_list.events),
        notes=tuple(map(one_line, (*decoding_notes, *edit_list.notes))),
    )


def _unknown_format(content: Content) -> CutListError:
    file = f"“{content.name}”" if content.name else "The file"
    if content.text is None or "\ufffd" in content.text:
        problem = f"{file} is no cut list that is read here: it is no text, and of no binary format that is known."
    else:
        lines = ((at, line) for at, line in enumerate(content.lines, start=1) if line and not line.startswith("#"))
        number, first = next(lines, (0, ""))
        if not number:
            return CutListError("The cut list is empty.", "Write one line a scene: a timecode or frame, then a name.")
        problem = f"{file} is no cut list that is read here. Line {number} is “{first[:60]}”."
    return CutListError(problem, f"Read are: {'; '.join(reader.NAME for reader in READERS)}.")
