"""What ships with the embedded checkpoint, so that its first start needs no transformers and no run of fp32.

The operations of its model are recorded as TorchScript without the weights, and its logits in fp32 on sample faces.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from ...errors import CheckpointError
from ...storage import descriptors, hashed_json
from ..checkpoints.checkpoint import Checkpoint, release

if TYPE_CHECKING:  # a trial that finds its network in the cache asks for the reference alone
    import torch

FILE = "network.json"
"""In the checkpoint's folder."""

Recorded = Literal["fp32", "bf16"]
"""Precisions in which the operations ship."""

_WEIGHTS = "model.safetensors"
_REVISION = 1


def network(checkpoint: Checkpoint) -> torch.nn.Module:
    """The model as a function of its pixels, in fp32 and in evaluation mode: what ships with it, else by transformers.

    Raises CheckpointError.
    """
    from . import torchscript

    shipped = shipped_network(checkpoint, "fp32")
    return torchscript.LogitsOnly(checkpoint.model).eval() if shipped is None else shipped


def shipped_network(checkpoint: Checkpoint, precision: Recorded) -> torch.nn.Module | None:
    """As `network`, in fp32, or as autocast runs it in bf16; None where no network ships with `checkpoint`.

    The result must be traced and frozen under the same autocast. Raises CheckpointError.
    """
    if (content := _content(checkpoint)) is None:
        return None
    import torch
    from safetensors.torch import load

    from . import torchscript

    assert checkpoint.folder is not None
    weights = (checkpoint.folder / _WEIGHTS).read_bytes()
    if hashlib.sha256(weights).hexdigest() != checkpoint.identity.hash:
        raise CheckpointError(
            f"The files of the checkpoint “{checkpoint.identity.name}” were changed meanwhile.", "Try again."
        )
    tensors, operations = load(weights), content[precision]
    return torchscript.RecordedNetwork(
        operations["code"],
        [tensors[name].float().to(getattr(torch, dtype)) for name, dtype in operations["tensors"]],
    ).eval()


def is_shipped(checkpoint: Checkpoint) -> bool:
    """Whether a network ships with `checkpoint`, so that none of its engines but int8 needs transformers."""
    return _content(checkpoint) is not None


def reference(checkpoint: Checkpoint, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32] | None:
    """The logits of fp32 (n, k) for `crops`, where these are the first of the faces for which they are stored.

    fp32 rounds otherwise on another processor, by a hundred thousandth of what a trial lets pass.
    """
    content = _content(checkpoint) if crops else None
    if content is None or content["faces"][len(crops) - 1 : len(crops)] != [_digests(crops)[-1]]:
        return None
    return np.array(content["logits"][: len(crops)], dtype=np.float32)


def write(checkpoint: Checkpoint, crops: Sequence[NDArray[np.uint8]], logits: NDArray[np.float32]) -> None:
    """Write the file of `checkpoint` into its folder, with the `logits` of fp32 for `crops`. Raises LibraryError."""
    assert checkpoint.folder is not None
    content = {
        "key": checkpoint.identity.key,
        "made_with": _made_with(),
        "fp32": _operations(checkpoint, "fp32"),
        "bf16": _operations(checkpoint, "bf16"),
        "faces": _digests(crops),
        "logits": [[round(float(value), 4) for value in row] for row in logits],
    }
    hashed_json.write(checkpoint.folder / FILE, content)


def _operations(checkpoint: Checkpoint, precision: Recorded) -> dict[str, Any]:
    """The model's operations on one face as a function of pixels and tensors, and each tensor's name and type."""
    import torch

    from . import torchscript

    example = torch.from_numpy(checkpoint.pixels([np.zeros((64, 64, 3), dtype=np.uint8)]))
    model = torchscript.LogitsOnly(checkpoint.model).eval()
    half = precision == "bf16"
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=half, cache_enabled=False):
        # Nothing is folded: each engine does that in its own way.
        frozen = torch.jit.freeze(torchscript.traced(model, example), optimize_numerics=False)
    code, constants = frozen.code_with_constants
    tensors = [constants.const_mapping[f"c{number}"] for number in range(len(constants.const_mapping))]
    state: dict[str, torch.Tensor] = checkpoint.model.state_dict()

    def name_of(tensor: torch.Tensor) -> str:
        same_shape = ((name, other) for name, other in state.items() if other.shape == tensor.shape)
        return next(name for name, other in same_shape if torch.equal(other.to(tensor.dtype), tensor))

    arguments = "".join(f", c{number}: Tensor" for number in range(len(tensors)))
    code = re.sub(r"^def forward\(self,\s*(\w+): Tensor\)", rf"def forward(\1: Tensor{arguments})", code)
    # Of the operations in place the module `torch` itself has none.
    code = code.replace("CONSTANTS.", "").replace("torch.", "torch.ops.aten.")
    return {
        "code": code,
        "tensors": [(name_of(tensor), str(tensor.dtype).removeprefix("torch.")) for tensor in tensors],
    }


def _content(checkpoint: Checkpoint) -> dict[str, Any] | None:
    """The file's content; None where there is none that fits the checkpoint and these packages."""
    if checkpoint.identity.source != "embedded" or checkpoint.folder is None:
        return None
    try:
        content = hashed_json.read(checkpoint.folder / FILE, allow_unhashed=False)
        return content if (content["key"], content["made_with"]) == (checkpoint.identity.key, _made_with()) else None
    except (OSError, ValueError, LookupError) as error:
        descriptors.raise_if_ran_out(error)
        return None


def _made_with() -> str:
    """The packages that decide the operations."""
    return f"{release('transformers')}, {release('torch')}, network {_REVISION}"


def _digests(crops: Sequence[NDArray[np.uint8]]) -> list[str]:
    """A digest for each crop, of it and all before it."""
    digest, digests = hashlib.sha256(), []
    for crop in crops:
        digest.update(f"{crop.shape}".encode())
        digest.update(np.ascontiguousarray(crop).data)
        digests.append(digest.hexdigest()[:16])
    return digests
