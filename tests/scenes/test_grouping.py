"""Shots grouped by the place they return to, on spliced footage."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest

from emotion_core.analysis import analyse
from emotion_core.errors import SettingsError
from emotion_core.observations import Observations, Sample, Thumbnail
from emotion_core.report import json_document, scene_table
from emotion_core.scenes import Scorer, group_shots, pack_scores, shots_of
from emotion_core.settings import ReportSettings, ShotSettings, digest, report_from_json, to_json
from tests.support.scans import PAL, observations
from tests.support.spliced_films import Take, bgr, fitted, footage

MAN, STREET, SUIT, CARS, PARKED = 5, 0, 1, 2, 4
"""Which takes of the footage serve as places."""
GROUPS = ReportSettings(scenes_are="groups")


def part(place: int, number: int, of: int = 3) -> Take:
    """The `number`-th (from 0) of so many stretches of a take, so that a place looks the same but not identical."""
    take = footage()[place]
    length = len(take) // of
    return [fitted(picture) for picture in take[number * length : (number + 1) * length]]


A1, A2, A3 = (part(MAN, i) for i in range(3))
B1, B2 = (part(CARS, i, of=2) for i in range(2))
C1, C2 = (part(PARKED, i, of=2) for i in range(2))
D = part(SUIT, 0, of=2)
STORY = [A1, B1, A2, B2, A3, C1, D, C2]
"""Shot and reverse shot, A B A B A, then C D C."""


def scan_of(takes: Sequence[Take], every: int = 12) -> Observations:
    """A scan of takes in sequence, sampled at every `every`-th frame; no faces."""
    scorer, rows, samples = Scorer(), [], []
    for take in takes:
        for picture in bgr(take):
            rows.append(scorer.score(picture))
            if len(rows) % every == 1:
                where = Thumbnail(0, 0, 0)
                frame = len(rows) - 1
                samples.append(
                    Sample(frame, frame / PAL, scorer.fingerprint, where, 0, filled=False, place=scorer.place)
                )
    plain = observations({}, frames=len(rows))
    scores = dataclasses.replace(pack_scores(range(len(rows)), rows), pts=plain.scores.pts)
    return dataclasses.replace(plain, scores=scores, samples=tuple(samples))


def scenes(takes: Sequence[Take], settings: ReportSettings = GROUPS) -> list[int]:
    """Number of shots in each scene of a film of these takes."""
    return [len(row.scene.shots) for row in analyse(scan_of(takes), settings).scenes]


def test_a_dialogue_is_one_scene() -> None:
    """Shots that return to the same places are one scene, and other places that return to each other the next."""
    assert scenes(STORY) == [5, 3]
    assert scenes(STORY, ReportSettings()) == [1] * 8


def test_different_places_stay_apart() -> None:
    """Shots that never return are one scene each."""
    assert scenes([A1, B1, C1, D]) == [1, 1, 1, 1]


def test_a_place_is_left_after_the_window() -> None:
    """A place that returns after the window is another scene; the window counts from shot to shot."""
    gap = (len(B1) + len(C1) + len(D)) / 25
    film = [A1, B1, C1, D, A2]
    assert scenes(film, dataclasses.replace(GROUPS, scene_window=gap + 0.1)) == [5]
    assert scenes(film, dataclasses.replace(GROUPS, scene_window=gap - 0.1)) == [1] * 5


def test_links_overlap() -> None:
    """Places that alternate, A C B A C B, are one scene though none of them is in its first and its last shot."""
    assert scenes([A1, C1, B1, A2, C2, B2]) == [6]


def test_likeness_is_a_setting() -> None:
    """At similarity 0 everything within the window is one scene, at 1 only the same picture is the same place."""
    assert scenes(STORY, dataclasses.replace(GROUPS, scene_similarity=0)) == [8]
    assert scenes(STORY, dataclasses.replace(GROUPS, scene_similarity=1)) == [1] * 8


def test_a_scene_tells_its_shots() -> None:
    """The report says how many shots a scene has and where they lie; a scene reaches from its first to its last."""
    analysis = analyse(scan_of(STORY), GROUPS)
    lengths = [len(take) for take in STORY]
    starts = [sum(lengths[:i]) for i in range(9)]
    assert scene_table(analysis)["shots"].tolist() == [5, 3]
    assert scene_table(analysis)["frame_in"].tolist() == [0, starts[5]]
    assert scene_table(analysis)["frame_out"].tolist() == [starts[5], starts[8]]
    document = json_document(analysis)["scenes"]
    assert document[1]["shot_frames"] == [[starts[i], starts[i + 1]] for i in (5, 6, 7)]
    assert analysis.scenes[0].scene.span.end == Fraction(starts[5], 25)


def test_a_cut_list_is_not_grouped() -> None:
    """Scenes of a cut list stay as they are."""
    lengths = [len(take) for take in STORY]
    by_hand = tuple((sum(lengths[:i]), f"Scene {i}") for i in range(8))
    settings = dataclasses.replace(GROUPS, shots=ShotSettings(detector="cuts", cuts=by_hand))
    assert scenes(STORY, settings) == [1] * 8


def test_shots_without_samples_stay_alone() -> None:
    """A shot without samples is a scene by itself, unless it lies between two similar shots."""
    film = scan_of([A1, B1, A2, C1])
    bare = dataclasses.replace(film, samples=film.samples[:1])
    assert [len(row.scene.shots) for row in analyse(bare, GROUPS).scenes] == [1, 1, 1, 1]
    first, last = len(A1), len(A1) + len(B1)
    between = tuple(s for s in film.samples if not first <= s.frame < last)
    skipped = dataclasses.replace(film, samples=between)
    assert [len(row.scene.shots) for row in analyse(skipped, GROUPS).scenes] == [3, 1]


def test_every_shot_is_in_one_group() -> None:
    """Under all settings, groups are neighbouring shots in order, none twice and none left out."""
    film = scan_of(STORY)
    shots = shots_of(film, ShotSettings())
    for similarity in (0.0, 0.3, 0.6, 0.75, 0.9, 1.0):
        for window in (1.0, 3.0, 30.0):
            settings = dataclasses.replace(GROUPS, scene_similarity=similarity, scene_window=window)
            assert tuple(s for group in group_shots(film, shots, settings) for s in group) == shots
    assert group_shots(film, (), GROUPS) == ()


def test_settings_of_before_are_read() -> None:
    """Report settings saved before shots could be grouped open with one scene a shot."""
    before = {k: v for k, v in to_json(ReportSettings()).items() if not k.startswith("scene")}
    assert report_from_json(before) == ReportSettings()
    assert report_from_json(to_json(GROUPS)) == GROUPS
    assert digest(GROUPS) != digest(ReportSettings())


@pytest.mark.parametrize(
    ("wrong", "allowed"),
    [({"scenes_are": "acts"}, "shots, groups"), ({"scene_window": 0}, "1 to 600"), ({"scene_similarity": 2}, "0 to 1")],
)
def test_settings_out_of_range_are_refused(wrong: dict[str, object], allowed: str) -> None:
    """A setting out of its range is refused, and the message states the range."""
    with pytest.raises(SettingsError, match=allowed):
        ReportSettings(**wrong)  # type: ignore[arg-type]


def test_colours_tell_places_apart() -> None:
    """A sample's colours are shares whose squares sum to 1, and are nearer to those of the same place than to
    another's.
    """
    place, same_place, other_place = (
        np.frombuffer(scan_of([take]).samples[0].place, np.uint8) / 255 for take in (A1, A2, B1)
    )
    assert place @ place == pytest.approx(1, abs=0.02)
    assert place @ same_place > place @ other_place + 0.2
