"""Temperature calibration from logits and labels, and the calibration error of the probabilities.

Expected calibration error (Guo et al., 2017, arXiv:1706.04599, equations 2 and 3; Naeini et al., 2015): faces are
binned by the probability of the label with the highest one, and over the bins, weighted by their faces,

    ECE = sum_b n_b / n * | accuracy_b - mean probability_b |
"""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from ...errors import CheckpointError
from ...expression import softmax
from ...expression.checkpoints import Calibration, Fit
from ...observations import CheckpointIdentity
from ...settings import TEMPERATURE_RANGE

BINS = 15
SEED = 20261124
DRAWS = 1000
"""Random outcomes, for the calibration error by chance alone."""

Logits = NDArray[np.float64]
Labels = NDArray[np.int64]


def calibration(
    logits: Logits, labels: Labels, checkpoint: CheckpointIdentity, *, faces: str, faces_hash: str, seed: int = SEED
) -> Calibration:
    """Fit on one half of a labelled set and evaluate on the other, then with the halves swapped.

    logits (n, k), labels (n,). Raises CheckpointError if the best temperature is out of range.
    """
    first, second = halves(labels, seed)
    fits = []
    for fitted, rest in ((first, second), (second, first)):
        temperature = fit(logits[fitted], labels[fitted])
        if temperature is None:
            low, high = TEMPERATURE_RANGE
            raise CheckpointError(
                f"No temperature from {low:g} to {high:g} fits the checkpoint “{checkpoint.name}” best on {faces}.",
                "It reads these faces no better than chance, or nearly all of them rightly: calibrate it on others.",
            )
        fits.append(fit_result(temperature, len(fitted), logits[rest], labels[rest]))
    return Calibration(
        weights=checkpoint.hash,
        faces=faces,
        faces_hash=faces_hash,
        seed=seed,
        bins=BINS,
        made_on=datetime.now(UTC).date().isoformat(),
        fit=fits[0],
        swapped=fits[1],
    )


def fit_result(temperature: float, fitted: int, logits: Logits, labels: Labels) -> Fit:
    """Calibration error of a temperature that was fitted on `fitted` faces, on other faces."""
    after = softmax(logits, temperature)
    return Fit(
        temperature=temperature,
        fitted=fitted,
        judged=len(labels),
        ece_before=round(ece(softmax(logits, 1.0), labels), 4),
        ece_after=round(ece(after, labels), 4),
        ece_by_chance=round(ece_by_chance(after), 4),
    )


def cross_fitted(logits: Logits, labels: Labels, result: Calibration) -> NDArray[np.float64]:
    """Probabilities (n, k) of the set that `result` was fitted on, each half by the temperature of the other."""
    first, second = halves(labels, result.seed)
    probabilities = np.empty(logits.shape)
    probabilities[second] = softmax(logits[second], result.fit.temperature)
    probabilities[first] = softmax(logits[first], result.swapped.temperature)
    return probabilities


def halves(labels: Labels, seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Two random halves of the indices of `labels`, ascending; the counts of a label in them differ by one at most."""
    shuffled = np.random.default_rng(seed).permutation(len(labels))
    by_label = shuffled[np.argsort(labels[shuffled], kind="stable")]
    return np.sort(by_label[::2]), np.sort(by_label[1::2])


def fit(logits: Logits, labels: Labels) -> float | None:
    """The temperature of the least negative log likelihood, to four decimals; None if it is out of range.

    The negative log likelihood is convex in b = 1 / temperature. Its slope, the mean over faces of the logits'
    expectation under softmax(b * logits) less the true label's logit, only rises, so bisection finds its zero.
    """
    true = logits[np.arange(len(labels)), labels]

    def slope(b: float) -> float:
        return float(((softmax(logits, 1 / b) * logits).sum(axis=1) - true).mean())

    low, high = 1 / TEMPERATURE_RANGE[1], 1 / TEMPERATURE_RANGE[0]
    if slope(low) >= 0 or slope(high) <= 0:
        return None
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) < 0 else (low, middle)
    return round(2 / (low + high), 4)


def ece(
    probabilities: NDArray[np.float64],
    labels: Labels,
    bins: int = BINS,
    *,
    weights: NDArray[np.float64] | None = None,
) -> float:
    """Expected calibration error, 0 to 1, of probabilities (n, k), with bins of equal width of the highest one.

    `weights`, (n,), 0 or more, say how much each face counts; None: all the same.
    """
    return _ece(probabilities.max(axis=1), (probabilities.argmax(axis=1) == labels)[None], bins, weights)


def ece_by_chance(probabilities: NDArray[np.float64], bins: int = BINS) -> float:
    """Mean calibration error of random outcomes, drawn from the probabilities, which are then exactly right."""
    top = probabilities.max(axis=1)
    return _ece(top, np.random.default_rng(SEED).random((DRAWS, len(top))) < top, bins)


def _ece(
    top: NDArray[np.float64], right: NDArray[np.bool_], bins: int, weights: NDArray[np.float64] | None = None
) -> float:
    """Mean calibration error of outcomes `right` (draws, n) for the highest probabilities `top` (n,)."""
    place = np.clip(np.ceil(top * bins).astype(int) - 1, 0, bins - 1)  # bin i holds i / bins < p <= (i + 1) / bins
    share = np.full(len(top), 1 / len(top)) if weights is None else weights / weights.sum()
    gaps = np.zeros(len(right))
    for i in range(bins):
        here = place == i
        if here.any():
            gaps += np.abs(((right[:, here] - top[here]) * share[here]).sum(axis=1))
    return float(gaps.mean())
