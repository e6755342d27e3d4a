"""The input of readers: a file's bytes, and its text by the one rule of decoding that page and terminal share."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from ...errors import CutListError

MAX_BYTES = 64 * 1024**2
"""Largest cut list; a feature film's richest list is a tenth of it."""
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like UTF-16's, so it is tried first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEAD = 4096
"""Bytes in which zeros reveal UTF-16 without a byte order mark; characters in which a format is recognised."""
MAX_CHARACTERS = 8 * 1024**2
"""Longest text that is split into lines."""
MAX_LINES = 300_000
_LINE_END = re.compile(r"\r\n|\r|\n")
_CODE_PAGE_NOTE = (
    "The list is not Unicode text; it was read in Western Windows' code page (1252). Look at letters with accents."
)


@dataclass(frozen=True, slots=True)
class Content:
    """A file as readers get it."""

    raw: bytes
    name: str = ""
    """The file's name, for messages; empty where it has none."""
    track: str | None = None
    """The requested picture track, by name or number; None for the first."""
    text: str | None = None
    """The text without byte order mark; None for binary content."""
    notes: tuple[str, ...] = ()
    """What decoding assumed."""

    @property
    def lines(self) -> list[str]:
        """Lines of the text without white space at their ends; empty for binary content."""
        return [line.strip() for line in self.whole_lines]

    @property
    def whole_lines(self) -> list[str]:
        """Lines with white space at their ends, where tabs are cells; CR, LF or both end a line.

        Raises CutListError for too long a text.
        """
        text = self.text or ""
        if len(text) > MAX_CHARACTERS or max(text.count("\n"), text.count("\r")) > MAX_LINES:
            raise CutListError("The text is too long for a cut list.", "Is it another file?")
        return _LINE_END.split(text)

    @property
    def head(self) -> str:
        """The beginning of the text, long enough to recognise a format."""
        return (self.text or "")[:_HEAD]


def decode(raw: bytes, name: str = "", track: str | None = None) -> Content:
    """Decode a file's bytes. Raises CutListError for a file that is empty or too large.

    The encoding is that of the byte order mark; else UTF-16 where every other byte at the beginning is zero; else
    UTF-8; else Windows' code page 1252, with a note. Other bytes with zeros are binary.
    """
    if len(raw) > MAX_BYTES:
        raise CutListError(
            f"The cut list has {len(raw) / 1024**2:,.0f} MB.",
            f"Lists of up to {MAX_BYTES // 1024**2} MB are read. Is it the film itself?",
        )
    if not raw.strip():
        raise CutListError("The cut list is empty.", "Write one line a scene: a timecode or frame, then a name.")
    for mark, encoding in _BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            return Content(raw, name, track, raw[len(mark) :].decode(encoding, "replace"))
    start = raw[:_HEAD]
    for high_bytes, encoding in ((start[1::2], "utf-16-le"), (start[0::2], "utf-16-be")):
        if high_bytes and high_bytes.count(0) > 0.8 * len(high_bytes) and start.count(0) < 0.6 * len(start):
            return Content(raw, name, track, raw.decode(encoding, "replace"))
    if 0 in start:
        return Content(raw, name, track)
    try:
        return Content(raw, name, track, raw.decode("utf-8"))
    except UnicodeDecodeError:
        return Content(raw, name, track, raw.decode("cp1252", "replace"), (_CODE_PAGE_NOTE,))
