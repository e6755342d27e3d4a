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
augment = Late("emotion_core.training.augment")
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


def test_balancing_draws_each_label_as_often() -> None:
    """At 0 each face is drawn once; at 1 a label of one face in ten is drawn as often as the other."""
    labels = torch.tensor([0] * 900 + [2] * 100)
    plain = augment.Draws.of(labels, TINY).order(torch.Generator().manual_seed(1))
    assert sorted(plain.tolist()) == list(range(1000))
    balanced = augment.Draws.of(labels, dataclasses.replace(TINY, balancing=1.0))
    drawn = labels[balanced.order(torch.Generator().manual_seed(1))]
    assert len(drawn) == 1000
    assert float((drawn == 2).float().mean()) == pytest.approx(0.5, abs=0.05)


def test_logits_are_adjusted_by_the_shares_drawn() -> None:
    """The loss adds the logarithm of a label's share; nothing where no recipe asks, the same where labels balance."""
    labels = torch.tensor([0] * 900 + [2] * 100)
    assert augment.Draws.of(labels, TINY).adjustment.tolist() == [0.0] * 7
    adjusted = augment.Draws.of(labels, dataclasses.replace(TINY, adjustment=1.0)).adjustment.exp().tolist()
    assert [adjusted[0], adjusted[2]] == pytest.approx([0.9, 0.1])
    assert all(0 < share <= 0.001 + 1e-9 for i, share in enumerate(adjusted) if i not in (0, 2))
    both = dataclasses.replace(TINY, adjustment=1.0, balancing=1.0)
    shares = augment.Draws.of(labels, both).adjustment.exp().tolist()
    assert [shares[0], shares[2]] == pytest.approx([0.5, 0.5])


def test_views_may_be_dark_and_grainy() -> None:
    """With them asked for, a grey face is darker and noisy; without, views are as before."""
    grey = torch.full((64, 48, 48), 128, dtype=torch.uint8)
    still = dataclasses.replace(TINY.gentle, contrast=0.0, erasing=0.0, scale=0.0, shift=0.0, rotation_degrees=0.0)
    plain = augment.random_views(grey, 48, still, torch.Generator().manual_seed(1))
    dark = augment.random_views(grey, 48, dataclasses.replace(still, dark=1.0), torch.Generator().manual_seed(1))
    grainy = augment.random_views(grey, 48, dataclasses.replace(still, grain=1.0), torch.Generator().manual_seed(1))
    middle = (slice(None), 0, slice(12, 36), slice(12, 36))
    assert float(dark[middle].mean()) < float(plain[middle].mean()) - 0.3
    assert float(plain[middle].std(dim=(1, 2)).max()) < 0.01 < float(grainy[middle].std(dim=(1, 2)).mean())
