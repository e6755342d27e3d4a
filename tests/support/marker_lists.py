"""Marker lists written by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from emotion_core.interchange import Marker, MarkerList, timebase_of
from emotion_core.media import Media


def marker_list(
    film: Media, starts: list[int], *, points: bool = False, skipped: int = 0, starts_at: str | None = None
) -> MarkerList:
    """The film's scenes; of the markers the first `skipped` are left out, and the timeline may begin at `starts_at`."""
    own = timebase_of(film)
    base = timebase_of(film, starts_at=starts_at)
    length = int(film.duration * film.rate)
    scenes = tuple(
        Marker(a, b - a, f"{number} happy 88 %", "a note; 3 usable faces", "happy" if number % 2 else None)
        for number, (a, b) in enumerate(pairwise([*starts, length]), start=1)
    )
    markers = tuple(replace(scene, frames=1) if points else scene for scene in scenes[skipped:])
    return MarkerList(
        "cut 7.mov", base, length, own, length, 1920, 1080, ("happy", "sad"), "read by tests", scenes, markers
    )
