"""Facts about the operating system, and the programs that the tests need beside the Python packages."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from pathlib import Path

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""Names under which Chromium is looked for. Without a window's machinery it takes a fifth less CPU a page."""

_DEBIAN_BROWSER = "chromium-headless-shell"

_OS_RELEASE = Path("/etc/os-release")
_POSTGRES = Path("/usr/lib/postgresql")
"""Where Debian keeps PostgreSQL's server, by version: not on the PATH."""


def is_debian() -> bool:
    """Whether packages are installed with apt-get, as on Debian and Ubuntu."""
    return bool({"debian", "ubuntu"} & _families()) and shutil.which("apt-get") is not None


def is_ubuntu() -> bool:
    """Whether Chromium is only to be had as a snap here."""
    return is_debian() and "ubuntu" in _families()


def version() -> tuple[str, tuple[int, ...]]:
    """Name and version of what wheels depend on: the C library on Linux, macOS on a Mac, nothing on Windows."""
    if platform.system() == "Darwin":
        return "macOS", _numbers(platform.mac_ver()[0])
    name, release = platform.libc_ver()
    return name, _numbers(release)


def missing_programs() -> list[str]:
    """What the tests run and this machine lacks."""
    missing = [] if any(map(shutil.which, BROWSERS)) else ["chromium"]
    if platform.system() == "Linux" and shutil.which("strace") is None:
        missing.append("strace")
    if platform.system() == "Linux" and shutil.which("initdb") is None and not any(_POSTGRES.glob("*/bin/initdb")):
        missing.append("postgresql")
    return missing


def programs_problem(missing: list[str]) -> str | None:
    """Whether the missing programs can be installed without a question: on Debian and Ubuntu, by root or sudo."""
    if not missing or (is_debian() and _root_command() is not None):
        return None
    advice = f"apt-get install {' '.join(missing)}" if is_debian() else "install them first"
    return f"The tests need {' and '.join(missing)}, which this machine lacks: {advice}."


def install_programs(missing: list[str]) -> int:
    """Install the missing programs with apt-get; return its exit status. Ubuntu's Chromium comes with Playwright."""
    packages = [
        _DEBIAN_BROWSER if name == "chromium" else name for name in missing if not (name == "chromium" and is_ubuntu())
    ]
    root = _root_command()
    if not packages or root is None:
        return 0
    environment = [*root, "env", "DEBIAN_FRONTEND=noninteractive"]
    print(f"Installing {' and '.join(packages)} with apt-get", flush=True)
    updated = subprocess.run([*environment, "apt-get", "update", "-qq"], check=False).returncode
    return (
        updated or subprocess.run([*environment, "apt-get", "install", "-y", "-qq", *packages], check=False).returncode
    )


def install_browser(python: Path, missing: list[str]) -> int:
    """Install Playwright's Chromium on Ubuntu, whose own is a snap, which sees no temporary folders."""
    if "chromium" not in missing or not is_ubuntu():
        return 0
    return subprocess.run(
        [str(python), "-m", "playwright", "install", "--with-deps", "chromium"], check=False
    ).returncode


def _root_command() -> list[str] | None:
    """What a command of root begins with; None where that needs a password."""
    if getattr(os, "geteuid", lambda: 1)() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    allowed = subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True).returncode == 0
    return ["sudo", "-n"] if allowed else None


def _families() -> set[str]:
    """The distribution's name and the names of those that it is made from."""
    try:
        lines = _OS_RELEASE.read_text(encoding="utf-8").splitlines()
    except OSError:
        return set()
    values = [line.split("=", 1)[1].strip().strip('"') for line in lines if line.startswith(("ID=", "ID_LIKE="))]
    return {word for value in values for word in value.lower().split()}


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split(".") if part.isdigit())
