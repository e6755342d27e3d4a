"""The port that every engine fills, and the batching they share."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from ...observations.observations import EngineIdentity
from ..checkpoints.checkpoint import Checkpoint

Run = Callable[[torch.Tensor], torch.Tensor]
"""A batch of the model's input (batch, 3, H, W) -> logits (batch, k)."""


class Engine(Protocol):
    """A checkpoint made ready to run."""

    @property
    def identity(self) -> EngineIdentity: ...

    def logits(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """RGB crops of any size (h, w, 3) -> (n, k), before temperature; the same crop gives the same row always."""
        ...


class LogitsOnly(torch.nn.Module):
    """A transformers classifier as a plain function of its pixels, which is what tracing needs."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.model(pixel_values=pixels, return_dict=False)[0]
        return logits


def in_fixed_batches(
    checkpoint: Checkpoint, crops: Sequence[NDArray[np.uint8]], batch: int, run: Run
) -> NDArray[np.float32]:
    """Run `crops` through `run` always `batch` at a time, the last batch filled up with zeros.

    Kernels are chosen by shape, and other kernels round otherwise: with one shape a face's numbers do not hang on how
    many others came with it. A checkpoint that asks for it sees every face both ways round, and the logarithm of the
    mean probability takes the place of the logits.
    """
    k = len(checkpoint.identity.labels)
    out = np.empty((len(crops), k), dtype=np.float32)
    for start in range(0, len(crops), batch):
        part = crops[start : start + batch]
        pixels = checkpoint.pixels(part)
        if len(part) < batch:
            pixels = torch.cat([pixels, pixels.new_zeros((batch - len(part), *pixels.shape[1:]))])
        out[start : start + len(part)] = _rows(pixels, run, checkpoint.both_ways)[: len(part)].numpy()
    return out


def _rows(pixels: torch.Tensor, run: Run, both_ways: bool) -> torch.Tensor:
    logits = run(pixels).float()
    if not both_ways:
        return logits
    # In float64: a softmax rounds by where in the batch a row stands, and that must not reach the float32 answer. The
    # first answer is turned before the second is asked for: an engine may answer in a buffer that it uses again.
    seen = logits.double().log_softmax(1)
    mirrored = run(pixels.flip(3).contiguous()).double().log_softmax(1)
    return (torch.logaddexp(seen, mirrored) - math.log(2)).float()


def channels_last(checkpoint: Checkpoint) -> bool:
    """Whether the model is convolutions, which run faster with a pixel's channels side by side."""
    return any(isinstance(module, torch.nn.BatchNorm2d) for module in checkpoint.model.modules())
