"""Markers of a timeline, as all formats are given them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from ..errors import SettingsError
from .timebase import Timebase

_JOINERS = "\u200c\u200d"
"""Not shown themselves, but words and pictures of people are made with them."""


@dataclass(frozen=True, slots=True)
class Marker:
    start: int
    """Frame of the timeline, from 0."""
    frames: int
    """How long it is, 1 or more."""
    name: str
    note: str
    emotion: str | None
    """The label that gives its colour; None: not enough faces, or not film."""

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
    """The film's file name, as it is."""
    timebase: Timebase
    """Of the timeline; the film lies in it from the first frame on."""
    frames: int
    """The film's length in frames of the timeline."""
    own: Timebase
    """Of the film itself."""
    own_frames: int
    """The film's length in its own frames."""
    width: int
    height: int
    """Of the picture as it is displayed, in square pixels."""
    labels: tuple[str, ...]
    """Of the checkpoint."""
    source: str
    """What read the faces, in one line."""
    scenes: tuple[Marker, ...]
    """Every scene of a frame or more, each to the beginning of the next."""
    markers: tuple[Marker, ...]
    """Ascending by start, no two at the same frame."""

    @property
    def film(self) -> str:
        """The film's name, to be shown."""
        return one_line(self.file)

    @property
    def reference(self) -> str:
        """The film's name as a relative URL: where it lies is nobody else's business."""
        return quote(self.file.encode("utf-8", "replace"))


def one_line(text: str) -> str:
    """`text` without line breaks, tabs and other characters that are not shown."""
    return " ".join("".join(c if c.isprintable() or c in _JOINERS else " " for c in text).split())
