"""Shares over runs of frames, from sums by frame."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emotion_core.analysis import sums_by_frame
from emotion_core.library import Library
from tests.support import library_builder
from tests.support.scans import sums_of


def test_over_a_scenes_frames_the_shares_are_the_scenes(tmp_path: Path) -> None:
    """Shares, faces and coverage are those of the report; frames of a black scene are left out."""
    library = Library.open(tmp_path)
    analysis = library.analysis(library_builder.film(library, "bikes.mp4", ("sad", None, "happy", "black")).id)
    sums = sums_by_frame(analysis)
    assert sums_by_frame(analysis) is sums
    assert sums.scenes.tolist() == [0] * 3 + [1] * 3 + [2] * 3
    pooled = sums.pooled(np.array([0, 3, 6]), np.array([3, 6, 9]), 0.9)
    for i, row in enumerate(analysis.scenes[:3]):
        assert pooled.coverage[i] == row.coverage
        assert pooled.faces[i] == row.faces
        if row.shares is None:
            assert np.isnan(pooled.shares[i]).all()
        else:
            np.testing.assert_allclose(pooled.shares[i], row.shares)


def test_the_interval_is_the_ratio_estimators() -> None:
    """Three frames of equal weight: the interval is the mean's, with the normal quantile; two frames have none."""
    pooled = sums_of([2, 2, 2], [0.2, 0.4, 0.6]).pooled(np.array([0, 0]), np.array([3, 2]), 0.9)
    assert pooled.shares[0] == pytest.approx([0.4, 0.6])
    standard_error = np.std([0.2, 0.4, 0.6], ddof=1) / np.sqrt(3)
    assert pooled.low[0, 0] == pytest.approx(0.4 - 1.6449 * standard_error, abs=1e-4)
    assert pooled.high[0, 0] == pytest.approx(0.4 + 1.6449 * standard_error, abs=1e-4)
    assert np.isnan(pooled.low[1]).all()


def test_heavier_faces_weigh_more_and_missing_is_not_zero() -> None:
    """A share is the weighted mean; over frames without faces it is missing, and so is coverage without frames."""
    pooled = sums_of([3, 1, 0], [1, 0, 0]).pooled(np.array([0, 2, 1]), np.array([3, 3, 1]), 0.9)
    assert pooled.shares[0] == pytest.approx([0.75, 0.25])
    assert np.isnan(pooled.shares[1:]).all()
    np.testing.assert_allclose(pooled.coverage, [2 / 3, 0, np.nan])


def test_after_a_correction_the_sums_are_those_of_the_new_scenes(tmp_path: Path) -> None:
    """Merged scenes have their frames' sums together; another face score leaves faces out."""
    library = Library.open(tmp_path)
    film = library_builder.film(library, "bikes.mp4", ("sad", "happy"))
    before = library.analysis(film.id)
    assert sums_by_frame(before).scenes.tolist() == [0] * 3 + [1] * 3
    settings = before.report_settings
    one_scene = replace(settings, shots=replace(settings.shots, cuts=((0, ""),)))
    library.set_report_settings(film.id, one_scene)
    merged = library.analysis(film.id)
    assert sums_by_frame(merged).scenes.tolist() == [0] * 6
    np.testing.assert_array_equal(sums_by_frame(merged).sums, sums_by_frame(before).sums)
    library.set_report_settings(film.id, replace(one_scene, min_face_score=0.95))
    assert sums_by_frame(library.analysis(film.id)).faces.sum() == 0
