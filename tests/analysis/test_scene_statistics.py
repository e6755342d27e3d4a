"""The arithmetic from faces to scenes."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from statistics import NormalDist

import numpy as np
import pytest

from emotion_core.analysis import LeftOut, SceneEmotion, analyse, probabilities
from emotion_core.expression import Scaling
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.observations import Observations
from emotion_core.settings import ReportSettings
from tests.support.scans import Look, by_cuts, logits_of, media, observations

HAPPY, SAD, NEUTRAL, EVEN = logits_of(happy=0.88), logits_of(sad=0.88), logits_of(neutral=0.88), (0.0,) * 7
"""Of 0.88, each other label has 0.02."""

WEIGHTS: list[tuple[str, list[Look], float]] = [
    # what, faces of one frame, the share of happy. A weight is score x sqrt(width x height).
    ("one face", [((10, 10, 40, 40), 0.9, HAPPY)], 0.88),
    ("two alike", [((10, 10, 40, 40), 0.8, HAPPY), ((90, 10, 40, 40), 0.8, SAD)], 0.45),
    ("twice as wide and high counts twice", [((10, 10, 80, 80), 0.8, HAPPY), ((90, 10, 40, 40), 0.8, SAD)], 0.5933),
    ("sides 80 x 20 count as 40", [((10, 10, 80, 20), 0.8, HAPPY), ((90, 90, 40, 40), 0.8, SAD)], 0.45),
    ("scores weigh as four to three", [((10, 10, 40, 40), 1.0, HAPPY), ((90, 10, 40, 40), 0.75, SAD)], 0.51143),
    ("score 0.8 at 50 is as 1.0 at 40", [((10, 10, 50, 50), 0.8, HAPPY), ((90, 90, 40, 40), 1.0, SAD)], 0.45),
]


def face(logits: tuple[float, ...] = HAPPY, score: float = 0.9, side: float = 40.0) -> Look:
    return (10.0, 10.0, side, side), score, logits


def scenes(scan_data: Observations, settings: ReportSettings | None = None) -> tuple[SceneEmotion, ...]:
    return analyse(scan_data, settings or by_cuts()).scenes


def share(row: SceneEmotion, label: str) -> float:
    assert row.shares is not None
    return row.shares[REFERENCE_LABELS.index(label)]


@pytest.mark.parametrize(("faces", "truth"), [case[1:] for case in WEIGHTS], ids=[case[0] for case in WEIGHTS])
def test_faces_weigh_by_size_and_score(faces: list[Look], truth: float) -> None:
    """A scene's share is the mean over its faces, each weighing its score times the mean of its sides."""
    (row,) = scenes(observations({0: faces}))
    assert share(row, "happy") == pytest.approx(truth, abs=5e-5)
    assert row.shares is not None
    assert sum(row.shares) == pytest.approx(1)


def test_frames_weigh_by_their_faces() -> None:
    """All faces of a scene share one mean: a frame with two faces counts as two frames with one."""
    (row,) = scenes(observations({0: [face(), face()], 10: [face(SAD)]}))
    assert share(row, "happy") == pytest.approx((0.88 + 0.88 + 0.02) / 3)


def test_probabilities_are_the_softmax_over_the_temperature() -> None:
    """Stored logits become chances by softmax; a temperature flattens them, and so large logits do no harm."""
    scan_data = observations({0: [face((1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)), face((9000.0, 0, 0, 0, 0, 0, -9000.0))]})
    e = np.e
    np.testing.assert_allclose(probabilities(scan_data, Scaling(1.0))[0], [e / (e + 6), *[1 / (e + 6)] * 6])
    np.testing.assert_allclose(
        probabilities(scan_data, Scaling(2.0))[0], [e**0.5 / (e**0.5 + 6), *[1 / (e**0.5 + 6)] * 6]
    )
    np.testing.assert_allclose(probabilities(scan_data, Scaling(1.0))[1], [1, 0, 0, 0, 0, 0, 0])
    assert probabilities(observations({0: []}), Scaling()).shape == (0, 7)


def test_temperature_needs_no_scan() -> None:
    """Another temperature changes the shares of the same observations."""
    scan_data = observations({0: [face((2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0))]})
    (hot,) = scenes(scan_data, by_cuts(temperature=4.0))
    assert share(hot, "sad") == pytest.approx(np.exp(0.5) / (np.exp(0.5) + 6))


def test_faces_left_out_are_counted_by_rule() -> None:
    """Each scene and the film tell how many faces are too small, cut by the edge or uncertain, each counted once."""
    cut: Look = ((-5.0, 10.0, 40.0, 40.0), 0.9, SAD)
    both: Look = ((-5.0, 10.0, 40.0, 40.0), 0.65, SAD)
    looks = {0: [face(), cut], 10: [face(score=0.65), both], 60: [face(score=0.65)], 70: []}
    scan_data = observations(looks, too_small={10: 3, 60: 1, 70: 1})
    report = analyse(scan_data, by_cuts(50))
    assert [row.left_out for row in report.scenes] == [LeftOut(3, 1, 2), LeftOut(2, 1, 0)]
    assert report.left_out == LeftOut(5, 2, 2)
    assert report.notes == (
        "Faces on the sampled frames: 1 of 10 are usable. Left out: 5 too small (below 32 px), 2 uncertain (detector "
        "score below 0.7), 2 cut by the picture's edge (eyes, nose or mouth at it or beyond).",
    )


def test_faces_are_measured_on_the_picture_as_shown() -> None:
    """Whether the edge cuts a face is judged on the turned and stretched picture, as faces were looked for there."""
    film = media(rotation=90, pixel_aspect=Fraction(2), duration=Fraction(4))  # shown 240 x 640
    scan_data = observations(
        {0: [((187.0, 587.0, 50.0, 50.0), 0.9, HAPPY), ((191.0, 10.0, 50.0, 50.0), 0.9, SAD)]}, film=film
    )
    (row,) = scenes(scan_data)
    assert row.faces == 1
    assert share(row, "happy") == pytest.approx(0.88)


def test_unusable_faces_are_people_but_have_no_share() -> None:
    """Faces too small or cut by the edge count as people on screen; those the detector is unsure of do not."""
    cut: Look = ((-5.0, 10.0, 40.0, 40.0), 0.9, SAD)
    scan_data = observations({0: [face(), cut], 10: [face(score=0.65)], 20: [face()], 30: []}, too_small={10: 3, 30: 1})
    (row,) = scenes(scan_data)
    assert (row.faces, row.frames_sampled, row.frames_with_faces) == (2, 4, 2)
    assert row.people == (2 + 3 + 1 + 1) / 4
    assert row.coverage == 0.5
    assert share(row, "happy") == pytest.approx(0.88)


@pytest.mark.parametrize(("with_faces", "dominant"), [(2, None), (3, "happy"), (12, "happy")])
def test_below_the_coverage_floor_nothing_is_dominant(with_faces: int, dominant: str | None) -> None:
    """A scene has a dominant expression from the coverage floor (a quarter of 12 frames) on; shares come before."""
    scan_data = observations({i: [face()] if i < with_faces else [] for i in range(12)})
    (row,) = scenes(scan_data)
    assert row.dominant == dominant
    assert share(row, "happy") == pytest.approx(0.88)


def test_the_coverage_floor_is_a_setting() -> None:
    """Another floor decides otherwise over the same observations."""
    scan_data = observations({0: [face()], 10: []})
    assert [scenes(scan_data, by_cuts(coverage_floor=floor))[0].dominant for floor in (0.5, 0.51)] == ["happy", None]


def test_a_scene_without_usable_faces_is_missing_not_neutral() -> None:
    """Where no face is usable, shares, interval, dominant and intensity are missing: not zero, not neutral."""
    (row,) = scenes(observations({0: [], 10: []}, too_small={0: 2}))
    assert (row.shares, row.intervals, row.dominant, row.intensity) == (None, None, None, None)
    assert (row.faces, row.people, row.coverage, row.frames_sampled) == (0, 1.0, 0.0, 2)


def test_a_scene_without_samples_says_nothing() -> None:
    """A scene on which no frame was sampled has neither coverage nor people."""
    rows = scenes(observations({0: [face()]}), by_cuts(50))
    assert (rows[1].frames_sampled, rows[1].coverage, rows[1].people, rows[1].shares) == (0, None, None, None)


def test_faces_belong_to_the_scene_of_their_frame() -> None:
    """A frame counts for the scene it lies in: its first frame does, the next scene's first does not."""
    scan_data = observations({9: [face()], 10: [face(SAD)], 19: [face(SAD)], 20: [face(NEUTRAL)]})
    rows = scenes(scan_data, by_cuts(10, 20, (21, "empty")))
    assert [row.dominant for row in rows] == ["happy", "sad", "neutral", None]
    assert [row.frames_sampled for row in rows] == [1, 2, 1, 0]
    assert [(row.scene.number, row.scene.id, row.scene.name) for row in rows] == [
        (1, 0, ""),
        (2, 10, ""),
        (3, 20, ""),
        (4, 21, "empty"),
    ]


def test_intensity_is_what_is_not_neutral() -> None:
    """Intensity is one minus the neutral share, also where the checkpoint calls neutral "Calm"."""
    (row,) = scenes(observations({0: [face(NEUTRAL)]}))
    assert row.intensity == pytest.approx(0.12)
    (row,) = scenes(observations({0: [((9, 9, 40, 40), 0.9, (0.0, 0.0))]}, labels=("Calm", "Joy")))
    assert row.intensity == pytest.approx(0.5)
    assert row.dominant == "Calm"


def test_without_a_neutral_label_there_is_no_intensity() -> None:
    """A checkpoint without neutral has shares and a dominant label, but no intensity."""
    (row,) = scenes(observations({0: [((9, 9, 40, 40), 0.9, (0.0, 2.0))]}, labels=("sad", "joy")))
    assert row.intensity is None
    assert row.dominant == "joy"


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_an_interval_needs_three_frames_with_faces(frames: int) -> None:
    """Two frames with many faces say nothing about spread; three frames do."""
    (row,) = scenes(observations({i: [face(), face(SAD)] if i < frames else [] for i in range(6)}))
    assert (row.intervals is not None) == (frames == 3)


def test_frames_that_agree_have_an_interval_without_width() -> None:
    """Where every frame shows the same faces, the interval is the share itself, however unlike the faces of a frame."""
    (row,) = scenes(observations({i: [face(), face(SAD)] for i in range(8)}))
    assert row.intervals is not None
    assert row.shares is not None
    for (low, high), value in zip(row.intervals, row.shares, strict=True):
        assert low == pytest.approx(value)
        assert high == pytest.approx(value)


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.99])
def test_an_interval_is_as_wide_as_chance_makes_it(confidence: float) -> None:
    """With 200 frames, half of them happy, the interval is the normal one of a proportion (to a tenth of its width)."""
    frames = 200
    looks = {i: [face(logits_of(happy=1 - 6e-9) if i % 2 else logits_of(sad=1 - 6e-9))] for i in range(frames)}
    scan_data = observations(looks, frames=frames)
    (row,) = scenes(scan_data, by_cuts(confidence=confidence, resamples=20_000))
    assert row.intervals is not None
    half = NormalDist().inv_cdf((1 + confidence) / 2) * (0.25 / frames) ** 0.5
    low, high = row.intervals[REFERENCE_LABELS.index("happy")]
    assert low == pytest.approx(0.5 - half, abs=half / 10)
    assert high == pytest.approx(0.5 + half, abs=half / 10)


def test_an_interval_is_of_the_weighted_share() -> None:
    """Where large faces are happy and small ones sad, the interval lies around the weighted share."""
    looks = {i: [face(HAPPY, side=80.0) if i % 2 else face(SAD)] for i in range(100)}
    (row,) = scenes(observations(looks))
    assert row.intervals is not None
    low, high = row.intervals[REFERENCE_LABELS.index("happy")]
    assert (low + high) / 2 == pytest.approx(0.5933, abs=0.02)


def test_frames_are_resampled_not_faces() -> None:
    """Ten faces of one frame are one look: they do not make the interval narrower than one face a frame does."""
    single = {i: [face(HAPPY if i % 2 else SAD)] for i in range(10)}
    ten = {i: [face(HAPPY if i % 2 else SAD)] * 10 for i in range(10)}
    (few,), (many,) = scenes(observations(single)), scenes(observations(ten))
    np.testing.assert_allclose(np.array(few.intervals), np.array(many.intervals))


def test_an_interval_holds_its_share() -> None:
    """Each label's share lies within its interval, and intervals lie within 0 and 1."""
    random = np.random.default_rng(5)
    looks = {i: [face(tuple(random.normal(0, 2, 7).tolist()))] for i in range(20)}
    (row,) = scenes(observations(looks))
    assert row.intervals is not None
    assert row.shares is not None
    for (low, high), value in zip(row.intervals, row.shares, strict=True):
        assert 0 <= low <= value <= high <= 1


def test_the_bootstrap_is_seeded_from_content_and_frames() -> None:
    """The same scene of the same film has the same interval among any other scenes; other content has another."""
    random = np.random.default_rng(6)
    looks = {i: [face(tuple(random.normal(0, 2, 7).tolist()))] for i in range(100)}
    scan_data = observations(looks)
    first = scenes(scan_data, by_cuts(30, 60))[1].intervals
    assert scenes(scan_data, by_cuts(10, 30, 60, 80))[2].intervals == first
    other = dataclasses.replace(scan_data, media=dataclasses.replace(scan_data.media, content_id="d1" * 32))
    assert scenes(other, by_cuts(30, 60))[1].intervals != first


def test_the_same_in_gives_the_same_out() -> None:
    """Analysing twice gives equal scenes and notes."""
    scan_data = observations({i: [face(HAPPY if i % 3 else SAD)] for i in range(30)})
    first, second = analyse(scan_data, by_cuts(10)), analyse(scan_data, by_cuts(10))
    assert (first.scenes, first.notes) == (second.scenes, second.notes)


def test_samples_that_other_boundaries_asked_for_stay_out() -> None:
    """Frames that an earlier cut list had filled in do not count for scenes that would not ask for them."""
    looks = {0: [face()], 40: [face()], 80: [face()], 50: [face(SAD)], 52: [face(SAD)], 54: [face(SAD)]}
    scan_data = observations(looks, min_scene_samples=3, filled=(50, 52, 54), frames=120)
    (whole,) = scenes(scan_data)
    assert whole.frames_sampled == 3
    assert share(whole, "sad") == pytest.approx(0.02)
    rows = scenes(scan_data, by_cuts(49, 55))
    assert rows[1].frames_sampled == 3
    assert rows[1].dominant == "sad"


NOTES = [
    ({0: [face()]}, {"frames": 1}, ["single frame"]),
    ({0: [face()]}, {}, ["No cut was found"]),
    (
        {0: [], 9: []},
        {"too_small": {0: 2, 9: 1}},
        ["No cut", "on 2 sampled frames: shares are empty. Left out: 3 too small (below 32 px)."],
    ),
    ({0: []}, {}, ["No cut", "No usable face was found on 1 sampled"]),
    ({0: [face()]}, {"damaged_frames": 4}, ["Damaged: 4 frames could not be decoded", "No cut"]),
    ({0: [face()]}, {"film": media(is_vfr=True)}, ["Variable frame rate", "No cut"]),
]


@pytest.mark.parametrize(("looks", "more", "words"), NOTES)
def test_notes_say_what_a_reader_must_know(
    looks: dict[int, list[Look]], more: dict[str, object], words: list[str]
) -> None:
    """A single frame, no cut, no face, lost frames and odd material have one note each."""
    notes = analyse(observations(looks, **more), ReportSettings()).notes  # type: ignore[arg-type]
    assert len(notes) == len(words)
    for note, word in zip(notes, words, strict=True):
        assert word in note


def test_a_plain_film_has_no_notes() -> None:
    """A plain film with cuts and faces needs no note."""
    assert analyse(observations({0: [face()], 60: [face()]}), by_cuts(50)).notes == ()
