"""Markers of a timeline, as all formats are given them."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import SettingsError
from .timebase import Timebase


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

    film: str
    """The film's file name."""
    timebase: Timebase
    frames: int
    """The film's length in frames of the timeline."""
    width: int
    height: int
    """Of the picture as it is displayed, in square pixels."""
    labels: tuple[str, ...]
    """Of the checkpoint: colours depend on which labels there are."""
    source: str
    """What read the faces, in one line."""
    scenes: tuple[Marker, ...]
    """Every scene, one after the other."""
    markers: tuple[Marker, ...]
    """Ascending by start, no two at the same frame."""


def one_line(text: str) -> str:
    """`text` without line breaks, tabs and other characters that are not shown."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
