"""A vision transformer that reads faces at fewer pixels than it was made for, in a fraction of the time.

Its work grows with the patches of a picture: at 112 of 224 pixels a side it has a quarter of them. The embeddings of
their places are interpolated, as transformers does it (`interpolate_pos_encoding`; Dosovitskiy and others 2021, An
image is worth 16x16 words, section 3.2). The numbers are others than at full size: how much so is to be measured.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from ...storage import descriptors
from ..checkpoints.checkpoint import Checkpoint
from ..checkpoints.config import FILE

if TYPE_CHECKING:  # imported where a network is built
    import torch

ARCHITECTURES = {"ViTForImageClassification", "DeiTForImageClassification"}
"""Those whose forward takes `interpolate_pos_encoding`, with square patches and one embedding for each place."""
LEAST = 0.5
"""Smallest side, as a share of the model's own."""


@dataclass(frozen=True, slots=True)
class Patches:
    """How a transformer divides its picture: pixels a side of the picture and of a patch."""

    side: int
    patch: int

    def count(self, side: int) -> int:
        """Patches of a picture of `side` pixels a side, and the token of the whole: the work of a face grows so."""
        return (side // self.patch) ** 2 + 1

    @property
    def smaller(self) -> tuple[int, ...]:
        """Sides that are tried in place of the own one, pixels, descending; each a whole number of patches."""
        most, least = int(self.side * 0.7), max(self.patch, int(self.side * LEAST))
        return tuple(side for side in range(most - most % self.patch, least - 1, -self.patch))


def patches(checkpoint: Checkpoint) -> Patches | None:
    """None where the checkpoint cannot be read at another size, or nothing is known of it."""
    table = checkpoint.facts.table
    if checkpoint.folder is None or table is None or checkpoint.identity.architecture not in ARCHITECTURES:
        return None
    try:
        config = json.loads((checkpoint.folder / FILE).read_text(encoding="utf-8"))
        found = Patches(int(config["image_size"]), int(config["patch_size"]))
    except (OSError, ValueError, LookupError, TypeError) as error:
        descriptors.raise_if_ran_out(error)
        return None
    is_whole = found.patch > 0 and found.side % found.patch == 0
    return found if is_whole and (table.width, table.height) == (found.side, found.side) else None


def at_side(checkpoint: Checkpoint, side: int) -> Checkpoint:
    """The checkpoint with an input of `side` pixels a side; it must have `patches`.

    Its identity is for caches of networks alone: what was read is told by the checkpoint's own, and the side.
    """
    facts, identity = checkpoint.facts, checkpoint.identity
    assert facts.table is not None
    settings = hashlib.sha256(f"{identity.settings} at {side} pixels".encode()).hexdigest()

    def load_model() -> tuple[Any, Any]:
        model, processor = checkpoint.load_model()
        return _interpolating(model), processor

    return Checkpoint(
        replace(identity, settings=settings),
        replace(facts, table=replace(facts.table, width=side, height=side)),
        checkpoint.folder,
        cache(load_model),
    )


def _interpolating(model: Any) -> torch.nn.Module:
    import torch

    class Interpolating(torch.nn.Module):
        """A transformer for pictures of any size."""

        def __init__(self) -> None:
            super().__init__()
            self.model, self.config = model, model.config

        def forward(self, pixel_values: torch.Tensor, return_dict: bool = False) -> Any:
            return self.model(pixel_values=pixel_values, interpolate_pos_encoding=True, return_dict=return_dict)

    return Interpolating().eval()
