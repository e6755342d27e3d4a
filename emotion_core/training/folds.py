"""Cross-validation by person: whether stills in the training make the network worse on stills of unseen people.

People are split into five folds. The stills of each fold are read by a network that was trained on FER2013 and the
stills of the other folds, and by one that was trained on FER2013 alone. This takes six trainings from random weights;
a stopped training is resumed, and a finished one is reused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ..errors import SettingsError
from ..storage import write_whole
from . import data, network
from .recipe import Recipe
from .train import predict, train_on

FOLDS = 5
FILE = "folds.json"
"""The result, in the run's folder; the model card of a checkpoint includes it if it is in the checkpoint's folder."""
RARE_LABELS = ("fear", "disgust")
"""Labels with too few stills for a share; they are only counted."""
NO_CAP = 10**6
"""Stills a label, more than there are."""
CONFIDENCE = 0.95
RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class FoldPredictions:
    """Labels of stills as read by networks that were not trained on the person.

    Arrays (n,); labels are indices into data.LABELS.
    """

    fold: NDArray[np.int64]
    people: tuple[str, ...]
    labels: NDArray[np.int64]
    without_stills: NDArray[np.int64]
    """As read by the network that was trained without stills."""
    with_stills: NDArray[np.int64]
    """As read by the network that was trained with the stills of the other folds."""


def fold_recipe(*, epochs: int = 8, side: int = 48, seed: int = 20261122) -> Recipe:
    """The recipe of each training, short and with a small network, since there are six.

    Views are gentle from the start: with strong ones a network would not converge in so few epochs.
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
    """The fold of a person, from 0, by a hash of the name."""
    return int.from_bytes(hashlib.sha256(f"fold {person}".encode()).digest()[:8]) % FOLDS


def _in(fold: int) -> Callable[[str], bool]:
    return lambda person: fold_of(person) == fold


def _anyone(person: str) -> bool:
    return True


def _outside(fold: int) -> Callable[[str], bool]:
    return lambda person: fold_of(person) != fold


def cross_validate(data_folder: Path, run_folder: Path, recipe: Recipe) -> Path:
    """Train the six networks, or resume, and evaluate them; returns the file of the result.

    Raises SettingsError if the faces are missing or a fold has none.
    """
    stills_file, fer_file = data_folder / "faces_film_train.zip", data_folder / "fer2013_train.npz"
    for file in (stills_file, fer_file):
        if not file.is_file():
            raise SettingsError(f"There is no {file.name} in {data_folder}.", "Name the folder that holds it.")
    side = recipe.sides[-1][1]
    fold_stills = [data.load_stills_of(stills_file, _in(k), per_label=NO_CAP, side=side) for k in range(FOLDS)]
    if empty := [k + 1 for k, (faces, _) in enumerate(fold_stills) if not len(faces)]:
        raise SettingsError(
            f"Nobody on the stills falls into fold {empty[0]} of {FOLDS}.", "Add stills of more people."
        )
    networks = [_trained(train_one(k, data_folder, run_folder, recipe), recipe) for k in range(FOLDS + 1)]
    without, *of_folds = networks
    everyone = data.join(*(faces for faces, _ in fold_stills))
    with_stills = [predict(model, faces.images) for model, (faces, _) in zip(of_folds, fold_stills, strict=True)]
    predictions = FoldPredictions(
        np.repeat(np.arange(FOLDS), [len(faces) for faces, _ in fold_stills]),
        tuple(person for _, people in fold_stills for person in people),
        everyone.labels,
        predict(without, everyone.images),
        np.concatenate(with_stills),
    )
    result = summarise(predictions, recipe)
    write_whole(run_folder / FILE, (json.dumps(result, indent=1) + "\n").encode())
    print("\n".join(result["said"]))
    for label, row in result["labels"].items():
        print(
            f"{label:9} {row['faces']:5} faces, "
            f"without {_result_text(row['without'])}, with {_result_text(row['with'])}"
        )
    return run_folder / FILE


def train_one(fold: int, data_folder: Path, run_folder: Path, recipe: Recipe) -> Path:
    """Train one of the six networks, or resume: without stills (0), or with those outside a fold (1 to FOLDS).

    Returns the file of its weights. Six processes may train one each, before cross_validate takes them.
    """
    stills, side = data_folder / "faces_film_train.zip", recipe.sides[-1][1]
    faces = data.load_fer(data_folder / "fer2013_train.npz")
    judged, people = data.load_stills_of(stills, _in(fold - 1) if fold else _anyone, per_label=NO_CAP, side=side)
    print(f"fold {fold} of {FOLDS}: {len(set(people))} people held out" if fold else "without stills", flush=True)
    if fold:
        others, _ = data.load_stills_of(stills, _outside(fold - 1), per_label=recipe.stills_per_label)
        faces = data.join(faces, others)
    return train_on(faces, {"stills": judged}, run_folder / (f"fold{fold}" if fold else "without"), recipe)


def _by_which(recipe: Recipe) -> str:
    if recipe.name != "folds":
        return f"the recipe “{recipe.name}” ({recipe.epochs} epochs, {', '.join(map(str, recipe.widths))} channels)"
    return (
        f"a short recipe ({recipe.epochs} epochs at {recipe.sides[-1][1]} px), and their size "
        f"({', '.join(map(str, recipe.widths))} channels) is not the checkpoint's: this compares with and without, it "
        "does not say how well the checkpoint reads"
    )


def balanced_accuracy(labels: NDArray[np.int64], read: NDArray[np.int64]) -> float:
    """The mean over the labels that occur of the share of their faces that is read rightly, 0 to 1."""
    return float(np.mean([(read[labels == label] == label).mean() for label in np.unique(labels)]))


def summarise(predictions: FoldPredictions, recipe: Recipe) -> dict[str, Any]:
    """The stored result: counts, recalls with intervals, accuracies, their difference, and a summary in sentences."""
    right = {
        "without": predictions.without_stills == predictions.labels,
        "with": predictions.with_stills == predictions.labels,
    }
    gained = right["with"].astype(np.float64) - right["without"]
    low, high = mean_over_people(gained, predictions.people, recipe.seed)
    faces, people = len(predictions.labels), len(set(predictions.people))
    accuracy = {how: {"right": int(r.sum()), **_share(r)} for how, r in right.items()}
    read = {"without": predictions.without_stills, "with": predictions.with_stills}
    balanced = {how: balanced_accuracy(predictions.labels, labels) for how, labels in read.items()}
    labels = {}
    for index, label in enumerate(data.LABELS):
        here = predictions.labels == index
        labels[label] = {"faces": int(here.sum())} | {
            how: {"right": int(r[here].sum())} | ({} if label in RARE_LABELS else _recall(r[here]))
            for how, r in right.items()
        }
    better, worse = _label_differences(predictions, gained, recipe.seed)
    by_fold = [
        {"faces": int(here.sum())} | {how: float(r[here].mean()) for how, r in right.items()}
        for here in (predictions.fold == k for k in range(FOLDS))
    ]
    verdict = "better than" if low > 0 else "worse than" if high < 0 else "not told apart from"
    sentences = [
        f"{faces} stills of {people} people in {FOLDS} folds, nobody in two; each still read by a network trained on "
        "FER2013 and the stills of the other folds, and by one trained on FER2013 alone.",
        f"Accuracy {accuracy['without']['share']:.4f} without and {accuracy['with']['share']:.4f} with stills: "
        f"{gained.mean():+.4f} (95 % interval {low:+.4f} to {high:+.4f}, people resampled), {verdict} without.",
        f"Recall by label, without fear and disgust, by such intervals: better with stills {better}; worse {worse}. "
        "Most stills are neutral or happy.",
        f"Balanced accuracy (each label weighs the same) {balanced['without']:.3f} without and {balanced['with']:.3f} "
        "with stills.",
        f"All six were trained by {_by_which(recipe)}. Intervals of "
        "recalls are Wilson's at 95 %; fear and disgust are too few for shares. Each network was trained once: how far "
        "another seed would come out is in no interval.",
    ]
    return {
        "said": sentences,
        "recipe": asdict(recipe),
        "faces": faces,
        "people": people,
        "accuracy": accuracy,
        "balanced": balanced,
        "difference": {"mean": float(gained.mean()), "low": low, "high": high},
        "labels": labels,
        "folds": by_fold,
    }


def _label_differences(predictions: FoldPredictions, gained: NDArray[np.float64], seed: int) -> tuple[str, str]:
    """Labels that are read significantly better and worse with stills, with the interval of the gain in recall."""
    better, worse = [], []
    for index, label in enumerate(data.LABELS):
        here = predictions.labels == index
        if label in RARE_LABELS or not here.any():
            continue
        people = tuple(person for person, counts in zip(predictions.people, here, strict=True) if counts)
        low, high = mean_over_people(gained[here], people, seed)
        entry = f"{label} {gained[here].mean():+.3f} ({low:+.3f} to {high:+.3f})"
        if low > 0:
            better.append(entry)
        elif high < 0:
            worse.append(entry)
    return ", ".join(better) or "none", ", ".join(worse) or "none"


def _share(right: NDArray[np.bool_]) -> dict[str, float]:
    low, high = wilson(int(right.sum()), len(right))
    return {"share": float(right.mean()), "low": low, "high": high}


def _recall(right: NDArray[np.bool_]) -> dict[str, float]:
    """Recall with its interval; empty for a label without stills."""
    if not len(right):
        return {}
    low, high = wilson(int(right.sum()), len(right))
    return {"recall": float(right.mean()), "low": low, "high": high}


def _result_text(result: dict[str, Any]) -> str:
    return f"{result['right']} right" + (
        f" = {result['recall']:.3f} ({result['low']:.3f}-{result['high']:.3f})" if "recall" in result else ""
    )


def _trained(state_file: Path, recipe: Recipe) -> Any:
    model = network.new_network(recipe.embedding, recipe.widths, recipe.depths)
    model.load_state_dict(torch.load(state_file, weights_only=True)["averaged"])
    return model


def wilson(right: int, total: int) -> tuple[float, float]:
    """The score interval of `right` out of `total` (Wilson, JASA 22, 1927), 0 to 1; (0, 1) for a total of 0.

    It assumes independent faces, which several faces of a person are not quite.
    """
    if total == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    share = right / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    reach = z / (1 + z * z / total) * (share * (1 - share) / total + z * z / (4 * total * total)) ** 0.5
    return max(0.0, middle - reach), min(1.0, middle + reach)


def mean_over_people(values: NDArray[np.float64], people: Sequence[str], seed: int) -> tuple[float, float]:
    """The percentile bootstrap interval (Efron, 1979) of the mean of `values` (n,), a value a face.

    People are resampled, each with all of their faces, since faces of a person are not independent.
    """
    _, number = np.unique(np.array(people), return_inverse=True)
    sums, counts = np.bincount(number, weights=values), np.bincount(number)
    number_of_people = len(counts)
    drawn = np.random.default_rng(seed).multinomial(
        number_of_people, np.full(number_of_people, 1 / number_of_people), size=RESAMPLES
    )
    low, high = np.quantile((drawn @ sums) / (drawn @ counts), [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)
