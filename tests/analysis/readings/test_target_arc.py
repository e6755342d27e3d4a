"""Deviations from targets, and where notes lie."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emotion_core.analysis import Analysis, analyse, deviations, placed_notes, ranked, waiting_targets
from emotion_core.annotations import Annotations, Note, Target
from emotion_core.report import annotation_wording
from tests.support.scans import Look, by_cuts, logits_of, observations

HAPPY: Look = ((10.0, 10.0, 40.0, 40.0), 0.9, logits_of(happy=0.88))
SAD: Look = ((10.0, 10.0, 40.0, 40.0), 0.9, logits_of(sad=0.88))
CALM: Look = ((10.0, 10.0, 40.0, 40.0), 0.9, logits_of(neutral=0.88))


def film(faces: list[Look], *targets: Target, notes: tuple[Note, ...] = ()) -> Analysis:
    """A scene of 50 frames with these faces, a frame each; then one of 50 without any."""
    looks = {4 * i: [face] for i, face in enumerate(faces)} | {60: []}
    settings = by_cuts(50, annotations=Annotations(notes, targets))
    return analyse(observations(looks), settings)


CASES = [
    # faces, target, deviation, its interval, result
    ("clear and met", [HAPPY] * 6, Target(0, "happy"), 0.12, (0.12, 0.12), "met"),
    ("another is clear", [HAPPY] * 6, Target(0, "sad"), 0.98, (0.98, 0.98), "missed"),
    ("the intervals overlap", [HAPPY, SAD] * 4, Target(0, "happy"), 0.55, None, "within reach"),
    ("it leads, but not clearly", [HAPPY, SAD] * 4, Target(0, "sad"), 0.55, None, "within reach"),
    ("two frames", [HAPPY] * 2, Target(0, "happy"), 0.12, "none", "few frames"),
    ("intensity near", [HAPPY] * 6, Target(0, None, 0.9), 0.08, (0.08, 0.08), "met"),
    ("intensity far", [HAPPY] * 6, Target(0, None, 0.5), 0.48, (0.48, 0.48), "missed"),
    ("intensity within its interval", [CALM, HAPPY] * 4, Target(0, None, 0.7), 0.15, None, "within reach"),
    ("the worse of two", [HAPPY] * 6, Target(0, "happy", 0.1), 0.88, (0.88, 0.88), "missed"),
    ("no face", [HAPPY] * 6, Target(50, "happy"), None, "none", None),
    ("no such label", [HAPPY] * 6, Target(0, "contempt"), None, "none", None),
    ("the same by another word", [HAPPY] * 6, Target(0, "Joy"), 0.12, (0.12, 0.12), "met"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_deviation(case: tuple[str, list[Look], Target, float | None, object, str | None]) -> None:
    """Distance, interval and result of each kind of target; none where nothing can be read."""
    _, faces, target, value, interval, result = case
    (deviation,) = deviations(film(faces, target))
    assert deviation.value == (None if value is None else pytest.approx(value, abs=1e-6))
    assert deviation.result == result
    if interval == "none":
        assert deviation.interval is None
        return
    assert deviation.interval is not None
    assert deviation.value is not None
    assert 0 <= deviation.interval[0] <= deviation.value + 1e-9 <= deviation.interval[1] + 2e-9 <= 1
    if interval is not None:
        assert deviation.interval == pytest.approx(interval, abs=1e-6)


def test_ranking_begins_with_what_is_missed_most() -> None:
    """A missed target comes before a larger distance within reach, and one without a reading last."""
    seen = film([HAPPY, SAD] * 4, Target(0, "happy"), Target(50, "sad"))
    (near, none) = deviations(seen)
    far = replace(near, value=0.5, result="missed")
    assert ranked((none, near, far)) == (far, near, none)


def test_targets_without_a_scene_are_listed() -> None:
    """A target whose scene is not there has no row, and is told by its timecode."""
    seen = film([HAPPY] * 6, Target(25, "sad", 0.6), Target(50, "happy"))
    assert [each.target.scene for each in deviations(seen)] == [50]
    assert waiting_targets(seen) == (Target(25, "sad", 0.6),)
    assert annotation_wording.waiting_text(seen) == (
        "1 target waits for a scene that does not begin there now: sad, intensity 0.60 at 00:00:01:00."
    )


def test_words_say_how_far() -> None:
    """Result, points and interval in words; else the reason."""
    seen = film([HAPPY] * 6, Target(0, "sad"), Target(50, "happy"))
    texts = [annotation_wording.deviation_text(seen, each) for each in deviations(seen)]
    assert texts == ["missed, off by 98 points (98–98)", "not enough faces"]
    assert annotation_wording.reading_text(deviations(seen)[0], seen.labels) == "happy leads, sad 2\N{NO-BREAK SPACE}%"
    other = film([HAPPY] * 6, Target(0, "contempt"))
    assert annotation_wording.deviation_text(other, deviations(other)[0]) == "the model reads no contempt"


def test_notes_lie_in_their_scenes() -> None:
    """A frame's note in the scene with the frame; a scene's at its first frame, or where it was if it is gone."""
    notes = (Note(25, "gone", of_scene=True), Note(50, "all of it", of_scene=True), Note(55, "here"), Note(500, "past"))
    placed = placed_notes(film([HAPPY] * 6, notes=notes))
    assert [(each.row.scene.number, each.frame, each.of_scene) for each in placed] == [
        (1, 25, False),
        (2, 50, True),
        (2, 55, False),
        (2, 99, False),
    ]
