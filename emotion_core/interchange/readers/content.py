"""A file as readers are given it: its bytes, and its text by the one rule of decoding that page and terminal share."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from ...errors import CutListError

MOST_BYTES = 64 * 1024**2
"""A feature film's richest list is a tenth of it."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins as UTF-16's does, so it is tried before
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LOOKED_AT = 4096
"""Bytes whose zeros tell UTF-16 without a byte order mark."""
MOST_TEXT = 8 * 1024**2
"""Characters of a list in lines."""
MOST_LINES = 300_000
_LINE_END = re.compile(r"\r\n|\r|\n")
_CODE_PAGE_NOTE = (
    "The list is not Unicode text; it was read in Western Windows' code page (1252). Look at letters with accents."
)


@dataclass(frozen=True, slots=True)
class Content:
    """What a reader reads."""

    raw: bytes
    name: str = ""
    """The file's name, for messages and its suffix; empty where it has none."""
    track: str | None = None
    """The picture track that is asked for, by name or number; None for the first."""
    text: str | None = None
    """Without byte order mark; None for binary content."""
    notes: tuple[str, ...] = ()
    """What was assumed in decoding."""

    @property
    def lines(self) -> list[str]:
        """Lines of the text at CR, LF or both, without white space at their ends; none of binary content."""
        return [line.strip() for line in self.whole_lines]

    @property
    def whole_lines(self) -> list[str]:
        """Lines with the white space at their ends, where tabs are cells. Raises CutListError for too long a text."""
        text = self.text or ""
        if len(text) > MOST_TEXT or max(text.count("\n"), text.count("\r")) > MOST_LINES:
            raise CutListError("The text is too long for a cut list.", "Is it another file?")
        return _LINE_END.split(text)

    @property
    def head(self) -> str:
        """The begin of the text, enough to recognise a format by."""
        return (self.text or "")[:_LOOKED_AT]


def opened(raw: bytes, name: str = "", track: str | None = None) -> Content:
    """Bytes as content, decoded. Raises CutListError for a file that is empty or too large.

    The text is what a byte order mark says; else UTF-16 where every other byte at the begin is zero; else UTF-8; else
    Windows' code page 1252, with a note. Bytes with zeros that are none of the first are binary.
    """
    if len(raw) > MOST_BYTES:
        raise CutListError(
            f"The cut list has {len(raw) / 1024**2:,.0f} MB.",
            f"Lists of up to {MOST_BYTES // 1024**2} MB are read. Is it the film itself?",
        )
    if not raw.strip():
        raise CutListError("The cut list is empty.", "Write one line a scene: a timecode or frame, then a name.")
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return Content(raw, name, track, raw[len(mark) :].decode(encoding, "replace"))
    start = raw[:_LOOKED_AT]
    for zeros, encoding in ((start[1::2], "utf-16-le"), (start[0::2], "utf-16-be")):
        if zeros and zeros.count(0) > 0.8 * len(zeros) and start.count(0) < 0.6 * len(start):
            return Content(raw, name, track, raw.decode(encoding, "replace"))
    if 0 in start:
        return Content(raw, name, track)
    try:
        return Content(raw, name, track, raw.decode("utf-8"))
    except UnicodeDecodeError:
        return Content(raw, name, track, raw.decode("cp1252", "replace"), (_CODE_PAGE_NOTE,))
