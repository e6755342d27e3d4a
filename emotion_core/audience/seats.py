"""The seats of a room's recording: people who watch a film stay where they sit, so their faces form clusters.

A seat begins where most faces lie within half a side of a face, taken again and again until what is left is too little
(mode seeking on the faces themselves, as in mean shift with a flat kernel: Fukunaga and Hostetler 1975). Faces are then
given to the nearest seat, at most one of a frame to each, and the seats' places are computed again as medians.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .records import Floats
from .viewer_faces import Ints, ViewerFaces

LEAST_PRESENCE = 0.1
"""Least share of the sampled frames on which a seat has a face: who passes by has none."""
_KERNEL = 0.5
"""Radius, in sides of a face, within which faces count for where a seat begins."""
_OWN = 1.25
"""Radius, in sides of a face, within which faces are a seat's: heads move by about their own width."""
_MERGE = 1.5
"""Two seats nearer to each other than this, in sides, are one person who moved, unless both are seen at once."""
_TOGETHER = 0.1
"""Share of the rarer one's frames on which two such seats may be seen together: the detector may see one face twice."""
_MOST = 2_500
"""Faces, evenly drawn from all frames, among which seats are looked for."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in the picture where one viewer's face stays."""

    number: int
    """From 1, from left to right."""
    x: float
    """Of the place, in heights of the picture from its left edge."""
    y: float
    side: float
    """Of the face, in heights of the picture."""
    presence: float
    """Share of the sampled frames with a usable face there."""


def find_seats(faces: ViewerFaces) -> tuple[Seat, ...]:
    """The seats of a recording, from left to right; none without a face that stays."""
    if not len(faces):
        return ()
    places, sides = _begin(faces)
    if not len(places):
        return ()
    for _ in range(2):
        seat = _assign(faces, places, sides)
        places, sides = _medians(faces, seat, places, sides)
    places, sides = _merged(faces, places, sides)
    seat = _assign(faces, places, sides)
    presence = np.bincount(seat[seat >= 0], minlength=len(places)) / faces.samples
    kept = np.flatnonzero(presence >= LEAST_PRESENCE)
    kept = kept[np.lexsort((places[kept, 1], places[kept, 0]))]
    return tuple(
        Seat(number, float(places[i, 0]), float(places[i, 1]), float(sides[i]), float(presence[i]))
        for number, i in enumerate(kept, start=1)
    )


def rows_of_seat(faces: ViewerFaces, seats: tuple[Seat, ...], number: int) -> Ints:
    """The rows of one seat's faces, at most one a frame; none if there is no such seat."""
    places = np.array([(seat.x, seat.y) for seat in seats], dtype=np.float64).reshape(-1, 2)
    sides = np.array([seat.side for seat in seats], dtype=np.float64)
    return np.flatnonzero(_assign(faces, places, sides) == number - 1)


def _begin(faces: ViewerFaces) -> tuple[Floats, Floats]:
    """Places (k, 2) and sides (k,) where faces lie densest, the densest first."""
    step = max(1, -(-len(faces) // _MOST))
    few = faces.select(np.arange(0, len(faces), step))
    near = _distances(few.centre, few.centre) <= _KERNEL * np.minimum(few.side[:, None], few.side[None, :])
    left = np.ones(len(few), dtype=np.bool_)
    least = max(2.0, LEAST_PRESENCE * faces.samples / step / 3)
    places, sides = [], []
    while left.any():
        counts = (near & left[None, :]).sum(axis=1) * left
        best = int(counts.argmax())
        if counts[best] < least:
            break
        core = near[best] & left
        place, side = np.median(few.centre[core], axis=0), float(np.median(few.side[core]))
        places.append(place)
        sides.append(side)
        left &= ~core & (np.hypot(*(few.centre - place).T) > side)
    return np.array(places, dtype=np.float64).reshape(-1, 2), np.array(sides, dtype=np.float64)


def _assign(faces: ViewerFaces, places: Floats, sides: Floats) -> Ints:
    """(n,) the seat of each face, from 0, -1 for none: the nearest in sides of a face, the nearest face to each."""
    if not len(places) or not len(faces):
        return np.full(len(faces), -1, dtype=np.int64)
    far = _distances(faces.centre, places) / sides[None, :]
    seat = far.argmin(axis=1)
    distance = far[np.arange(len(faces)), seat]
    seat[distance > _OWN] = -1
    order = np.lexsort((distance, seat, faces.sample))  # of several faces at one seat the nearest stays
    same = (np.diff(faces.sample[order]) == 0) & (np.diff(seat[order]) == 0)
    seat[order[1:][same]] = -1
    return np.asarray(seat, dtype=np.int64)


def _medians(faces: ViewerFaces, seat: Ints, places: Floats, sides: Floats) -> tuple[Floats, Floats]:
    """Places and sides computed from the faces given to each seat; seats without one stay as they are."""
    places, sides = places.copy(), sides.copy()
    for number in range(len(places)):
        own = seat == number
        if own.any():
            places[number], sides[number] = np.median(faces.centre[own], axis=0), np.median(faces.side[own])
    return places, sides


def _merged(faces: ViewerFaces, places: Floats, sides: Floats) -> tuple[Floats, Floats]:
    """The seats with those joined that are one person who moved: near each other, and hardly ever seen at once."""
    while len(places) > 1:
        seat = _assign(faces, places, sides)
        seen = np.zeros((len(places), faces.samples), dtype=np.bool_)
        seen[seat[seat >= 0], faces.sample[seat >= 0]] = True
        counts = seen.sum(axis=1)
        pair = _closest(places, sides, seen, counts)
        if pair is None:
            break
        keep, drop = pair if counts[pair[0]] >= counts[pair[1]] else pair[::-1]
        places, sides = np.delete(places, drop, axis=0), np.delete(sides, drop)
        keep -= drop < keep
        again = _assign(faces, places, sides)
        own = again == keep
        if own.any():
            places[keep] = np.median(faces.centre[own], axis=0)
    return places, sides


def _closest(places: Floats, sides: Floats, seen: NDArray[np.bool_], counts: Ints) -> tuple[int, int] | None:
    """The nearest two seats that are one person; None if there are none."""
    far = _distances(places, places) / np.minimum(sides[:, None], sides[None, :])
    for one, other in zip(*np.unravel_index(np.argsort(far, axis=None), far.shape), strict=True):
        if far[one, other] >= _MERGE:
            return None
        if one < other:
            together = int((seen[one] & seen[other]).sum())
            if together <= _TOGETHER * min(counts[one], counts[other]):
                return int(one), int(other)
    return None


def _distances(one: Floats, other: Floats) -> Floats:
    """(n, k) distances of points."""
    return np.asarray(np.hypot(one[:, None, 0] - other[None, :, 0], one[:, None, 1] - other[None, :, 1]))
