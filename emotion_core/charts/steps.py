"""Scenes as outlines on a time axis: the geometry behind the charts."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ..summary import SceneEmotion

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

    def boxes(
        self, low: NDArray[np.float64], high: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """One closed outline a scene from `low` to `high`, apart from each other."""
        gap = np.full_like(low, np.nan)
        x = np.stack([self.starts, self.starts, self.ends, self.ends, gap], axis=1)
        y = np.stack([low, high, high, low, gap], axis=1)
        x[np.isnan(low)] = np.nan
        return x.ravel(), y.ravel()

    def boundaries(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """A full-height stroke where each scene begins, but the first."""
        cuts = self.starts[1:]
        gap = np.full_like(cuts, np.nan)
        return np.stack([cuts, cuts, gap], axis=1).ravel(), np.tile([0.0, 1.0, np.nan], len(cuts))
