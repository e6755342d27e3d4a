"""Size, pixel aspect, pixel format and orientation of a decoded frame; all but the last may change within a film."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from .media import Media

if TYPE_CHECKING:  # stored shapes are read without it
    from av.video.frame import VideoFrame

FULL_RANGE = 2
"""FFmpeg's AVCOL_RANGE_JPEG: black is 0, white is 255."""


@dataclass(frozen=True, slots=True)
class FrameShape:
    """Size and format of a coded frame."""

    width: int
    """Coded pixels."""
    height: int
    pixel_aspect: Fraction
    """Width of a pixel / its height."""
    pixel_format: str
    """FFmpeg's name, "yuv420p", with " full range" where black is 0."""

    def media_for(self, film: Media) -> Media:
        """The facts of `film` as they hold for a frame of this shape."""
        return film.for_shape(self.width, self.height, self.pixel_aspect)


@dataclass(frozen=True, slots=True)
class ShapeChange:
    """The frame from which on a film has a shape."""

    frame: int
    shape: FrameShape


def shape_of(picture: VideoFrame, film: Media) -> FrameShape:
    """The shape of a decoded frame of `film`."""
    aspect = picture.opaque if isinstance(picture.opaque, Fraction) else film.pixel_aspect  # set by PixelAspectTracker
    # A decoder that begins at full range names the format yuvj…; one that meets it later keeps its first name.
    name = picture.format.name.replace("yuvj", "yuv")
    full = " full range" if picture.color_range == FULL_RANGE else ""
    return FrameShape(picture.width, picture.height, aspect, name + full)


def media_at_frame(picture: VideoFrame, film: Media) -> Media:
    """The facts of `film` as they hold for a decoded frame of it: with the frame's size, pixel aspect and bars."""
    if picture.width == film.width and picture.height == film.height and picture.opaque is None:
        return film  # the common case
    return shape_of(picture, film).media_for(film)


def shape_changes(runs: Iterable[ShapeChange]) -> tuple[ShapeChange, ...]:
    """The entries of `runs`, in frame order, whose shape differs from that of the entry before."""
    changes: list[ShapeChange] = []
    for run in runs:
        if not changes or run.shape != changes[-1].shape:
            changes.append(run)
    return tuple(changes)


def orientation_of(picture: VideoFrame) -> tuple[int, bool]:
    """Rotation for display, degrees counter-clockwise (0, 90, 180, 270), and whether the picture is mirrored first.

    The mirror is left to right, and the two give all eight orientations; any other angle becomes the nearest of them.
    They come from FFmpeg's AV_FRAME_DATA_DISPLAYMATRIX, the matrix of a track header in ISO/IEC 14496-12 (8.3.2): nine
    32-bit numbers a, b, u, c, d, v, x, y, w, which show a pixel at (p, q), q counted downwards, at
    (a p + c q + x, b p + d q + y).
    """
    from av.sidedata.sidedata import Type

    try:
        matrix = picture.side_data[Type.DISPLAYMATRIX]  # type: ignore[typeddict-item]  # the stub knows one kind
    except KeyError:
        return 0, False
    except ValueError:  # PyAV 18, if the frame has side data of an unknown kind
        return round(picture.rotation / 90) * 90 % 360, False
    return orientation_from_matrix(*(value / 65536 for value in _fixed_point(bytes(matrix))))


def orientation_from_matrix(a: float, b: float, c: float, d: float) -> tuple[int, bool]:
    """As orientation_of, from a, b, c and d of the matrix; zeros mean no change."""
    if abs(a) + abs(d) >= abs(b) + abs(c):
        orientations = {(False, False): (0, False), (True, True): (180, False), (True, False): (0, True)}
        return orientations.get((a < 0, d < 0), (180, True))
    orientations = {(True, False): (90, False), (False, True): (270, False), (False, False): (90, True)}
    return orientations.get((b < 0, c < 0), (270, True))


def _fixed_point(matrix: bytes) -> tuple[int, int, int, int]:
    """a, b, c and d of the matrix, 16.16 fixed point."""
    a, b, _, c, d, *_ = struct.unpack("=9i", matrix)
    return a, b, c, d
