"""Which engine runs a checkpoint on this machine, and why."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from ..errors import EngineError, LibraryError
from ..home import home
from ..settings import ENGINES, EngineName
from ..storage import write_whole
from ..threads import share

if TYPE_CHECKING:
    from .checkpoint import Checkpoint
    from .engine import Engine

IPEX = "intel-extension-for-pytorch"


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
    remembered = home() / "engines.json"
    key = f"{sys.executable} {IPEX} {extension} torch {torch}"
    try:
        known: dict[str, str | None] = json.loads(remembered.read_text())
    except (OSError, ValueError):
        known = {}
    if key not in known:
        known = {key: _import_fails()}
        with contextlib.suppress(LibraryError):  # only costs the next scan the same few seconds
            write_whole(remembered, json.dumps(known).encode())
    return known[key]


def _import_fails() -> str | None:
    probe = subprocess.run(
        [sys.executable, "-c", "import intel_extension_for_pytorch"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if probe.returncode == 0:
        return None
    last = (probe.stderr.strip().splitlines() or ["no message"])[-1]
    return f"{IPEX} does not import here ({last})"


def open_engine(name: EngineName, checkpoint: Checkpoint, *, batch: int) -> Engine:
    """The engine called `name`; "default" is Intel Extension for PyTorch where it runs, else PyTorch.

    Raises EngineError where a named engine cannot run: it never silently becomes another.
    """
    threads = share().inference
    if name not in ENGINES:
        raise EngineError(f"There is no engine “{name}”.", f"Choose one of {', '.join(ENGINES)}.")
    why_not = ipex_unavailable() if name != "torch" else None
    if name == "ipex" and why_not:
        raise EngineError(
            f"The engine ipex cannot run here: {why_not}.",
            "Install requirements.txt anew on Linux x86-64, or use --engine torch.",
        )
    if name == "torch" or why_not:
        from .torch_engine import TorchEngine

        reason = "named" if name == "torch" else f"default; {why_not}"
        return TorchEngine(checkpoint, batch=batch, threads=threads, reason=reason)
    from .ipex_engine import IpexEngine

    reason = "named" if name == "ipex" else "default: Intel Extension for PyTorch runs here"
    return IpexEngine(checkpoint, batch=batch, threads=threads, reason=reason)
