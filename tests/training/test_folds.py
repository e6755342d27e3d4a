"""Cross-validation by person: disjoint folds, resumed trainings, and the figures of the result."""

from __future__ import annotations

import dataclasses
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from emotion_core.errors import SettingsError
from emotion_core.training import data
from tests.support.late import Late

card = Late("emotion_core.training.card")
folds = Late("emotion_core.training.folds")
train = Late("emotion_core.training.train")

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


def tiny() -> Any:
    """A recipe that trains a small network for one epoch."""
    return dataclasses.replace(
        folds.fold_recipe(epochs=1, side=32), batch=8, embedding=8, widths=(8, 16), depths=(1, 1)
    )


def film() -> Any:
    """A tiny recipe that balances labels."""
    return dataclasses.replace(tiny(), name="film", balancing=0.5, adjustment=1.0)


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
    np.savez(folder / "fer2013_train.npz", images=images, labels=labels)
    return folder


@pytest.fixture(scope="module")
def trained(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """The folder of the six tiny trainings, and the number of faces of each."""
    run = tmp_path_factory.mktemp("run")
    faces_of: dict[str, int] = {}
    plain: Callable[..., Path] = train.train_on

    def watched(faces: data.Faces, judged: Any, run_folder: Path, *rest: Any) -> Path:
        faces_of[run_folder.name] = len(faces)
        return plain(faces, judged, run_folder, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("emotion_core.training.folds.train_on", watched)
        assert folds.cross_validate(folder, run, tiny()) == run / folds.FILE
    return run, faces_of


@pytest.fixture(scope="module")
def run(trained: tuple[Path, dict[str, int]]) -> Path:
    """The folder of the six tiny trainings."""
    return trained[0]


def test_nobody_is_on_both_sides(folder: Path) -> None:
    """Each person is in one fold with all faces, and no network is trained on a person of the fold that it reads."""
    file = folder / "faces_film_train.zip"
    all_people: list[str] = []
    for fold in range(folds.FOLDS):
        held_out, people = data.load_stills_of(file, lambda p, f=fold: folds.fold_of(p) == f, per_label=99, side=16)  # type: ignore[misc]
        _, others = data.load_stills_of(file, lambda p, f=fold: folds.fold_of(p) != f, per_label=99, side=16)  # type: ignore[misc]
        assert len(held_out) == len(people) == 3 * len(set(people)) > 0
        assert set(people) & set(others) == set()
        assert len(people) + len(others) == 3 * len(PEOPLE)
        all_people += people
    assert sorted(all_people) == sorted(3 * PEOPLE)


def test_the_cap_holds_a_label(folder: Path) -> None:
    """At most the given number of stills of a label is read."""
    faces, _ = data.load_stills_of(folder / "faces_film_train.zip", lambda person: True, per_label=4, side=16)
    assert np.bincount(faces.labels, minlength=7).max() == 4


def test_every_fold_is_trained_and_judged(run: Path) -> None:
    """Six networks are trained, each still is read once by each kind, and the figures are consistent."""
    assert {path.parent.name for path in run.glob("*/state.pt")} == {"without", *(f"fold{i}" for i in range(1, 6))}
    result = json.loads((run / folds.FILE).read_text())
    assert (result["faces"], result["people"], len(result["folds"])) == (60, 20, 5)
    assert sum(row["faces"] for row in result["labels"].values()) == 60
    assert sum(fold["faces"] for fold in result["folds"]) == 60
    for how in ("with", "without"):
        right = sum(row[how]["right"] for row in result["labels"].values())
        assert right == result["accuracy"][how]["right"]
        assert result["accuracy"][how]["share"] == pytest.approx(right / 60)
    assert result["recipe"]["epochs"] == 1
    assert "short recipe (1 epochs at 32 px)" in " ".join(result["said"])


def test_each_network_gets_its_faces(trained: tuple[Path, dict[str, int]]) -> None:
    """One network is trained on FER2013 alone, the others also on the stills of the other folds."""
    in_fold = [sum(folds.fold_of(person) == fold for person in PEOPLE) for fold in range(folds.FOLDS)]
    assert trained[1] == {"without": 35, **{f"fold{i + 1}": 35 + 60 - 3 * n for i, n in enumerate(in_fold)}}


def test_what_is_done_is_kept(folder: Path, run: Path) -> None:
    """A second call reuses finished networks and gives the same result; a missing one is trained again."""
    before = {path: path.stat().st_mtime_ns for path in run.glob("*/state.pt")}
    result = (run / folds.FILE).read_bytes()
    (run / folds.FILE).unlink()
    removed = run / "fold3" / "state.pt"
    removed.unlink()
    folds.cross_validate(folder, run, tiny())
    after = {path: path.stat().st_mtime_ns for path in run.glob("*/state.pt")}
    assert {path for path in before if before[path] != after[path]} == {removed}
    assert (run / folds.FILE).read_bytes() == result


def judged(without: list[bool], with_stills: list[bool], labels: list[int]) -> Any:
    truth = np.array(labels, dtype=np.int64)
    wrong = (truth + 1) % 7
    return folds.FoldPredictions(
        np.arange(len(labels)) % folds.FOLDS,
        tuple(f"p{i}" for i in range(len(labels))),
        truth,
        np.where(without, truth, wrong),
        np.where(with_stills, truth, wrong),
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
    result = folds.summarise(judged(without, with_stills, [3] * 60), tiny())
    assert f", {verdict} without." in result["said"][1]
    difference = result["difference"]
    assert difference["mean"] == pytest.approx((sum(with_stills) - sum(without)) / 60)
    assert difference["low"] < difference["high"]
    assert difference["low"] <= difference["mean"] <= difference["high"]


def test_labels_that_gain_or_lose_are_named() -> None:
    """Labels with a significant gain or loss are named with their intervals; rare ones are not."""
    sad, disgust, angry, neutral = [0] * 20, [1] * 20, [2] * 20, [3] * 60
    without = [True, False] * 10 + [True] * 20 + [True] * 20 + [False] * 60
    with_stills = [False, True] * 10 + [False] * 20 + [False] * 15 + [True] * 5 + [True] * 50 + [False] * 10
    said = folds.summarise(judged(without, with_stills, sad + disgust + angry + neutral), tiny())["said"][2]
    better, worse = said.split("; worse ")
    assert "neutral +0.833 (" in better
    assert "angry -0.750 (" in worse
    assert all(label not in said for label in ("sad ", "disgust -", "happy +"))
    nothing = folds.summarise(judged([True] * 6, [True] * 6, [3] * 6), tiny())["said"][2]
    assert "better with stills none; worse none." in nothing


def test_rare_labels_are_only_counted() -> None:
    """Fear and disgust have counts but no shares, as has a label without stills."""
    result = folds.summarise(judged([True] * 21, [True] * 20 + [False], [0, 1, 3] * 5 + [4] * 6), tiny())["labels"]
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


def test_data_that_do_not_do_are_refused(folder: Path, tmp_path: Path) -> None:
    """A folder without the faces, and stills of too few people, are refused, naming what is missing."""
    with pytest.raises(SettingsError, match=r"no faces_film_train\.zip"):
        folds.cross_validate(tmp_path, tmp_path / "run", tiny())
    (tmp_path / "fer2013_train.npz").write_bytes((folder / "fer2013_train.npz").read_bytes())
    with (
        zipfile.ZipFile(folder / "faces_film_train.zip") as all_of_them,
        zipfile.ZipFile(tmp_path / "faces_film_train.zip", "w") as one_person,
    ):
        for name in all_of_them.namelist():
            if PEOPLE[0] in name:
                one_person.writestr(name, all_of_them.read(name))
    with pytest.raises(SettingsError, match="Nobody on the stills falls into fold"):
        folds.cross_validate(tmp_path, tmp_path / "run", tiny())


def test_the_command_is_there() -> None:
    """`python -m emotion_core.training folds` has the documented options."""
    command = [sys.executable, "-m", "emotion_core.training", "folds", "--help"]
    process = subprocess.run(command, capture_output=True, text=True, check=True, env={"COLUMNS": "200", "PATH": ""})
    assert all(option in process.stdout for option in ("--data", "--run", "--epochs", "--side", "--seed"))


def test_labels_weigh_the_same_in_balanced_accuracy() -> None:
    """Nine of nine and none of one are one half, however many faces each label has."""
    assert folds.balanced_accuracy(np.array([3] * 9 + [0]), np.array([3] * 10)) == 0.5


def test_folds_of_a_full_recipe_say_which(folder: Path, tmp_path: Path) -> None:
    """The result names the recipe, and gives the balanced accuracy of both."""
    result = json.loads(folds.cross_validate(folder, tmp_path, film()).read_text())
    assert "by the recipe “film” (1 epochs" in " ".join(result["said"])
    assert all(0 <= result["balanced"][how] <= 1 for how in ("without", "with"))


def test_a_fold_trained_alone_is_taken(folder: Path, tmp_path: Path) -> None:
    """What a command of its own has trained is not trained again."""
    alone = folds.train_one(2, folder, tmp_path, film()).read_bytes()
    folds.cross_validate(folder, tmp_path, film())
    assert (tmp_path / "fold2" / "state.pt").read_bytes() == alone
