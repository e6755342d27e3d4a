"""Record of the training runs behind a checkpoint: recipes and logs, stored with the run and the exported weights."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

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

    @property
    def command(self) -> str:
        """The command without folders: “train --recipe first --epochs 60 --seed 1”."""
        # Recipes of the first two runs have no names.
        name = self.recipe.get("name", "refining" if "teaching" in self.recipe else "first")
        return f"train --recipe {name} --epochs {self.recipe['epochs']} --seed {self.recipe['seed']}"


def runs(folder: Path) -> list[Run]:
    """All runs behind `folder`, of a run or an exported checkpoint; the first began with random weights."""
    if (folder / FILE).exists():
        return from_json((folder / FILE).read_text())
    state = _state(folder)
    log = (folder / "log.txt").read_text().splitlines()
    minutes = sum(float(line.rsplit(" ", 2)[1]) for line in log) / 60
    return [*from_json(state["before"]), Run(json.loads(state["recipe"]), state["epoch"], minutes, log[-3:])]


def weights(folder: Path) -> dict[str, Tensor]:
    """Averaged weights of a run, or weights of an exported checkpoint, for grey input."""
    if (folder / FILE).exists():
        return network.for_grey(load(Location(folder.name, "folder", folder, "")).model)
    averaged: dict[str, Tensor] = _state(folder)["averaged"]
    return averaged


def to_json(runs: list[Run]) -> str:
    return json.dumps([asdict(run) for run in runs], indent=1)


def from_json(text: str) -> list[Run]:
    return [Run(**run) for run in json.loads(text)]


def _state(folder: Path) -> dict[str, Any]:
    state: dict[str, Any] = torch.load(folder / "state.pt", map_location="cpu", weights_only=True)
    return state
