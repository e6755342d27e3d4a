"""Numbers for Plotly's script as base64, which is smaller than digits and needs no parsing."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..steps import ZERO

DTYPES = {"f4": "<f4", "i4": "<i4", "u1": "|u1"}


def packed(values: ArrayLike, dtype: str = "f4") -> dict[str, Any]:
    """An array as Plotly takes typed arrays: `dtype` is one of DTYPES, with NaN for gaps in f4."""
    array = np.asarray(values)
    spec: dict[str, Any] = {"dtype": dtype, "bdata": base64.b64encode(array.astype(DTYPES[dtype]).tobytes()).decode()}
    if array.ndim == 2:
        spec["shape"] = f"{array.shape[0]}, {array.shape[1]}"
    return spec


def packed_times(seconds: ArrayLike) -> dict[str, Any]:
    """Running times on the time axis, whole milliseconds."""
    return packed(ZERO + np.rint(np.asarray(seconds) * 1000), "i4")
