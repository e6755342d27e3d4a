"""Which faces can be read: neither turned too far nor tilted, blurred or badly lit, with eyes, nose and mouth in place.

Each limit is a setting (face_limits.FaceLimits). What was not measured, or cannot be, leaves nothing out: scans before
layout 7 have no sharpness and no light.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..faces import poses_of
from ..observations import Face, FaceArrays
from ..settings import FaceLimits

Unreadable = Literal["misplaced", "turned", "tilted", "blurred", "badly_lit"]
"""Why a face cannot be read well, in the order in which the rules are asked."""


def unreadable(faces: FaceArrays, limits: FaceLimits) -> list[Unreadable | None]:
    """The first rule by which each face cannot be read; None where it can."""
    found: list[Unreadable | None] = [None] * len(faces)
    if limits and len(faces):
        for rule, beyond in reversed(_beyond(faces, limits)):
            for row in np.flatnonzero(beyond).tolist():
                found[row] = rule
    return found


def why(face: Face, rule: Unreadable, limits: FaceLimits) -> str:
    """The rule that leaves `face` out in a few words, with what was measured and the limit."""
    yaw, pitch, roll, misfit = (float(values[0]) for values in poses_of(np.array([face.landmarks])))
    match rule:
        case "misplaced":
            return f"eyes, nose and mouth not where a face has them ({misfit:.2f}, at most {limits.max_misfit:.2f})"
        case "turned" if limits.max_yaw is not None and abs(yaw) > limits.max_yaw:
            return f"turned away ({abs(yaw):.0f}°, at most {limits.max_yaw:g}°)"
        case "turned":
            return f"looking {'up' if pitch > 0 else 'down'} ({abs(pitch):.0f}°, at most {limits.max_pitch:g}°)"
        case "tilted":
            return f"tilted ({abs(roll):.0f}°, at most {limits.max_roll:g}°)"
        case "blurred":
            return f"blurred (sharpness {face.sharpness:.2f}, at least {limits.min_sharpness:.2f})"
    light = face.light
    if light is not None and limits.min_brightness is not None and light.mean < limits.min_brightness:
        return f"dark (brightness {light.mean}, at least {limits.min_brightness:g})"
    return f"black or white ({0 if light is None else light.dark + light.bright} %, at most {limits.max_clipped:g} %)"


def _beyond(faces: FaceArrays, limits: FaceLimits) -> list[tuple[Unreadable, NDArray[np.bool_]]]:
    """For each limit that is set the faces (n,) beyond it; comparisons with NaN are false."""
    found: list[tuple[Unreadable, NDArray[np.bool_]]] = []
    if any(limit is not None for limit in (limits.max_misfit, limits.max_yaw, limits.max_pitch, limits.max_roll)):
        poses = poses_of(faces.landmarks)
        if limits.max_misfit is not None:
            found.append(("misplaced", poses.misfit > limits.max_misfit))
        if limits.max_yaw is not None:
            found.append(("turned", np.abs(poses.yaw) > limits.max_yaw))
        if limits.max_pitch is not None:
            found.append(("turned", np.abs(poses.pitch) > limits.max_pitch))
        if limits.max_roll is not None:
            found.append(("tilted", np.abs(poses.roll) > limits.max_roll))
    if limits.min_sharpness is not None:
        found.append(("blurred", faces.sharpness < limits.min_sharpness))
    if limits.min_brightness is not None:
        found.append(("badly_lit", faces.light[:, 0] < limits.min_brightness))
    if limits.max_clipped is not None:
        found.append(("badly_lit", faces.light[:, 1] + faces.light[:, 2] > limits.max_clipped))
    return found
