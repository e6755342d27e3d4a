"""SHA-256 (FIPS 180-4) of files, and of bytes that arrive piece by piece."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from io import FileIO
from pathlib import Path

CHUNK_BYTES = 1024 * 1024
"""Bytes that are read at once."""


class RunningHash:
    """SHA-256 of a growing sequence of bytes."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self.size = 0
        """Bytes hashed so far."""

    def update(self, chunk: bytes | memoryview) -> None:
        """Append `chunk` to the sequence."""
        self._sha256.update(chunk)
        self.size += len(chunk)

    def hexdigest(self) -> str:
        """The hash of the bytes so far, 64 hex digits."""
        return self._sha256.hexdigest()


def file_hash(path: Path) -> str:
    """SHA-256 of a file, 64 hex digits. Raises OSError."""
    with path.open("rb", buffering=0) as file:
        return stream_hash(file)


def stream_hash(file: FileIO, after_chunk: Callable[[], object] = lambda: None) -> str:
    """SHA-256 of an open, unbuffered file from its position on, 64 hex digits. Raises OSError.

    `after_chunk` is called after every CHUNK_BYTES; an exception that it raises ends the reading.
    """
    digest, chunk = RunningHash(), bytearray(CHUNK_BYTES)
    while size := file.readinto(chunk):
        digest.update(memoryview(chunk)[:size])
        after_chunk()
    return digest.hexdigest()
