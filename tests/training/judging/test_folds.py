"""Cross-validation by person: disjoint folds, scalings fitted without them, and the figures of the result."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from emotion_core.errors import SettingsError
from emotion_core.expression import Scaling
from tests.support.late import Late

card = Late("emotion_core.training.judging.card")
film_scaling = Late("emotion_core.training.judging.film_scaling")
folds = Late("emotion_core.training.judging.folds")
readings = Late("emotion_core.training.judging.readings")

PEOPLE = tuple(f"Person_{chr(65 + i)}" for i in range(20))
pytestmark = pytest.mark.usefixtures("one_thread")

WILSON = [
    # right, of, low, high: to four digits, worked out by hand from the formula with z = 1.95996
    (0, 10, 0.0, 0.2775),
    (5, 10, 0.2366, 0.7634),
    (81, 263, 0.2553, 0.3662),
    (10, 10, 0.7225, 1.0),
    (0, 0, 0.0, 1.0),
]


@pytest.mark.parametrize(("right", "of", "low", "high"), WILSON)
def test_wilsons_interval(right: int, of: int, low: float, high: float) -> None:
    """The interval of a share is Wilson's, within 0 and 1, and (0, 1) without faces."""
    assert folds.wilson(right, of) == pytest.approx((low, high), abs=1e-4)


def test_a_persons_faces_are_drawn_together() -> None:
    """Faces of few people give a wider interval than as many of different people; equal seeds give equal draws."""
    values = np.repeat([0.0, 1.0], 50)
    few = folds.mean_over_people(values, [str(i // 25) for i in range(100)], 1)
    many = folds.mean_over_people(values, [str(i) for i in range(100)], 1)
    assert few[1] - few[0] > 2 * (many[1] - many[0])
    assert many == pytest.approx((0.4, 0.6), abs=0.03)
    assert folds.mean_over_people(values, [str(i) for i in range(100)], 1) == many


def noisy(n: int, seed: int, *, smiling: float = 0.0) -> Any:
    """Readings of faces, a few of each label; by `smiling` they look happier to the network than they are."""
    random = np.random.default_rng(seed)
    labels = np.arange(n) % 7
    logits = 2.0 * np.eye(7)[labels] + random.standard_normal((n, 7))
    logits[:, 6] += smiling
    return readings.Readings(logits, labels)


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    """Of stills of twenty people."""
    stills = noisy(280, 3, smiling=3.0)
    people = tuple(PEOPLE[i // 14] for i in range(280))
    recipe = film_scaling.ScalingRecipe()
    read = folds.cross_validate(noisy(350, 2), stills, people, recipe)
    found: dict[str, Any] = folds.summarise(read, recipe, "ab" * 32)
    return found


def test_everybody_has_one_fold() -> None:
    """The folds of twenty people are all five; a person's never changes."""
    assert {folds.fold_of(person) for person in PEOPLE} == set(range(folds.FOLDS))
    assert folds.fold_of("Person_A") == folds.fold_of("Person_A")


def test_no_scaling_is_fitted_on_those_whom_it_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each fold's stills are read by the scaling that was fitted on all others."""
    fold, people = np.arange(40) % folds.FOLDS, tuple(map(str, range(40)))
    stills = readings.Readings(np.zeros((40, 7)) + np.arange(40.0)[:, None], np.arange(40) % 7)
    seen: list[set[int]] = []

    def fit(fer: Any, own: Any, recipe: Any) -> Scaling:
        seen.append(set(own.logits[:, 0].astype(int).tolist()))
        return Scaling(1.0, tuple(map(tuple, np.eye(7).tolist())), tuple(np.eye(7)[len(seen)].tolist()))

    monkeypatch.setattr("emotion_core.training.judging.film_scaling.fit", fit)
    found = folds.predict(noisy(21, 1), stills, fold, people, film_scaling.ScalingRecipe())
    for number, others in enumerate(seen):
        own = np.flatnonzero(fold == number)
        assert others == set(range(40)) - set(own.tolist())
        assert set(found.with_stills[own].tolist()) == {number + 1}
    assert len(seen) == folds.FOLDS
    assert found.probabilities.sum(axis=1) == pytest.approx(np.ones(40))


def test_each_still_is_read_once(result: dict[str, Any]) -> None:
    """Each still is read once in both ways, and the figures are consistent."""
    assert (result["faces"], result["people"], len(result["folds"])) == (280, 20, 5)
    assert sum(row["faces"] for row in result["labels"].values()) == 280
    assert sum(fold["faces"] for fold in result["folds"]) == 280
    assert result["weights"] == "ab" * 32
    for how in ("with", "without"):
        right = sum(row[how]["right"] for row in result["labels"].values())
        assert right == result["accuracy"][how]["right"]
        assert result["accuracy"][how]["share"] == pytest.approx(right / 280)
    assert result["balanced"]["with"] > result["balanced"]["without"] + 0.1
    assert f"**{result['balanced']['with']:.3f}** with stills" in " ".join(result["said"])


def test_calibration_errors_weigh_labels_on_request() -> None:
    """Nine of ten stills are neutral and read rightly at 0.8; the happy one is read wrongly, so sure, too."""
    probabilities = np.full((10, 7), 0.2 / 6)
    probabilities[:, 3] = 0.8
    labels = np.array([3] * 9 + [6])
    predictions = folds.FoldPredictions(np.zeros(10, int), tuple("abcdefghij"), labels, labels, probabilities)
    assert folds.calibration_errors(predictions) == {"as_they_are": 0.1, "balanced": 0.3}


def judged(without: list[bool], with_stills: list[bool], labels: list[int]) -> Any:
    truth = np.array(labels, dtype=np.int64)
    wrong = (truth + 1) % 7
    return folds.FoldPredictions(
        np.arange(len(labels)) % folds.FOLDS,
        tuple(f"p{i}" for i in range(len(labels))),
        truth,
        np.where(without, truth, wrong),
        np.eye(7)[np.where(with_stills, truth, wrong)],
    )


DIFFERENCES = {
    # read rightly without, with; and what is said
    "better than": ([False] * 30 + [True] * 30, [True] * 60),
    "worse than": ([True] * 60, [False] * 30 + [True] * 30),
    "not told apart from": ([True, False] * 30, [False, True] * 30),
}


@pytest.mark.parametrize("verdict", DIFFERENCES)
def test_the_difference_is_judged_by_its_interval(verdict: str) -> None:
    """The verdict is better or worse only if the interval of the paired difference excludes zero."""
    without, with_stills = DIFFERENCES[verdict]
    result = folds.summarise(judged(without, with_stills, [3] * 60), film_scaling.ScalingRecipe(), "")
    assert f", {verdict} without." in result["said"][2]
    difference = result["difference"]
    assert difference["mean"] == pytest.approx((sum(with_stills) - sum(without)) / 60)
    assert difference["low"] < difference["high"]
    assert difference["low"] <= difference["mean"] <= difference["high"]


def test_labels_that_gain_or_lose_are_named() -> None:
    """Labels with a significant gain or loss are named with their intervals; rare ones are not."""
    sad, disgust, angry, neutral = [0] * 20, [1] * 20, [2] * 20, [3] * 60
    without = [True, False] * 10 + [True] * 20 + [True] * 20 + [False] * 60
    with_stills = [False, True] * 10 + [False] * 20 + [False] * 15 + [True] * 5 + [True] * 50 + [False] * 10
    said = folds.summarise(
        judged(without, with_stills, sad + disgust + angry + neutral), film_scaling.ScalingRecipe(), ""
    )["said"][3]
    better, worse = said.split("; worse ")
    assert "neutral +0.833 (" in better
    assert "angry -0.750 (" in worse
    assert all(label not in said for label in ("sad ", "disgust -", "happy +"))
    nothing = folds.summarise(judged([True] * 6, [True] * 6, [3] * 6), film_scaling.ScalingRecipe(), "")["said"][3]
    assert "better with stills none; worse none." in nothing


def test_rare_labels_are_only_counted() -> None:
    """Fear and disgust have counts but no shares, as has a label without stills."""
    result = folds.summarise(
        judged([True] * 21, [True] * 20 + [False], [0, 1, 3] * 5 + [4] * 6), film_scaling.ScalingRecipe(), ""
    )["labels"]
    assert result["fear"] == {"faces": 6, "without": {"right": 6}, "with": {"right": 5}}
    assert result["disgust"] == {"faces": 5, "without": {"right": 5}, "with": {"right": 5}}
    assert result["happy"] == {"faces": 0, "without": {"right": 0}, "with": {"right": 0}}
    assert result["sad"]["with"]["recall"] == 1
    assert (result["sad"]["with"]["low"], result["sad"]["with"]["high"]) == folds.wilson(5, 5)


def test_the_card_tells_what_the_folds_told(result: dict[str, Any]) -> None:
    """The card has a section on the result, with each label."""
    section = card.folds_section(result)
    assert all(sentence in section for sentence in result["said"])
    assert all(f"| {label} | {row['faces']} |" in section for label, row in result["labels"].items())


def test_stills_of_too_few_people_are_refused() -> None:
    """Stills of one person leave folds empty: an error says so."""
    with pytest.raises(SettingsError, match="Nobody on the stills falls into fold"):
        folds.cross_validate(noisy(35, 1), noisy(35, 2), PEOPLE[:1] * 35, film_scaling.ScalingRecipe())


def test_labels_weigh_the_same_in_balanced_accuracy() -> None:
    """Nine of nine and none of one are one half, however many faces each label has."""
    assert folds.balanced_accuracy(np.array([3] * 9 + [0]), np.array([3] * 10)) == 0.5
