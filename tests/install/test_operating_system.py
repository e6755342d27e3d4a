"""Programs that the tests need are installed on Debian and Ubuntu, and named elsewhere."""

from __future__ import annotations

import platform
import shutil
from pathlib import Path

import pytest

from emotion_core.install import operating_system


@pytest.fixture
def debian(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A Debian machine with apt-get and without the tests' programs; the file that names the distribution."""
    release = tmp_path / "os-release"
    release.write_text('NAME="Debian GNU/Linux"\nID=debian\n')
    monkeypatch.setattr(operating_system, "_OS_RELEASE", release)
    monkeypatch.setattr(operating_system, "_POSTGRES", tmp_path / "postgresql")
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    return release


def test_distributions_are_told_apart(debian: Path) -> None:
    """Debian, Ubuntu and what is made from them; Fedora is neither."""
    assert operating_system.is_debian()
    assert not operating_system.is_ubuntu()
    debian.write_text('ID=linuxmint\nID_LIKE="ubuntu debian"\n')
    assert operating_system.is_debian()
    assert operating_system.is_ubuntu()
    debian.write_text("ID=fedora\n")
    assert not operating_system.is_debian()
    debian.unlink()
    assert not operating_system.is_debian()


def test_missing_programs_are_named(debian: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chromium under any of its names, and on Linux strace and PostgreSQL's server, which Debian keeps off the PATH."""
    assert operating_system.missing_programs() == ["chromium", "strace", "postgresql"]
    monkeypatch.setattr(shutil, "which", lambda name: name if name == "google-chrome" else None)
    server = operating_system._POSTGRES / "15" / "bin" / "initdb"
    server.parent.mkdir(parents=True)
    server.touch()
    assert operating_system.missing_programs() == ["strace"]
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    assert operating_system.missing_programs() == []


def test_one_line_says_what_cannot_be_installed(debian: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root on Debian installs it; without root, or elsewhere, the line names it."""
    missing = ["chromium", "strace"]
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert operating_system.programs_problem(missing) is None
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert operating_system.programs_problem(missing) == (
        "The tests need chromium and strace, which this machine lacks: apt-get install chromium strace."
    )
    debian.write_text("ID=fedora\n")
    assert operating_system.programs_problem(missing) == (
        "The tests need chromium and strace, which this machine lacks: install them first."
    )
    assert operating_system.programs_problem([]) is None
