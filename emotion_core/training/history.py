"""What was run to make a checkpoint: a run's recipe and log, kept with its state and beside the exported weights."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ..expression.checkpoints.checkpoint import load
from ..expression.checkpoints.location import Location
from . import network

FILE = "training.json"
"""In a checkpoint's folder: the runs behind it, so that training can go on from it on another machine."""


@dataclass(frozen=True, slots=True)
class Run:
    """A training run, as it was."""

    recipe: dict[str, Any]
    epochs: int
    """Done."""
    minutes: float
    log: list[str]
    """Its last lines."""

    @property
    def command(self) -> str:
        """What was typed, but for the folders: “train --recipe first --epochs 60 --seed 1”."""
        # The first two runs ended before recipes had names.
        name = self.recipe.get("name", "refining" if "teaching" in self.recipe else "first")
        return f"train --recipe {name} --epochs {self.recipe['epochs']} --seed {self.recipe['seed']}"


def runs(folder: Path) -> list[Run]:
    """All runs behind `folder` (a run's, or an exported checkpoint's), the first one from random weights."""
    if (folder / FILE).exists():
        return from_json((folder / FILE).read_text())
    state = _state(folder)
    log = (folder / "log.txt").read_text().splitlines()
    minutes = sum(float(line.rsplit(" ", 2)[1]) for line in log) / 60
    return [*from_json(state["before"]), Run(json.loads(state["recipe"]), state["epoch"], minutes, log[-3:])]


def weights(folder: Path) -> dict[str, Tensor]:
    """The averaged weights of a run, or those of an exported checkpoint, for grey input."""
    if (folder / FILE).exists():
        return network.for_grey(load(Location(folder.name, "folder", folder, "")).model)
    averaged: dict[str, Tensor] = _state(folder)["averaged"]
    return averaged


def to_json(runs: list[Run]) -> str:
    return json.dumps([asdict(run) for run in runs], indent=1)


def from_json(text: str) -> list[Run]:
    return [Run(**run) for run in json.loads(text)]


def _state(folder: Path) -> dict[str, Any]:
    state: dict[str, Any] = torch.load(folder / "state.pt", weights_only=True)
    return state
