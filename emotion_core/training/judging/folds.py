"""Cross-validation by person: what a network reads on stills of people of whom it has seen no still.

People are split into five folds. What lies below the label layer was trained without stills. The stills of each fold
are read by a label layer that was fitted on FER2013 and the stills of the other folds, and by the one that saw no
stills.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import SettingsError
from ...expression import softmax
from ...storage import write_whole
from .. import data, history, label_layer
from ..label_layer import Features, LabelRecipe
from . import calibrate

FOLDS = 5
FILE = "folds.json"
"""The result, in the run's folder; the model card of a checkpoint includes it if it is in the checkpoint's folder."""
RARE_LABELS = ("fear", "disgust")
"""Labels with too few stills for a share; they are only counted."""
CONFIDENCE = 0.95
RESAMPLES = 2000
SEED = 20261122


@dataclass(frozen=True, slots=True)
class FoldPredictions:
    """Labels of stills as read by label layers that were not fitted on the person.

    Arrays (n,); labels are indices into data.LABELS.
    """

    fold: NDArray[np.int64]
    people: tuple[str, ...]
    labels: NDArray[np.int64]
    without_stills: NDArray[np.int64]
    """As read by the layer that saw no stills."""
    probabilities: NDArray[np.float64]
    """(n, labels), as read by the layer that was fitted with the stills of the other folds."""

    @property
    def with_stills(self) -> NDArray[np.int64]:
        """As read by that layer."""
        read: NDArray[np.int64] = self.probabilities.argmax(axis=1)
        return read


def fold_of(person: str) -> int:
    """The fold of a person, from 0, by a hash of the name."""
    return int.from_bytes(hashlib.sha256(f"fold {person}".encode()).digest()[:8]) % FOLDS


def cross_validate(data_folder: Path, start: Path, out: Path, recipe: LabelRecipe) -> Path:
    """Fit a label layer a fold onto the run in `start`, which must not have seen stills, and judge them.

    Returns the file of the result, in `out`. Raises SettingsError if the faces are missing or a fold has none.
    """
    files = data.fer_file(data_folder), data.validation_file(data_folder), data.stills_file(data_folder)
    stills, people = data.load_stills_of(files[2], lambda person: True)
    fold = np.array([fold_of(person) for person in people], dtype=np.int64)
    if empty := sorted(set(range(FOLDS)) - set(fold.tolist())):
        raise SettingsError(
            f"Nobody on the stills falls into fold {empty[0] + 1} of {FOLDS}.", "Add stills of more people."
        )
    model = history.trained(start)
    fer, validation = (label_layer.features(model, data.load_fer(file)) for file in files[:2])
    of_stills = label_layer.features(model, stills)
    predictions = predict(fer, validation, of_stills, label_layer.Layer.of(model), fold, people, recipe)
    result = summarise(predictions, recipe)
    out.mkdir(parents=True, exist_ok=True)
    write_whole(out / FILE, (json.dumps(result, indent=1) + "\n").encode())
    print("\n".join(result["said"]))
    for label, row in result["labels"].items():
        print(
            f"{label:9} {row['faces']:5} faces, "
            f"without {_result_text(row['without'])}, with {_result_text(row['with'])}"
        )
    return out / FILE


def predict(
    fer: Features,
    validation: Features,
    stills: Features,
    without: label_layer.Layer,
    fold: NDArray[np.int64],
    people: tuple[str, ...],
    recipe: LabelRecipe,
) -> FoldPredictions:
    """Read the stills of each fold by a layer that was fitted without them.

    `fold` and `people` are those of the stills. Probabilities are softened by the temperature that fits the same layer
    best on `validation`, as the product softens them.
    """
    probabilities = np.empty((len(stills.labels), len(data.LABELS)))
    for number in range(FOLDS):
        here = fold == number
        layer = label_layer.fit(fer, stills.of(~here), without, recipe)
        temperature = calibrate.fit(layer.logits(validation), validation.labels) or 1.0
        probabilities[here] = softmax(layer.logits(stills.of(here)), temperature)
    return FoldPredictions(fold, people, stills.labels, without.logits(stills).argmax(axis=1), probabilities)


def balanced_accuracy(labels: NDArray[np.int64], read: NDArray[np.int64]) -> float:
    """The mean over the labels that occur of the share of their faces that is read rightly, 0 to 1."""
    return float(np.mean([(read[labels == label] == label).mean() for label in np.unique(labels)]))


def summarise(predictions: FoldPredictions, recipe: LabelRecipe) -> dict[str, Any]:
    """The stored result: counts, recalls with intervals, accuracies, their difference, and a summary in sentences."""
    read = {"without": predictions.without_stills, "with": predictions.with_stills}
    right = {how: labels == predictions.labels for how, labels in read.items()}
    gained = right["with"].astype(np.float64) - right["without"]
    low, high = mean_over_people(gained, predictions.people, SEED)
    faces, people = len(predictions.labels), len(set(predictions.people))
    accuracy = {how: {"right": int(r.sum()), **_share(r)} for how, r in right.items()}
    balanced = {how: balanced_accuracy(predictions.labels, labels) for how, labels in read.items()}
    labels = {}
    for index, label in enumerate(data.LABELS):
        here = predictions.labels == index
        labels[label] = {"faces": int(here.sum())} | {
            how: {"right": int(r[here].sum())} | ({} if label in RARE_LABELS else _recall(r[here]))
            for how, r in right.items()
        }
    better, worse = _label_differences(predictions, gained, SEED)
    by_fold = [
        {"faces": int(here.sum())} | {how: float(r[here].mean()) for how, r in right.items()}
        for here in (predictions.fold == k for k in range(FOLDS))
    ]
    verdict = "better than" if low > 0 else "worse than" if high < 0 else "not told apart from"
    error = calibration_errors(predictions)
    sentences = [
        f"{faces} stills of {people} people in {FOLDS} folds, nobody in two. What lies below the label layer saw no "
        "still; each was read by a label layer that was fitted on FER2013 and the stills of the other folds, and by "
        "one that saw no still.",
        f"Balanced accuracy (each label weighs the same) {balanced['without']:.3f} without and "
        f"**{balanced['with']:.3f}** with stills.",
        f"Accuracy {accuracy['without']['share']:.4f} without and {accuracy['with']['share']:.4f} with stills: "
        f"{gained.mean():+.4f} (95 % interval {low:+.4f} to {high:+.4f}, people resampled), {verdict} without.",
        f"Recall by label, without fear and disgust, by such intervals: better with stills {better}; worse {worse}. "
        "Most stills are neutral or happy.",
        "Expected calibration error of the readings with stills, at the temperature that fits fer2013_validation: "
        f"{error['as_they_are']:.3f} as the stills are, {error['balanced']:.3f} with each label weighing the same.",
        "Intervals of recalls are Wilson's at 95 %; fear and disgust are too few for shares. What lies below the label "
        "layer was trained once: how far another seed would come out is in no interval. The fit's parameters were "
        "chosen among twenty by these folds, so that the figures with stills are a little too good.",
    ]
    return {
        "said": sentences,
        "recipe": asdict(recipe),
        "faces": faces,
        "people": people,
        "accuracy": accuracy,
        "balanced": balanced,
        "calibration_error": error,
        "difference": {"mean": float(gained.mean()), "low": low, "high": high},
        "labels": labels,
        "folds": by_fold,
    }


def calibration_errors(predictions: FoldPredictions) -> dict[str, float]:
    """Expected calibration error of the stills as they are, and with each label that occurs weighing the same."""
    labels = predictions.labels
    even = 1 / np.bincount(labels, minlength=len(data.LABELS)).clip(min=1)[labels]
    return {
        "as_they_are": round(calibrate.ece(predictions.probabilities, labels), 4),
        "balanced": round(calibrate.ece(predictions.probabilities, labels, weights=even), 4),
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
