"""Letterbox and pillarbox bars: where a film's picture lies within its frame."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

import cv2
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from ..decoding.decoder import Decoder
from ..errors import DamagedFilm, NotAFilm
from ..media.frame_shape import media_of, shape_of
from ..media.media import Media, OtherBars
from .downscale import scored_picture, scored_size

PLACES = 16
"""Pictures that are looked at, spread evenly over the film: the keyframes there."""
FEWEST = 5
"""With fewer keyframes every frame is decoded to reach the places …"""
LONGEST = 1000
"""… in a film of up to so many frames; a longer one is taken whole."""
SURE = 3
"""Fewer pictures of another shape than the first frame's do not say where bars are."""
BLACK = 24
"""Luma, 0 to 255, up to which a pixel of a bar may go: coding noise, and bars lifted by a grade."""
STRAY = 0.005
"""Share of a row's (column's) pixels that may be brighter and it still be bar."""
STRAIGHT = 0.5
"""Share of a row's pixels that are picture right at a bar's edge, on pictures that show where it is."""
DARK = 16.0
"""A picture with a lower mean luma, 0 to 255, shows no edges."""
LEAST = 0.01
"""Narrower black, as a share of the frame's side, is an edge and no bar."""
MOST = 0.5
"""Bars take at most this share of the frame's width, and of its height."""

Rectangle = tuple[int, int, int, int]
"""Left, top, width, height in pixels."""


def with_bars(decoder: Decoder) -> Media:
    """The film's facts with where its picture lies within black bars, for the frames of each shape.

    Decided for the whole film from pictures at PLACES; what is picture on any of them is picture. Frames of another
    shape than the first one's are taken whole where fewer than SURE pictures show them. A film that cannot be read so
    far is taken whole: the pass will say what is wrong with it.
    """
    media = decoder.media
    seen: defaultdict[_Form, Glances] = defaultdict(Glances)
    try:
        for picture in decoder.keyframes(PLACES):
            if not picture.is_corrupt:  # else concealed with whatever was there
                seen[_form(picture, media)].add(_luma(picture))
        if sum(glances.count for glances in seen.values()) < FEWEST:
            frames = media.frames_from_header or round(media.duration * media.rate)
            if frames > LONGEST:
                return media
            for frame in decoder.frames():
                if frame.index % max(1, frames // PLACES) == 0:
                    seen[_form(frame.picture, media)].add(_luma(frame.picture))
    except (DamagedFilm, NotAFilm):
        return media
    first = seen.pop((media.width, media.height, media.pixel_aspect), Glances())
    sure = {form: glances.within_bars() for form, glances in seen.items() if glances.count >= SURE}
    others = tuple(OtherBars(*form, active) for form, active in sure.items() if active is not None)
    return replace(media, active=first.within_bars(), other_bars=others)


_Form = tuple[int, int, Fraction]
"""Of a frame: width and height as coded, pixel aspect."""


def _form(picture: VideoFrame, media: Media) -> _Form:
    shape = shape_of(picture, media)
    return shape.width, shape.height, shape.pixel_aspect


def _luma(picture: VideoFrame) -> NDArray[np.uint8]:
    return np.asarray(picture.to_ndarray(format="gray"), dtype=np.uint8)


class Glances:
    """What some pictures of a film have in common: which of their lines are lit, and how far."""

    def __init__(self) -> None:
        self._rows: list[NDArray[np.float64]] = []
        self._columns: list[NDArray[np.float64]] = []
        self._bright: list[bool] = []

    @property
    def count(self) -> int:
        return len(self._bright)

    def add(self, luma: NDArray[np.uint8]) -> None:
        """One more picture, luma (h, w) of one size."""
        height, width = luma.shape
        lit = (luma > BLACK).view(np.uint8)
        self._rows.append(cv2.reduce(lit, 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S)[:, 0] / width)
        self._columns.append(cv2.reduce(lit, 0, cv2.REDUCE_SUM, dtype=cv2.CV_32S)[0] / height)
        self._bright.append(cv2.mean(luma)[0] >= DARK)

    def within_bars(self) -> Rectangle | None:
        """The picture within bars common to all pictures, or None for the whole frame.

        Bars are black on all of them and end on a straight line: on a third or more of those bright enough, most of the
        row next to the bar is picture. The edge of something dark in a picture is not straight, or not always there.
        """
        if not any(self._bright):
            return None
        rows, columns, bright = np.array(self._rows), np.array(self._columns), np.array(self._bright)
        height, width = rows.shape[1], columns.shape[1]
        top, bottom = _edges(rows, bright, width)
        left, right = _edges(columns, bright, height)
        # A bar's neighbour is lit as far as the other pair of bars leaves it: measured against what they leave.
        top, bottom = _edges(rows * width / (right - left), bright, right - left)
        left, right = _edges(columns * height / (bottom - top), bright, bottom - top)
        if (left, top, right, bottom) == (0, 0, width, height):
            return None
        return left, top, right - left, bottom - top


def _edges(lit: NDArray[np.float64], bright: NDArray[np.bool_], across: int) -> tuple[int, int]:
    """First line of picture and the line after its last, by the share of each line that is lit: (pictures, lines)."""
    lines = lit.shape[1]
    picture = np.flatnonzero((lit > max(STRAY, 1.5 / across)).any(axis=0))
    if not len(picture):
        return 0, lines
    first, end = int(picture[0]), int(picture[-1]) + 1
    if end - first < lines * (1 - MOST):
        return 0, lines
    # The line itself may be half bar, or blurred into it.
    near = lit[bright]
    start = first if first >= lines * LEAST and _straight(near[:, first : first + 3]) else 0
    return start, end if lines - end >= lines * LEAST and _straight(near[:, end - 3 : end]) else lines


def _straight(lit: NDArray[np.float64]) -> bool:
    """Whether the lines at an edge, (pictures, lines), are picture along most of it on enough of the pictures."""
    return bool((lit.max(axis=1) >= STRAIGHT).mean() >= 1 / 3)


def active_of(media: Media, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The part of `picture` within the film's bars: a view. `picture` is of coded shape at any scale, (h, w, …)."""
    if media.active is None:
        return picture
    left, top, width, height = media.active
    down, across = picture.shape[0] / media.height, picture.shape[1] / media.width
    # Inward: a line that is half bar would be bar in part of the scores.
    rows = slice(int(np.ceil(top * down)), max(int(np.ceil(top * down)) + 1, int((top + height) * down)))
    columns = slice(int(np.ceil(left * across)), max(int(np.ceil(left * across)) + 1, int((left + width) * across)))
    return picture[rows, columns]


def scored_within_bars(picture: VideoFrame, film: Media) -> NDArray[np.uint8]:
    """What cuts are decided on: a frame's small picture within its bars, BGR (h, w, 3), of one size for the whole film.

    A frame of another shape than the first one's is brought to the first one's size, so that what is measured from one
    frame to the next is what they show.
    """
    own = media_of(picture, film)
    small = active_of(own, scored_picture(picture))
    if own is film:
        return small
    width, height = _size_within(film)
    if small.shape[:2] == (height, width):
        return small
    shrinks = small.shape[0] >= height and small.shape[1] >= width
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(small, (width, height), interpolation=how), dtype=np.uint8)


@lru_cache(maxsize=2)
def _size_within(film: Media) -> tuple[int, int]:
    """Width and height of what scored_within_bars gives."""
    width, height = scored_size(film.width, film.height)
    within = active_of(film, np.empty((height, width), dtype=np.uint8))
    return within.shape[1], within.shape[0]
