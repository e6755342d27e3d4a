"""How a head is turned, from the detector's five landmarks: a mean face in three dimensions is laid onto them.

The landmarks x (five points in the picture) are taken for a scaled orthographic view of the mean face X:

    x_i = s R X_i + t,      R the first two rows of a rotation

A least-squares affine map A onto the centred points is brought to the nearest s R by its polar decomposition (Higham,
"Computing the polar decomposition", 1986; for the camera model DeMenthon and Davis, "Model-based object pose in 25
lines of code", IJCV 15, 1995). What the mean face cannot explain is the misfit: it is large where the landmarks are
those of no face.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

NOSE_DEPTH = 0.45
"""How far the nose tip lies before the plane of eyes and mouth corners, in distances between the eyes. Of 9,866 faces
on press photographs, film stills and FER2013's validation part the distance between the eyes shrinks with the nose
tip's way to the side as this depth gives it (0.36 to 0.5, the more the farther a head is turned)."""
MEAN_FACE: Floats = np.array(
    [
        (-0.5, -0.49, 0.0),
        (0.5, -0.49, 0.0),
        (0.0, 0.09, -NOSE_DEPTH),
        (-0.42, 0.49, 0.0),
        (0.42, 0.49, 0.0),
    ]
)
"""Right eye, left eye, nose tip, right and left mouth corner: x to the right, y down, z away from the camera, in
distances between the eyes. x and y are the medians of the faces looking into the camera among the same 9,866, as YuNet
places landmarks."""
_CENTRED = MEAN_FACE - MEAN_FACE.mean(axis=0)
_TO_AFFINE = _CENTRED @ np.linalg.inv(_CENTRED.T @ _CENTRED)
"""(5, 3): centred points (2, 5) times this are the affine map (2, 3)."""


class Poses(NamedTuple):
    """Of n heads, in degrees, each (n,); NaN where the landmarks coincide or lie on a line."""

    yaw: Floats
    """Turned to a side, -90 to 90: positive where the nose points to the picture's right."""
    pitch: Floats
    """Nodded, -90 to 90: positive where the face looks up. Coarse: faces differ, and an open mouth looks like it."""
    roll: Floats
    """Tilted in the picture's plane, -180 to 180: positive clockwise."""
    misfit: Floats
    """Root mean square distance of the landmarks from the mean face so turned, in distances between the eyes."""


def poses_of(landmarks: Floats) -> Poses:
    """The poses of heads with these landmarks: (n, 10), as observations.Face.landmarks."""
    columns = np.asarray(landmarks, dtype=np.float64).reshape(-1, 10).T
    x, y = (points - points.mean(axis=0) for points in (columns[::2], columns[1::2]))  # (5, n)
    across, down = _TO_AFFINE.T @ x, _TO_AFFINE.T @ y  # (3, n), the rows of A
    a, b, c = ((one * other).sum(axis=0) for one, other in ((across, across), (across, down), (down, down)))
    # With M = A A' = [[a, b], [b, c]] the square root of M is (M + root I) / trace, and R is its inverse times A.
    root = np.sqrt(np.maximum(a * c - b * b, 0))
    trace = np.sqrt(a + c + 2 * root)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(root > 1e-9 * (a + c), 1 / (root * trace), np.nan)
        across, down = ((c + root) * across - b * down) * share, ((a + root) * down - b * across) * share
        scale = trace / 2  # the mean of the map's singular values
        away = (x - scale * (_CENTRED @ across)) ** 2 + (y - scale * (_CENTRED @ down)) ** 2
        misfit = np.sqrt(away.mean(axis=0)) / scale
    depth = (
        across[1] * down[2] - across[2] * down[1],
        across[2] * down[0] - across[0] * down[2],
        across[0] * down[1] - across[1] * down[0],
    )
    return Poses(
        yaw=np.degrees(np.arctan2(depth[0], depth[2])),
        pitch=np.degrees(np.arcsin(np.clip(-depth[1], -1, 1))),
        roll=np.degrees(np.arctan2(-across[1], down[1])),
        misfit=misfit,
    )
