"""The formats of lists that are moved, and the one way from a file's bytes to those for the second cut."""

from __future__ import annotations

from typing import Protocol

from ...errors import CutListError, EmotionError
from ..marker_list import one_line
from ..readers.content import Content, decode
from . import edl, otio, subtitles, table
from .cuts import TwoCuts
from .moves import MovedList
from .tools import aaf, ale, fcpxml, xmeml


class ListMover(Protocol):
    """Moves lists of one format. Each is a module with these names."""

    def sniff(self, content: Content) -> bool:
        """Whether a file is of this format."""
        ...

    def move(self, content: Content, cuts: TwoCuts, *, every: bool = False) -> MovedList:
        """The list for the second cut. Raises CutListError for one that does not fit the first."""
        ...


MOVERS: tuple[ListMover, ...] = (aaf, fcpxml, xmeml, otio, subtitles, ale, table, edl)
"""In the order in which they are tried."""
LIST_SUFFIXES = (
    ".aaf", ".ale", ".csv", ".edl", ".fcpxml", ".otio", ".otioz", ".srt", ".tsv", ".txt", ".vtt", ".xml",
)  # fmt: skip
"""What a file picker offers; formats are recognised by content."""
FORMAT_NAMES = (
    "EDL, OpenTimelineIO, FCPXML, Final Cut Pro 7's and Premiere Pro's XML, AAF (written as OpenTimelineIO), ALE, CSV "
    "with columns of frames, timecode or times, Premiere Pro's and Avid's markers, WebVTT, SRT"
)


def conform_list(raw: bytes, name: str, cuts: TwoCuts, *, every: bool = False) -> MovedList:
    """A list of the first cut for the second.

    With `every`, markers and texts stand at every place of the second cut that shows their footage; else at the one
    that is in order. Raises CutListError for a file of no such format, for an empty list, and for one that does not fit
    the first film.
    """
    content = decode(raw, name)
    try:
        mover = next((mover for mover in MOVERS if mover.sniff(content)), None)
        if mover is None:
            file = f"“{one_line(name)}”" if name else "The file"
            raise CutListError(f"{file} is no list that can be moved.", f"Moved are: {FORMAT_NAMES}.")
        moved = mover.move(content, cuts, every=every)
    except EmotionError as error:  # its text may quote the file
        raise CutListError(one_line(error.problem), one_line(error.advice)) from error
    except (RecursionError, MemoryError) as error:
        raise CutListError("The list is nested too deeply or too large to be read.", "Export it anew.") from error
    if not moved.moves:
        raise CutListError("The list is empty.", "Export it anew.")
    return moved
