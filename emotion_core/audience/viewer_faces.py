"""The usable faces of a recording as arrays, and which of several faces on a frame is the viewer's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..analysis.usable_faces import rules_of
from ..observations import FaceList
from ..settings import ReportSettings
from .records import Floats

Ints = NDArray[np.int64]

REACH = 3.0
"""Where a recording shows several people: greatest distance of a face from the viewer's usual place, in sides of the
viewer's face. Whoever leans or stands up stays within it; a neighbour at arm's length does not."""
_ROUNDS = 4
"""Rounds in which the usual place is found; it stands after two as a rule."""


@dataclass(frozen=True, slots=True, eq=False)
class ViewerFaces:
    """Usable faces, one a row, ascending by sample."""

    samples: int
    """Sampled frames of the recording."""
    sample: Ints
    """(n,) index of the sampled frame, from 0."""
    face: Ints
    """(n,) index of the face among all faces of the scan."""
    centre: Floats
    """(n, 2) centre of the face's box, in heights of the picture, from its upper left corner."""
    side: Floats
    """(n,) square root of the box's area, in heights of the picture."""

    def __len__(self) -> int:
        return len(self.face)

    def select(self, rows: NDArray[np.bool_] | Ints) -> ViewerFaces:
        """These rows only."""
        return ViewerFaces(self.samples, self.sample[rows], self.face[rows], self.centre[rows], self.side[rows])

    @property
    def several(self) -> bool:
        """Whether some frame shows more than one."""
        return bool((np.bincount(self.sample, minlength=1) > 1).any())


def faces_that_count(found: FaceList, settings: ReportSettings) -> ViewerFaces:
    """The faces of a recording that count, by the rule of reports."""
    picture, height = found.media.active_display, found.media.display_height
    pictures, heights = [picture] * len(found.faces), [height] * len(found.faces)
    if found.shapes:
        own = [found.media_at(frame) for frame in found.faces.sample_frame.tolist()]
        pictures, heights = [media.active_display for media in own], [media.display_height for media in own]
    rules = rules_of(found.faces, settings, pictures)
    rows = np.array([row for row, rule in enumerate(rules) if rule is None], dtype=np.int64)
    frames = found.faces.sample_frame[rows]
    sample = np.searchsorted(found.sample_frames, frames, side="right") - 1
    sampled = found.sample_frames[sample] == frames if len(found.sample_frames) else np.zeros(len(rows), dtype=np.bool_)
    box = found.faces.box[rows][sampled]
    left, top, width, tall = box.T
    of_picture = np.array(heights, dtype=np.float64)[rows][sampled]
    return ViewerFaces(
        samples=len(found.sample_frames),
        sample=sample[sampled],
        face=rows[sampled],
        centre=np.stack([(left + width / 2) / of_picture, (top + tall / 2) / of_picture], axis=1),
        side=np.sqrt(width * tall) / of_picture,
    )


def usual_rows(faces: ViewerFaces) -> Ints:
    """The row of the face on each frame that is nearest to the viewer's usual place; at most one a frame.

    The usual place is the median of the centres of the faces taken for the viewer's: at first the largest on each
    frame, then the nearest to the place so far, until that no longer moves. A median withstands passers-by as long as
    they are on fewer than half of the frames. Where a recording shows several people, faces beyond REACH are no one's.
    """
    if not len(faces) or not faces.several:
        return np.arange(len(faces), dtype=np.int64)
    chosen = _first_by(faces, -faces.side)
    for _ in range(_ROUNDS):
        place = np.median(faces.centre[chosen], axis=0)
        nearest = _first_by(faces, np.hypot(*(faces.centre - place).T))
        if np.array_equal(nearest, chosen):
            break
        chosen = nearest
    own = faces.select(chosen)
    near = np.hypot(*(own.centre - np.median(own.centre, axis=0)).T) <= REACH * np.median(own.side)
    return np.asarray(chosen[near], dtype=np.int64)


def _first_by(faces: ViewerFaces, key: Floats) -> Ints:
    """On each frame the row with the least `key`."""
    order = np.lexsort((key, faces.sample))
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = faces.sample[order][1:] != faces.sample[order][:-1]
    return np.sort(order[first])
