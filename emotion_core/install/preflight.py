"""Conditions of an installation, each checked before anything is downloaded. A check returns one line, or None."""

from __future__ import annotations

import importlib.util
import platform
import shutil
import sys
import sysconfig
from pathlib import Path

from . import operating_system

PYTHONS = ((3, 11), (3, 12), (3, 13))
"""Versions for which every pinned package has wheels."""

_CUDA_BYTES = 8_700_000_000
_CPU_BYTES = 2_200_000_000
_TESTS_BYTES = 400_000_000


class Platform:
    """A platform for which every pinned package has wheels, and the package that sets its lowest version."""

    def __init__(self, system: str, machine: str, library: str, lowest: tuple[int, int], package: str) -> None:
        self.system = system
        self.machine = machine
        self.library = library
        self.lowest = lowest
        self.package = package

    def __str__(self) -> str:
        """“Linux x86_64 (glibc 2.28 or later)”."""
        system = "macOS" if self.system == "Darwin" else self.system
        lowest = ".".join(map(str, self.lowest))
        return f"{system} {self.machine}" + (f" ({self.library} {lowest} or later)" if self.library else "")


PLATFORMS = (
    Platform("Linux", "x86_64", "glibc", (2, 28), "torch"),
    Platform("Linux", "aarch64", "glibc", (2, 35), "openvino"),
    Platform("Darwin", "arm64", "macOS", (14, 0), "av"),
    Platform("Windows", "AMD64", "", (0, 0), "torch"),
)
"""As the wheels of the pinned packages are tagged. To verify after a change of a pin, for each Python and platform:
`uv pip compile --only-binary :all: --python-version 3.13 --python-platform aarch64-manylinux_2_35 requirements.txt`.
"""


def python_problem(version: tuple[int, int]) -> str | None:
    """Whether the packages exist for this Python version."""
    if version in PYTHONS:
        return None
    names = ["python{}.{}".format(*supported) for supported in reversed(PYTHONS)]
    available = next((name for name in names if shutil.which(name)), None)
    advice = (
        f"This machine has {available}: run it with that instead of python3."
        if available
        else "Install one of these and run it with that instead of python3."
    )
    return "Python {}.{} cannot run this: it needs 3.11, 3.12 or 3.13. {}".format(*version, advice)


def build_problem() -> str | None:
    """Whether this Python takes the wheels that PyPI has: 64-bit CPython with its global lock."""
    if platform.python_implementation() != "CPython":
        return f"This Python is {platform.python_implementation()}, for which the packages have no wheels: use CPython."
    if sys.maxsize < 2**32:
        return "This Python is a 32-bit build, for which the packages have no wheels: install a 64-bit one."
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        return "This Python is a free-threaded build, for which the packages have no wheels: install the usual one."
    return None


def platform_problem(system: str, machine: str, library: str, version: tuple[int, ...]) -> str | None:
    """Whether every pinned package has a wheel here. `library` and `version` are those of libc, or of macOS."""
    for supported in PLATFORMS:
        if (supported.system, supported.machine) != (system, machine):
            continue
        if not supported.library or (supported.library == library and version >= supported.lowest):
            return None
        actual = f"{library or 'another C library'} {'.'.join(map(str, version))}".strip()
        return f"{supported.package} has no wheel for {system} {machine} with {actual}: it needs {supported}."
    existing = ", ".join(map(str, PLATFORMS))
    return (
        f"torch or opencv-python-headless has no wheel for {system} {machine}: all packages have some for {existing}."
    )


def venv_problem() -> str | None:
    """Whether this Python can make virtual environments; Debian and Ubuntu keep that in a package of its own."""
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if not missing:
        return None
    version = "{}.{}".format(*sys.version_info[:2])
    advice = (
        f"apt-get install python{version}-venv"
        if operating_system.is_debian()
        else "install them from where this Python came"
    )
    return f"Python {version} has no {' and no '.join(missing)}, so it cannot make .venv: {advice}."


def environment_problem(version: tuple[int, int] | None) -> str | None:
    """Whether an existing `.venv` is of a supported Python; `version` is None where there is no `.venv`."""
    if version is None or version in PYTHONS:
        return None
    return "The folder .venv holds Python {}.{}, and 3.11, 3.12 or 3.13 is needed: delete .venv.".format(*version)


def required_bytes(*, tests: bool) -> int:
    """What a complete `.venv` takes on disk. PyPI's torch for Linux x86-64 is the CUDA build, elsewhere it is small."""
    cuda = (platform.system(), platform.machine()) == ("Linux", "x86_64")
    return (_CUDA_BYTES if cuda else _CPU_BYTES) + (_TESTS_BYTES if tests else 0)


def disk_problem(folder: Path, required: int, installed: int) -> str | None:
    """Whether the packages fit on the disk, `installed` bytes of the `required` ones being there already."""
    needed = max(0, required - installed)
    free = shutil.disk_usage(folder).free
    if free >= needed:
        return None
    return f"Too little disk space in {folder}: {_gigabytes(needed)} needed, {_gigabytes(free)} free."


def _gigabytes(octets: int) -> str:
    return f"{octets / 1e9:.1f} GB"
