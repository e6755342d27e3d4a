"""What uploads take of the library's disk: what has arrived of them, and what they still wait for."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from ..errors import LaterVersion, NotPermitted, UploadGone
from . import uploads_on_disk


def promised(home: Path) -> int:
    """Bytes that unfinished uploads still wait for."""
    return sum(max(0, one.length - one.offset) for one in uploads_on_disk.uploads(home) if one.outcome is None)


def claimed(home: Path) -> int:
    """Bytes that uploads have taken and wait for, at most: what each was announced with, also if it is over by now.

    Quick however many there are: what an upload is announced with never changes, and is read once by each process.
    """
    claims, known, others = {}, _claims.get(home, {}), 0
    for name in uploads_on_disk.names(home):
        if (claim := known.get(name)) is None:
            try:
                claim = uploads_on_disk.read(home, name).length
            except (UploadGone, LaterVersion, NotPermitted):  # remains, another version's, or besides uploads
                others += _size(f"{home}/incoming/{name}") + _size(f"{home}/incoming/{name}/part")
                continue
        claims[name] = claim
    _claims[home] = claims
    return sum(claims.values()) + others


def _size(file: str) -> int:
    """Bytes; 0 of what is not there."""
    with contextlib.suppress(OSError):
        return os.lstat(file).st_size
    return 0


_claims: dict[Path, dict[str, int]] = {}
"""Of each library, the lengths of its uploads by their ids."""
