"""When an engine may stand for fp32: each threshold, and numbers that are none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from emotion_core.expression.selection import Agreement, compare

SAME = Agreement(faces=256, mean_error=0.0, high_error=0.0, top_same=1.0, clear_differ=0.0)


def logits(*rows: tuple[float, ...]) -> NDArray[np.float32]:
    """Logits whose softmax is these chances."""
    return np.asarray(np.log(np.array(rows)), dtype=np.float32)


def random(faces: int) -> NDArray[np.float32]:
    return np.random.default_rng(5).normal(0, 2, (faces, 7)).astype(np.float32)


def test_the_same_numbers_agree() -> None:
    """Logits agree with themselves without any error, and so they do with a constant added to each row."""
    truth = random(300)
    message = compare(truth, truth)
    assert message == replace(SAME, faces=300)
    assert message.agrees
    moved = compare(truth, truth + np.float32(3))
    assert moved.mean_error < 1e-6
    assert moved.agrees


def test_chances_are_compared_and_not_logits() -> None:
    """An error is the distance of two chances: of 0.7 and 0.6 it is 0.1 on both labels."""
    message = compare(logits((0.7, 0.3)), logits((0.6, 0.4)))
    assert message.mean_error == pytest.approx(0.1, abs=1e-6)
    assert message.high_error == pytest.approx(0.1, abs=1e-6)
    assert (message.faces, message.top_same, message.clear_differ) == (1, 1.0, 0.0)


@pytest.mark.parametrize(
    ("field", "limit"), [("mean_error", 0.01), ("high_error", 0.05), ("clear_differ", 0.01)], ids=str
)
def test_each_threshold_is_allowed_and_nothing_above(field: str, limit: float) -> None:
    """0.01 in the mean, 0.05 at the 99th percentile and 1 % of clear faces still agree; a hair more does not."""
    at: dict[str, Any] = {field: limit}
    above: dict[str, Any] = {field: float(np.nextafter(limit, 1))}
    assert replace(SAME, **at).agrees
    assert not replace(SAME, **above).agrees


@pytest.mark.parametrize(
    ("field", "limit"), [("mean_error", 0.005), ("high_error", 0.025), ("clear_differ", 0.0)], ids=str
)
def test_few_faces_must_agree_with_room(field: str, limit: float) -> None:
    """It agrees clearly at half of the errors that are allowed, and if no clear face has another first label."""
    at: dict[str, Any] = {field: limit}
    above: dict[str, Any] = {field: float(np.nextafter(limit, 1))}
    assert replace(SAME, **at).agrees_clearly
    assert replace(SAME, **above).agrees
    assert not replace(SAME, **above).agrees_clearly


def test_no_faces_are_no_agreement() -> None:
    """What was compared on no face does not agree."""
    assert not replace(SAME, faces=0).agrees
    assert not replace(SAME, faces=0).agrees_clearly


def test_the_high_error_is_the_99th_percentile() -> None:
    """One face in two hundred that is far off does not raise it; three do."""
    truth = np.repeat(logits((0.6, 0.4)), 200, axis=0)
    for wrong, expected in ((1, 0.0), (3, 0.2)):
        output = truth.copy()
        output[:wrong] = logits((0.8, 0.2))
        assert compare(truth, output).high_error == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("margin", "clear"), [(0.0501, True), (0.0499, False)])
def test_only_clear_faces_must_keep_their_label(margin: float, clear: bool) -> None:
    """Another first label counts from a margin of 0.05 between the first and the second on; below it is a toss-up."""
    first = (1 + margin) / 2
    message = compare(logits((first, 1 - first)), logits((1 - first, first)))
    assert message.top_same == 0.0
    assert message.clear_differ == (1.0 if clear else 0.0)


@pytest.mark.parametrize(("wrong", "agrees"), [(2, True), (3, False)])
def test_one_clear_face_in_a_hundred_may_differ(wrong: int, agrees: bool) -> None:
    """Of two hundred clear faces two may have another first label, three may not, though the errors are small."""
    truth = np.repeat(logits((0.526, 0.474)), 200, axis=0)
    output = truth.copy()
    output[:wrong] = logits((0.49, 0.51))
    message = compare(truth, output)
    assert (message.clear_differ, message.agrees) == (wrong / 200, agrees)
    assert message.high_error <= 0.05


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("where", ["all", "one face", "one number"])
@pytest.mark.filterwarnings("error")
def test_what_is_no_number_agrees_with_nothing(bad: float, where: str) -> None:
    """Faces without numbers are wrong in everything, also where fp32 names the first label; one is too many."""
    truth = np.repeat(logits((0.6, 0.2, 0.2)), 256, axis=0)
    output = truth.copy()
    wrong: Any = {"all": np.s_[:], "one face": np.s_[7], "one number": np.s_[7, 0]}[where]
    output[wrong] = bad
    faces = 256 if where == "all" else 1
    message = compare(truth, output)
    assert not message.agrees
    assert message.high_error == 1.0
    assert message.top_same == pytest.approx(1 - faces / 256)
    assert message.clear_differ == pytest.approx(faces / 256)
    assert not compare(output, output).agrees


def test_it_is_told_in_words() -> None:
    """The words hold how many faces, how many with the same label, and how far off the chances are."""
    words = Agreement(256, 0.0123, 0.0678, 0.984375, 0.02).in_words()
    for part in ("98.4%", "256 faces", "0.0123", "0.068"):
        assert part in words
