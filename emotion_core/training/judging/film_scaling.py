"""The scaling of logits for faces of films: the only thing that is learned from stills.

There are few stills of most labels, and nine in ten are neutral or happy. A network that is trained on them forgets how
an angry face looks, and tells faces of FER2013 worse. So the network learns from FER2013 alone, and stills fit a linear
map of its seven logits (matrix scaling; Guo et al., 2017, arXiv:1706.04599, section 4.2): the loss is convex, L-BFGS
finds its minimum whatever the seed, and a fit takes a second, so that folds by person are cheap. The temperature comes
last, by least negative log likelihood of the stills as they are: probabilities are as sure as they are right on faces
as frequent as in films.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import CheckpointError
from ...expression import FilmFit, Scaling, softmax
from .. import data
from . import calibrate
from .calibrate import Labels, Logits
from .readings import Readings

_STEPS = 200
"""Of L-BFGS, at most; it ends before where the loss no longer falls."""
_K = len(data.LABELS)
_LEAST = 1e-300
"""In place of a probability of 0, which has no logarithm."""


@dataclass(frozen=True, slots=True)
class ScalingRecipe:
    """All parameters of a fit, stored beside its result."""

    stills_share: float = 0.45
    """Weight of all stills in the loss; the faces of FER2013's validation part have the rest."""
    balancing: float = 0.65
    """How stills weigh: 0 each as much as any other, 1 each label as much as any other; between them, a label by its
    number of stills to the power of 1 - balancing."""
    hold: float = 3e-3
    """Times the squared distance of the matrix from the identity."""
    angry: float = 0.25
    """Added to the offset of “angry” after the fit. Without it 6 of 93 angry stills fewer are read rightly than by the
    network alone; with it the two are not told apart."""


def fit(fer: Readings, stills: Readings, recipe: ScalingRecipe) -> Scaling:
    """The scaling of least loss. Each set has a face or more; the matrix is in the order of data.LABELS.

    Raises CheckpointError if the best temperature is out of range.
    """
    from scipy.optimize import minimize  # takes 0.2 seconds to load

    x = np.concatenate([_centred(fer.logits), _centred(stills.logits)])
    labels = np.concatenate([fer.labels, stills.labels])
    shares = [_shares(fer.labels, 0.0), _shares(stills.labels, recipe.balancing)]
    parts = [1 - recipe.stills_share, recipe.stills_share]
    weights = np.concatenate(
        [
            part * (share / np.maximum(np.bincount(own.labels, minlength=len(share)), 1))[own.labels]
            for part, share, own in zip(parts, shares, (fer, stills), strict=True)
        ]
    )
    truth, unmoved = np.eye(_K)[labels], np.eye(_K)

    def loss(moved: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """The loss and its slope, of the matrix row by row and the offsets."""
        matrix, offsets = moved[: _K * _K].reshape(_K, _K), moved[_K * _K :]
        chances = softmax(x @ matrix.T + offsets)
        off = weights[:, None] * (chances - truth)
        value = -(weights * np.log(np.maximum((chances * truth).sum(axis=1), _LEAST))).sum()
        value += recipe.hold * ((matrix - unmoved) ** 2).sum()
        slope = off.T @ x + 2 * recipe.hold * (matrix - unmoved)
        return float(value), np.concatenate([slope.ravel(), off.sum(axis=0)])

    begun = np.concatenate([unmoved.ravel(), np.zeros(_K)])
    found = minimize(loss, begun, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x
    matrix = tuple(_rounded(row) for row in found[: _K * _K].reshape(_K, _K))
    offsets = found[_K * _K :] + recipe.angry * (np.arange(_K) == data.LABELS.index("angry"))
    moved = Scaling(1.0, matrix, _rounded(offsets))
    temperature = calibrate.fit(moved.scaled(stills.logits), stills.labels)
    if temperature is None:
        raise CheckpointError(
            "No temperature makes the probabilities of these stills as sure as they are right.",
            "The checkpoint reads them no better than chance, or nearly all of them rightly: fit it to others.",
        )
    return Scaling(temperature, moved.matrix, moved.offsets)


def film_fit(
    scaling: Scaling,
    fitted: int,
    judged: Readings,
    probabilities: NDArray[np.float64],
    temperature: float,
    order: Sequence[int],
    faces_hash: str,
) -> FilmFit:
    """A scaling that was fitted on so many stills, and how sure such scalings are on stills of other people.

    `probabilities` (n, labels) are those of the stills in `judged`, each by a scaling that was fitted without the
    person on it; `temperature` is what they are compared with. `order` is the checkpoint's by readings.label_order, and
    `faces_hash` that of the stills' file.
    """
    by_label = np.argsort(order)  # of data.LABELS, each label of the checkpoint
    return FilmFit(
        temperature=scaling.temperature,
        matrix=tuple(map(tuple, np.array(scaling.matrix)[np.ix_(by_label, by_label)].tolist())),
        offsets=tuple(np.array(scaling.offsets)[by_label].tolist()),
        faces_hash=faces_hash,
        fitted=fitted,
        judged=len(judged.labels),
        ece_before=round(calibrate.ece(softmax(judged.logits, temperature), judged.labels), 4),
        ece_after=round(calibrate.ece(probabilities, judged.labels), 4),
        ece_by_chance=round(calibrate.ece_by_chance(probabilities), 4),
    )


def _centred(logits: Logits) -> Logits:
    centred: Logits = logits - logits.mean(axis=1, keepdims=True)
    return centred


def _rounded(values: NDArray[np.float64]) -> tuple[float, ...]:
    """To six decimals, which a file shows in full."""
    return tuple(round(value, 6) for value in values.tolist())


def _shares(labels: Labels, balancing: float) -> NDArray[np.float64]:
    """Share of a set's weight that each label has, (labels,)."""
    counts = np.bincount(labels, minlength=len(data.LABELS)).astype(np.float64)
    weighed = np.where(counts > 0, np.maximum(counts, 1) ** (1 - balancing), 0)
    shares: NDArray[np.float64] = weighed / weighed.sum()
    return shares
