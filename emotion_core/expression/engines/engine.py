"""The port of engines, and the batching that they share."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ...observations import EngineIdentity
from ..checkpoints.checkpoint import Checkpoint

Run = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""A batch of the model's input (batch, c, H, W) -> logits (batch, k), valid until the next call."""


class Engine(Protocol):
    """A checkpoint that is ready to run."""

    @property
    def identity(self) -> EngineIdentity: ...

    def logits(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """RGB crops of any size (h, w, 3) -> (n, k), before temperature. The same crop always gives the same row."""
        ...


def blank(batch: int) -> list[NDArray[np.uint8]]:
    """Black crops: an example by which a network is traced and compiled."""
    return [np.zeros((64, 64, 3), dtype=np.uint8)] * batch


def in_fixed_batches(
    checkpoint: Checkpoint, crops: Sequence[NDArray[np.uint8]], batch: int, run: Run
) -> NDArray[np.float32]:
    """Run `crops` through `run`, always `batch` at a time; the last batch is filled up with zeros.

    Kernels are chosen by shape, and other kernels round differently: with one shape the numbers of a face do not depend
    on how many others are in its batch. For a checkpoint with `both_ways` the logarithm of the mean probability of the
    face and its mirror image takes the place of the logits.
    """
    k = len(checkpoint.identity.labels)
    out = np.empty((len(crops), k), dtype=np.float32)
    for start in range(0, len(crops), batch):
        part = crops[start : start + batch]
        pixels = checkpoint.pixels(part)
        if len(part) < batch:
            rest = np.zeros((batch - len(part), *pixels.shape[1:]), dtype=np.float32)
            pixels = np.concatenate([pixels, rest])
        out[start : start + len(part)] = _rows(pixels, run, checkpoint.both_ways)[: len(part)]
    return out


def _rows(pixels: NDArray[np.float32], run: Run, both_ways: bool) -> NDArray[np.float32]:
    logits = run(pixels)
    if not both_ways:
        return logits
    # In float64: a softmax rounds by the row's place in the batch, which must not reach the float32 result. The first
    # result is converted before the second run: an engine may reuse its output buffer.
    unmirrored = _log_softmax(logits)
    mirrored = _log_softmax(run(np.ascontiguousarray(pixels[..., ::-1])))
    return (np.logaddexp(unmirrored, mirrored) - math.log(2)).astype(np.float32)


def _log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    wide = logits.astype(np.float64)
    with np.errstate(invalid="ignore"):  # an engine that is wrong may give infinity, which a trial finds
        wide -= wide.max(axis=1, keepdims=True)
        wide -= np.log(np.exp(wide).sum(axis=1, keepdims=True))
    return wide
