"""The shape of each frame: a film's size, pixel aspect and pixel format may change while it runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from av.video.frame import VideoFrame

from .media import Media

FULL_RANGE = 2
"""FFmpeg's AVCOL_RANGE_JPEG: black is 0, white is 255."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a frame is coded."""

    width: int
    """Pixels, as coded."""
    height: int
    pixel_aspect: Fraction
    """Width of a pixel / its height."""
    pixel_format: str
    """FFmpeg's name, "yuv420p", with " full range" where black is 0."""

    def of(self, film: Media) -> Media:
        """The facts that hold for a frame of this shape."""
        return film.at(self.width, self.height, self.pixel_aspect)


@dataclass(frozen=True, slots=True)
class ShapeFrom:
    """From which frame on a film has a shape."""

    frame: int
    shape: Shape


def shape_of(picture: VideoFrame, film: Media) -> Shape:
    """The shape of a decoded frame of `film`."""
    aspect = picture.opaque if isinstance(picture.opaque, Fraction) else film.pixel_aspect  # see pixel_aspect
    # A decoder that meets full range as it goes keeps the name it began with; one that begins there has another.
    name = picture.format.name.replace("yuvj", "yuv")
    full = " full range" if picture.color_range == FULL_RANGE else ""
    return Shape(picture.width, picture.height, aspect, name + full)


def media_of(picture: VideoFrame, film: Media) -> Media:
    """The facts that hold for a decoded frame: those of `film`, but for its own size, aspect and bars."""
    if picture.width == film.width and picture.height == film.height and picture.opaque is None:
        return film  # as almost every frame is
    return shape_of(picture, film).of(film)


def changes(runs: Iterable[ShapeFrom]) -> tuple[ShapeFrom, ...]:
    """Of runs in the order of their frames those that begin with another shape than the one before ends with."""
    out: list[ShapeFrom] = []
    for run in runs:
        if not out or run.shape != out[-1].shape:
            out.append(run)
    return tuple(out)
