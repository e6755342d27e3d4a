"""The training loop on noise: a stopped run, and a run of another recipe."""

from __future__ import annotations

import dataclasses
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from emotion_core.training.recipe import SETTLING
from tests.support.late import Late

torch = Late("torch")
history = Late("emotion_core.training.history")
loop = Late("emotion_core.training.train")

pytestmark = pytest.mark.usefixtures("one_thread")

TINY = dataclasses.replace(SETTLING, epochs=2, batch=16, embedding=8, widths=(8, 16), depths=(1, 1), sides=((1.0, 32),))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few dozen noise pictures in the format of the real sets."""
    folder = tmp_path_factory.mktemp("faces")
    random = np.random.default_rng(1)
    labels = np.arange(42, dtype=np.uint8) % 7
    for part in ("train", "validation"):
        noise = random.integers(0, 256, (len(labels), 48, 48), dtype=np.uint8)
        np.savez(folder / f"fer2013_{part}.npz", images=noise, labels=labels)
    with zipfile.ZipFile(folder / "faces_film_train.zip", "w") as archive:
        for number in range(40):
            picture = BytesIO()
            Image.fromarray(random.integers(0, 256, (48, 48), dtype=np.uint8)).save(picture, "PNG")
            archive.writestr(f"neutral/Person{number}_0001.jpg", picture.getvalue())
    return folder


def _stopping_after(epochs: int) -> Callable[..., float]:
    """The epoch function, which raises KeyboardInterrupt at one more call, as Ctrl-C does."""
    plain: Callable[..., float] = loop._one_epoch
    done = 0

    def one_epoch(*rest: Any) -> float:
        nonlocal done
        if done == epochs:
            raise KeyboardInterrupt
        done += 1
        return plain(*rest)

    return one_epoch


def test_a_stopped_training_ends_with_the_same_weights(folder: Path, tmp_path: Path) -> None:
    """A run that was stopped after an epoch and resumed ends with the weights of an uninterrupted run."""
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    loop.train(folder, whole, TINY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("emotion_core.training.train._one_epoch", _stopping_after(1))
        with pytest.raises(KeyboardInterrupt):
            loop.train(folder, stopped, TINY)
    assert history.runs(stopped)[-1].epochs == 1
    loop.train(folder, stopped, TINY)
    assert history.runs(stopped)[-1].epochs == 2
    for name, value in history.weights(whole).items():
        assert torch.equal(value, history.weights(stopped)[name]), name


def test_a_run_of_another_recipe_is_not_gone_on_with(folder: Path, tmp_path: Path) -> None:
    """A folder with a run of another recipe is refused by name and stays unchanged."""
    loop.train(folder, tmp_path / "run", dataclasses.replace(TINY, epochs=1))
    before = (tmp_path / "run" / "state.pt").read_bytes()
    with pytest.raises(SystemExit, match="run holds a run of another recipe"):
        loop.train(folder, tmp_path / "run", TINY)
    assert (tmp_path / "run" / "state.pt").read_bytes() == before
