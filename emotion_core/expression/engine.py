"""The port that every engine fills, and the batching they share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from ..observations import EngineIdentity
from .checkpoint import Checkpoint


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
    checkpoint: Checkpoint,
    crops: Sequence[NDArray[np.uint8]],
    batch: int,
    run: Callable[[torch.Tensor], torch.Tensor],
) -> NDArray[np.float32]:
    """Run `crops` through `run` always `batch` at a time, the last batch filled up with zeros.

    Kernels are chosen by shape, and other kernels round otherwise: with one shape a face's numbers do not hang on how
    many others came with it.
    """
    k = len(checkpoint.identity.labels)
    out = np.empty((len(crops), k), dtype=np.float32)
    for start in range(0, len(crops), batch):
        part = crops[start : start + batch]
        pixels = checkpoint.pixels(part)
        if len(part) < batch:
            pixels = torch.cat([pixels, pixels.new_zeros((batch - len(part), *pixels.shape[1:]))])
        out[start : start + len(part)] = run(pixels)[: len(part)].float().numpy()
    return out
