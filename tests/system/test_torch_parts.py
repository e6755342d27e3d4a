"""torch_parts, with a small package in the place of PyTorch."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from emotion_core.system import torch_parts


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
