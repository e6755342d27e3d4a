"""Folds by person: nobody on both sides, trainings gone on with, and figures that are what they say."""

from __future__ import annotations

import dataclasses
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from emotion_core.errors import SettingsError
from emotion_core.training import card, data, train
from emotion_core.training.folds import FILE, FOLDS, Judged, fold_of, folds, outcome, short
from emotion_core.training.intervals import mean_over_people, wilson

PEOPLE = tuple(f"Person_{chr(65 + i)}" for i in range(20))
pytestmark = pytest.mark.usefixtures("one_thread")

TINY = dataclasses.replace(short(epochs=1, side=32), batch=8, embedding=8, widths=(8, 16), depths=(1, 1))
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
    """The interval of a share is Wilson's, within 0 and 1 at the ends, and says nothing of no faces."""
    assert wilson(right, of) == pytest.approx((low, high), abs=1e-4)


def test_a_persons_faces_are_drawn_together() -> None:
    """Faces of few people tell less than as many of different people, and the same seed draws the same."""
    values = np.repeat([0.0, 1.0], 50)
    few = mean_over_people(values, [str(i // 25) for i in range(100)], 1)
    many = mean_over_people(values, [str(i) for i in range(100)], 1)
    assert few[1] - few[0] > 2 * (many[1] - many[0])
    assert many == pytest.approx((0.4, 0.6), abs=0.03)
    assert mean_over_people(values, [str(i) for i in range(100)], 1) == many


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few dozen faces in the form of the real sets."""
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
    """Where all six tiny trainings were run, and on how many faces each."""
    run = tmp_path_factory.mktemp("run")
    faces_of: dict[str, int] = {}
    plain = train.train_on

    def watched(faces: data.Faces, judged: Any, run_folder: Path, *rest: Any) -> Path:
        faces_of[run_folder.name] = len(faces)
        return plain(faces, judged, run_folder, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("emotion_core.training.folds.train_on", watched)
        assert folds(folder, run, TINY) == run / FILE
    return run, faces_of


@pytest.fixture(scope="module")
def run(trained: tuple[Path, dict[str, int]]) -> Path:
    """Where all six tiny trainings were run."""
    return trained[0]


def test_nobody_is_on_both_sides(folder: Path) -> None:
    """Every person is in one fold with all faces, and no fold is trained on a person that it is judged by."""
    file = folder / "faces_film_train.zip"
    seen: list[str] = []
    for fold in range(FOLDS):
        held, people = data.stills_of(file, lambda p, f=fold: fold_of(p) == f, per_label=99, side=16)  # type: ignore[misc]
        _, others = data.stills_of(file, lambda p, f=fold: fold_of(p) != f, per_label=99, side=16)  # type: ignore[misc]
        assert len(held) == len(people) == 3 * len(set(people)) > 0
        assert set(people) & set(others) == set()
        assert len(people) + len(others) == 3 * len(PEOPLE)
        seen += people
    assert sorted(seen) == sorted(3 * PEOPLE)


def test_the_cap_holds_a_label(folder: Path) -> None:
    """At most so many stills of a label are read."""
    faces, _ = data.stills_of(folder / "faces_film_train.zip", lambda person: True, per_label=4, side=16)
    assert np.bincount(faces.labels, minlength=7).max() == 4


def test_every_fold_is_trained_and_judged(run: Path) -> None:
    """Six networks are trained, each still is judged once with and once without, and the figures fit together."""
    assert {path.parent.name for path in run.glob("*/state.pt")} == {"without", *(f"fold{i}" for i in range(1, 6))}
    told = json.loads((run / FILE).read_text())
    assert (told["faces"], told["people"], len(told["folds"])) == (60, 20, 5)
    assert sum(row["faces"] for row in told["labels"].values()) == 60
    assert sum(fold["faces"] for fold in told["folds"]) == 60
    for how in ("with", "without"):
        right = sum(row[how]["right"] for row in told["labels"].values())
        assert right == told["accuracy"][how]["right"]
        assert told["accuracy"][how]["share"] == pytest.approx(right / 60)
    assert told["recipe"]["epochs"] == 1
    assert "short recipe (1 epochs at 32 px)" in " ".join(told["said"])


def test_each_network_gets_its_faces(trained: tuple[Path, dict[str, int]]) -> None:
    """The network without stills is trained on FER2013 alone, each other one also on the stills of the other folds."""
    in_fold = [sum(fold_of(person) == fold for person in PEOPLE) for fold in range(FOLDS)]
    assert trained[1] == {"without": 35, **{f"fold{i + 1}": 35 + 60 - 3 * n for i, n in enumerate(in_fold)}}


def test_what_is_done_is_kept(folder: Path, run: Path) -> None:
    """Run again, finished networks are not touched and the outcome is the same; one that is gone is trained anew."""
    before = {path: path.stat().st_mtime_ns for path in run.glob("*/state.pt")}
    told = (run / FILE).read_bytes()
    (run / FILE).unlink()
    gone = run / "fold3" / "state.pt"
    gone.unlink()
    folds(folder, run, TINY)
    after = {path: path.stat().st_mtime_ns for path in run.glob("*/state.pt")}
    assert {path for path in before if before[path] != after[path]} == {gone}
    assert (run / FILE).read_bytes() == told


def judged(without: list[bool], with_stills: list[bool], labels: list[int]) -> Judged:
    truth = np.array(labels, dtype=np.int64)
    wrong = (truth + 1) % 7
    return Judged(
        np.arange(len(labels)) % FOLDS,
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
    """Better or worse is said only where the whole interval of the paired difference lies on one side of zero."""
    without, with_stills = DIFFERENCES[verdict]
    told = outcome(judged(without, with_stills, [3] * 60), TINY)
    assert f", {verdict} without." in told["said"][1]
    difference = told["difference"]
    assert difference["mean"] == pytest.approx((sum(with_stills) - sum(without)) / 60)
    assert difference["low"] < difference["high"]
    assert difference["low"] <= difference["mean"] <= difference["high"]


def test_labels_that_gain_or_lose_are_named() -> None:
    """A gain in all hides no label's loss: those told apart are named with their intervals, rare ones never."""
    sad, disgust, angry, neutral = [0] * 20, [1] * 20, [2] * 20, [3] * 60
    without = [True, False] * 10 + [True] * 20 + [True] * 20 + [False] * 60
    with_stills = [False, True] * 10 + [False] * 20 + [False] * 15 + [True] * 5 + [True] * 50 + [False] * 10
    said = outcome(judged(without, with_stills, sad + disgust + angry + neutral), TINY)["said"][2]
    better, worse = said.split("; worse ")
    assert "neutral +0.833 (" in better
    assert "angry -0.750 (" in worse
    assert all(label not in said for label in ("sad ", "disgust -", "happy +"))
    nothing = outcome(judged([True] * 6, [True] * 6, [3] * 6), TINY)["said"][2]
    assert "better with stills none; worse none." in nothing


def test_rare_labels_are_only_counted() -> None:
    """Fear and disgust have counts but no shares; a label that is on no still has none either."""
    told = outcome(judged([True] * 21, [True] * 20 + [False], [0, 1, 3] * 5 + [4] * 6), TINY)["labels"]
    assert told["fear"] == {"faces": 6, "without": {"right": 6}, "with": {"right": 5}}
    assert told["disgust"] == {"faces": 5, "without": {"right": 5}, "with": {"right": 5}}
    assert told["happy"] == {"faces": 0, "without": {"right": 0}, "with": {"right": 0}}
    assert told["sad"]["with"]["recall"] == 1
    assert (told["sad"]["with"]["low"], told["sad"]["with"]["high"]) == wilson(5, 5)


def test_the_card_tells_what_the_folds_told(run: Path, tmp_path: Path) -> None:
    """With the outcome in a checkpoint's folder its card has a section on it, with each label; without, none."""
    assert card.folds_section(tmp_path) == ""
    section = card.folds_section(run)
    told = json.loads((run / FILE).read_text())
    assert all(sentence in section for sentence in told["said"])
    assert all(f"| {label} | {row['faces']} |" in section for label, row in told["labels"].items())


def test_data_that_do_not_do_are_refused(folder: Path, tmp_path: Path) -> None:
    """A folder without the faces, and stills of too few people for five folds, are refused with what is missing."""
    with pytest.raises(SettingsError, match=r"no faces_film_train\.zip"):
        folds(tmp_path, tmp_path / "run", TINY)
    (tmp_path / "fer2013_train.npz").write_bytes((folder / "fer2013_train.npz").read_bytes())
    with (
        zipfile.ZipFile(folder / "faces_film_train.zip") as all_of_them,
        zipfile.ZipFile(tmp_path / "faces_film_train.zip", "w") as one_person,
    ):
        for name in all_of_them.namelist():
            if PEOPLE[0] in name:
                one_person.writestr(name, all_of_them.read(name))
    with pytest.raises(SettingsError, match="Nobody on the stills falls into fold"):
        folds(tmp_path, tmp_path / "run", TINY)


def test_the_command_is_there() -> None:
    """`python -m emotion_core.training folds` has the options that it is said to have."""
    command = [sys.executable, "-m", "emotion_core.training", "folds", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, env={"COLUMNS": "200", "PATH": ""})
    assert all(option in shown.stdout for option in ("--data", "--run", "--epochs", "--side", "--seed"))
