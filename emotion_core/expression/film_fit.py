"""The scaling of a checkpoint's logits for faces of films, and the stills behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .probabilities import Scaling


@dataclass(frozen=True, slots=True)
class FilmFit:
    """Matrix scaling fitted on stills of films, and how sure such scalings are on stills of other people."""

    temperature: float
    matrix: tuple[tuple[float, ...], ...]
    """(k, k), in the order of the checkpoint's labels."""
    offsets: tuple[float, ...]
    """(k,)."""
    faces_hash: str
    """SHA-256 of the file of the stills, hex."""
    fitted: int
    """Stills."""
    judged: int
    """Stills, in five folds by person: each was read by a scaling that was fitted on other people's."""
    ece_before: float
    """Expected calibration error of the judged stills at the temperature that was fitted without stills, 0 to 1."""
    ece_after: float
    """The same by the scalings of the folds."""
    ece_by_chance: float
    """As in Fit."""

    @property
    def scaling(self) -> Scaling:
        """How logits become probabilities."""
        return Scaling(self.temperature, self.matrix, self.offsets)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> FilmFit:
        """Raises ValueError, KeyError or TypeError where it is no such fit."""
        rows = tuple(tuple(row) for row in data["matrix"])
        fit = cls(**{**data, "matrix": rows, "offsets": tuple(data["offsets"])})
        if not fit.offsets or {len(fit.offsets)} != {len(rows), *map(len, rows)}:
            raise ValueError("a matrix that is not square, or does not fit its offsets")
        return fit
