"""Places: where pictures of the second cut may lie in the first, seen through a view."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ...observations import LAYOUT, Layouts
from ...system import usable_cores
from ..pictures import Steps
from ..pictures.candidates import MAX_THREADS
from .overlay import Clear
from .views import Fields, View

MIN_SIMILARITY = 0.9
"""Lowest correlation of a picture with its place: views lie up to half a field beside the right one."""
MIN_CONTRAST = 5.0
"""Standard deviation, levels, below which a picture tells no place."""
BLOCK = 256
"""Pictures that are looked for at once."""
DIGITS = 1e4
"""Steps of a correlation of 1, see candidates.DIGITS."""


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Places of some pictures through one view."""

    view: View
    anchors: Steps
    """Steps of the second cut, ascending; one several times where it has several places."""
    steps: Steps
    """The like step of the first cut."""
    similarity: NDArray[np.float32]


def find_places(
    before: Layouts,
    after: Layouts,
    anchors: Steps,
    every: int,
    views: Sequence[tuple[View, int]],
    clear: Clear,
) -> list[Places]:
    """Through each view the most similar places of each anchor, as many as stand beside the view.

    Every `every`th picture of the first cut is looked at.
    """
    at = np.arange(0, len(before), every)
    first, second = _blurred(before[at]), _blurred(after[anchors])

    def search(one: tuple[View, int]) -> Places:
        view, count = one
        common = view.common(clear)
        there, _ = normal(view.first(first)[:, common])
        pictures, contrasts = normal(view.second(second)[:, common])
        telling = np.flatnonzero(contrasts >= MIN_CONTRAST)
        found: list[tuple[Steps, Steps, NDArray[np.float32]]] = []
        for start in range(0, len(telling), BLOCK):
            rows = telling[start : start + BLOCK]
            similarity = pictures[rows] @ there.T
            for _ in range(count):
                best = similarity.argmax(axis=1)
                values = np.rint(similarity[np.arange(len(rows)), best] * np.float32(DIGITS)) / np.float32(DIGITS)
                good = values >= MIN_SIMILARITY
                found.append((rows[good], best[good], values[good]))
                if count > 1:
                    for near in range(-3, 4):
                        similarity[np.arange(len(rows)), np.clip(best + near, 0, len(at) - 1)] = -1
        rows, best, values = (np.concatenate(column) for column in zip(*found, strict=True)) if found else _nothing()
        order = np.argsort(rows, kind="stable")
        return Places(view, anchors[rows[order]], at[best[order]], values[order])

    with threadpool_limits(1, "blas"), ThreadPoolExecutor(min(MAX_THREADS, usable_cores())) as pool:
        return list(pool.map(search, views))


def normal(fields: Fields) -> tuple[Fields, NDArray[np.float32]]:
    """Rows less their mean, at length 1 (shorter without contrast), and their standard deviations."""
    centred = fields - fields.mean(axis=1, keepdims=True)
    size = np.float32(np.sqrt(max(fields.shape[1], 1)))
    lengths = np.linalg.norm(centred, axis=1)
    rows: Fields = centred / np.maximum(lengths, MIN_CONTRAST * size)[:, None]
    return rows, lengths / size


def _blurred(layouts: Layouts) -> Fields:
    """Pictures (n, 144) in which a field takes half of its neighbours, so that one a little beside is alike."""
    width, height = LAYOUT
    fields = np.pad(layouts.astype(np.float32).reshape(-1, height, width), ((0, 0), (1, 1), (1, 1)), mode="edge")
    upward = fields[:, 1:-1] + (fields[:, :-2] + fields[:, 2:]) * np.float32(0.5)
    along = upward[:, :, 1:-1] + (upward[:, :, :-2] + upward[:, :, 2:]) * np.float32(0.5)
    blurred: Fields = (along.reshape(len(layouts), -1) / 4).astype(np.float32)
    return blurred


def _nothing() -> tuple[Steps, Steps, NDArray[np.float32]]:
    return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
