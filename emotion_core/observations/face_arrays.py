"""Faces as arrays: what a rule asks of thousands of them at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from .observations import Face

Floats = NDArray[np.float64]
_UNKNOWN = (math.nan,) * 3
"""Stands for the light of a face that was not measured."""


@dataclass(frozen=True, slots=True, eq=False)
class FaceArrays:
    """n faces, a field an array with a row a face; fields, units and order as those of Face."""

    sample_frame: NDArray[np.int64]
    """(n,)"""
    box: Floats
    """(n, 4)"""
    landmarks: Floats
    """(n, 10)"""
    score: Floats
    """(n,)"""
    sharpness: Floats
    """(n,) NaN where it was not measured."""
    light: Floats
    """(n, 3): mean, dark and bright, as Light; NaN where it was not measured."""

    @classmethod
    def of(cls, faces: Sequence[Face]) -> Self:
        """Those of faces one by one."""
        unknown = (math.nan,) * 3
        lights = [
            unknown if (light := face.light) is None else (light.mean, light.dark, light.bright) for face in faces
        ]
        return cls(
            sample_frame=np.array([face.sample_frame for face in faces], dtype=np.int64),
            box=np.array([face.box for face in faces], dtype=np.float64).reshape(-1, 4),
            landmarks=np.array([face.landmarks for face in faces], dtype=np.float64).reshape(-1, 10),
            score=np.array([face.score for face in faces], dtype=np.float64),
            sharpness=np.array([math.nan if face.sharpness is None else face.sharpness for face in faces]),
            light=np.array(lights, dtype=np.float64).reshape(-1, 3),
        )

    @classmethod
    def joined(cls, parts: Sequence[FaceArrays]) -> Self:
        """Those of all parts, one after another."""
        whole: list[FaceArrays] = [cls.of(()), *parts]
        return cls(
            sample_frame=np.concatenate([part.sample_frame for part in whole]),
            box=np.concatenate([part.box for part in whole]),
            landmarks=np.concatenate([part.landmarks for part in whole]),
            score=np.concatenate([part.score for part in whole]),
            sharpness=np.concatenate([part.sharpness for part in whole]),
            light=np.concatenate([part.light for part in whole]),
        )

    def __len__(self) -> int:
        return len(self.score)

    def select(self, rows: NDArray[np.int64]) -> FaceArrays:
        """These faces, in this order."""
        return FaceArrays(
            self.sample_frame[rows],
            self.box[rows],
            self.landmarks[rows],
            self.score[rows],
            self.sharpness[rows],
            self.light[rows],
        )
