"""PyTorch without what networks in TorchScript on a processor never run.

The kernels for tensors that have a shape and no numbers take a third of the time of its import. Only PyTorch's compiler
and what loads models by other packages run these (torch.device("meta")).

The libraries of NVIDIA's GPUs, which its wheels for Linux need to be loaded, take 250 MB in each process. Where there
is no such GPU nothing calls them: an empty library of the same name (ELF's DT_SONAME) stands in the place of each.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType
from typing import Any

_PACKAGE = "torch"
_KERNELS = "torch._meta_registrations"
"""The module with the kernels. PyTorch's own import ends with it, and takes nothing from it."""

GPU_LIBRARIES = (
    "libcublas.so.12", "libcublasLt.so.12", "libcudnn.so.9", "libcufft.so.11", "libcufile.so.0", "libcupti.so.12",
    "libcurand.so.10", "libcusparse.so.12", "libcusparseLt.so.0", "libnccl.so.2",
)  # fmt: skip
"""What the libraries of PyTorch are linked with and call only where they find a GPU."""
_LOADED_BY_PATH = ("libnvrtc.so", "libnvJitLink.so")
"""Names of those that PyTorch loads by their path, and does without."""
_KNOWN = "2.8."
"""How the version begins whose libraries are these."""
_DRIVER = "libcuda.so.1"


class _LeftOut(ModuleType):
    """Stands in the place of the module."""


def leave_out_shape_kernels() -> None:
    """Let the coming `import torch` leave out the kernels; without effect where torch is imported."""
    if _PACKAGE not in sys.modules:
        sys.modules.setdefault(_KERNELS, _LeftOut(_KERNELS))


def load_shape_kernels() -> None:
    """Import torch with the kernels, which may have been left out; call it before another package loads a model."""
    import_module(_PACKAGE)
    if isinstance(sys.modules.get(_KERNELS), _LeftOut):
        del sys.modules[_KERNELS]
        setattr(sys.modules[_PACKAGE], _KERNELS.rpartition(".")[2], import_module(_KERNELS))


def import_without_gpu() -> None:
    """Import torch, without the libraries of GPUs where this machine has none; without effect where it is imported.

    Call it where nothing but networks in TorchScript will be run. A library that is called nevertheless would end the
    process.
    """
    if _PACKAGE not in sys.modules and _can_leave_out_gpu():
        with _bound_late():
            with suppress(OSError):  # such as a full disk: those that cannot be left out are loaded
                _load_empty_libraries()
            import_module(_PACKAGE)
    import_module(_PACKAGE)


def _load_empty_libraries() -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for name in GPU_LIBRARIES:
            file = Path(folder) / name
            file.write_bytes(empty_library(name))
            ctypes.CDLL(str(file))


def _can_leave_out_gpu() -> bool:
    """Whether torch is the build whose libraries are known, there is no NVIDIA GPU, and functions are bound late."""
    if sys.platform != "linux" or os.uname().machine != "x86_64" or os.environ.get("LD_BIND_NOW"):
        return False
    with suppress(PackageNotFoundError):
        if version(_PACKAGE).startswith(_KNOWN):
            try:
                ctypes.CDLL(_DRIVER)
            except OSError:
                return True
    return False


@contextmanager
def _bound_late() -> Iterator[None]:
    """Let libraries that modules load look for functions when these are called, and load no other ones of GPUs."""
    flags, load = sys.getdlopenflags(), ctypes.CDLL

    def load_others(name: Any, *arguments: Any, **settings: Any) -> ctypes.CDLL:
        if isinstance(name, str) and Path(name).name.startswith(_LOADED_BY_PATH):
            raise OSError(f"{name} is left out")
        return load(name, *arguments, **settings)

    sys.setdlopenflags(os.RTLD_LAZY)
    ctypes.CDLL = load_others  # type: ignore[assignment,misc]
    try:
        yield
    finally:
        sys.setdlopenflags(flags)
        ctypes.CDLL = load  # type: ignore[misc]


def empty_library(name: str) -> bytes:
    """A shared library for x86-64 that is called `name` and has no functions, as ELF's specification describes it."""
    names = b"\0" + name.encode() + b"\0"
    header, segment, entry, symbol = 64, 56, 16, 24
    dynamic = header + 3 * segment
    symbols = dynamic + 6 * entry
    strings = symbols + symbol
    size = strings + len(names)
    identity = b"\x7fELF" + bytes([2, 1, 1]) + bytes(9)  # 64 bits, little-endian, version 1
    shared, x86_64 = 3, 62
    content = identity + struct.pack("<HHIQQQIHHHHHH", shared, x86_64, 1, 0, header, 0, 0, header, segment, 3, 64, 0, 0)
    load, dynamic_section, stack, read_write = 1, 2, 0x6474E551, 6
    for kind, offset, length, alignment in (
        (load, 0, size, 4096),
        (dynamic_section, dynamic, 6 * entry, 8),
        (stack, 0, 0, 16),  # without it stacks would become executable
    ):
        content += struct.pack("<IIQQQQQQ", kind, read_write, offset, offset, offset, length, length, alignment)
    soname, strtab, symtab, strsz, syment = 14, 5, 6, 10, 11
    for tag, value in (
        (soname, 1),
        (strtab, strings),
        (symtab, symbols),
        (strsz, len(names)),
        (syment, symbol),
        (0, 0),
    ):
        content += struct.pack("<QQ", tag, value)
    return content + bytes(symbol) + names
