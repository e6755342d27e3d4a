"""A screening as a WebVTT track, a cue a second."""

from __future__ import annotations

import io
import json

import pytest
import webvtt

from emotion_core.export import FORMATS
from tests.support.screened import HIDDEN, NAMES, screened


def test_a_reader_finds_a_json_object_in_each_second() -> None:
    """Shares, viewers and the interval of intensity; null, never zero, where nobody has a usable face."""
    film = screened()
    content = FORMATS["audience-vtt"].write_audience(film).decode()
    cues = webvtt.from_buffer(io.StringIO(content)).captions
    assert len(cues) == 100
    assert (cues[60].start, cues[60].end) == ("00:01:00.000", "00:01:01.000")
    data = json.loads(cues[60].text)
    place = film.summary.labels.index("happy")
    assert data["shares"]["happy"] == pytest.approx(film.summary.seconds.share[60, place], abs=6e-5)
    assert data["viewers"] == 12
    assert data["intensity_low"] <= data["intensity"] <= data["intensity_high"]
    hidden = json.loads(cues[HIDDEN].text)
    assert (hidden["viewers"], hidden["shares"], hidden["intensity"], hidden["top"]) == (0, None, None, None)
    assert not any(name in content for name in NAMES)
