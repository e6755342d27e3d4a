"""The formats that are read as cut lists, and the one way from a file's bytes to an EditList."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ...errors import CutListError, EmotionError
from ..marker_list import one_line
from . import content
from .content import Content
from .edit_list import EditList
from .lists import ale, by_hand, edl, marker_table, scene_table
from .timelines import aaf, fcpxml, otio, xmeml


@dataclass(frozen=True, slots=True)
class Reader:
    """One format."""

    name: str
    """In words, for messages and the page."""
    suffixes: tuple[str, ...]
    """Lower case with the full stop; what a file picker offers. A file is known by its content, not by these."""
    sniff: Callable[[Content], bool]
    """Whether a file is of this format."""
    read: Callable[[Content], EditList]
    """Raises CutListError."""


READERS = (
    Reader("AAF", (".aaf",), aaf.is_aaf, aaf.read),
    Reader("OpenTimelineIO", (".otio", ".otioz"), otio.is_otio, otio.read),
    Reader("FCPXML (Final Cut Pro, Resolve)", (".fcpxml",), fcpxml.is_fcpxml, fcpxml.read),
    Reader("Final Cut Pro 7 XML (Premiere Pro)", (".xml",), xmeml.is_xmeml, xmeml.read),
    Reader("ALE", (".ale",), ale.is_ale, ale.read),
    Reader("Premiere Pro's markers as CSV", (".csv", ".txt"), marker_table.is_premiere, marker_table.read_premiere),
    Reader("Avid's markers as text", (".txt",), marker_table.is_avid, marker_table.read_avid),
    Reader("CSV table of scenes (PySceneDetect, Resolve's edit index)", (".csv", ".tsv"), scene_table.is_table,
           scene_table.read),
    Reader("EDL (CMX 3600, Resolve's markers, Avid's locators)", (".edl",), edl.is_edl, edl.read),
    Reader("list by hand or of frame pairs (TransNetV2)", (".txt",), by_hand.is_by_hand, by_hand.read),
)  # fmt: skip
"""In the order in which they are tried."""
LONGEST_NAME = 500
"""Characters of a scene's name; what follows is left out."""
SUFFIXES = tuple(sorted({suffix for reader in READERS for suffix in reader.suffixes}))
"""Of all formats."""


def read_cut_list(raw: bytes, name: str = "", *, track: str | None = None) -> EditList:
    """What a file says, whatever its format.

    `name` is the file's name, for messages; `track` the picture track to read where there are several, by name or
    number, by default the first. Raises CutListError for what is no cut list, naming the formats that are read, and
    for one that cannot be read; nothing else is raised, whatever the bytes.
    """
    given = content.opened(raw, name, track)
    try:
        reader = next((reader for reader in READERS if reader.sniff(given)), None)
        if reader is None:
            raise _unknown(given)
        found = reader.read(given)
    except EmotionError as error:  # its words may quote the file
        raise CutListError(one_line(error.problem), one_line(error.advice)) from error
    except (RecursionError, MemoryError) as error:
        raise CutListError("The cut list is nested too deeply or too large to be read.", "Export it anew.") from error
    assumed = () if given.head.lstrip().startswith("<") else given.notes  # XML says its own encoding
    return replace(
        found,
        events=tuple(replace(event, name=one_line(event.name[:LONGEST_NAME])) for event in found.events),
        notes=tuple(map(one_line, (*assumed, *found.notes))),
    )


def _unknown(given: Content) -> CutListError:
    called = f"“{given.name}”" if given.name else "The file"
    if given.text is None or "\ufffd" in given.text:
        problem = f"{called} is no cut list that is read here: it is no text, and of no binary format that is known."
    else:
        told = ((at, line) for at, line in enumerate(given.lines, start=1) if line and not line.startswith("#"))
        number, first = next(told, (0, ""))
        if not number:
            return CutListError("The cut list is empty.", "Write one line a scene: a timecode or frame, then a name.")
        problem = f"{called} is no cut list that is read here. Line {number} is “{first[:60]}”."
    return CutListError(problem, f"Read are: {'; '.join(reader.name for reader in READERS)}.")
