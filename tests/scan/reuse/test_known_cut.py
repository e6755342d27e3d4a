"""Which known frames lend their faces unseen: those of which the detector was sure, in any coding of the frame."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core.scan.reuse import KnownCut, KnownFilm, are_same_faces
from tests.support import scans

AT, BESIDE = 24, 36
SURE = ((100.0, 60.0, 80.0, 90.0), 0.93, (0.0,) * 7)
DOUBTFUL = ((100.0, 60.0, 80.0, 90.0), 0.72, (0.0,) * 7)


def lends(faces: int, *, beside: int = 1, doubtful: int = 0, another_shot: bool = False) -> bool:
    """Whether a frame with so many faces lends them unseen, before one with `beside` faces."""
    looks = {12: (SURE,) * faces, AT: (SURE,) * faces + (DOUBTFUL,) * doubtful, BESIDE: (SURE,) * beside}
    observed = scans.observations(looks, frames=50)
    if another_shot:
        observed.scores.layout[30:] = 40
    cut = KnownCut(KnownFilm("f1" * 32, "first.mp4", Path("nowhere")), observed, None)
    sample = cut.sample_at(AT)
    assert sample is not None
    found = cut.faces_on(sample)
    return found is not None and found.is_sure


@pytest.mark.parametrize("faces", [0, 1, 2])
def test_faces_that_stay_are_lent(faces: int) -> None:
    assert lends(faces, beside=faces)
    assert lends(faces, beside=0)


def test_a_frame_that_may_lack_a_face_is_looked_at() -> None:
    assert not lends(0, beside=1)
    assert not lends(1, beside=2)


def test_another_shot_says_nothing_of_this_one() -> None:
    assert lends(0, beside=1, another_shot=True)


def test_a_face_that_was_hardly_one_is_looked_for() -> None:
    assert not lends(1, doubtful=1, beside=1)


def test_faces_found_again_are_as_many_and_in_their_places() -> None:
    known = scans.observations({AT: (SURE, ((220.0, 60.0, 80.0, 90.0), 0.9, (0.0,) * 7))}, frames=50).faces
    boxes = [face.box for face in known]
    assert are_same_faces(known, [(left + 2, top - 1, width + 1, height + 2) for left, top, width, height in boxes])
    assert not are_same_faces(known, boxes[:1])
    assert not are_same_faces(known, [boxes[0], (228.0, 60.0, 80.0, 90.0)])
    assert not are_same_faces(known, [boxes[0], (215.0, 54.0, 90.0, 102.0)])
