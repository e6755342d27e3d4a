"""Which known frames may lend their faces: those of which the detector was sure, in any coding of the frame."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core.scan.reuse import KnownCut, KnownFilm
from tests.support import scans

AT, BESIDE = 24, 36
SURE = ((100.0, 60.0, 80.0, 90.0), 0.93, (0.0,) * 7)
DOUBTFUL = ((100.0, 60.0, 80.0, 90.0), 0.72, (0.0,) * 7)


def lends(faces: int, *, beside: int = 1, doubtful: int = 0, another_shot: bool = False) -> bool:
    """Whether a frame with so many faces lends them, before one with `beside` faces."""
    looks = {12: (SURE,) * faces, AT: (SURE,) * faces + (DOUBTFUL,) * doubtful, BESIDE: (SURE,) * beside}
    observed = scans.observations(looks, frames=50)
    if another_shot:
        observed.scores.layout[30:] = 40
    cut = KnownCut(KnownFilm("f1" * 32, "first.mp4", Path("nowhere")), observed, None)
    sample = cut.sample_at(AT)
    assert sample is not None
    return cut.faces_on(sample) is not None


@pytest.mark.parametrize("faces", [0, 1, 2])
def test_faces_that_stay_are_lent(faces: int) -> None:
    assert lends(faces, beside=faces)
    assert lends(faces, beside=0)


def test_a_frame_that_may_lack_a_face_is_read() -> None:
    assert not lends(0, beside=1)
    assert not lends(1, beside=2)


def test_another_shot_says_nothing_of_this_one() -> None:
    assert lends(0, beside=1, another_shot=True)


def test_a_face_that_was_hardly_one_is_read() -> None:
    assert not lends(1, doubtful=1, beside=1)
