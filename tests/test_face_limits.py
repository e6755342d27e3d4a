"""Limits of how a face may be turned, sharp and lit."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emotion_core.errors import SettingsError
from emotion_core.face_limits import RECOMMENDED, FaceLimits, from_json
from emotion_core.settings import FOR_NEW_FILMS, ReportSettings, digest, report_from_json, to_json


@pytest.mark.parametrize("given", [{"max_yaw": 91}, {"max_misfit": -0.1}, {"max_clipped": float("nan")}])
def test_limits_beyond_their_range_are_refused(given: dict[str, Any]) -> None:
    """A limit that no face can have is refused with its range."""
    with pytest.raises(SettingsError, match="It goes from 0 to"):
        FaceLimits(**given)


def test_settings_without_limits_are_stored_as_before_there_were_any() -> None:
    """Settings that limit nothing have the JSON of versions without limits; stored ones without any limit nothing."""
    assert "face_limits" not in to_json(ReportSettings())
    assert report_from_json(to_json(ReportSettings())).face_limits == FaceLimits()
    assert not FaceLimits()


def test_limits_are_kept() -> None:
    """Limits come back from JSON as they were, named ones only."""
    stored = json.loads(json.dumps(to_json(FOR_NEW_FILMS)))
    assert report_from_json(stored) == FOR_NEW_FILMS
    assert "max_pitch" not in stored["face_limits"]
    assert from_json(RECOMMENDED.to_json()) == RECOMMENDED
    assert digest(FOR_NEW_FILMS) != digest(ReportSettings())
