"""Letterbox and pillarbox: detection of black bars, and the picture within them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

import cv2
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from ..decoding import Decoder
from ..errors import DamagedFilm, NotAFilm
from ..media import Media, OtherBars, media_at_frame, shape_of
from .downscale import analysis_picture, analysis_size

SAMPLES = 16
"""Keyframes to examine, spread evenly over the film."""
MIN_KEYFRAMES = 5
"""With fewer keyframes, SAMPLES frames are examined instead, for which all frames are decoded."""
MAX_FRAMES = 1000
"""Greatest length of a film whose frames are all decoded; without keyframes a longer one has no bars."""
MIN_PICTURES = 3
"""Least number of pictures that decide on bars, for shapes other than the first frame's."""
BLACK = 24
"""Greatest luma of a pixel in a bar, 0 to 255: allows for coding noise, and for bars lifted by a grade."""
MAX_LIT_SHARE = 0.005
"""Greatest share of brighter pixels in a row or column of a bar."""
MIN_EDGE_SHARE = 0.5
"""Least share of lit pixels in a row next to a bar, on pictures that show the bar's edge."""
MIN_MEAN_LUMA = 16.0
"""Least mean luma, 0 to 255, of a picture that shows edges."""
MIN_BAR_SHARE = 0.01
"""Least width of a bar, as a share of the frame's side."""
MAX_BARS_SHARE = 0.5
"""Greatest share of the frame's width, and of its height, that bars take."""

Rectangle = tuple[int, int, int, int]
"""Left, top, width, height in pixels."""


def media_with_bars(decoder: Decoder) -> Media:
    """The film's facts with the picture within its black bars, for frames of each shape.

    Bars hold for the whole film and are decided from SAMPLES pictures: what is lit on any of them belongs to the
    picture. Shapes other than the first frame's have bars only if MIN_PICTURES show them. A film that cannot be read
    here has none; the scan will report the damage.
    """
    media = decoder.media
    detectors: defaultdict[_ShapeKey, BarDetector] = defaultdict(BarDetector)
    try:
        for picture in decoder.keyframes(SAMPLES):
            if not picture.is_corrupt:  # a corrupt one shows remains of other frames
                detectors[_shape_key(picture, media)].add(_luma(picture))
        if sum(detector.count for detector in detectors.values()) < MIN_KEYFRAMES:
            frames = media.frames_from_header or round(media.duration * media.rate)
            if frames > MAX_FRAMES:
                return media
            for frame in decoder.frames():
                if frame.index % max(1, frames // SAMPLES) == 0:
                    detectors[_shape_key(frame.picture, media)].add(_luma(frame.picture))
    except (DamagedFilm, NotAFilm):
        return media
    first = detectors.pop((media.width, media.height, media.pixel_aspect), BarDetector())
    active_areas = {
        key: detector.within_bars() for key, detector in detectors.items() if detector.count >= MIN_PICTURES
    }
    others = tuple(OtherBars(*key, active) for key, active in active_areas.items() if active is not None)
    return replace(media, active=first.within_bars(), other_bars=others)


_ShapeKey = tuple[int, int, Fraction]
"""Coded width and height of a frame, and its pixel aspect."""


def _shape_key(picture: VideoFrame, media: Media) -> _ShapeKey:
    shape = shape_of(picture, media)
    return shape.width, shape.height, shape.pixel_aspect


def _luma(picture: VideoFrame) -> NDArray[np.uint8]:
    return np.asarray(picture.to_ndarray(format="gray"), dtype=np.uint8)


class BarDetector:
    """Shares of lit pixels in the rows and columns of several pictures, and the bars that they have in common."""

    def __init__(self) -> None:
        self._rows: list[NDArray[np.float64]] = []
        self._columns: list[NDArray[np.float64]] = []
        self._bright: list[bool] = []

    @property
    def count(self) -> int:
        return len(self._bright)

    def add(self, luma: NDArray[np.uint8]) -> None:
        """Add a picture, luma (h, w); all have the same size."""
        height, width = luma.shape
        lit = (luma > BLACK).view(np.uint8)
        self._rows.append(cv2.reduce(lit, 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S)[:, 0] / width)
        self._columns.append(cv2.reduce(lit, 0, cv2.REDUCE_SUM, dtype=cv2.CV_32S)[0] / height)
        self._bright.append(cv2.mean(luma)[0] >= MIN_MEAN_LUMA)

    def within_bars(self) -> Rectangle | None:
        """The area within the bars that all pictures have; None for the whole frame.

        Bars are black on all pictures and end on a straight line: on a third or more of the bright pictures, most of
        the row next to the bar is lit. The edge of a dark object is not straight, or not on all pictures.
        """
        if not any(self._bright):
            return None
        rows, columns, bright = np.array(self._rows), np.array(self._columns), np.array(self._bright)
        height, width = rows.shape[1], columns.shape[1]
        top, bottom = _edges(rows, bright, width)
        left, right = _edges(columns, bright, height)
        # The row next to a bar can be lit only between the bars of the other direction.
        top, bottom = _edges(rows * width / (right - left), bright, right - left)
        left, right = _edges(columns * height / (bottom - top), bright, bottom - top)
        if (left, top, right, bottom) == (0, 0, width, height):
            return None
        return left, top, right - left, bottom - top


def _edges(lit: NDArray[np.float64], bright: NDArray[np.bool_], across: int) -> tuple[int, int]:
    """First line of the picture and the line after its last; `lit` (pictures, lines) is the share of lit pixels."""
    lines = lit.shape[1]
    lit_lines = np.flatnonzero((lit > max(MAX_LIT_SHARE, 1.5 / across)).any(axis=0))
    if not len(lit_lines):
        return 0, lines
    first, end = int(lit_lines[0]), int(lit_lines[-1]) + 1
    if end - first < lines * (1 - MAX_BARS_SHARE):
        return 0, lines
    # The first line may be half bar, or blurred into it.
    near = lit[bright]
    start = first if first >= lines * MIN_BAR_SHARE and _is_edge(near[:, first : first + 3]) else 0
    return start, end if lines - end >= lines * MIN_BAR_SHARE and _is_edge(near[:, end - 3 : end]) else lines


def _is_edge(lit: NDArray[np.float64]) -> bool:
    """Whether lines next to a bar, (pictures, lines), are lit over most of their length on a third of the pictures."""
    return bool((lit.max(axis=1) >= MIN_EDGE_SHARE).mean() >= 1 / 3)


def crop_to_active(media: Media, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The part of `picture` (h, w, …), of coded shape at any scale, within the film's bars; a view."""
    if media.active is None:
        return picture
    left, top, width, height = media.active
    down, across = picture.shape[0] / media.height, picture.shape[1] / media.width
    # Rounded inward, so that no line is partly bar.
    rows = slice(int(np.ceil(top * down)), max(int(np.ceil(top * down)) + 1, int((top + height) * down)))
    columns = slice(int(np.ceil(left * across)), max(int(np.ceil(left * across)) + 1, int((left + width) * across)))
    return picture[rows, columns]


def analysis_picture_within_bars(picture: VideoFrame, film: Media) -> NDArray[np.uint8]:
    """The analysis picture of a frame within its bars, BGR (h, w, 3), of one size for the whole film.

    A frame of another shape than the first frame's is scaled to that size, so that successive frames can be compared.
    """
    media = media_at_frame(picture, film)
    small = crop_to_active(media, analysis_picture(picture))
    if media is film:
        return small
    width, height = _size_within(film)
    if small.shape[:2] == (height, width):
        return small
    shrinks = small.shape[0] >= height and small.shape[1] >= width
    interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(small, (width, height), interpolation=interpolation), dtype=np.uint8)


@lru_cache(maxsize=2)
def _size_within(film: Media) -> tuple[int, int]:
    """Width and height of the pictures of analysis_picture_within_bars."""
    width, height = analysis_size(film.width, film.height)
    within = crop_to_active(film, np.empty((height, width), dtype=np.uint8))
    return within.shape[1], within.shape[0]
