"""How far an engine agrees with fp32 on the same faces."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MEAN_ERROR = 0.01
HIGH_ERROR = 0.05
CLEAR_MARGIN = 0.05
TOP_DIFFERS = 0.01


@dataclass(frozen=True, slots=True)
class Agreement:
    """An engine's probabilities beside those of fp32; all numbers are shares from 0 to 1."""

    faces: int
    mean_error: float
    """Mean absolute difference of a probability."""
    high_error: float
    """Its 99th percentile; 1 where any face got no numbers."""
    top_same: float
    """Faces with the same first label, of all."""
    clear_differ: float
    """Faces with another first label, of those where fp32 puts the first CLEAR_MARGIN or more above the second."""

    @property
    def agrees(self) -> bool:
        """Whether the engine may stand for fp32."""
        return (
            self.faces > 0
            and self.mean_error <= MEAN_ERROR
            and self.high_error <= HIGH_ERROR
            and self.clear_differ <= TOP_DIFFERS
        )

    def in_words(self) -> str:
        return (
            f"same first label on {self.top_same:.1%} of {self.faces} faces, probabilities off by "
            f"{self.mean_error:.4f} in the mean, 99 % of them by less than {self.high_error:.3f}"
        )


def compare(truth: NDArray[np.float32], logits: NDArray[np.float32]) -> Agreement:
    """Compare an engine's logits (n, k) with those of fp32 for the same n faces; not-a-number agrees with nothing."""
    expected, said = _chances(truth), _chances(logits)
    errors = np.abs(expected - said)
    lost = ~np.isfinite(errors).all(axis=1)
    errors[lost] = 1.0
    ranked = np.sort(expected, axis=1)
    clear = ranked[:, -1] - ranked[:, -2] >= CLEAR_MARGIN
    differ = (expected.argmax(axis=1) != said.argmax(axis=1)) | lost
    return Agreement(
        faces=len(truth),
        mean_error=float(errors.mean()),
        high_error=1.0 if lost.any() else float(np.quantile(errors, 0.99)),  # one face without numbers is too many
        top_same=float(1 - differ.mean()),
        clear_differ=float(differ[clear].mean()) if clear.any() else 0.0,
    )


def _chances(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore"):  # of infinities come no numbers, which is told of
        raised = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
        chances: NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
    return chances
