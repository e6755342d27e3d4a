"""Geometry of scenes on a time axis."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ..analysis import SceneEmotion

ZERO = 86_400_000
"""Start of a film on the time axis, milliseconds: 2 January 1970, since Plotly takes small numbers for years."""


def axis_time(seconds: Fraction | float) -> float:
    """Position of a running time on the time axis, milliseconds since 1970."""
    return ZERO + float(seconds) * 1000


@dataclass(frozen=True, slots=True)
class Steps:
    """Starts and ends of a film's scenes on the time axis, (n,)."""

    starts: NDArray[np.float64]
    ends: NDArray[np.float64]

    @classmethod
    def of(cls, rows: tuple[SceneEmotion, ...]) -> Steps:
        spans = [row.scene.span for row in rows]
        return cls(
            np.array([axis_time(span.start) for span in spans]), np.array([axis_time(span.end) for span in spans])
        )

    @property
    def middles(self) -> NDArray[np.float64]:
        return (self.starts + self.ends) / 2

    def line(self, values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """x and y of a horizontal line over each scene; NaN leaves a gap."""
        return np.stack([self.starts, self.ends], axis=1).ravel(), np.repeat(values, 2)

    def outline(
        self, low: NDArray[np.float64], high: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """x and y of a closed outline around all scenes from `low` to `high`, without height where they are NaN.

        It is a single outline, since browsers draw thousands of small shapes slowly.
        """
        edges = np.stack([self.starts, self.ends], axis=1).ravel()
        roof, floor = (np.repeat(np.nan_to_num(values), 2) for values in (high, low))
        return np.concatenate([edges, edges[::-1]]), np.concatenate([roof, floor[::-1]])

    def boundaries(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """x and y of full-height strokes at the starts of all scenes but the first, joined below the axis."""
        cuts = self.starts[1:]
        return np.repeat(cuts, 3), np.tile([-1.0, 1.0, -1.0], len(cuts))
