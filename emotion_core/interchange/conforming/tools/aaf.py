"""Avid's AAF of the first cut, as OpenTimelineIO for the second: nothing free writes an AAF that Avid surely reads."""

from __future__ import annotations

from dataclasses import replace

from ...readers.content import Content
from ...readers.timelines import aaf
from .. import otio
from ..cuts import TwoCuts
from ..moves import MovedList

_NOTE = (
    "An AAF is not written: the list is OpenTimelineIO, which editing tools take, with all that was read of the AAF."
)


def sniff(content: Content) -> bool:
    return aaf.sniff(content)


def move(content: Content, cuts: TwoCuts, *, every: bool = False) -> MovedList:
    """The composition for the second cut. Raises CutListError for one that cannot be read or does not fit the first."""
    text = aaf.as_otio(content)
    moved = otio.move(Content(text.encode(), content.name, content.track, text), cuts, every=every)
    return replace(moved, notes=(_NOTE, *moved.notes))
