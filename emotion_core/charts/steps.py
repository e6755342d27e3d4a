"""Scenes as outlines on a time axis: the geometry behind the charts."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ..analysis.records import SceneEmotion

ZERO = 86_400_000
"""Where a film begins on the time axis: the second day of 1970, milliseconds. Of the first day Plotly would take small
numbers for years."""


def at(seconds: Fraction | float) -> float:
    """A running time's place on the time axis, milliseconds since 1970."""
    return ZERO + float(seconds) * 1000


@dataclass(frozen=True, slots=True)
class Steps:
    """A film's scenes on the time axis."""

    starts: NDArray[np.float64]
    ends: NDArray[np.float64]

    @classmethod
    def of(cls, rows: tuple[SceneEmotion, ...]) -> Steps:
        spans = [row.scene.span for row in rows]
        return cls(np.array([at(span.start) for span in spans]), np.array([at(span.end) for span in spans]))

    @property
    def middles(self) -> NDArray[np.float64]:
        return (self.starts + self.ends) / 2

    def line(self, values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """A level line over each scene; a scene without a value is a gap."""
        return np.stack([self.starts, self.ends], axis=1).ravel(), np.repeat(values, 2)

    def outline(
        self, low: NDArray[np.float64], high: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """One closed outline around all scenes from `low` to `high`; it has no height over a scene without values.

        One outline, since browsers draw thousands of small shapes slowly.
        """
        edges = np.stack([self.starts, self.ends], axis=1).ravel()
        roof, floor = (np.repeat(np.nan_to_num(values), 2) for values in (high, low))
        return np.concatenate([edges, edges[::-1]]), np.concatenate([roof, floor[::-1]])

    def boundaries(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """A full-height stroke where each scene begins, but the first; one line that goes on below the axis."""
        cuts = self.starts[1:]
        return np.repeat(cuts, 3), np.tile([-1.0, 1.0, -1.0], len(cuts))
