"""Why an engine cannot run on this machine, and what would help."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from ctypes.util import find_library
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from ...errors import LibraryError
from ...settings import EngineName
from ...storage import descriptors, hashed_json
from ...storage.paths import engines_folder
from ...system import cpu
from ...system.processes import was_ended
from .variants import VARIANTS, Variant

IPEX = "intel-extension-for-pytorch"

_REMEMBERED = 4
"""Environments and processors of which it is remembered whether the extension imports, the newest ones."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands in an engine's way."""

    why: str
    """Half a sentence."""
    advice: str
    """A sentence."""


def obstacle(name: EngineName) -> Obstacle | None:
    """What keeps the engine called `name` (not "default" or "fastest") from running here; None if nothing does."""
    variant = VARIANTS[name]
    if variant.engine == "ipex":
        why = ipex_unavailable()
        if why:
            return Obstacle(why, "Install requirements.txt anew on Linux x86-64, or take another engine.")
        return None
    if variant.engine == "openvino":
        return _openvino(variant)
    return _torch(variant)


def _openvino(variant: Variant) -> Obstacle | None:
    for package in ("openvino", *(("nncf",) if variant.precision == "int8" else ())):
        try:
            version(package)
        except PackageNotFoundError:
            return Obstacle(f"{package} is not installed", "Install requirements.txt anew.")
    return _bf16() if variant.precision == "bf16" else None


def _torch(variant: Variant) -> Obstacle | None:
    # Pages ask too, and torch is a heavy thing to import: it is asked only where there may be such a device.
    if variant.device == "cuda" and not _has_cuda_driver():
        return Obstacle("PyTorch finds no CUDA device", "Install NVIDIA's driver, or take another engine.")
    if variant.device == "cuda" and not _torch_has("cuda"):
        return Obstacle(
            "PyTorch finds no CUDA device, though NVIDIA's driver is installed",
            "Install a build of torch that has CUDA, or take another engine.",
        )
    if variant.device == "mps" and (sys.platform != "darwin" or not _torch_has("mps")):
        return Obstacle("PyTorch finds no Metal device (Apple only)", "Take another engine.")
    return _bf16() if variant.precision == "bf16" else None


@cache
def _has_cuda_driver() -> bool:
    name = "nvcuda" if sys.platform == "win32" else "cuda"
    return find_library(name) is not None  # asks other programs, which takes a while


def _torch_has(device: str) -> bool:
    import torch

    return bool(torch.cuda.is_available() if device == "cuda" else torch.backends.mps.is_available())


def _bf16() -> Obstacle | None:
    if cpu.multiplies_bf16():
        return None
    return Obstacle(
        f"this processor does not multiply bf16 (it has {cpu.features()}), so that fp32 is faster",
        "Take the default engine, or the fastest.",
    )


_this_time: dict[str, str | None] = {}
"""What came of an import that was ended or took too long: for this process, the next one tries again."""


def ipex_unavailable() -> str | None:
    """Why Intel Extension for PyTorch cannot run here, in words; None where it can.

    Metadata is asked first; then another process imports it, since on a mismatch the extension ends its interpreter.
    """
    try:
        extension, torch = version(IPEX), version("torch")
    except PackageNotFoundError as missing:
        return f"{missing.name} is not installed (there are builds for Linux on x86-64 only)"
    if extension.split(".")[:2] != torch.split(".")[:2]:
        return f"{IPEX} {extension} needs torch {'.'.join(extension.split('.')[:2])}, but torch {torch} is installed"
    remembered = engines_folder() / "ipex.json"
    # By the environment, not by the interpreter's path: the app's and the terminal's have other names.
    key = f"{sys.prefix} {IPEX} {extension} torch {torch}; {cpu.features()}"
    try:
        known: dict[str, str | None] = hashed_json.read(remembered)
    except (OSError, ValueError) as error:
        descriptors.refuse(error)  # else all that is known would be written over
        known = {}
    if key in _this_time:
        return _this_time[key]
    if key not in known:
        why, lasting = _import_fails()
        if not lasting:
            _this_time[key] = why
            return why
        known = dict([*known.items(), (key, why)][-_REMEMBERED:])
        with contextlib.suppress(LibraryError):  # only costs the next scan the same few seconds
            hashed_json.write(remembered, known)
    return known[key]


def _import_fails() -> tuple[str | None, bool]:
    """Why it does not import, None if it does; and whether that would be so again: not where something ended it."""
    try:
        probe = subprocess.run(
            [sys.executable, "-c", "import intel_extension_for_pytorch"],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            start_new_session=True,  # what ends the app by its terminal does not end this
            # Imported, it would start a pool of compilers for what is never compiled here.
            env={**os.environ, "TORCHINDUCTOR_COMPILE_THREADS": "1"},
        )
    except subprocess.TimeoutExpired:
        return f"{IPEX} was not imported within five minutes", False
    if probe.returncode == 0:
        return None, True
    if was_ended(probe.returncode):
        return f"the process that imports {IPEX} was ended", False
    last = (probe.stderr.strip().splitlines() or ["no message"])[-1]
    return f"{IPEX} does not import here ({last})", True
