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

from emotion_core.errors import EngineError
from emotion_core.expression.checkpoints.location import EMBEDDED_FOLDER
from emotion_core.training.recipe import FACES, FINISH, SETTLING
from tests.support.dlib_file import random_weights
from tests.support.late import Late

torch = Late("torch")
augment = Late("emotion_core.training.augment")
history = Late("emotion_core.training.history")
loop = Late("emotion_core.training.train")

pytestmark = pytest.mark.usefixtures("one_thread")

TINY = dataclasses.replace(
    SETTLING,
    start="random",
    epochs=2,
    batch=16,
    embedding=8,
    widths=(8, 16),
    depths=(1, 1),
    sides=((1.0, 32),),
)


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


def test_a_run_may_begin_with_the_network_that_tells_people_apart(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The recipe “faces” begins with its filters and learns from FER2013 alone; where it is not installed, says how."""
    monkeypatch.setattr("emotion_core.training.train.installed_weights", random_weights)
    recipe = dataclasses.replace(FACES, epochs=1, batch=16, sides=((1.0, 32),), learning_rate=1e-9)
    loop.train(folder, tmp_path / "run", recipe)
    filters = random_weights().blocks[0].first
    begun = history.weights(tmp_path / "run")["resnet.encoder.stages.0.layers.0.layer.0.convolution.weight"]
    assert begun.numpy() == pytest.approx(filters.weights * filters.scale.reshape(-1, 1, 1, 1), abs=1e-5)
    assert (tmp_path / "run" / "log.txt").read_text().startswith("epoch 1/1 side 32 loss")
    monkeypatch.undo()
    monkeypatch.setattr("emotion_core.faces.embedding.installed._MODULE", "not_there")
    with pytest.raises(EngineError, match=r"is not installed"):
        loop.train(folder, tmp_path / "other", recipe)


def test_teachers_soften_the_targets(folder: Path, tmp_path: Path) -> None:
    """The run that a training starts from and an exported checkpoint teach; the run's history names both."""
    loop.train(folder, tmp_path / "first", dataclasses.replace(TINY, teaching=0.0, epochs=1))
    seen: list[Any] = []
    plain = loop._one_epoch

    def one_epoch(model: Any, averaged: Any, optimizer: Any, images: Any, targets: Any, *rest: Any) -> float:
        seen.append(targets.clone())
        return float(plain(model, averaged, optimizer, images, targets, *rest))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("emotion_core.training.train._one_epoch", one_epoch)
        loop.train(
            folder,
            tmp_path / "second",
            dataclasses.replace(TINY, teaching=0.5, epochs=1),
            tmp_path / "first",
            [EMBEDDED_FOLDER],
        )
    (targets,) = seen
    assert len(targets) == 42
    assert 0.5 <= float(targets.max(1).values.min()) <= float(targets.max(1).values.max()) < 1
    assert targets.sum(1).numpy() == pytest.approx(np.ones(42), abs=1e-5)
    *_, last = history.runs(tmp_path / "second")
    assert last.taught_by == [(EMBEDDED_FOLDER / "weights.sha256").read_text().split()[0]]
    assert last.command.endswith(f" --taught-by CHECKPOINT_{last.taught_by[0][:8]}")


def test_views_may_be_dark_and_grainy() -> None:
    """With them asked for, a grey face is darker and noisy; without, views are as before."""
    grey = torch.full((64, 48, 48), 128, dtype=torch.uint8)
    still = dataclasses.replace(FINISH, contrast=0.0, erasing=0.0, scale=0.0, shift=0.0, rotation_degrees=0.0)
    plain = augment.random_views(grey, 48, still, torch.Generator().manual_seed(1))
    dark = augment.random_views(grey, 48, dataclasses.replace(still, dark=1.0), torch.Generator().manual_seed(1))
    grainy = augment.random_views(grey, 48, dataclasses.replace(still, grain=1.0), torch.Generator().manual_seed(1))
    middle = (slice(None), 0, slice(12, 36), slice(12, 36))
    assert float(dark[middle].mean()) < float(plain[middle].mean()) - 0.3
    assert float(plain[middle].std(dim=(1, 2)).max()) < 0.01 < float(grainy[middle].std(dim=(1, 2)).mean())
