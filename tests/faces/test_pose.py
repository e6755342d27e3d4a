"""Poses of heads from the detector's five landmarks."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.faces import poses_of
from tests.support.heads import landmarks

POSES = [(0, 0, 0), (30, 0, 0), (-75, 0, 0), (0, 25, 0), (0, 0, 120), (0, 0, -60), (40, -15, 30), (-50, 10, -80)]


def test_poses_are_found_whatever_the_size_and_place() -> None:
    """Yaw, pitch and roll of a turned mean face are its own, and nothing is left that it does not explain."""
    found = poses_of(np.array([landmarks(*truth) for truth in POSES]))
    np.testing.assert_allclose(np.stack(found[:3], axis=1), POSES, atol=1e-6)
    np.testing.assert_allclose(found.misfit, 0, atol=1e-9)


def test_landmarks_that_are_no_face_do_not_fit() -> None:
    """A mouth beside an eye is a misfit of more than 0.1; landmarks on one place or a line have no pose."""
    points = np.array(landmarks(0, 0, 0)).reshape(5, 2)
    points[3] = points[1] + 5
    assert poses_of(points.reshape(1, 10)).misfit[0] > 0.1
    on_a_line = [float(i) for i in range(10)]
    none = poses_of(np.array([[7.0] * 10, on_a_line]))
    assert np.isnan(np.array(none)).all()


def test_no_faces_have_no_poses() -> None:
    """Without faces there are arrays of none."""
    assert poses_of(np.empty((0, 10))).yaw.shape == (0,)


@pytest.mark.parametrize("degrees", [35, 50])
def test_a_nose_to_the_picture_s_right_is_a_positive_yaw(degrees: int) -> None:
    """The sign of yaw is that of the nose's way to the right."""
    right = landmarks(degrees, 0, 0)
    assert right[4] > (right[0] + right[2]) / 2
