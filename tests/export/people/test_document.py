"""People as JSON."""

from __future__ import annotations

import json

from emotion_core.export.people import document
from emotion_core.people import read_people
from tests.support.planted_people import Seen, filmed, named


def test_the_document_has_each_person_with_scenes_appearances_and_company() -> None:
    """And says how screen time is counted, and how people were found."""
    analysis, tracks, _ = filmed([[Seen("Ann", "sad"), Seen("Bob", samples=(0,))], [Seen("Cy")]])
    told = json.loads(document.write(read_people(analysis, named(tracks, ["Ann", "Bob", ""]))))
    ann, bob = told["people"]
    assert (ann["person"], ann["seconds_on_screen"], ann["with"]) == ("Ann", 2.0, {"Bob": 0.4})
    assert ann["whole_film"]["dominant"] == "sad"
    assert [(each["frame_in"], each["frame_out"], each["tc_out"]) for each in ann["appearances"]] == [
        (0, 50, "00:00:02:00")
    ]
    assert [scene["scene"] for scene in bob["scenes"]] == [1]
    assert (told["tracks_without_person"], told["tracks_left_out"]) == (1, 0)
    assert told["people_by"] == "names given by hand"
    assert told["sampling_interval_seconds"] == 0.5
