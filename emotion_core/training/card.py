"""The model card: what the embedded checkpoint is, how it was made, what it reached and where it ends."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..expression.checkpoint import Checkpoint
from . import data


@dataclass(frozen=True, slots=True)
class Run:
    """A training run, as it was."""

    recipe: dict[str, Any]
    epochs: int
    """Done."""
    log: list[str]

    @property
    def minutes(self) -> float:
        return sum(float(line.rsplit(" ", 2)[1]) for line in self.log) / 60

    def described(self, command: str) -> list[str]:
        """Its command, its time, its recipe and how it ended, as Markdown."""
        recipe = self.recipe
        return [
            "```",
            f"{command} --epochs {recipe['epochs']} --seed {recipe['seed']}",
            "```",
            "",
            f"{self.epochs} of {recipe['epochs']} epochs in {self.minutes:.0f} minutes on two cores shared with other "
            "work, with this recipe:",
            "",
            "```json",
            json.dumps(recipe, indent=1),
            "```",
            "",
            "The last lines of its log:",
            "",
            "```",
            *self.log[-3:],
            "```",
            "",
        ]


def text(checkpoint: Checkpoint, runs: list[Run], tables: dict[str, NDArray[np.int64]]) -> str:
    """Markdown; every figure is computed from `tables` (true x predicted counts) and the runs' logs.

    The first run began with random weights, each further one with those of the one before.
    """
    parameters = sum(p.numel() for p in checkpoint.model.parameters()) / 1e6
    parts = [
        "---",
        "library_name: transformers",
        "pipeline_tag: image-classification",
        "license: other",
        "---",
        "# The embedded expression checkpoint",
        "",
        f"A {checkpoint.identity.architecture} of {parameters:.1f} M parameters for {data.SIDE} px face crops, stored "
        "in half precision and loaded in fp32. It reads **apparent facial expression** in seven labels: "
        f"{', '.join(data.LABELS)}. It does not know what anyone felt. Crops may be in colour: the first layer "
        "sees only their grey.",
        "",
        "## What it reached",
        "",
        "One view of each face, through the product's own processor and fp32 engine.",
        "",
    ]
    for name, table in tables.items():
        parts += [
            f"### {name}: accuracy {np.trace(table) / table.sum():.4f} of {table.sum()} faces",
            "",
            *_table(table),
            "",
        ]
    parts += ["## How it was made", "", "From random weights; no other model was used.", ""]
    first, *further = runs
    parts += first.described("python -m emotion_core.training train --data DATA --run RUN")
    for run in further:
        parts += ["Then, from the weights of that run and with its predictions mixed into the targets:", ""]
        parts += run.described("python -m emotion_core.training refine --data DATA --teacher RUN --run RUN2")
    parts += [
        "The checkpoint was written, and the figures above measured, by",
        "",
        "```",
        f"python -m emotion_core.training export --data DATA --run {'RUN2' if further else 'RUN'} "
        "--out emotion_core/expression/embedded",
        "```",
        "",
        "## The data and their terms",
        "",
        "- FER2013 (Goodfellow et al., 2013): grey 48 px faces gathered by a search engine, released for a competition "
        "and used for research; near-duplicates of its validation and test parts were removed before training.",
        "- Face crops of press photographs and film stills, labelled by expression, a research set; one person in ten "
        "was held out by name.",
        "",
        "Both are competition and research sets. Whoever needs other provenance names another checkpoint "
        "(`--checkpoint`, or on the Library page).",
        "",
        "## Known limits",
        "",
        "- Most faces are posed or acted; people agree with FER2013's labels about 0.65 of the time.",
        "- Few examples of disgust and fear, and next to none of them in the film stills: trust these two least.",
        "- Faces smaller than about 32 px, in profile, in heavy shadow or make-up, masked or animated are read badly.",
        "- How well it does on people of different ages, sexes and skin tones was not measured: the sets do not say.",
        "- Probabilities are not calibrated.",
        "",
    ]
    return "\n".join(parts)


def _table(table: NDArray[np.int64]) -> list[str]:
    rows = ["| true \\ read | " + " | ".join(data.LABELS) + " | recall |", "|---" * (len(data.LABELS) + 2) + "|"]
    for label, counts in zip(data.LABELS, table, strict=True):
        recall = f"{counts[data.LABELS.index(label)] / counts.sum():.3f}" if counts.sum() else "none"
        rows.append(f"| {label} | " + " | ".join(map(str, counts)) + f" | {recall} |")
    return rows


def folds_section(folder: Path) -> str:
    """What five folds told (folds.py), as Markdown, if their outcome lies in the checkpoint's folder; else nothing."""
    if not (folder / "folds.json").exists():
        return ""
    told = json.loads((folder / "folds.json").read_text())
    rows = ["| true | faces | read rightly without stills | with stills of others |", "|---|---|---|---|"]
    for label, row in told["labels"].items():
        cells = []
        for one in (row["without"], row["with"]):
            spread = f" = {one['recall']:.3f} ({one['low']:.3f} to {one['high']:.3f})" if "recall" in one else ""
            cells.append(f"{one['right']}{spread}")
        rows.append(f"| {label} | {row['faces']} | " + " | ".join(cells) + " |")
    return "\n".join(["", "## Do stills in the training help on other people?", "", *told["said"], "", *rows, ""])
