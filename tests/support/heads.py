"""Landmarks of heads in any pose."""

from __future__ import annotations

import numpy as np

from emotion_core.faces import pose


def landmarks(yaw: float, pitch: float, roll: float) -> list[float]:
    """Those of a mean face turned by yaw, then pitch, then roll, at another size and place."""
    y, p, r = np.radians((-yaw, -pitch, roll))
    about_y = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    about_z = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    points = pose.MEAN_FACE @ (about_z @ about_x @ about_y).T
    return [float(value) for value in (points[:, :2] * 37 + (200, 90)).ravel()]
