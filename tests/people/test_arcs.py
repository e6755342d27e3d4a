"""A person's arc: the numbers of a report, of one person's faces."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emotion_core.analysis import analyse, tracks_in
from emotion_core.people import arcs_of, people_of
from emotion_core.settings import FacesWeigh, ReportSettings
from tests.support.planted_people import Seen, filmed, named

STORY = [
    [Seen("Ann", "sad"), Seen("Bob", "happy")],
    [Seen("Bob", "angry", samples=(0, 1, 3))],
    [Seen("Ann", "happy", samples=(4,))],
    [],
]


def test_each_person_has_the_shares_of_their_own_faces() -> None:
    """Two people of a scene do not mix; alone in it, a person has the scene's own numbers, interval and all."""
    analysis, tracks, who = filmed(STORY)
    by_name = {arc.person.label: arc for arc in arcs_of(analysis, people_of(analysis, named(tracks, who)))}
    first = by_name["Ann"].scenes[0].emotion
    assert first.dominant == "sad"
    assert first.shares is not None
    assert max(first.shares) == pytest.approx(0.7)
    second = by_name["Bob"].scenes[1]
    alone = analysis.scenes[1]
    assert second.emotion.shares == alone.shares
    assert second.emotion.intervals == alone.intervals
    assert (second.emotion.frames_sampled, second.emotion.frames_with_faces) == (4, 3)  # one was missed
    assert second.emotion.coverage == pytest.approx(0.75)
    assert by_name["Bob"].whole.faces == 8


def test_where_few_faces_can_be_read_there_is_no_expression() -> None:
    """Below the coverage floor, as in a report: on screen, but not enough faces."""
    analysis, tracks, who = filmed([[Seen("Ann", samples=(0, 1, 2, 3, 4), score=0.5)], [Seen("Ann", "sad")]])
    (ann,) = arcs_of(analysis, people_of(analysis, named(tracks, who)))
    assert ann.scenes[0].emotion.dominant is None
    assert ann.scenes[0].emotion.shares is None
    assert ann.scenes[0].seconds == pytest.approx(2.0)
    assert ann.whole.dominant == "sad"
    assert ann.whole.coverage == pytest.approx(0.5)


def test_appearances_end_where_a_sampled_frame_lacks_the_person_and_at_scenes() -> None:
    """Each sampled frame stands for the frames nearest to it, up to the cut."""
    analysis, tracks, _ = filmed([[Seen("Ann", samples=(0, 1)), Seen("Ann ", samples=(4,))], [Seen("Ann")]])
    (ann,) = arcs_of(analysis, people_of(analysis, named(tracks, ["Ann", "Ann", "Ann"])))
    assert [(each.scene, each.first, each.end, each.frames) for each in ann.appearances] == [
        (0, 0, 20, 2), (0, 40, 50, 1), (1, 50, 100, 5)
    ]  # fmt: skip
    assert sum(each.seconds for each in ann.appearances) == pytest.approx(ann.person.seconds)
    assert (ann.first.emotion.scene.number, ann.last.emotion.scene.number) == (1, 2)


def test_leaving_a_track_out_changes_exactly_its_scene() -> None:
    """All other scenes of all people keep every number."""
    analysis, tracks, who = filmed(STORY)
    tracks = named(tracks, who)
    before = {arc.person.label: arc.scenes for arc in arcs_of(analysis, people_of(analysis, tracks))}
    less = (replace(tracks[0], left_out=True), *tracks[1:])
    after = {arc.person.label: arc.scenes for arc in arcs_of(analysis, people_of(analysis, less))}
    assert after["Bob"] == before["Bob"]
    assert after["Ann"] == before["Ann"][1:]


def test_what_is_not_film_is_no_screen_time() -> None:
    """A slate with a face on it is nobody's scene."""
    settings = ReportSettings()
    analysis, tracks, who = filmed([[Seen("Ann")], [Seen("Ann")]], settings)
    first, second = analysis.scenes
    slate = replace(second, scene=replace(second.scene, kind="not film"))
    off = replace(analysis, scenes=(first, slate))
    (ann,) = arcs_of(off, people_of(off, named(tracks, who)))
    assert [each.emotion.scene.number for each in ann.scenes] == [1]


@pytest.mark.parametrize("weigh", ["faces", "screen time", "tracks"])
def test_alone_a_person_has_the_scene_s_numbers_however_faces_weigh(weigh: FacesWeigh) -> None:
    """By the same setting, and what was kept under another one is not taken."""
    analysis, _, _ = filmed(STORY, ReportSettings(faces_weigh=weigh))
    tracks = named(tracks_in(analysis), ["Ann", "Bob", "Bob", "Ann"])
    by_name = {arc.person.label: arc for arc in arcs_of(analysis, people_of(analysis, tracks))}
    assert by_name["Bob"].scenes[1].emotion.intervals == analysis.scenes[1].intervals
    assert by_name["Bob"].scenes[1].emotion.shares == pytest.approx(analysis.scenes[1].shares)


def test_what_is_kept_is_that_of_the_settings() -> None:
    """Another rule, other numbers: of the same scan."""
    analysis, tracks, who = filmed([[Seen("Ann", score=0.8), Seen("Bob", "sad")]])
    strict = analyse(analysis.observations, replace(analysis.report_settings, min_face_score=0.85))
    found = [arcs_of(each, people_of(each, named(tracks, who)))[0] for each in (analysis, strict, analysis)]
    assert [arc.whole.dominant for arc in found] == ["happy", None, "happy"]
