from __future__ import annotations

import json

import pytest

from emotion_core.audience import AudienceSettings, settings_from_json, settings_to_json
from emotion_core.errors import SettingsError


def test_settings_survive_json() -> None:
    settings = AudienceSettings(seed=7, targets={"age": {"18-29": 0.25, "30-49": 0.75}})
    assert settings_from_json(json.loads(json.dumps(settings_to_json(settings)))) == settings
    assert settings_from_json({}) == AudienceSettings()


@pytest.mark.parametrize(
    "data",
    [
        {"second_floor": 1.5},
        {"confidence": "high"},
        {"least_viewers": 1},
        {"resamples": 1000.5},
        {"shifts": 10},
        {"seed": -1},
        {"colour": 3},
        {"targets": 3},
        {"targets": {"age": {"18-29": 0.5, "30-49": 0.4}}},
        {"targets": {"age": {"18-29": "half"}}},
    ],
)
def test_a_setting_outside_its_range_is_refused_in_words(data: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        settings_from_json(data)
