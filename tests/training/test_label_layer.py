"""The layer that tells labels: what its fit learns from stills and what it does not, and the run that it makes."""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict, replace
from io import BytesIO
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
history = Late("emotion_core.training.history")
label_layer = Late("emotion_core.training.label_layer")
loop = Late("emotion_core.training.train")
network = Late("emotion_core.training.network")

pytestmark = pytest.mark.usefixtures("one_thread")

EVEN = (0.2, 0.1, 0.1, 0.2, 0.1, 0.1, 0.2)
NEUTRAL = (0.02, 0.02, 0.02, 0.7, 0.02, 0.02, 0.2)


def faces(shares: tuple[float, ...], seed: int, *, smiling: float = 0.0, n: int = 4000) -> Any:
    """Features of faces whose labels have these shares: one of each label, and whether it is a still.

    By `smiling` all of them look happier than faces of FER2013, which a still's own feature tells.
    """
    random = np.random.default_rng(seed)
    labels = random.choice(7, n, p=shares)
    values = np.zeros((n, 8))
    values[:, :7] = 1.5 * np.eye(7)[labels] + random.standard_normal((n, 7))
    values[:, 6] += smiling
    values[:, 7] = smiling > 0
    return label_layer.Features(torch.from_numpy(np.stack([values, values], 1)).float(), labels)


def nothing() -> Any:
    """A layer that knows nothing."""
    return label_layer.Layer(torch.zeros(7, 8, dtype=torch.float64), torch.zeros(7, dtype=torch.float64))


def read(layer: Any, features: Any) -> Any:
    """Mean probabilities of features, (labels,)."""
    return np.exp(layer.logits(features)).mean(axis=0)


def test_stills_do_not_teach_how_frequent_labels_are() -> None:
    """With the adjustment, faces are read as frequent as in FER2013 though most stills are neutral; without, not so."""
    fer, stills, others = faces(EVEN, 1), faces(NEUTRAL, 2), faces(EVEN, 3)
    recipe = label_layer.LabelRecipe(hold=0.0, balancing=0.0, adjustment=1.0)
    adjusted = label_layer.fit(fer, stills, nothing(), recipe)
    assert read(adjusted, others) == pytest.approx(np.array(EVEN), abs=0.02)
    plain = label_layer.fit(fer, stills, nothing(), replace(recipe, adjustment=0.0))
    assert read(plain, others)[3] > EVEN[3] + 0.05


def test_stills_teach_what_labels_look_like() -> None:
    """Fitted on stills too, a layer reads stills better and FER2013 about as well; a share of 0 leaves them out."""
    fer, stills, others = faces(EVEN, 1), faces(NEUTRAL, 2, smiling=2.0), faces(NEUTRAL, 4, smiling=2.0)
    recipe = label_layer.LabelRecipe(hold=0.0)

    def right(layer: Any, of: Any) -> float:
        return float((layer.logits(of).argmax(1) == of.labels).mean())

    alone = label_layer.fit(fer, stills, nothing(), replace(recipe, stills_share=0.0))
    both = label_layer.fit(fer, stills, nothing(), recipe)
    assert right(both, others) > right(alone, others) + 0.1
    assert right(alone, fer) >= right(both, fer) - 0.01


def test_it_is_held_where_it_began() -> None:
    """However different the stills, a large hold leaves the layer that it began with."""
    fer, stills = faces(EVEN, 1), faces(NEUTRAL, 2)
    begun = label_layer.fit(fer, fer, nothing(), label_layer.LabelRecipe(hold=0.0))
    held = label_layer.fit(fer, stills, begun, label_layer.LabelRecipe(hold=1e4))
    assert held.weights.numpy() == pytest.approx(begun.weights.numpy(), abs=1e-3)


def test_labels_that_stills_lack_stay_finite() -> None:
    """Without a still of a label the fit ends, and the label is still read on faces of FER2013."""
    fer, stills = faces(EVEN, 1), faces((0.0, 0.0, 0.2, 0.4, 0.0, 0.2, 0.2), 2)
    layer = label_layer.fit(fer, stills, nothing(), label_layer.LabelRecipe())
    assert torch.isfinite(layer.weights).all()
    assert read(layer, fer)[0] > 0.1


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few dozen faces in the format of the real sets, their label the grey that they show."""
    folder = tmp_path_factory.mktemp("faces")
    random = np.random.default_rng(1)
    labels = np.arange(42, dtype=np.uint8) % 7
    noise = random.integers(-9, 10, (42, 48, 48))
    for part in ("train", "validation"):
        np.savez(
            folder / f"fer2013_{part}.npz",
            images=(30 + 30 * labels[:, None, None] + noise).astype(np.uint8),
            labels=labels,
        )
    with zipfile.ZipFile(folder / "faces_film_train.zip", "w") as archive:
        for number in range(80):
            label = data.FER_LABELS[number % 7]
            picture = BytesIO()
            Image.new("RGB", (48, 48), (30 + 30 * (number % 7),) * 3).save(picture, "PNG")
            archive.writestr(f"{label}/Person{number}_0001.jpg", picture.getvalue())
    return folder


def test_a_run_keeps_all_but_the_layer(folder: Path, tmp_path: Path) -> None:
    """The run that `film` makes has the weights of the one it began with but for one layer, its history and figures."""
    torch.manual_seed(4)
    recipe = Recipe(embedding=8, widths=(8, 16), depths=(1, 1))
    begun = network.new_network(recipe.embedding, recipe.widths, recipe.depths).state_dict()
    start, run = tmp_path / "start", tmp_path / "run"
    start.mkdir()
    history.write_state(start, {"recipe": json.dumps(asdict(recipe)), "epoch": 60, "before": "[]", "averaged": begun})
    (start / "log.txt").write_text("epoch 60/60 side 96 loss 1.4 30 s\n")
    label_layer.fit_run(folder, run, start, label_layer.LabelRecipe())
    fitted = history.weights(run)
    changed = {name for name, value in fitted.items() if not torch.equal(value, begun[name])}
    assert changed == set(label_layer.LAYER)
    first, last = history.runs(run)
    assert (first.command, last.command) == ("train --recipe first --epochs 60 --rate 0.1 --seed 20261122", "film")
    assert last.recipe["balancing"] == label_layer.LabelRecipe().balancing
    # The figures are those of the network with the layer in it, read as the product reads faces.
    model = history.trained(run)
    held_out = data.load_stills(folder / "faces_film_train.zip", held_out=True)
    probabilities = loop.probabilities(model, torch.from_numpy(held_out.images)).numpy()
    share = (probabilities.argmax(1) == held_out.labels).mean()
    assert f" film {share:.4f} " in last.log[-1]
    layer = label_layer.Layer.of(model)
    found = np.exp(layer.logits(label_layer.features(model, held_out)))
    assert found == pytest.approx(probabilities, abs=0.02)


def test_without_stills_it_says_what_is_missing(folder: Path, tmp_path: Path) -> None:
    """A folder without the stills is refused by the file's name, before anything is written."""
    (tmp_path / "fer2013_train.npz").write_bytes((folder / "fer2013_train.npz").read_bytes())
    with pytest.raises(SettingsError, match=r"no faces_film_train\.zip"):
        label_layer.fit_run(tmp_path, tmp_path / "run", tmp_path / "start", label_layer.LabelRecipe())
    assert not (tmp_path / "run").exists()
