"""The package's own folder on this disk."""

from __future__ import annotations

import contextlib
import hashlib
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent
"""The folder `emotion_core`."""
ROOT = PACKAGE.parent
"""The folder from which `python -m emotion_core` finds the package."""


@cache
def code_version() -> str:
    """The version of the program on this disk as it was at the first call, as `version_now`."""
    return version_now()


def version_now() -> str:
    """The version of the program on this disk: the first 12 hex digits of the SHA-256 of its modules."""
    digest = hashlib.sha256()
    with contextlib.suppress(OSError):
        for file in sorted(PACKAGE.rglob("*.py")):
            digest.update(f"{file.relative_to(ROOT)}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:12]
