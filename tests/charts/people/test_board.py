"""The board of a film's people, as the script gets it."""

from __future__ import annotations

import json
from dataclasses import replace

from emotion_core import charts
from emotion_core.people import read_people
from tests.support.planted_people import Seen, filmed, named

STORY = [
    [Seen("Ann", "sad"), Seen("<b>Bob", samples=(1, 2), score=0.5)],
    [Seen("<b>Bob")],
    [Seen("Ann", samples=(0, 4))],
    [Seen("Cy", samples=(2,)), Seen("Poster")],
]


def test_the_board_has_a_row_a_person_with_cells_where_they_are_on_screen() -> None:
    """From the longest on screen; where faces cannot be read there is no expression, and no share of zero."""
    analysis, tracks, _ = filmed(STORY)
    tracks = named(tracks, ["Ann", "<b>Bob", "<b>Bob", "Ann", "", ""])
    told = charts.people_document(read_people(analysis, (*tracks[:-1], replace(tracks[-1], left_out=True))))
    assert json.loads(json.dumps(told)) == told
    ann, bob = told["people"]
    assert (ann["label"], ann["seconds"], ann["named"], ann["first"], ann["last"]) == ("Ann", 4.0, True, 1, 3)
    assert ann["cells"]["scene"] == [0, 2]
    assert ann["cells"]["stretches"] == [[[0.0, 2.0]], [[4.0, 6.0]]]
    assert [analysis.labels[i] for i in ann["cells"]["leading"][0]] == ["sad"]
    assert ann["cells"]["shares"][0][analysis.labels.index("sad")] == 70
    assert bob["label"] == "<b>Bob"  # as it is: the script writes text, never HTML
    assert bob["cells"]["leading"][0] == []
    assert bob["cells"]["shares"][0] is None
    assert (bob["cells"]["frames"][0], bob["cells"]["read"][0]) == (2, 0)
    assert told["together"][0][1] == 0.8
    assert [entry["scene"] for entry in told["unknown"]] == [4]
    assert (told["all_unknown"], told["all_left_out"]) == (1, 1)
    assert told["unknown"][0]["anchor"] == list(tracks[4].anchor)


def test_a_portrait_is_the_largest_sure_face() -> None:
    """In shares of the picture, so that it can be cut out of a small one."""
    analysis, tracks, _ = filmed([[Seen("Ann", score=0.75)], [Seen("Ann", score=0.95)]])
    (ann,) = charts.people_document(read_people(analysis, named(tracks, ["Ann", "Ann"])))["people"]
    assert ann["portrait"] == {"frame": 55, "box": [0.0625, 0.25, 0.125, 0.1667], "shape": 1.3333, "picture": True}
    assert [entry["seconds"] for entry in ann["tracks"]] == [2.0, 2.0]


def test_a_portrait_is_of_a_face_that_counts_and_never_of_one_that_was_left_out() -> None:
    """However large it is: a poster with the same name that was left out, or a face of which nothing can be read."""
    analysis, tracks, _ = filmed([[Seen("Ann", score=0.75)], [Seen("Ann", score=0.95)], [Seen("Ann", score=0.6)]])
    ann = named(tracks, ["Ann"] * 3)
    faces = analysis.observations.faces
    large = replace(faces[ann[2].faces[0]], box=(0.0, 0.0, 200.0, 200.0))
    seen = replace(analysis.observations, faces=tuple(large if face.id == large.id else face for face in faces))
    analysis = replace(analysis, observations=seen)
    (card,) = charts.people_document(read_people(analysis, ann))["people"]
    assert card["portrait"]["frame"] == 55
    assert [entry["portrait"]["frame"] for entry in card["tracks"]] == [5, 55, 105]
    out = (ann[0], replace(ann[1], left_out=True), ann[2])
    (card,) = charts.people_document(read_people(analysis, out))["people"]
    assert card["portrait"]["frame"] == 5
