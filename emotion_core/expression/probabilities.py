"""From a checkpoint's logits to probabilities: the one softmax of scans, stills, trials and calibrations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what only looks a calibration up does not wait for it
    import numpy as np
    from numpy.typing import ArrayLike, NDArray


def softmax(logits: ArrayLike, temperature: float = 1.0) -> NDArray[np.float64]:
    """Probabilities of logits (n, k) divided by `temperature`: (n, k), rows sum to 1. A row with infinite logits is
    not-a-number.
    """
    import numpy as np

    scaled = np.asarray(logits, dtype=np.float64) / temperature
    with np.errstate(invalid="ignore"):
        raised = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    chances: NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
    return chances


@dataclass(frozen=True, slots=True)
class Scaling:
    """How the logits z of a checkpoint with k labels become probabilities.

    Without a matrix by temperature scaling, softmax(z / T); with one by matrix scaling,
    softmax((W (z - mean z) + b) / T) (Guo et al., 2017, arXiv:1706.04599, section 4.2). A constant added to all logits
    of a face changes neither.
    """

    temperature: float = 1.0
    """T, above 0."""
    matrix: tuple[tuple[float, ...], ...] = ()
    """W, (k, k): a row is a label's share in it of each label's logit. Empty: none."""
    offsets: tuple[float, ...] = ()
    """b, (k,). Empty where the matrix is."""

    def scaled(self, logits: ArrayLike) -> NDArray[np.float64]:
        """Logits (n, k) before the division by the temperature: (n, k)."""
        import numpy as np

        given = np.asarray(logits, dtype=np.float64)
        if not self.matrix:
            return given
        with np.errstate(invalid="ignore"):
            centred = given - given.mean(axis=1, keepdims=True)
            moved: NDArray[np.float64] = centred @ np.array(self.matrix).T + np.array(self.offsets)
        return moved

    def probabilities(self, logits: ArrayLike) -> NDArray[np.float64]:
        """Probabilities of logits (n, k): (n, k), rows sum to 1. A row with infinite logits is not-a-number."""
        return softmax(self.scaled(logits), self.temperature)
