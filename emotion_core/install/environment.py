"""The folder `.venv`: where its Python lies, of which version it is, and what was installed into it."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

RECORD = "installed.json"
"""The file in `.venv` that says from which requirements it was completed."""


def python_of(folder: Path) -> Path:
    """The Python of a virtual environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def version_of(folder: Path) -> tuple[int, int] | None:
    """The Python version of an existing virtual environment; None where there is none that can be used."""
    if not python_of(folder).exists():  # also where it links to a Python that was removed
        return None
    try:
        lines = (folder / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    entries = dict(line.replace(" ", "").split("=", 1) for line in lines if "=" in line)
    parts = entries.get("version", entries.get("version_info", "")).split(".")  # the latter by uv
    return (int(parts[0]), int(parts[1])) if len(parts) > 1 and parts[0].isdigit() and parts[1].isdigit() else None


def is_complete(folder: Path, requirements: list[Path]) -> bool:
    """Whether everything that these files ask for was installed, to the end, from the same text."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    recorded = record.items() if isinstance(record, dict) else ()
    return version_of(folder) is not None and dict(_hashes(requirements)).items() <= dict(recorded).items()


def write_record(folder: Path, requirements: list[Path]) -> None:
    """Record that everything that these files ask for is installed."""
    (folder / RECORD).write_text(json.dumps(dict(_hashes(requirements)), indent=1), encoding="utf-8")


def remove_record(folder: Path) -> None:
    """Take the environment for incomplete until the next record."""
    if (folder / RECORD).exists():
        (folder / RECORD).unlink()


def size_of(folder: Path) -> int:
    """Bytes on disk below a folder; 0 where there is none."""
    total = 0
    for parent, _, names in os.walk(str(folder)):
        for name in names:
            try:
                total += os.lstat(os.path.join(parent, name)).st_size  # noqa: PTH118 -- 60,000 files
            except OSError:
                continue
    return total


def _hashes(requirements: list[Path]) -> list[tuple[str, str]]:
    return [
        (f"{path.parent.name}/{path.name}" if path.parent.name == "tests" else path.name, _sha256(path))
        for path in requirements
    ]


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
