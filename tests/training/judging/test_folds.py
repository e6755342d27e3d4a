"""Cross-validation by person: disjoint folds, layers fitted without them, and the figures of the result."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from emotion_core.errors import SettingsError
from emotion_core.training import data
from emotion_core.training.recipe import Recipe
from tests.support.late import Late

torch = Late("torch")
card = Late("emotion_core.training.judging.card")
folds = Late("emotion_core.training.judging.folds")
history = Late("emotion_core.training.history")
label_layer = Late("emotion_core.training.label_layer")
network = Late("emotion_core.training.network")

PEOPLE = tuple(f"Person_{chr(65 + i)}" for i in range(20))
pytestmark = pytest.mark.usefixtures("one_thread")

SHADES = {label: 20 + 30 * i for i, label in enumerate(data.LABELS)}
"""What the tests' faces show: each label is a grey of its own."""

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


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few dozen faces in the format of the real sets."""
    folder = tmp_path_factory.mktemp("faces")
    random = np.random.default_rng(1)
    with zipfile.ZipFile(folder / "faces_film_train.zip", "w") as archive:
        for number, person in enumerate(PEOPLE):
            for i, label in enumerate(("happy", "neutral", data.LABELS[number % 7])):
                shade = SHADES[label] + random.integers(-9, 10, (40, 40, 3))
                buffer = io.BytesIO()
                Image.fromarray(shade.clip(0, 255).astype(np.uint8)).save(buffer, "JPEG")
                archive.writestr(f"{label}/{person}_{i:04}.jpg", buffer.getvalue())
    labels = np.arange(35, dtype=np.uint8) % 7
    shades = np.array([SHADES[label] for label in data.FER_LABELS])[labels]
    images = (shades[:, None, None] + random.integers(-9, 10, (35, 48, 48))).clip(0, 255).astype(np.uint8)
    for part in ("train", "validation"):
        np.savez(folder / f"fer2013_{part}.npz", images=images, labels=labels)
    return folder


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of an untrained small network."""
    folder = tmp_path_factory.mktemp("start")
    torch.manual_seed(4)
    recipe = Recipe(embedding=8, widths=(8, 16), depths=(1, 1))
    weights = network.new_network(recipe.embedding, recipe.widths, recipe.depths).state_dict()
    state = {"recipe": json.dumps(asdict(recipe)), "epoch": 60, "before": "[]", "averaged": weights}
    history.write_state(folder, state)
    (folder / "log.txt").write_text("epoch 60/60 side 96 loss 1.4 30 s\n")
    return folder


@pytest.fixture(scope="module")
def run(folder: Path, start: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a result."""
    out = tmp_path_factory.mktemp("run") / "new"
    assert folds.cross_validate(folder, start, out, label_layer.LabelRecipe()) == out / folds.FILE
    return out


def test_a_person_is_in_one_fold(folder: Path) -> None:
    """Each person is in one fold with all stills."""
    faces, people = data.load_stills_of(folder / "faces_film_train.zip", lambda person: True, side=16)
    assert len(faces) == len(people) == 3 * len(PEOPLE)
    assert {folds.fold_of(person) for person in PEOPLE} == set(range(folds.FOLDS))


def test_no_layer_is_fitted_on_those_whom_it_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each fold's stills are read by the layer that was fitted on all others, softened by that layer's temperature."""
    people = tuple(f"p{i // 2}" for i in range(40))
    fold = np.array([folds.fold_of(person) for person in people])
    stills = label_layer.Features(torch.arange(40.0).view(40, 1, 1).expand(40, 2, 4), np.arange(40) % 7)
    fer = label_layer.Features(torch.zeros(21, 2, 4), np.arange(21) % 7)
    first = label_layer.Layer(torch.zeros(7, 4, dtype=torch.float64), torch.zeros(7, dtype=torch.float64))
    seen: list[set[float]] = []

    def fit(fer: Any, others: Any, start: Any, recipe: Any) -> Any:
        assert start is first
        seen.append(set(others.values[:, 0, 0].tolist()))
        return label_layer.Layer(first.weights, torch.nn.functional.one_hot(torch.tensor(len(seen)), 7).double())

    monkeypatch.setattr("emotion_core.training.label_layer.fit", fit)
    found = folds.predict(fer, fer, stills, first, fold, people, label_layer.LabelRecipe())
    for number, others in enumerate(seen):
        own = np.flatnonzero(fold == number)
        assert others == set(range(40)) - set(own.tolist())
        assert set(found.with_stills[own].tolist()) == {number + 1}
    assert len(seen) == folds.FOLDS
    assert found.probabilities.sum(axis=1) == pytest.approx(np.ones(40))


def test_each_still_is_read_once(run: Path) -> None:
    """Each still is read once by each kind of layer, and the figures are consistent."""
    result = json.loads((run / folds.FILE).read_text())
    assert (result["faces"], result["people"], len(result["folds"])) == (60, 20, 5)
    assert sum(row["faces"] for row in result["labels"].values()) == 60
    assert sum(fold["faces"] for fold in result["folds"]) == 60
    for how in ("with", "without"):
        right = sum(row[how]["right"] for row in result["labels"].values())
        assert right == result["accuracy"][how]["right"]
        assert result["accuracy"][how]["share"] == pytest.approx(right / 60)
    # Labels are shades of grey here, and even an untrained network tells those.
    assert result["balanced"]["with"] > 0.5 > result["balanced"]["without"]
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
    result = folds.summarise(judged(without, with_stills, [3] * 60), label_layer.LabelRecipe())
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
    said = folds.summarise(judged(without, with_stills, sad + disgust + angry + neutral), label_layer.LabelRecipe())[
        "said"
    ][3]
    better, worse = said.split("; worse ")
    assert "neutral +0.833 (" in better
    assert "angry -0.750 (" in worse
    assert all(label not in said for label in ("sad ", "disgust -", "happy +"))
    nothing = folds.summarise(judged([True] * 6, [True] * 6, [3] * 6), label_layer.LabelRecipe())["said"][3]
    assert "better with stills none; worse none." in nothing


def test_rare_labels_are_only_counted() -> None:
    """Fear and disgust have counts but no shares, as has a label without stills."""
    result = folds.summarise(
        judged([True] * 21, [True] * 20 + [False], [0, 1, 3] * 5 + [4] * 6), label_layer.LabelRecipe()
    )["labels"]
    assert result["fear"] == {"faces": 6, "without": {"right": 6}, "with": {"right": 5}}
    assert result["disgust"] == {"faces": 5, "without": {"right": 5}, "with": {"right": 5}}
    assert result["happy"] == {"faces": 0, "without": {"right": 0}, "with": {"right": 0}}
    assert result["sad"]["with"]["recall"] == 1
    assert (result["sad"]["with"]["low"], result["sad"]["with"]["high"]) == folds.wilson(5, 5)


def test_the_card_tells_what_the_folds_told(run: Path, tmp_path: Path) -> None:
    """With the result in a checkpoint's folder the card has a section on it, with each label; otherwise none."""
    assert card.folds_section(tmp_path) == ""
    section = card.folds_section(run)
    result = json.loads((run / folds.FILE).read_text())
    assert all(sentence in section for sentence in result["said"])
    assert all(f"| {label} | {row['faces']} |" in section for label, row in result["labels"].items())


def test_data_that_do_not_do_are_refused(folder: Path, start: Path, tmp_path: Path) -> None:
    """A folder without the faces, and stills of too few people, are refused, naming what is missing."""
    recipe = label_layer.LabelRecipe()
    with pytest.raises(SettingsError, match=r"no fer2013_train\.npz"):
        folds.cross_validate(tmp_path, start, tmp_path / "out", recipe)
    for part in ("train", "validation"):
        (tmp_path / f"fer2013_{part}.npz").write_bytes((folder / f"fer2013_{part}.npz").read_bytes())
    with pytest.raises(SettingsError, match=r"no faces_film_train\.zip"):
        folds.cross_validate(tmp_path, start, tmp_path / "out", recipe)
    with (
        zipfile.ZipFile(folder / "faces_film_train.zip") as all_of_them,
        zipfile.ZipFile(tmp_path / "faces_film_train.zip", "w") as one_person,
    ):
        for name in all_of_them.namelist():
            if PEOPLE[0] in name:
                one_person.writestr(name, all_of_them.read(name))
    with pytest.raises(SettingsError, match="Nobody on the stills falls into fold"):
        folds.cross_validate(tmp_path, start, tmp_path / "out", recipe)


def test_labels_weigh_the_same_in_balanced_accuracy() -> None:
    """Nine of nine and none of one are one half, however many faces each label has."""
    assert folds.balanced_accuracy(np.array([3] * 9 + [0]), np.array([3] * 10)) == 0.5
