"""torch_parts, with a small package in the place of PyTorch."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from emotion_core.system import torch_parts
from tests.support.repository import ROOT

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="such wheels are for Linux alone")


@pytest.fixture(autouse=True)
def package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A package whose import ends with that of a module of its own."""
    folder = tmp_path / "pretended"
    folder.mkdir()
    (folder / "__init__.py").write_text("from pretended import _kernels\n")
    (folder / "_kernels.py").write_text("ARE_THERE = True\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(torch_parts, "_PACKAGE", "pretended")
    monkeypatch.setattr(torch_parts, "_KERNELS", "pretended._kernels")
    yield
    for name in ("pretended", "pretended._kernels"):
        sys.modules.pop(name, None)


def kernels_are_there() -> bool:
    import pretended  # type: ignore[import-not-found]

    return hasattr(pretended._kernels, "ARE_THERE")


def test_kernels_are_left_out_until_they_are_needed() -> None:
    torch_parts.leave_out_shape_kernels()
    assert not kernels_are_there()
    torch_parts.load_shape_kernels()
    assert kernels_are_there()
    assert sys.modules["pretended._kernels"].ARE_THERE


def test_a_package_that_is_imported_keeps_its_kernels() -> None:
    assert kernels_are_there()
    torch_parts.leave_out_shape_kernels()
    torch_parts.load_shape_kernels()
    assert kernels_are_there()


def test_the_kernels_come_with_the_package() -> None:
    torch_parts.load_shape_kernels()
    assert kernels_are_there()


@ON_LINUX
def test_an_empty_library_stands_in_the_place_of_another(tmp_path: Path) -> None:
    """Once it is loaded from anywhere, its name is known."""
    name = "libpretended-gpu.so.7"
    with pytest.raises(OSError, match="cannot open"):
        ctypes.CDLL(name)
    (tmp_path / "any").write_bytes(torch_parts.empty_library(name))
    ctypes.CDLL(str(tmp_path / "any"))
    assert not hasattr(ctypes.CDLL(name), "cublasCreate_v2")


@ON_LINUX
@pytest.mark.parametrize("why", ["another version", "a driver", "bound at once"])
def test_libraries_of_gpus_stay_where_they_may_be_called(monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    monkeypatch.setattr(torch_parts, "version", lambda _: "2.9.0" if why == "another version" else "2.8.0")
    monkeypatch.setattr(torch_parts, "_DRIVER", "libc.so.6" if why == "a driver" else "libno-such-driver.so")
    monkeypatch.delenv("LD_BIND_NOW", raising=False)
    if why == "bound at once":
        monkeypatch.setenv("LD_BIND_NOW", "1")
    loaded: list[bytes] = []
    monkeypatch.setattr(torch_parts, "empty_library", loaded.append)
    torch_parts.import_without_gpu()
    assert "pretended" in sys.modules
    assert not loaded


@ON_LINUX
@pytest.mark.skipif(Path("/proc/driver/nvidia").exists(), reason="here they are needed")
def test_networks_run_without_libraries_of_gpus() -> None:
    """In another process: the libraries of this one are loaded."""
    code = """
from pathlib import Path
from emotion_core.system import torch_parts
torch_parts.leave_out_shape_kernels()
torch_parts.import_without_gpu()
import torch
network = torch.jit.script(torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.Flatten(), torch.nn.Linear(144, 2)))
with torch.inference_mode():
    print(tuple(network(torch.ones(5, 3, 8, 8)).shape), "nvidia/cublas/" in Path("/proc/self/maps").read_text())
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.stdout, run.returncode) == ("(5, 2) False\n", 0), run.stderr


@ON_LINUX
def test_without_room_for_empty_libraries_the_package_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk ends no analysis: the libraries of GPUs are loaded then."""
    monkeypatch.setattr(torch_parts, "_can_leave_out_gpu", lambda: True)

    def full(name: str) -> bytes:
        raise OSError(28, "No space left on device", name)

    monkeypatch.setattr(torch_parts, "empty_library", full)
    torch_parts.import_without_gpu()
    assert "pretended" in sys.modules
