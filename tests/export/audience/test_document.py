"""A screening as JSON."""

from __future__ import annotations

import json

from emotion_core.audience import AI_ACT, AudienceSettings, settings_from_json
from emotion_core.export import FORMATS
from tests.support.screened import HIDDEN, NAMES, QUICK, screened


def _document(*, names: bool = False) -> tuple[str, dict[str, object]]:
    text = FORMATS["audience-json"].write_audience(screened(names=names)).decode()
    return text, json.loads(text)


def test_numbers_settings_and_consent_leave_together() -> None:
    """Scenes as in the CSV, a list a label by second, and with each person the notice, its version and the date."""
    text, document = _document()
    settings = document["settings"]
    assert isinstance(settings, dict)
    assert settings_from_json(settings) == QUICK != AudienceSettings()
    assert document["ai_act"] == AI_ACT
    viewers, notices, seconds = document["viewers"], document["notices"], document["seconds"]
    assert isinstance(viewers, list)
    assert isinstance(notices, list)
    assert isinstance(seconds, dict)
    told = viewers[0]["consent"]
    assert told == {"notice": 0, "notice_version": "1", "given_at": "2026-08-03T10:00:00+02:00", "confirmed": True}
    assert "Nothing" in notices[0] or "none leaves this machine" in notices[0]
    assert viewers[2]["consent"] is None
    assert viewers[2]["kind"] == "synthetic"
    assert len(seconds["viewers"]) == len(seconds["shares"]["happy"]) == len(seconds["lows"]["sad"]) == 100
    assert (seconds["viewers"][HIDDEN], seconds["shares"]["happy"][HIDDEN]) == (0, None)
    assert not any(name in text for name in NAMES)


def test_names_leave_where_they_are_asked_for() -> None:
    """Of viewers, and of who confirmed."""
    text, document = _document(names=True)
    viewers = document["viewers"]
    assert isinstance(viewers, list)
    assert (viewers[0]["name"], viewers[0]["consent"]["given_by"]) == ("=Zoë", "told by Weber")
    assert all(name in text for name in NAMES)
