"""Whether an engine can run on this machine; if not, why, and what would help."""

from __future__ import annotations

import contextlib
import sys
from ctypes.util import find_library
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError

from ...errors import LibraryError
from ...settings import EngineName
from ...storage import Home, descriptors, hashed_json, home
from ...system import TimeoutExpired, cpu, ended_from_outside, run
from ..package_versions import version
from .variants import VARIANTS, Variant

IPEX = "intel-extension-for-pytorch"

_STORED_RESULTS = 8
"""Number of results that are stored, the newest: at most two for each environment and processor."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an engine cannot run here."""

    why: str
    """A clause."""
    advice: str
    """A sentence."""


def obstacle(name: EngineName) -> Obstacle | None:
    """Why the engine called `name` (not "default" or "fastest") cannot run here; None if it can."""
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
    # Pages ask too, and torch is slow to import: it is imported only where there may be such a device.
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
    return find_library(name) is not None  # cached: it runs other programs, which takes a while


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


_passing_results: dict[str, str | None] = {}
"""Results for this process alone: of imports that were ended or took too long, and of its own import."""


def ipex_unavailable() -> str | None:
    """Why Intel Extension for PyTorch cannot run here, in words; None where it can.

    Metadata is read first; then another process imports it, since on a mismatch the extension ends its interpreter.
    """
    if (why := _misfit()) is not None:
        return why
    results = _results()
    if _key() not in results and _library_key() in results:
        return results[_library_key()]
    return package_unavailable()


def package_unavailable() -> str | None:
    """Why the extension's Python package cannot be imported here, which not every network needs; None if it can."""
    if (why := _misfit()) is not None:
        return why
    results = _results()
    if _key() in results:
        return results[_key()]
    why, lasting = _import_fails()
    if lasting:
        _store(_key(), why)
    else:
        _passing_results[_key()] = why
    return why


def is_ipex_untested() -> bool:
    """Whether Intel Extension for PyTorch fits torch by its version, but was never loaded in this environment."""
    return _misfit() is None and not {_key(), _library_key()} & _results().keys()


def store_ipex_import() -> None:
    """Store that the extension can be imported here: this process did."""
    _passing_results[_key()] = None
    _store(_key(), None)


def store_ipex_library() -> None:
    """Store that the extension's library runs networks here: this process did."""
    _passing_results[_library_key()] = None
    _store(_library_key(), None)


def _misfit() -> str | None:
    """Why the extension cannot run here by what is installed, in words."""
    try:
        extension, torch = version(IPEX), version("torch")
    except PackageNotFoundError as missing:
        return f"{missing.name} is not installed (there are builds for Linux on x86-64 only)"
    if extension.split(".")[:2] != torch.split(".")[:2]:
        return f"{IPEX} {extension} needs torch {'.'.join(extension.split('.')[:2])}, but torch {torch} is installed"
    return None


def _key() -> str:
    # The environment, not the interpreter's path: the app and the terminal name it differently.
    return f"{sys.prefix} {IPEX} {version(IPEX)} torch {version('torch')}; {cpu.features()}"


def _library_key() -> str:
    return f"library of {_key()}"


def _results() -> dict[str, str | None]:
    return _import_results() | _passing_results


def _import_results() -> dict[str, str | None]:
    try:
        return hashed_json.read(Home(home()).ipex_imports)
    except (OSError, ValueError) as error:
        descriptors.raise_if_ran_out(error)  # else all stored results would be overwritten
        return {}


def _store(key: str, why: str | None) -> None:
    results = dict([*_import_results().items(), (key, why)][-_STORED_RESULTS:])
    with contextlib.suppress(LibraryError):  # only costs the next scan the same few seconds
        hashed_json.write(Home(home()).ipex_imports, results)


def _import_fails() -> tuple[str | None, bool]:
    """Why it does not import, None if it does; and whether the result lasts: not if something ended the import."""
    try:
        probe = run(
            [sys.executable, "-c", "import intel_extension_for_pytorch"],
            timeout=300,
            # Else the import starts a pool of compilers that are never used here.
            variables={"TORCHINDUCTOR_COMPILE_THREADS": "1"},
            keep_folder=True,
        )
    except TimeoutExpired:
        return f"{IPEX} was not imported within five minutes", False
    if probe.returncode == 0:
        return None, True
    stderr = probe.stderr.decode(errors="replace")
    if ended_from_outside(probe.returncode, stderr):
        return f"the process that imports {IPEX} was ended", False
    last = (stderr.strip().splitlines() or ["no message"])[-1]
    return f"{IPEX} does not import here ({last})", True
