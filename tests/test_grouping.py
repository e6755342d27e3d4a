"""Shots grouped by the place they return to, on spliced footage."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest

from emotion_core.analysis.analyse import analyse
from emotion_core.errors import SettingsError
from emotion_core.observations.observations import Observations, Sample, Thumbnail
from emotion_core.report.json_file import to_document
from emotion_core.report.table import table
from emotion_core.scenes.frame_metrics import Scorer, packed
from emotion_core.scenes.grouping import grouped
from emotion_core.scenes.shots import shots_of
from emotion_core.settings import ReportSettings, ShotSettings, digest, report_from_json, to_json
from tests.scans import PAL, observations
from tests.splices import Take, bgr, fitted, footage

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


def seen(takes: Sequence[Take], every: int = 12) -> Observations:
    """A scan of takes one after another, each sampled at its `every`-th frames; no faces."""
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
    scores = dataclasses.replace(packed(range(len(rows)), rows), pts=plain.scores.pts)
    return dataclasses.replace(plain, scores=scores, samples=tuple(samples))


def scenes(takes: Sequence[Take], settings: ReportSettings = GROUPS) -> list[int]:
    """How many shots each scene of a film of these takes has."""
    return [len(row.scene.shots) for row in analyse(seen(takes), settings).scenes]


def test_a_dialogue_is_one_scene() -> None:
    """Shots that return to the same places are one scene, and other places that return to each other the next."""
    assert scenes(STORY) == [5, 3]
    assert scenes(STORY, ReportSettings()) == [1] * 8


def test_different_places_stay_apart() -> None:
    """Shots that never return are a scene each."""
    assert scenes([A1, B1, C1, D]) == [1, 1, 1, 1]


def test_a_place_is_left_after_the_window() -> None:
    """Where a place comes back later than the window it is another scene; the window counts from shot to shot."""
    gap = (len(B1) + len(C1) + len(D)) / 25
    film = [A1, B1, C1, D, A2]
    assert scenes(film, dataclasses.replace(GROUPS, scene_window=gap + 0.1)) == [5]
    assert scenes(film, dataclasses.replace(GROUPS, scene_window=gap - 0.1)) == [1] * 5


def test_links_overlap() -> None:
    """Places that alternate, A C B A C B, are one scene though none of them is in its first and its last shot."""
    assert scenes([A1, C1, B1, A2, C2, B2]) == [6]


def test_likeness_is_a_setting() -> None:
    """At likeness 0 all that lies within the window is one scene, at 1 only the same picture is the same place."""
    assert scenes(STORY, dataclasses.replace(GROUPS, scene_similarity=0)) == [8]
    assert scenes(STORY, dataclasses.replace(GROUPS, scene_similarity=1)) == [1] * 8


def test_a_scene_tells_its_shots() -> None:
    """The report says how many shots a scene has and where they lie; a scene reaches from its first to its last."""
    analysis = analyse(seen(STORY), GROUPS)
    lengths = [len(take) for take in STORY]
    starts = [sum(lengths[:i]) for i in range(9)]
    assert table(analysis)["shots"].tolist() == [5, 3]
    assert table(analysis)["frame_in"].tolist() == [0, starts[5]]
    assert table(analysis)["frame_out"].tolist() == [starts[5], starts[8]]
    document = to_document(analysis)["scenes"]
    assert document[1]["shot_frames"] == [[starts[i], starts[i + 1]] for i in (5, 6, 7)]
    assert analysis.scenes[0].scene.span.end == Fraction(starts[5], 25)


def test_a_cut_list_is_not_grouped() -> None:
    """Scenes that somebody wrote down by hand stay as they are."""
    lengths = [len(take) for take in STORY]
    by_hand = tuple((sum(lengths[:i]), f"Scene {i}") for i in range(8))
    settings = dataclasses.replace(GROUPS, shots=ShotSettings(detector="cuts", cuts=by_hand))
    assert scenes(STORY, settings) == [1] * 8


def test_shots_without_samples_stay_alone() -> None:
    """A shot that was never looked at is like no other, unless it lies between two that are alike."""
    film = seen([A1, B1, A2, C1])
    bare = dataclasses.replace(film, samples=film.samples[:1])
    assert [len(row.scene.shots) for row in analyse(bare, GROUPS).scenes] == [1, 1, 1, 1]
    first, last = len(A1), len(A1) + len(B1)
    between = tuple(s for s in film.samples if not first <= s.frame < last)
    skipped = dataclasses.replace(film, samples=between)
    assert [len(row.scene.shots) for row in analyse(skipped, GROUPS).scenes] == [3, 1]


def test_an_older_scan_is_grouped_by_fingerprints_and_says_so() -> None:
    """Samples without colours are compared by their perceptual hashes, and the report says what that leaves out."""
    still = [A1[0]] * 30
    film = seen([still, B1, still, C1])
    old = dataclasses.replace(film, samples=tuple(dataclasses.replace(s, place=b"") for s in film.samples))
    analysis = analyse(old, GROUPS)
    assert [len(row.scene.shots) for row in analysis.scenes] == [3, 1]
    assert any("only shots framed alike" in note for note in analysis.notes)
    assert not any("framed alike" in note for note in analyse(old, ReportSettings()).notes)
    assert not any("framed alike" in note for note in analyse(film, GROUPS).notes)


def test_every_shot_is_in_one_group() -> None:
    """Groups are neighbouring shots in order, none twice and none left out, whatever the settings."""
    film = seen(STORY)
    shots = shots_of(film, ShotSettings())
    for similarity in (0.0, 0.3, 0.6, 0.75, 0.9, 1.0):
        for window in (1.0, 3.0, 30.0):
            settings = dataclasses.replace(GROUPS, scene_similarity=similarity, scene_window=window)
            assert tuple(s for group in grouped(film, shots, settings) for s in group) == shots
    assert grouped(film, (), GROUPS) == ()


def test_settings_of_before_are_read() -> None:
    """Report settings saved before shots could be grouped open with each shot a scene."""
    before = {k: v for k, v in to_json(ReportSettings()).items() if not k.startswith("scene")}
    assert report_from_json(before) == ReportSettings()
    assert report_from_json(to_json(GROUPS)) == GROUPS
    assert digest(GROUPS) != digest(ReportSettings())


@pytest.mark.parametrize(
    ("wrong", "allowed"),
    [({"scenes_are": "acts"}, "shots, groups"), ({"scene_window": 0}, "1 to 600"), ({"scene_similarity": 2}, "0 to 1")],
)
def test_settings_out_of_range_are_refused(wrong: dict[str, object], allowed: str) -> None:
    """A setting out of its range is refused with what is allowed."""
    with pytest.raises(SettingsError, match=allowed):
        ReportSettings(**wrong)  # type: ignore[arg-type]


def test_colours_tell_places_apart() -> None:
    """A sample's colours are shares whose squares sum to 1, and nearer to their own place's than to another's."""
    one, again, other = (np.frombuffer(seen([take]).samples[0].place, np.uint8) / 255 for take in (A1, A2, B1))
    assert one @ one == pytest.approx(1, abs=0.02)
    assert one @ again > one @ other + 0.2
