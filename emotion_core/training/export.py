"""From a run's averaged weights to the checkpoint that the product ships: folder, processor and model card."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from ..expression.checkpoint import Checkpoint, load
from ..expression.location import Location
from ..expression.torch_engine import TorchEngine
from . import card, data, network


def export(data_folder: Path, run_folder: Path, out: Path) -> None:
    """Write the checkpoint of a run to `out` in half precision, judged as the product runs it."""
    state = torch.load(run_folder / "state.pt", weights_only=True)
    recipe = json.loads(state["recipe"])
    grey = network.new_network(recipe["embedding"], tuple(recipe["widths"]), tuple(recipe["depths"]))
    grey.load_state_dict(state["averaged"])
    out.mkdir(parents=True, exist_ok=True)
    network.for_colour(grey).half().save_pretrained(out)
    network.image_processor().save_pretrained(out)
    checkpoint = load(Location(out.name, "folder", out, ""))
    validation = data.fer(data_folder / "fer2013_validation.npz", side=48)
    film = data.stills(data_folder / "faces_film_train.zip", per_label=10**6, held_out=True, side=112)
    seen = {
        "fer2013_validation": confusion(checkpoint, validation),
        "film stills held out": confusion(checkpoint, film),
    }
    runs = [card.Run(recipe, state["epoch"], (run_folder / "log.txt").read_text().splitlines())]
    if (teacher := state.get("teacher")) is not None:
        runs.insert(0, card.Run(json.loads(teacher["recipe"]), teacher["epoch"], teacher["log"].splitlines()))
    (out / "README.md").write_text(card.text(checkpoint, runs, seen) + card.folds_section(out))
    for file in out.iterdir():
        file.chmod(0o644)  # the weights are written for their owner alone
    for name, table in seen.items():
        print(f"{name}: {np.trace(table) / table.sum():.4f} of {table.sum()}")


def confusion(checkpoint: Checkpoint, faces: data.Faces) -> NDArray[np.int64]:
    """Counts (true label, predicted label) through the product's own processor and fp32 engine, one view each."""
    engine = TorchEngine(checkpoint, batch=64, threads=torch.get_num_threads(), reason="judging")
    crops = [np.asarray(Image.fromarray(image).convert("RGB")) for image in faces.images]
    predicted = engine.logits(crops).argmax(axis=1)
    k = len(data.LABELS)
    return np.bincount(faces.labels * k + predicted, minlength=k * k).reshape(k, k)
