"""Do stills in the training make the network worse on stills of people it never saw? Cross-validation by person.

Of five folds of people each is judged by a network that was trained on FER2013 and the stills of the other four, and by
one that was trained on FER2013 alone: the same faces, read twice. Six trainings, each from random weights; one that was
stopped goes on, one that is over is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ..errors import SettingsError
from ..storage.files import write_whole
from . import data, network
from .intervals import mean_over_people, wilson
from .recipe import Recipe
from .train import read, train_on

FOLDS = 5
FILE = "folds.json"
"""What came of it, in the run's folder; put beside a checkpoint, its card tells it."""
RARE = ("fear", "disgust")
"""Labels with so few stills that a share of them would say nothing: only counted."""
ALL = 10**6
"""Stills a label: no cap."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Stills, each read by a network that never saw the person. Arrays (n,), labels as indices into data.LABELS."""

    fold: NDArray[np.int64]
    people: tuple[str, ...]
    labels: NDArray[np.int64]
    without_stills: NDArray[np.int64]
    """What the network trained without stills read."""
    with_stills: NDArray[np.int64]
    """What the network trained with the stills of the other folds read."""


def short(*, epochs: int = 8, side: int = 48, seed: int = 20261122) -> Recipe:
    """The recipe of each training: short and narrow enough that six of them can be afforded.

    Views are gentle from the start: strong ones would leave a network of so few epochs far from what it can learn.
    """
    return Recipe(
        name="folds",
        epochs=epochs,
        sides=((1.0, side),),
        seed=seed,
        warmup_epochs=min(1.0, epochs / 2),
        embedding=32,
        widths=(32, 64, 128, 256),
        smoothing=0.05,
        finish=0.0,
    )


def fold_of(person: str) -> int:
    """The fold a person belongs to, from 0, by a hash of the name."""
    return int.from_bytes(hashlib.sha256(f"fold {person}".encode()).digest()[:8]) % FOLDS


def _in(fold: int) -> Callable[[str], bool]:
    return lambda person: fold_of(person) == fold


def _beside(fold: int) -> Callable[[str], bool]:
    return lambda person: fold_of(person) != fold


def folds(data_folder: Path, run_folder: Path, recipe: Recipe) -> Path:
    """Train, or go on with, the six networks and judge them; returns the file that says what came of it.

    Raises SettingsError where the faces are not there or a fold has none.
    """
    stills_file, fer_file = data_folder / "faces_film_train.zip", data_folder / "fer2013_train.npz"
    for file in (stills_file, fer_file):
        if not file.is_file():
            raise SettingsError(f"There is no {file.name} in {data_folder}.", "Name the folder that holds it.")
    side = recipe.sides[-1][1]
    held = [data.stills_of(stills_file, _in(k), per_label=ALL, side=side) for k in range(FOLDS)]
    if empty := [k + 1 for k, (faces, _) in enumerate(held) if not len(faces)]:
        raise SettingsError(
            f"Nobody on the stills falls into fold {empty[0]} of {FOLDS}.", "Add stills of more people."
        )
    fer = data.fer(fer_file)
    print(f"without stills, judged by {sum(len(f) for f, _ in held)} stills", flush=True)
    everyone = data.join(*(faces for faces, _ in held))
    without = _trained(train_on(fer, {"stills": everyone}, run_folder / "without", recipe), recipe)
    with_stills = []
    for k, (faces, people) in enumerate(held):
        others, _ = data.stills_of(stills_file, _beside(k), per_label=recipe.stills_per_label)
        print(f"fold {k + 1} of {FOLDS}: {len(set(people))} people held out", flush=True)
        folder = run_folder / f"fold{k + 1}"
        model = _trained(train_on(data.join(fer, others), {"held out": faces}, folder, recipe), recipe)
        with_stills.append(read(model, faces.images))
    judged = Judged(
        np.repeat(np.arange(FOLDS), [len(faces) for faces, _ in held]),
        tuple(person for _, people in held for person in people),
        everyone.labels,
        read(without, everyone.images),
        np.concatenate(with_stills),
    )
    told = outcome(judged, recipe)
    write_whole(run_folder / FILE, (json.dumps(told, indent=1) + "\n").encode())
    print("\n".join(told["said"]))
    for label, row in told["labels"].items():
        print(f"{label:9} {row['faces']:5} faces, without {_said(row['without'])}, with {_said(row['with'])}")
    return run_folder / FILE


def outcome(judged: Judged, recipe: Recipe) -> dict[str, Any]:
    """What is stored: counts, recalls with intervals, accuracies and their difference, and all that in sentences."""
    right = {"without": judged.without_stills == judged.labels, "with": judged.with_stills == judged.labels}
    gained = right["with"].astype(np.float64) - right["without"]
    low, high = mean_over_people(gained, judged.people, recipe.seed)
    faces, people = len(judged.labels), len(set(judged.people))
    accuracy = {how: {"right": int(r.sum()), **_share(r)} for how, r in right.items()}
    labels = {}
    for index, label in enumerate(data.LABELS):
        here = judged.labels == index
        labels[label] = {"faces": int(here.sum())} | {
            how: {"right": int(r[here].sum())} | ({} if label in RARE else _recall(r[here])) for how, r in right.items()
        }
    better, worse = _told_apart(judged, gained, recipe.seed)
    by_fold = [
        {"faces": int(here.sum())} | {how: float(r[here].mean()) for how, r in right.items()}
        for here in (judged.fold == k for k in range(FOLDS))
    ]
    verdict = "better than" if low > 0 else "worse than" if high < 0 else "not told apart from"
    said = [
        f"{faces} stills of {people} people in {FOLDS} folds, nobody in two; each still read by a network trained on "
        "FER2013 and the stills of the other folds, and by one trained on FER2013 alone.",
        f"Accuracy {accuracy['without']['share']:.4f} without and {accuracy['with']['share']:.4f} with stills: "
        f"{gained.mean():+.4f} (95 % interval {low:+.4f} to {high:+.4f}, people resampled), {verdict} without.",
        f"Recall by label, without fear and disgust, by such intervals: better with stills {better}; worse {worse}. "
        "Most stills are neutral or happy.",
        f"All six were trained by a short recipe ({recipe.epochs} epochs at {recipe.sides[-1][1]} px), and their size "
        f"({', '.join(map(str, recipe.widths))} channels) is not the checkpoint's: this compares with and without, it "
        "does not say how well the checkpoint reads. Intervals of "
        "recalls are Wilson's at 95 %; fear and disgust are too few for shares. Each network was trained once: how far "
        "another seed would come out is in no interval.",
    ]
    return {
        "said": said,
        "recipe": asdict(recipe),
        "faces": faces,
        "people": people,
        "accuracy": accuracy,
        "difference": {"mean": float(gained.mean()), "low": low, "high": high},
        "labels": labels,
        "folds": by_fold,
    }


def _told_apart(judged: Judged, gained: NDArray[np.float64], seed: int) -> tuple[str, str]:
    """The labels that are read better with stills and those read worse, with the interval of what recall gains."""
    better, worse = [], []
    for index, label in enumerate(data.LABELS):
        here = judged.labels == index
        if label in RARE or not here.any():
            continue
        people = tuple(person for person, counts in zip(judged.people, here, strict=True) if counts)
        low, high = mean_over_people(gained[here], people, seed)
        said = f"{label} {gained[here].mean():+.3f} ({low:+.3f} to {high:+.3f})"
        if low > 0:
            better.append(said)
        elif high < 0:
            worse.append(said)
    return ", ".join(better) or "none", ", ".join(worse) or "none"


def _share(right: NDArray[np.bool_]) -> dict[str, float]:
    low, high = wilson(int(right.sum()), len(right))
    return {"share": float(right.mean()), "low": low, "high": high}


def _recall(right: NDArray[np.bool_]) -> dict[str, float]:
    """Nothing for a label that is on no still."""
    if not len(right):
        return {}
    low, high = wilson(int(right.sum()), len(right))
    return {"recall": float(right.mean()), "low": low, "high": high}


def _said(one: dict[str, Any]) -> str:
    return f"{one['right']} right" + (
        f" = {one['recall']:.3f} ({one['low']:.3f}-{one['high']:.3f})" if "recall" in one else ""
    )


def _trained(state_file: Path, recipe: Recipe) -> Any:
    model = network.new_network(recipe.embedding, recipe.widths, recipe.depths)
    model.load_state_dict(torch.load(state_file, weights_only=True)["averaged"])
    return model
