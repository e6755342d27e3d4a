"""Agreement of an engine with fp32 on the same faces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # stored trials are read without it
    import numpy as np
    from numpy.typing import NDArray

MEAN_ERROR = 0.01
HIGH_ERROR = 0.05
CLEAR_MARGIN = 0.05
TOP_DIFFERS = 0.01

SMALLER_MEAN_ERROR = 0.02
SMALLER_HIGH_ERROR = 0.15
SMALLER_TOP_DIFFERS = 0.05
"""What a live reading at fewer pixels may differ by: twice, three times and five times what another engine may. Its
size is told beside the numbers, and a second of a viewer is the mean of several readings.
"""


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

    @property
    def agrees_when_smaller(self) -> bool:
        """Whether live readings at fewer pixels may stand for those at the model's own size."""
        return (
            self.faces > 0
            and self.mean_error <= SMALLER_MEAN_ERROR
            and self.high_error <= SMALLER_HIGH_ERROR
            and self.clear_differ <= SMALLER_TOP_DIFFERS
        )

    @property
    def agrees_clearly(self) -> bool:
        """Whether it agrees with so much room that more faces would not change that, though these may be few.

        A face whose first label differs in spite of a CLEAR_MARGIN has a probability that is off by half of it. With
        99 % of them off by less no such face is to be expected.
        """
        return (
            self.faces > 0
            and self.mean_error <= MEAN_ERROR / 2
            and self.high_error <= min(HIGH_ERROR, CLEAR_MARGIN) / 2
            and self.clear_differ == 0
        )

    def in_words(self) -> str:
        return (
            f"same first label on {self.top_same:.1%} of {self.faces} faces, probabilities off by "
            f"{self.mean_error:.4f} in the mean, 99 % of them by less than {self.high_error:.3f}"
        )


def compare(truth: NDArray[np.float32], logits: NDArray[np.float32]) -> Agreement:
    """Compare an engine's logits (n, k) with those of fp32 for the same n faces; not-a-number is a disagreement."""
    import numpy as np

    from ..probabilities import softmax

    expected, actual = softmax(truth), softmax(logits)
    errors = np.abs(expected - actual)
    lost = ~np.isfinite(errors).all(axis=1)
    errors[lost] = 1.0
    ranked = np.sort(expected, axis=1)
    clear = ranked[:, -1] - ranked[:, -2] >= CLEAR_MARGIN
    differ = (expected.argmax(axis=1) != actual.argmax(axis=1)) | lost
    return Agreement(
        faces=len(truth),
        mean_error=float(errors.mean()),
        high_error=1.0 if lost.any() else float(np.quantile(errors, 0.99)),  # one face without numbers is too many
        top_same=float(1 - differ.mean()),
        clear_differ=float(differ[clear].mean()) if clear.any() else 0.0,
    )
