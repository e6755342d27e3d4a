"""Embeddings of the faces of one frame after another, computed in batches by a thread of their own."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

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
    """Takes faces in order and gives their embeddings in the same order. Reading and compiling the network takes a
    second, during which faces can be added; a chip of them takes 68 KB until it is run.
    """

    def __init__(self, *, threads: int = 1) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="embeddings")
        self._network = self._executor.submit(lambda: EmbeddingNetwork(installed_weights(), threads=threads))
        self._chips: list[NDArray[np.uint8]] = []
        self._batches: list[Future[NDArray[np.float32]]] = []
        self._has_one: list[bool] = []
        """Of each face since the last `take`: whether the network is asked for its embedding, and gives one."""
        self._given: dict[int, NDArray[np.float32]] = {}
        """Embeddings that are known, by the face's place among those since the last `take`."""

    def add(self, rgb: NDArray[np.uint8], landmarks: tuple[float, ...]) -> None:
        """A face on a frame, RGB (h, w, 3), with its landmarks as in `aligned_chip`."""
        chip = aligned_chip(rgb, landmarks)
        self._has_one.append(chip is not None)
        if chip is not None:
            self._chips.append(chip)
        if len(self._chips) == BATCH:
            self._run()

    def add_known(self, embedding: NDArray[np.float32]) -> None:
        """A face whose embedding (NUMBERS,) is known."""
        self._given[len(self._has_one)] = embedding
        self._has_one.append(False)

    def take(self) -> NDArray[np.float32]:
        """Embeddings (n, NUMBERS) of the faces added since the last call; a row of NaN for one that has none.

        Raises EngineError where the network is not installed, or is another one.
        """
        self._run()
        self._network.result()  # raises, without a face too
        rows = none_for(len(self._has_one))
        rows[self._has_one] = np.concatenate([none_for(0), *(batch.result() for batch in self._batches)])
        for place, embedding in self._given.items():
            rows[place] = embedding
        self._batches, self._has_one, self._given = [], [], {}
        return rows

    def _run(self) -> None:
        if self._chips:
            self._batches.append(self._executor.submit(self._embed, self._chips))
            self._chips = []

    def _embed(self, chips: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        return self._network.result().embed(chips)
