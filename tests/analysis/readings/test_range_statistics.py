"""The numbers of a range of frames."""

from __future__ import annotations

import pytest

from emotion_core.analysis import Analysis, analyse, summarize_range
from emotion_core.corrections import Corrections
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.settings import ReportSettings
from tests.support.scans import Look, by_cuts, logits_of, observations

HAPPY: Look = ((10.0, 10.0, 40.0, 40.0), 0.9, logits_of(happy=0.88))
SAD: Look = ((10.0, 10.0, 40.0, 40.0), 0.9, logits_of(sad=0.88))
SAMPLES = {5: [HAPPY], 15: [HAPPY], 25: [SAD], 35: [SAD], 45: [SAD], 55: []}


def film(settings: ReportSettings | None = None) -> Analysis:
    """Two scenes, which begin at frames 0 and 30."""
    return analyse(observations(SAMPLES), settings or by_cuts(0, 30))


def test_a_range_that_is_a_scene_has_its_numbers() -> None:
    """Shares, intervals and evidence are those of the scene's row, whatever its number and name are."""
    analysis = film()
    for row in analysis.scenes:
        summary = summarize_range(analysis, row.scene.frame_in, row.scene.frame_out)
        for field in ("shares", "intervals", "dominant", "faces", "frames_sampled", "coverage", "left_out"):
            assert getattr(summary, field) == getattr(row, field)


def test_a_range_counts_its_own_faces_only() -> None:
    """Across a cut, the faces of just these frames count: from the first frame to before the last one."""
    summary = summarize_range(film(), 15, 35)
    assert (summary.faces, summary.frames_sampled) == (2, 2)
    assert summary.shares is not None
    assert summary.shares[REFERENCE_LABELS.index("happy")] == pytest.approx(0.45)
    assert summarize_range(film(), 16, 25).faces == 0
    assert summarize_range(film(), 16, 25).shares is None


def test_what_is_not_film_stays_out_of_a_range() -> None:
    """Faces of a scene that is marked as not film count in no range."""
    settings = by_cuts(0, 30)
    marked = ReportSettings(shots=settings.shots, corrections=Corrections(marks=((30, "not film"),)))
    assert summarize_range(film(marked), 0, 60).faces == 3


def test_a_range_beyond_the_film_is_kept_within_it() -> None:
    """Frames past the end are left out; at least one frame is left."""
    summary = summarize_range(film(), 5, 10**9)
    assert (summary.scene.frame_in, summary.scene.frame_out) == (5, film().observations.frames)
    last = film().observations.frames - 1
    assert summarize_range(film(), 10**9, 10**9).scene.frame_in == last
