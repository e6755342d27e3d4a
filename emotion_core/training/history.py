"""Record of the training runs behind a checkpoint: recipes and logs, stored with the run and the exported weights."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import ResNetForImageClassification

from ..expression.checkpoints import Location, load
from . import network

FILE = "training.json"
"""File of the runs in a checkpoint's folder; training can start from it on another machine."""


@dataclass(frozen=True, slots=True)
class Run:
    """A training run."""

    recipe: dict[str, Any]
    epochs: int
    """Completed epochs."""
    minutes: float
    log: list[str]
    """The last lines of the log."""
    taught_by: list[str] = field(default_factory=list)
    """SHA-256 of the weights of the checkpoints that taught it beside the run it began with."""
    note: str = ""
    """A sentence that a reader of the card must know; mostly empty."""

    @property
    def command(self) -> str:
        """The command without folders: “train --recipe first --epochs 60 --rate 0.1 --seed 1”."""
        teachers = "".join(f" --taught-by CHECKPOINT_{weights[:8]}" for weights in self.taught_by)
        name, epochs, rate, seed = (self.recipe[key] for key in ("name", "epochs", "learning_rate", "seed"))
        return f"train --recipe {name} --epochs {epochs} --rate {rate:g} --seed {seed}{teachers}"


def runs(folder: Path) -> list[Run]:
    """All runs behind `folder`, of a run or an exported checkpoint; the first began with random weights."""
    if (folder / FILE).exists():
        return from_json((folder / FILE).read_text())
    state = _state(folder)
    log = (folder / "log.txt").read_text().splitlines()
    minutes = sum(float(line.rsplit(" ", 2)[1]) for line in log) / 60
    run = Run(
        json.loads(state["recipe"]),
        state["epoch"],
        minutes,
        log[-3:],
        list(state.get("taught_by", [])),
        state.get("note", ""),
    )
    return [*from_json(state["before"]), run]


def weights(folder: Path) -> dict[str, Tensor]:
    """Averaged weights of a run, or weights of an exported checkpoint, for grey input."""
    if (folder / FILE).exists():
        return network.for_grey(load(Location(folder.name, "folder", folder, "")).model)
    averaged: dict[str, Tensor] = _state(folder)["averaged"]
    return averaged


def trained(folder: Path) -> ResNetForImageClassification:
    """The network of a run, or of a checkpoint exported from one, for grey input, with its weights."""
    recipe = runs(folder)[-1].recipe
    model = network.new_network(recipe["embedding"], tuple(recipe["widths"]), tuple(recipe["depths"]))
    model.load_state_dict(weights(folder))
    return model


def write_state(folder: Path, state: dict[str, Any]) -> Path:
    """Replace what a run's folder knows of it, whole or not at all; returns the file."""
    file = folder / "state.pt"
    new = file.with_suffix(".new")
    torch.save(state, new)
    return new.replace(file)


def exported_network(folder: Path) -> tuple[ResNetForImageClassification, str]:
    """The network for grey input of an exported checkpoint, and the SHA-256 of its weights. Raises CheckpointError."""
    checkpoint = load(Location(folder.name, "folder", folder, ""))
    config = checkpoint.model.config
    grey = network.new_network(config.embedding_size, tuple(config.hidden_sizes), tuple(config.depths))
    grey.load_state_dict(network.for_grey(checkpoint.model))
    return grey, checkpoint.identity.hash


def to_json(runs: list[Run]) -> str:
    return json.dumps([asdict(run) for run in runs], indent=1)


def from_json(text: str) -> list[Run]:
    return [Run(**run) for run in json.loads(text)]


def _state(folder: Path) -> dict[str, Any]:
    state: dict[str, Any] = torch.load(folder / "state.pt", map_location="cpu", weights_only=True)
    return state
