"""What every writer has: the record of its format, and the marker colours of its editing tool."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ...labels import canonical
from ..marker_list import MIXED, NOTE, MarkerList


class MarkerWriter(Protocol):
    """Encodes a marker list in one format."""

    def __call__(self, marker_list: MarkerList, /) -> bytes:
        """Return the content of one file. Raises SettingsError for a list that the format cannot hold."""
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """An export format, with everything that pages and the command line need to know about it."""

    name: str
    """Name on the command line."""
    title: str
    suffix: str
    """Lower case, with the full stop."""
    mime: str
    how: str
    """How to import it into an editing tool, in a sentence or two."""
    content: str
    """What a file holds, in one word for its name: two formats may share a suffix."""
    write: MarkerWriter
    max_entries: int | None = None
    """Most markers or scenes of one file; a longer list becomes several files."""
    has_every_scene: bool = False
    """Whether it holds every scene, whichever were chosen for markers."""
    has_durations: bool = True
    """Whether its markers can be as long as their scenes."""


@dataclass(frozen=True, slots=True)
class Palette:
    """An editing tool's names or numbers of marker colours, one an expression, close to the colours of the charts."""

    sad: str
    disgust: str
    angry: str
    neutral: str
    fear: str
    surprise: str
    happy: str
    contempt: str
    mixed: str
    """Pale; that of neutral where the tool has no other."""
    note: str
    """For an editor's note."""
    none: str
    """For scenes without enough faces and scenes that are not film; differs from neutral."""

    def colour(self, emotion: str | None) -> str:
        """Colour of a checkpoint's label, MIXED or NOTE; `none` for None and a label that is no known expression."""
        if emotion == MIXED:
            return self.mixed
        if emotion == NOTE:
            return self.note
        expression = None if emotion is None else canonical(emotion)
        colour: str = getattr(self, expression or "none")
        return colour
