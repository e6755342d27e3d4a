"""Each reason against an installation is one line."""

from __future__ import annotations

import importlib.util
import platform
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from emotion_core.install import operating_system, preflight
from tests.support.repository import ROOT


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_supported_pythons_pass(version: tuple[int, int]) -> None:
    """3.11, 3.12 and 3.13 are taken."""
    assert preflight.python_problem(version) is None
    assert preflight.environment_problem(version) is None


@pytest.mark.parametrize("version", [(3, 8), (3, 10), (3, 14)])
def test_another_python_is_refused(version: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """The line names the versions, and a Python of this machine that can be used instead."""
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}" if name == "python3.12" else None)
    problem = preflight.python_problem(version)
    assert problem == (
        f"Python {version[0]}.{version[1]} cannot run this: it needs 3.11, 3.12 or 3.13. "
        "This machine has python3.12: run it with that instead of python3."
    )
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert "Install one of these" in str(preflight.python_problem(version))
    assert "delete .venv" in str(preflight.environment_problem(version))


def test_another_build_of_python_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyPy and 32-bit builds have no wheels."""
    assert preflight.build_problem() is None
    monkeypatch.setattr(sys, "maxsize", 2**31 - 1)
    assert "32-bit" in str(preflight.build_problem())
    monkeypatch.setattr(platform, "python_implementation", lambda: "PyPy")
    assert str(preflight.build_problem()).startswith("This Python is PyPy")


@pytest.mark.parametrize(
    ("machine", "words"),
    [
        (("Linux", "x86_64", "glibc", (2, 28)), None),
        (("Linux", "x86_64", "glibc", (2, 41)), None),
        (("Linux", "aarch64", "glibc", (2, 36)), None),
        (("Darwin", "arm64", "macOS", (15, 1)), None),
        (("Windows", "AMD64", "", ()), None),
        (("Linux", "x86_64", "glibc", (2, 17)), "with glibc 2.17: it needs Linux x86_64 (glibc 2.28 or later)"),
        (("Linux", "x86_64", "", ()), "with another C library: it needs"),
        (("Linux", "aarch64", "glibc", (2, 31)), "openvino has no wheel for Linux aarch64 with glibc 2.31"),
        (("Darwin", "arm64", "macOS", (13, 6)), "it needs macOS arm64 (macOS 14.0 or later)"),
        (("Darwin", "x86_64", "macOS", (15, 1)), "has no wheel for Darwin x86_64: all packages have some for Linux"),
        (("Linux", "riscv64", "glibc", (2, 41)), "has no wheel for Linux riscv64"),
    ],
)
def test_a_platform_without_wheels_is_refused(
    machine: tuple[str, str, str, tuple[int, ...]], words: str | None
) -> None:
    """The line names the package without a wheel and what it needs."""
    problem = preflight.platform_problem(*machine)
    assert (problem is None) == (words is None)
    assert words is None or (words in str(problem) and "\n" not in str(problem))


def test_the_packages_named_in_refusals_are_pinned() -> None:
    """Each package that sets a platform's lowest version stands in requirements.txt."""
    pinned = {line.split("==")[0] for line in (ROOT / "requirements.txt").read_text().splitlines() if "==" in line}
    assert {supported.package for supported in preflight.PLATFORMS} <= pinned


def test_every_requirement_is_one_version() -> None:
    """Each line of the requirements pins one version, for which wheels were looked up."""
    for path in ("requirements.txt", "tests/requirements.txt"):
        lines = [line for line in (ROOT / path).read_text().splitlines() if line and not line.startswith("#")]
        assert [line for line in lines if line.split()[0].count("==") != 1] == []


def test_missing_ensurepip_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Debian keeps ensurepip in a package of its own, which the line names."""
    assert preflight.venv_problem() is None
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ensurepip" else object())
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    monkeypatch.setattr(operating_system, "is_debian", lambda: True)
    assert preflight.venv_problem() == (
        f"Python {version} has no ensurepip, so it cannot make .venv: apt-get install python{version}-venv."
    )
    monkeypatch.setattr(operating_system, "is_debian", lambda: False)
    assert "apt-get" not in str(preflight.venv_problem())


def test_too_little_disk_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The line says how much is needed beyond what is installed, and how much is free."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=3_200_000_000))
    assert preflight.disk_problem(tmp_path, 8_700_000_000, 1_000_000_000) == (
        f"Too little disk space in {tmp_path}: 7.7 GB needed, 3.2 GB free."
    )
    assert preflight.disk_problem(tmp_path, 8_700_000_000, 8_600_000_000) is None


def test_only_linux_on_x86_needs_space_for_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyPI has torch's CUDA build for Linux x86-64 and small builds elsewhere; the tests need more."""
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    linux = preflight.required_bytes(tests=False)
    assert linux < preflight.required_bytes(tests=True)
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    assert preflight.required_bytes(tests=False) < linux / 3
