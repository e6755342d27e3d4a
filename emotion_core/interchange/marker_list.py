"""Markers of a timeline, the input of every writer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from ..errors import SettingsError
from .timebase import Timebase

_JOINERS = "\u200c\u200d"
"""Invisible characters that some words and pictures of people need."""


Side = Literal["before", "after"]
"""Which of two cuts is marked with what changed."""
MIXED = "mixed"
"""Takes the place of a label for the colour of a scene whose dominant expression is mixed."""
NOTE = "note"
"""Takes the place of a label for the colour of an editor's note."""


@dataclass(frozen=True, slots=True)
class Marker:
    start: int
    """Frame of the timeline, from 0."""
    frames: int
    """Length, 1 or more."""
    name: str
    note: str
    emotion: str | None
    """Label that decides the colour; MIXED where two lead; NOTE; None without enough faces, or where it is not film."""

    def __post_init__(self) -> None:
        if self.start < 0 or self.frames < 1:
            raise SettingsError(f"A marker at frame {self.start}, {self.frames} frames long, is none.")

    @property
    def end(self) -> int:
        """The frame after its last one."""
        return self.start + self.frames


@dataclass(frozen=True, slots=True)
class MarkerList:
    """Markers of one film, and the scenes that it consists of."""

    file: str
    """The film's file name, unchanged."""
    timebase: Timebase
    """Timebase of the timeline; the film begins at its first frame."""
    frames: int
    """The film's length in frames of the timeline."""
    own: Timebase
    """Timebase of the film itself."""
    own_frames: int
    """The film's length in its own frames."""
    width: int
    height: int
    """Of the picture as displayed, in square pixels."""
    labels: tuple[str, ...]
    """The checkpoint's labels."""
    source: str
    """Model, engine and temperature, in one line."""
    scenes: tuple[Marker, ...]
    """Every scene of a frame or more, each up to the beginning of the next."""
    markers: tuple[Marker, ...]
    """Ascending by start, no two at the same frame."""
    notes: tuple[Marker, ...] = ()
    """The editor's notes, for formats without markers; `markers` has them too, if they are wanted."""

    @property
    def film(self) -> str:
        """The film's name for display."""
        return one_line(self.file)

    @property
    def reference(self) -> str:
        """The film's name as a relative URL: the folder is private and is never written."""
        return quote(self.file.encode("utf-8", "replace"))


def one_line(text: str) -> str:
    """`text` without line breaks, tabs and other unprintable characters."""
    return " ".join("".join(c if c.isprintable() or c in _JOINERS else " " for c in text).split())
