"""The faces of a recording that count."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np

from emotion_core.analysis import left_out_by
from emotion_core.audience import faces_that_count
from emotion_core.observations import Face, FaceList
from emotion_core.settings import ReportSettings
from tests.support.screenings import Row, observed

SETTINGS = ReportSettings()


def test_they_are_those_of_reports_number_by_number() -> None:
    """Each face is judged by the rule of reports, and measured in heights of the picture, to the last digit."""
    rng = np.random.default_rng(18)
    rows: list[Row] = [
        {(float(x), float(y)): "happy" for x, y in rng.uniform(-30, 400, (int(count), 2))}
        for count in rng.integers(0, 4, 200)
    ]
    seen = observed(rows)
    scores = rng.uniform(0.3, 1, len(seen.faces)).tolist()
    faces = tuple(replace(face, score=score) for face, score in zip(seen.faces, scores, strict=True))
    seen = replace(seen, faces=faces)
    found = faces_that_count(FaceList.of(seen), SETTINGS)
    counting = [face for face in faces if left_out_by(face, SETTINGS, seen.media.active_display) is None]
    assert 0 < len(counting) < len(faces)
    assert found.samples == len(rows)
    numbers = {sample.frame: number for number, sample in enumerate(seen.samples)}
    height = seen.media.display_height
    assert found.sample.tolist() == [numbers[face.sample_frame] for face in counting]
    assert found.face.tolist() == [face.id for face in counting]
    assert found.centre.tolist() == [_centre(face, height) for face in counting]
    assert found.side.tolist() == [sqrt(face.box[2] * face.box[3]) / height for face in counting]


def test_a_face_on_no_sampled_frame_does_not_count() -> None:
    """Its time is not known. A scan without samples has no faces that count."""
    seen = observed([{(60, 40): "happy"}] * 3)
    without = replace(seen, samples=(seen.samples[0], seen.samples[2]))
    assert faces_that_count(FaceList.of(without), SETTINGS).face.tolist() == [0, 2]
    assert not len(faces_that_count(FaceList.of(replace(seen, samples=())), SETTINGS))


def _centre(face: Face, height: int) -> list[float]:
    left, top, width, tall = face.box
    return [(left + width / 2) / height, (top + tall / 2) / height]
