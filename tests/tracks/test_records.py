"""A face's place on its frame."""

from __future__ import annotations

from emotion_core.face_corrections import FaceAnchor
from emotion_core.tracks import anchor_of
from tests.support.scans import logits_of, observations


def test_an_anchor_is_the_middle_of_a_face() -> None:
    """It is in shares of the picture, and near the picture where the face reaches far beyond."""
    looks = {0: [((40.0, 60.0, 80.0, 60.0), 0.9, logits_of(happy=0.8)), ((-900.0, 0.0, 40.0, 40.0), 0.9, ())]}
    scan = observations(looks)
    assert [anchor_of(scan, face) for face in scan.faces] == [FaceAnchor(0, 0.25, 0.375), FaceAnchor(0, -1.0, 0.0833)]
