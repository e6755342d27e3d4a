"""Networks in TorchScript: traced once, cached on disk, and run without transformers from then on."""

from __future__ import annotations

import contextlib
import io
import sys
import warnings
from collections.abc import Iterable
from typing import Any

import torch

from ...errors import LibraryError
from ...system import cpu
from .. import compiled_cache
from ..checkpoints.checkpoint import Checkpoint, package_version
from .variants import REVISION

_VERSIONS = "versions"


class LogitsOnly(torch.nn.Module):
    """A transformers classifier as a plain function of its pixels, as tracing needs it."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.model(pixel_values=pixels, return_dict=False)[0]
        return logits


class RecordedNetwork(torch.nn.Module):
    """Operations in TorchScript with their weights: pixels (n, c, H, W) -> logits (n, k)."""

    def __init__(self, code: str, tensors: Iterable[torch.Tensor]) -> None:
        """`code` is a function `forward` of the pixels and then of `tensors`."""
        super().__init__()
        self._run = torch.jit.CompilationUnit(code).forward
        self.tensors = torch.nn.ParameterList(torch.nn.Parameter(tensor, requires_grad=False) for tensor in tensors)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self._run(pixels, *self.tensors)
        return logits


def traced(model: torch.nn.Module, example: torch.Tensor) -> Any:
    """The operations that `model` runs on `example`, for inputs of its shape."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tracing warns of each Python branch on a shape; the shape is fixed here
        network = torch.jit.trace(model, example, check_trace=False, strict=False)  # type: ignore[no-untyped-call]
    if isinstance(model, RecordedNetwork):  # its function is saved as part of a frozen network only
        # Nothing is folded: Intel's extension folds normalization into weights in bf16, PyTorch in fp32.
        network = torch.jit.freeze(network, optimize_numerics=False)
    return network


def saved(network: Any, versions: str = "") -> bytes:
    """A network as a file's content; `versions` are those of the packages that made it."""
    content = io.BytesIO()
    torch.jit.save(network, content, _extra_files={_VERSIONS: versions})  # type: ignore[no-untyped-call]
    return content.getvalue()


def loaded(content: bytes) -> Any:
    """The network in the result of `saved`.

    A first start runs it too, not the one that was saved, so that it gives the numbers of all later starts.
    """
    return _load(io.BytesIO(content))[0]


def read(checkpoint: Checkpoint, name: str, packages: str) -> tuple[Any, str] | None:
    """The cached network and the versions of the packages that made it; None where there is none that fits.

    `packages` are those of the engine beside PyTorch.
    """
    file = compiled_cache.stored_file(checkpoint.identity.key, name, _made_with(packages))
    if file is not None:
        with contextlib.suppress(RuntimeError):  # written by another build of the same version
            return _load(str(file))
    return None


def write(checkpoint: Checkpoint, name: str, packages: str, content: bytes) -> None:
    """Cache the result of `saved`, if that is possible."""
    if checkpoint.folder is not None:  # random weights are not used again
        with contextlib.suppress(LibraryError):  # only costs the next start the same seconds
            compiled_cache.write(checkpoint.identity.key, name, _made_with(packages), content)


def warm_up(network: Any, example: torch.Tensor) -> torch.Tensor:
    """Run a network twice: the first call records shapes, and may round otherwise; the second compiles it.

    Returns what it gives from then on.
    """
    network(example)
    result: torch.Tensor = network(example)
    return result


def use_threads(count: int) -> None:
    """Let PyTorch use so many threads for what this thread runs: each thread has a number of its own, and one that did
    not open the engine would take all cores.
    """
    if torch.get_num_threads() != count:
        torch.set_num_threads(count)


def has_intel_extension() -> bool:
    """Whether this process loaded Intel's extension, which then also compiles the networks of plain PyTorch."""
    if "intel_extension_for_pytorch" in sys.modules:
        return True
    return any("libintel-ext-pt" in str(library) for library in torch.ops.loaded_libraries)


def _made_with(packages: str) -> str:
    revision = f"engines {REVISION}, TorchScript 1"
    return f"{packages}, torch {torch.__version__}, {package_version('transformers')}, {cpu.features()}, {revision}"


def _load(source: Any) -> tuple[Any, str]:
    extra: dict[str, Any] = {_VERSIONS: ""}
    network = torch.jit.load(source, _extra_files=extra)  # type: ignore[no-untyped-call]
    return network, bytes(extra[_VERSIONS]).decode()
