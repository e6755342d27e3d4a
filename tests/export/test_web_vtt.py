"""WebVTT tracks, read back by webvtt-py."""

from __future__ import annotations

import json

import webvtt

from emotion_core.export import FORMATS
from tests.support.reported import WRITTEN, film


def track(name: str) -> list[tuple[str, str, str]]:
    content = FORMATS[name].write(film()).decode()
    assert content.startswith("WEBVTT\n\nNOTE cut <7>.mov: apparent expression, read by test-faces")
    return [(cue.start, cue.end, cue.raw_text) for cue in webvtt.from_string(content).captions]


def test_chapters_are_the_scenes() -> None:
    """A cue from each scene's first frame to the next one's, whose text no player takes for tags or a time."""
    first, second, third = track("vtt")
    assert first[:2] == ("00:00:00.000", "00:00:01.000")
    assert first[2].replace("\N{NO-BREAK SPACE}", " ") == "Scene 1 · Kitchen &amp; hall · happy 88 %"
    assert second == ("00:00:01.000", "00:00:02.000", "Scene 2 · not enough faces")
    assert third[2].startswith("Scene 3 · =1+1 --&gt; &lt;b&gt; · mixed: sad 45")


def test_metadata_cues_are_json() -> None:
    """Each cue holds one object, with null for what is missing."""
    first, second, third = (json.loads(text) for _, _, text in track("vtt-json"))
    assert (first["scene"], first["dominant"], first["certainty"], first["runner_up"]) == (1, "happy", "clear", "sad")
    assert first["shares"]["happy"] == 0.88
    assert (second["dominant"], second["shares"], second["intensity"], second["coverage"]) == (None, None, None, 0.0)
    assert (third["name"], third["certainty"]) == ("=1+1 --> <b>", "mixed")


def test_metadata_cues_have_notes_and_targets() -> None:
    """Each scene's object lists its notes with their times, and says how far it is from its target."""
    content = FORMATS["vtt-json"].write(film(annotations=WRITTEN)).decode()
    first, second, third = (json.loads(cue.raw_text) for cue in webvtt.from_string(content).captions)
    assert [(note["time"], note["text"], note["of_scene"]) for note in first["notes"]] == [
        ("00:00:00.000", "Slow --> <i>", True),
        ("00:00:00.400", "=2+2\ntwice", False),
    ]
    assert (first["target"], first["target_intensity"], first["deviation"]) == ("sad", 0.5, 0.98)
    assert (second["target"], second["deviation"], second["notes"]) == ("fear", None, [])
    assert third["target_result"] == "within reach"
