"""Training by a recipe: what the stills do to how often a label is read, and a run that is stopped."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from emotion_core.training import data, history, network
from emotion_core.training import train as loop
from emotion_core.training.recipe import RECIPES, Recipe
from emotion_core.training.train import chances, train

TINY = dataclasses.replace(
    RECIPES["levelling"],
    epochs=12,
    batch=16,
    embedding=8,
    widths=(8, 16),
    depths=(1, 1),
    sides=((1.0, 32),),
    average=0.9,
    weight_decay=0.0,
)
OF_EACH = 12
"""Faces of each label in the plain set."""
NEUTRAL_STILLS = 100


def _noise(random: np.random.Generator, n: int, side: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Faces that tell nothing: a network can only learn how common each label is."""
    return random.integers(0, 256, (n, side, side), dtype=np.uint8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As many plain faces of each label, and stills that are all neutral."""
    folder = tmp_path_factory.mktemp("faces")
    random = np.random.default_rng(1)
    labels = np.arange(7 * OF_EACH, dtype=np.uint8) % 7
    for part in ("train", "validation"):
        np.savez(folder / f"fer2013_{part}.npz", images=_noise(random, len(labels), 48), labels=labels)
    with zipfile.ZipFile(folder / "faces_film_train.zip", "w") as archive:
        for number, picture in enumerate(_noise(random, NEUTRAL_STILLS, 48)):
            buffer = io.BytesIO()
            Image.fromarray(picture).save(buffer, "PNG")
            archive.writestr(f"neutral/Person{number}_0001.jpg", buffer.getvalue())
    return folder


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Networks this small gain nothing from threads that wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def _neutral(folder: Path, run: Path, recipe: Recipe) -> float:
    """How probable the trained network finds neutral, on average over faces that it never saw."""
    train(folder, run, recipe)
    model = network.new_network(recipe.embedding, recipe.widths, recipe.depths)
    model.load_state_dict(history.weights(run))
    unseen = torch.from_numpy(data.fer(folder / "fer2013_validation.npz", side=32).images)
    return float(chances(model, unseen)[:, data.LABELS.index("neutral")].mean())


def test_stills_do_not_make_a_label_likelier(folder: Path, tmp_path: Path) -> None:
    """With the adjustment neutral is as likely as in the plain set; without, as in the set with the stills."""
    there = data.stills(folder / "faces_film_train.zip", per_label=10**6, held_out=False, side=16)
    plain, mixed = 1 / 7, (OF_EACH + len(there)) / (7 * OF_EACH + len(there))
    assert _neutral(folder, tmp_path / "adjusted", TINY) == pytest.approx(plain, abs=0.07)
    left = dataclasses.replace(TINY, adjusted=0.0)
    assert _neutral(folder, tmp_path / "left", left) == pytest.approx(mixed, abs=0.12)


def _stopping_after(epochs: int) -> Callable[..., float]:
    """The loop's epoch, but whoever asks for one more is interrupted, as by Ctrl-C."""
    plain = loop._one_epoch
    done = 0

    def one_epoch(*rest: Any) -> float:
        nonlocal done
        if done == epochs:
            raise KeyboardInterrupt
        done += 1
        return plain(*rest)

    return one_epoch


def test_a_stopped_training_ends_with_the_same_weights(folder: Path, tmp_path: Path) -> None:
    """A run stopped after an epoch and begun anew ends with the very weights of one that was not stopped."""
    recipe = dataclasses.replace(TINY, epochs=2)
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    train(folder, whole, recipe)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("emotion_core.training.train._one_epoch", _stopping_after(1))
        with pytest.raises(KeyboardInterrupt):
            train(folder, stopped, recipe)
    assert history.runs(stopped)[-1].epochs == 1
    train(folder, stopped, recipe)
    assert history.runs(stopped)[-1].epochs == 2
    for name, value in history.weights(whole).items():
        assert torch.equal(value, history.weights(stopped)[name]), name
