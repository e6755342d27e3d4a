"""Calibration, export and evaluation of checkpoints; training itself takes hours."""

from __future__ import annotations

import json
import re
import sys
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from emotion_core.errors import CheckpointError
from emotion_core.expression import softmax
from emotion_core.expression.checkpoints import FILES, Checkpoint, load, locate, weights
from emotion_core.expression.checkpoints.calibration import FILE, Calibration, resolve_temperature, stored_at
from emotion_core.expression.checkpoints.checkpoint import FACTS_FILE
from emotion_core.expression.engines import shipped_network
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.observations import CheckpointIdentity
from emotion_core.training import __main__ as command, data
from emotion_core.training.judging import calibrate
from emotion_core.training.recipe import RECIPES, Recipe
from tests.support import checkpoints
from tests.support.late import Late

torch = Late("torch")
film_scaling = Late("emotion_core.training.judging.film_scaling")
folds = Late("emotion_core.training.judging.folds")
history = Late("emotion_core.training.history")
network = Late("emotion_core.training.network")
readings = Late("emotion_core.training.judging.readings")

Logits = NDArray[np.float64]
Labels = NDArray[np.int64]

TRUE = 0.6
"""The temperature at which the labels of the tests' faces are drawn."""
FACES = 800
SPELT = ("Happiness", "fearful", "SAD", "Anger", "calm", "surprised", "disgusted")
"""Seven labels that mean the seven of the faces, in another order."""


def drawn(logits: Logits, temperature: float, seed: int) -> Labels:
    """A label for each face, drawn by its probabilities at this temperature."""
    edges = softmax(logits, temperature).cumsum(axis=1)
    draws = np.random.default_rng(seed).random((len(logits), 1))
    labels: Labels = (edges[:, :-1] < draws).sum(axis=1)
    return labels


def scattered(n: int, seed: int = 1) -> Logits:
    return np.random.default_rng(seed).normal(0, 2, (n, 7))


# The arithmetic


@pytest.mark.parametrize("temperature", [0.3, 1.0, 1.7, 4.0])
def test_a_known_temperature_is_found(temperature: float) -> None:
    """For labels drawn at some temperature, that temperature is fitted, within 5 %."""
    logits = scattered(20_000)
    assert calibrate.fit(logits, drawn(logits, temperature, 2)) == pytest.approx(temperature, rel=0.05)


def test_the_fit_is_the_least_negative_log_likelihood() -> None:
    """No temperature on a fine grid has a smaller negative log likelihood than the fitted one."""
    logits = scattered(300)
    labels = drawn(logits, 1.4, 3)
    found = calibrate.fit(logits, labels)
    assert found is not None

    def nll(temperature: float) -> float:
        return -float(np.log(softmax(logits, temperature)[np.arange(300), labels]).mean())

    grid = np.arange(0.05, 20, 0.01)
    assert nll(found) <= min(nll(t) for t in grid) + 1e-9


def test_what_no_temperature_fits_is_refused() -> None:
    """Faces that are all read correctly, or no better than by chance, are refused: no temperature in range fits."""
    logits = scattered(100)
    checkpoint = CheckpointIdentity("odd", "folder", "", "ab" * 32, data.LABELS, "Net")
    for labels in (logits.argmax(axis=1), logits.argmin(axis=1)):
        assert calibrate.fit(logits, labels) is None
        with pytest.raises(CheckpointError, match=r"0\.05 to 20 fits the checkpoint “odd” best"):
            calibrate.calibration(logits, labels, checkpoint, faces="set", faces_hash="")


def test_the_error_is_the_one_worked_out_by_hand() -> None:
    """The calibration error equals one computed by hand, with faces in bins by their highest probability."""
    chances = np.array([[0.9, 0.1], [0.9, 0.1], [0.1, 0.9], [0.4, 0.6], [0.6, 0.4]])
    labels = np.array([0, 1, 1, 0, 0])
    # Two bins of five hold faces: 0.8 to 1 with three at 0.9, two right; 0.4 to 0.6 with two at 0.6, one right.
    expected = 3 / 5 * abs(2 / 3 - 0.9) + 2 / 5 * abs(1 / 2 - 0.6)
    assert calibrate.ece(chances, labels, bins=5) == pytest.approx(expected)


@pytest.mark.parametrize(("top", "bin_below"), [(0.6, True), (0.6000001, False)])
def test_a_bin_ends_with_its_upper_edge(top: float, bin_below: bool) -> None:
    """A probability on the edge of two bins falls in the lower one."""
    chances = np.array([[top, 1 - top], [0.5, 0.5]])
    labels = np.array([0, 1])  # argmax of a tie is the first: right, wrong
    together = abs(0.5 - (top + 0.5) / 2)
    apart = (abs(1 - top) + abs(0 - 0.5)) / 2
    assert calibrate.ece(chances, labels, bins=5) == pytest.approx(together if bin_below else apart)


def test_right_probabilities_have_no_error_but_chance() -> None:
    """Labels drawn by the probabilities have the error of chance; others have more."""
    logits = scattered(2_000)
    labels = drawn(logits, 1.0, 4)
    right, sharp = softmax(logits, 1.0), softmax(logits, 0.5)
    by_chance = calibrate.ece_by_chance(right)
    assert calibrate.ece(right, labels) == pytest.approx(by_chance, rel=0.6)
    assert calibrate.ece(sharp, labels) > 4 * by_chance
    assert by_chance > 2 * calibrate.ece_by_chance(softmax(scattered(20_000), 1.0))


def test_halves_share_each_label() -> None:
    """The halves are disjoint and complete, and their counts of a label differ by one at most."""
    labels = np.repeat(np.arange(7), [50, 1, 7, 33, 2, 8, 0])
    first, second = calibrate.halves(labels, 5)
    assert sorted([*first, *second]) == list(range(len(labels)))
    counts = [np.bincount(labels[half], minlength=7) for half in (first, second)]
    assert np.abs(counts[0] - counts[1]).max() <= 1
    assert abs(len(first) - len(second)) <= 1
    assert (calibrate.halves(labels, 5)[0] == first).all()
    assert not np.array_equal(calibrate.halves(labels, 6)[0], first)


def test_a_calibration_is_judged_on_faces_it_was_not_fitted_on() -> None:
    """Both directions are fitted on one half, and evaluated on the other at 1 and at the fitted temperature."""
    logits = scattered(4_001)
    labels = drawn(logits, 2.0, 6)
    checkpoint = CheckpointIdentity("net", "folder", "", "ab" * 32, data.LABELS, "Net")
    result = calibrate.calibration(logits, labels, checkpoint, faces="set", faces_hash="cd", seed=7)
    first, second = calibrate.halves(labels, 7)
    for fit, fitted, judged in ((result.fit, first, second), (result.swapped, second, first)):
        assert (fit.fitted, fit.judged) == (len(fitted), len(judged))
        assert fit.temperature == calibrate.fit(logits[fitted], labels[fitted]) == pytest.approx(2.0, rel=0.1)
        assert fit.ece_after == round(calibrate.ece(softmax(logits[judged], fit.temperature), labels[judged]), 4)
        assert fit.ece_before > 0.1
        assert fit.ece_after < 0.04
    assert (result.weights, result.faces, result.seed, result.bins) == ("ab" * 32, "set", 7, calibrate.BINS)
    crossed = calibrate.cross_fitted(logits, labels, result)
    assert (crossed[second] == softmax(logits[second], result.fit.temperature)).all()
    assert (crossed[first] == softmax(logits[first], result.swapped.temperature)).all()


# The commands

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run a command of the training with an empty library."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))

    def given(*words: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["training", *map(str, words)])
        code = 0
        capfd.readouterr()  # what was printed while checkpoints were written
        try:
            command.main()
        except SystemExit as end:
            code = int(end.code or 0)
        resolved = capfd.readouterr()
        return code, resolved.out, resolved.err

    return given


def images(n: int) -> NDArray[np.uint8]:
    """Coarse noise, 48 x 48."""
    return np.random.default_rng(8).integers(0, 256, (n, 6, 6), np.uint8).repeat(8, axis=1).repeat(8, axis=2)


def labelled(folder: Path, checkpoint: Checkpoint) -> Path:
    """A folder with a labelled set for which this checkpoint has a temperature of TRUE."""
    faces = data.Faces(images(FACES), np.zeros(FACES, dtype=np.int64))
    labels = drawn(readings.readings(checkpoint, faces).logits, TRUE, 9)
    folder.mkdir()
    coded = np.array([data.FER_LABELS.index(data.LABELS[label]) for label in labels], dtype=np.uint8)
    np.savez(folder / "fer2013_validation.npz", images=faces.images, labels=coded)
    return folder


def test_any_checkpoint_can_be_calibrated(run: Run, tmp_path: Path) -> None:
    """A checkpoint with other spellings of the labels is calibrated, and reports use the calibration."""
    folder = checkpoints.vit(tmp_path / "net", SPELT)
    weights = locate(str(folder)).weights_hash()
    faces = labelled(tmp_path / "data", load(locate(str(folder))))
    code, out, err = run("calibrate", "--data", faces, "--checkpoint", folder)
    assert code == 0, err
    resolved = resolve_temperature(None, weights, tmp_path / "home")
    assert resolved.source == "calibrated"
    result = resolved.calibration
    assert result is not None
    assert resolved.value == pytest.approx(TRUE, rel=0.25)
    assert (result.faces, result.fit.fitted, result.fit.judged) == ("fer2013_validation", FACES // 2, FACES // 2)
    assert result.fit.ece_after < result.fit.ece_before
    for figure in (result.fit.temperature, result.fit.ece_before, result.fit.ece_after, result.swapped.ece_after):
        assert f"{figure:.4f}" in out
    assert str(stored_at(tmp_path / "home", weights)) in out
    assert run("calibrate", "--data", faces, "--checkpoint", folder, "--out", folder)[0] == 0
    assert Calibration.from_json((folder / FILE).read_text()) == result


def test_a_calibration_goes_to_the_library_that_is_named(run: Run, tmp_path: Path) -> None:
    """`--home FOLDER` before the command selects the library; the one of EMOTION_HOME stays unchanged."""
    folder = checkpoints.vit(tmp_path / "net", SPELT)
    faces = labelled(tmp_path / "data", load(locate(str(folder))))
    code, out, err = run("--home", tmp_path / "elsewhere", "calibrate", "--data", faces, "--checkpoint", folder)
    assert code == 0, err
    weights = locate(str(folder)).weights_hash()
    assert str(stored_at(tmp_path / "elsewhere", weights)) in out
    assert resolve_temperature(None, weights, tmp_path / "elsewhere").source == "calibrated"
    assert not (tmp_path / "home" / "calibrations").exists()


def test_a_checkpoint_is_calibrated_for_films(run: Run, tmp_path: Path) -> None:
    """With --films the stills fit a scaling, in the order of the checkpoint's labels, and reports use it."""
    folder = checkpoints.vit(tmp_path / "net", SPELT)
    checkpoint = load(locate(str(folder)))
    faces = labelled(tmp_path / "data", checkpoint)
    stills(faces / "faces_film_train.zip")
    code, out, err = run("calibrate", "--data", faces, "--checkpoint", folder, "--films")
    assert code == 0, err
    resolved = resolve_temperature(None, checkpoint.identity.hash, tmp_path / "home")
    assert resolved.calibration is not None
    film = resolved.calibration.film
    assert film is not None
    assert f"scaling for films with temperature {film.temperature:.4f} fitted on {film.fitted} stills" in out
    # By it the checkpoint reads stills as the scaling in the order of the data does.
    recipe, fer = (
        film_scaling.ScalingRecipe(),
        readings.readings(checkpoint, data.load_fer(data.validation_file(faces), 48)),
    )
    pictures, people = data.load_stills_of(data.stills_file(faces), lambda person: True, side=112)
    own, order = readings.readings(checkpoint, pictures), readings.label_order(checkpoint)
    seen = own.of(np.array([not data.is_held_out(person) for person in people]))
    expected = film_scaling.fit(fer, seen, recipe).probabilities(own.logits)
    found = resolved.scaling.probabilities(own.logits[:, np.argsort(order)])
    assert found[:, order] == pytest.approx(expected, abs=1e-5)
    assert (film.fitted, film.judged) == (len(seen.labels), STILLS)


@pytest.mark.parametrize(
    "labels",
    [("happy", "sad", "neutral"), (*REFERENCE_LABELS, "contempt"), (*REFERENCE_LABELS[:6], "sadness")],
    ids=["three", "contempt", "twice"],
)
def test_other_labels_are_refused(run: Run, tmp_path: Path, labels: tuple[str, ...]) -> None:
    """A checkpoint without a label for each of the set's is refused, with both lists, and nothing is written."""
    folder = checkpoints.vit(tmp_path / "net", labels)
    (tmp_path / "fer2013_validation.npz").touch()
    code, _, err = run("calibrate", "--data", tmp_path, "--checkpoint", folder)
    assert code == 1
    assert err.startswith("Error: The labels of the checkpoint “net” are")
    assert ", ".join(labels) in err
    assert ", ".join(data.LABELS) in err
    assert not (tmp_path / "home" / "calibrations").exists()


def test_without_labelled_faces_nothing_is_calibrated(run: Run, tmp_path: Path) -> None:
    """A folder without the labelled set is refused, naming the folder and the missing file."""
    code, _, err = run("calibrate", "--data", tmp_path)
    assert (code, err) == (1, f"Error: There is no fer2013_validation.npz in {tmp_path}. {LACKING}\n")


LACKING = "Name the folder that holds it with --data."


def finished(folder: Path) -> Path:
    """A finished run of an untrained tiny network, after two other runs."""
    torch.manual_seed(3)
    recipe = Recipe(name="settling", embedding=8, widths=(8, 16), depths=(1, 1), epochs=2, seed=5)
    model = network.new_network(recipe.embedding, recipe.widths, recipe.depths)
    averaged = model.state_dict()
    averaged["classifier.1.weight"] *= 60  # far enough apart that faces differ
    before = [
        history.Run(
            {"name": "faces", "start": "faces", "epochs": 60, "learning_rate": 0.02, "seed": 1},
            60,
            108.0,
            ["epoch 60/60 side 96 loss 1 95 s"],
        ),
        history.Run(
            {"name": "settling", "epochs": 10, "learning_rate": 0.03, "seed": 2},
            10,
            15.0,
            ["epoch 10/10 side 96 loss 1 90 s"],
            ["ab12" * 16],
            "Its label layer was fitted anew.",
        ),
    ]
    state = {
        "recipe": json.dumps(asdict(recipe)),
        "epoch": 2,
        "before": history.to_json(before),
        "averaged": averaged,
    }
    folder.mkdir()
    torch.save(state, folder / "state.pt")
    (folder / "log.txt").write_text("epoch 1/2 side 64 loss 1.5 90 s\nepoch 2/2 side 96 loss 1.4 30 s\n")
    return folder


STILLS = 80


def stills(file: Path) -> None:
    """A few pictures of several persons, some of whom are held out."""
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(STILLS):
            picture = BytesIO()
            Image.fromarray(images(STILLS)[number]).convert("RGB").resize((112, 112)).save(picture, "JPEG")
            archive.writestr(f"{REFERENCE_LABELS[number % 7]}/Person{number}_Name_0001.jpg", picture.getvalue())


def test_a_run_is_exported_with_its_calibration_and_card(run: Run, tmp_path: Path) -> None:
    """The exported folder is a checkpoint with its runs, its calibration, and a card with their figures."""
    out, again = tmp_path / "out", tmp_path / "again"
    run_folder = finished(tmp_path / "run")
    grey = network.new_network(8, (8, 16), (1, 1))
    grey.load_state_dict(history.weights(run_folder))
    network.for_colour(grey).half().save_pretrained(again)
    network.image_processor().save_pretrained(again)
    faces = labelled(tmp_path / "data", load(locate(str(again))))
    stills(faces / "faces_film_train.zip")
    code, output, err = run("export", "--data", faces, "--run", run_folder, "--out", out)
    assert code == 0, err
    written = {*FILES, history.FILE, FILE, folds.FILE, FACTS_FILE, shipped_network.FILE, "README.md", weights.MANIFEST}
    assert written == {path.name for path in out.iterdir()}
    assert history.runs(out) == history.runs(run_folder)
    result = Calibration.from_json((out / FILE).read_text())
    assert result.weights == locate(str(out)).weights_hash()
    assert result.fit.temperature == pytest.approx(TRUE, rel=0.25)
    assert result.film is not None
    held_out = sum(data.is_held_out(f"Person{number}_Name") for number in range(STILLS))
    assert (result.film.fitted, result.film.judged) == (STILLS - held_out, STILLS)
    assert json.loads((out / folds.FILE).read_text())["weights"] == result.weights
    card = (out / "README.md").read_text()
    assert f"temperature of **{result.film.temperature:.4f}**" in card.replace("\n", " ")
    assert f"**{result.film.ece_after:.4f}** with it" in card
    for fit in (result.fit, result.swapped):
        figures = [fit.temperature, fit.ece_before, fit.ece_after, fit.ece_by_chance]
        assert any(re.findall(r"\d+\.\d{4}", row) == [f"{f:.4f}" for f in figures] for row in card.splitlines())
        assert f"{fit.ece_after:.4f}" in output
    commands = [line for line in card.splitlines() if line.startswith("python -m emotion_core.training ")]
    assert [line.split("training ")[1].replace("CHECKPOINT_ab12ab12", "OLD") for line in commands] == [
        "train --recipe faces --epochs 60 --rate 0.02 --seed 1 --data DATA --run RUN1",
        "train --recipe settling --epochs 10 --rate 0.03 --seed 2 --taught-by OLD --data DATA --from RUN1 --run RUN2",
        "train --recipe settling --epochs 2 --rate 0.1 --seed 5 --data DATA --from RUN2 --run RUN3",
        "export --data DATA --run RUN3 --out OUT",
        "judge --data DATA --out OUT",
    ]
    assert {line.split("--recipe ")[1].split()[0] for line in commands[:3]} <= set(RECIPES)
    assert "From the weights of dlib's face recognition network" in card
    assert f"embedded checkpoint before it (weights with SHA-256 `{'ab12' * 16}`; it had seen" in card
    assert "not calibrated" not in card
    assert all(f"| {label} |" in card for label in data.LABELS)
    assert "Its label layer was fitted anew." in card
    (out / "README.md").unlink()
    (out / FILE).unlink()
    assert run("judge", "--data", faces, "--out", out)[0] == 0
    assert (out / "README.md").read_text() == card
    assert Calibration.from_json((out / FILE).read_text()) == result
