"""From a checkpoint's logits to probabilities: the one softmax of scans, stills, trials and calibrations."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def softmax(logits: ArrayLike, temperature: float = 1.0) -> NDArray[np.float64]:
    """Probabilities of logits (n, k) divided by `temperature`: (n, k), rows sum to 1. A row with infinite logits is
    not-a-number.
    """
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    with np.errstate(invalid="ignore"):
        raised = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    chances: NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
    return chances
