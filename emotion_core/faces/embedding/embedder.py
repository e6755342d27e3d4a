"""Embeddings of the faces of one frame after another, computed in batches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .alignment import aligned_chip
from .installed import installed_weights
from .network import BATCH, EmbeddingNetwork
from .network_file import NUMBERS


def none_for(count: int) -> NDArray[np.float32]:
    """The rows of `count` faces that have no embedding: NaN."""
    return np.full((count, NUMBERS), np.nan, dtype=np.float32)


class Embedder:
    """Takes faces in order and gives their embeddings in the same order. Holds at most BATCH chips."""

    def __init__(self, *, threads: int = 1) -> None:
        """Raises EngineError where the network is not installed, or is another one."""
        self._network = EmbeddingNetwork(installed_weights(), threads=threads)
        self._chips: list[NDArray[np.uint8]] = []
        self._rows: list[NDArray[np.float32]] = []

    def add(self, rgb: NDArray[np.uint8], landmarks: tuple[float, ...]) -> None:
        """A face on a frame, RGB (h, w, 3), with its landmarks as in `aligned_chip`."""
        chip = aligned_chip(rgb, landmarks)
        if chip is None:
            self._run()
            self._rows.append(none_for(1))
            return
        self._chips.append(chip)
        if len(self._chips) == BATCH:
            self._run()

    def take(self) -> NDArray[np.float32]:
        """Embeddings (n, NUMBERS) of the faces added since the last call; a row of NaN for one that has none."""
        self._run()
        rows, self._rows = self._rows, []
        return np.concatenate([none_for(0), *rows])

    def _run(self) -> None:
        if self._chips:
            self._rows.append(self._network.embed(self._chips))
            self._chips = []
