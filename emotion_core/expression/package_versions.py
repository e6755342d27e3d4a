"""Versions of installed packages, each found once a process: that takes two milliseconds, and engines ask often."""

from __future__ import annotations

from functools import cache
from importlib import metadata


@cache
def version(package: str) -> str:
    """The version of a package, which is not imported. Raises importlib.metadata.PackageNotFoundError."""
    return metadata.version(package)
