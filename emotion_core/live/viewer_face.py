"""Which face on a camera's picture is the viewer's, and whether it counts: by the rules of a scan's reports."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from ..analysis import is_large, left_out_by
from ..observations import Face
from ..settings import FOR_NEW_FILMS, ScanSettings

if TYPE_CHECKING:
    from ..faces import DetectedFace

Place = tuple[float, float]
"""Middle of a face: x and y in shares of the picture's width and height."""

NEAR = 0.25
"""Largest distance from the place before, in shares of the picture, at which a face is taken for the same viewer's."""

_SCAN, _REPORT = ScanSettings(), FOR_NEW_FILMS
RULES = {
    "least pixels of a face": str(_SCAN.min_face_px),
    "least score of a face": f"{_REPORT.min_face_score:g}",
}
"""By which faces count, for the facts that are kept with a session's readings."""
LIMITS = "limits of a face"
"""Name of the fact that has those of FaceLimits that a session goes by, as JSON; it measures no sharpness, no light."""
LEVELLED = "tilted heads"
"""Name of the fact that says that they were turned upright before they were read, see faces.levelling. Sessions that
lack it may be older than that.
"""
LIMITS_KEPT = {
    LEVELLED: "turned upright",
    LIMITS: json.dumps(
        {
            name: limit
            for name, limit in asdict(_REPORT.face_limits).items()
            if limit is not None and name in ("max_yaw", "max_pitch", "max_roll", "max_misfit")
        }
    ),
}


def why_left_out(face: DetectedFace, width: int, height: int) -> str | None:
    """The rule that leaves a face out ("small", or usable_faces.Rule), or None if it counts; sizes in pixels."""
    if not is_large(face.shorter_side, _SCAN):
        return "small"
    return left_out_by(Face(0, 0, face.box, face.landmarks, face.score), _REPORT, (0, 0, width, height))


def place_of(face: DetectedFace, width: int, height: int) -> Place:
    """The middle of a face's box."""
    left, top, across, down = face.box
    return (left + across / 2) / width, (top + down / 2) / height


def viewers_face(faces: Sequence[DetectedFace], width: int, height: int, near: Place | None) -> int | None:
    """Index of the viewer's face among those that count; None where none does.

    That is the face next to `near`, where the viewer's was last, if one is within NEAR; else the largest.
    """
    counting = [index for index, face in enumerate(faces) if why_left_out(face, width, height) is None]
    if not counting:
        return None
    if near is not None:
        distance = {index: math.dist(near, place_of(faces[index], width, height)) for index in counting}
        nearest = min(counting, key=distance.__getitem__)
        if distance[nearest] <= NEAR:
            return nearest
    return max(counting, key=lambda index: faces[index].box[2] * faces[index].box[3])
