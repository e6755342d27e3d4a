"""When a dominant expression is clear, and when it is mixed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emotion_core.analysis import Analysis, Certainty, analyse, certainty_of, runner_up
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.report import wording
from emotion_core.settings import ReportSettings
from tests.support.scans import by_cuts, logits_of, observations

HAPPY = ((10.0, 10.0, 40.0, 40.0), 0.9, logits_of(happy=0.88))
SAD = ((10.0, 10.0, 40.0, 40.0), 0.9, logits_of(sad=0.88))
EVEN = ((10.0, 10.0, 40.0, 40.0), 0.9, (0.0,) * 7)

CASES = [
    # faces of the sampled frames, whose shares are 0.88 and six times 0.02 a face, or a seventh of each label
    ("all alike", [HAPPY] * 6, "clear", "sad"),
    ("halves", [HAPPY, SAD] * 4, "mixed", "happy"),  # of equal shares the first label leads
    ("two of three", [HAPPY, HAPPY, SAD] * 2, "mixed", "sad"),
    ("most, and no interval reaches the next", [HAPPY] * 11 + [SAD], "clear", "sad"),
    ("below the floor, though no interval has a width", [EVEN] * 6, "mixed", "disgust"),
    ("two frames", [HAPPY] * 2, "few frames", "sad"),
    ("two frames below the floor", [EVEN] * 2, "mixed", "disgust"),
    ("no face", [], None, None),
]


def film(faces: list[tuple[tuple[float, float, float, float], float, tuple[float, ...]]]) -> Analysis:
    return analyse(observations({4 * i: [face] for i, face in enumerate(faces)} or {0: []}, frames=60), by_cuts())


@pytest.mark.parametrize(("faces", "level", "second"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_certainty(
    faces: list[tuple[tuple[float, float, float, float], float, tuple[float, ...]]],
    level: Certainty | None,
    second: str | None,
) -> None:
    """Overlap with the runner-up, a low share and too few frames are each told, and the runner-up is the second."""
    analysis = film(faces)
    (row,) = analysis.scenes
    assert (certainty_of(analysis, row), runner_up(analysis, row)) == (level, second)


def test_the_floor_is_a_setting_and_overlap_is_not() -> None:
    """A lower floor makes a low share clear, but not two shares whose intervals overlap."""
    even, halves = film([EVEN] * 6), film([HAPPY, SAD] * 4)
    lower = ReportSettings(mixed_floor=0.14)
    row = replace(even.scenes[0], intervals=((0.14, 0.15), *((0.13, 0.135),) * 6))
    assert certainty_of(replace(even, report_settings=lower), row) == "clear"
    assert certainty_of(replace(halves, report_settings=ReportSettings(mixed_floor=0)), halves.scenes[0]) == "mixed"


def test_words_name_both_expressions_and_the_reason() -> None:
    """A mixed scene has both labels and both shares in words, and says why; a clear one has its own alone."""
    halves, even, alike = film([HAPPY, SAD] * 4), film([EVEN] * 6), film([HAPPY] * 6)
    assert wording.dominant_or_reason(halves, halves.scenes[0]) == "mixed: sad, happy"
    assert wording.leading_shares(halves, halves.scenes[0]).count("45\N{NO-BREAK SPACE}%") == 2
    assert wording.certainty_text(halves, halves.scenes[0]) == "the intervals of the two overlap"
    assert wording.certainty_text(even, even.scenes[0]) == "no expression reaches 40\N{NO-BREAK SPACE}%"
    assert wording.dominant_or_reason(alike, alike.scenes[0]) == "happy"
    assert wording.leading_shares(alike, alike.scenes[0]) == "88\N{NO-BREAK SPACE}% (88–88\N{NO-BREAK SPACE}%)"
    assert wording.certainty_text(alike, alike.scenes[0]) == ""
    assert REFERENCE_LABELS[0] == "sad"
