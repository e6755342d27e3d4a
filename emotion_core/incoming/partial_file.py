"""A file that grows at its end, and whose hash is known as it grows."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from ..storage.files import from_os_error

_CHUNK = 4 * 1024 * 1024


class Hash:
    """SHA-256 of a file's first bytes."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self.size = 0
        """Bytes."""

    def update(self, chunk: bytes | memoryview) -> None:
        self._sha256.update(chunk)
        self.size += len(chunk)

    def content_id(self) -> str:
        """Of those bytes, hex."""
        return self._sha256.hexdigest()


class Part:
    """The bytes that are there of a file, open for more. Its calls may come from any thread, one at a time."""

    def __init__(self, path: Path, known: Hash | None = None) -> None:
        """Of a file that is there; what `known` has not hashed of it before is read. Raises LibraryError."""
        self.path = path
        self.hash = known if known is not None else Hash()
        try:
            self._file = path.open("r+b", buffering=0)
            try:
                self.size = self._file.seek(0, os.SEEK_END)
                """Bytes."""
                if self.hash.size > self.size:
                    self.hash = Hash()
                self._file.seek(self.hash.size)
                while chunk := self._file.read(_CHUNK):
                    self.hash.update(chunk)
            except BaseException:
                self._file.close()
                raise
        except OSError as error:
            raise from_os_error(error, path) from error

    def append(self, chunk: bytes | bytearray) -> None:
        """Raises DiskFull, having kept as much of `chunk` as the disk took, or LibraryError."""
        rest = memoryview(chunk)
        try:
            while rest:
                taken = self._file.write(rest)
                self.hash.update(rest[:taken])
                self.size += taken
                rest = rest[taken:]
        except OSError as error:
            raise from_os_error(error, self.path) from error

    def close(self) -> None:
        """What is there then survives a power cut. Raises LibraryError; closed it is all the same, or was before."""
        if self._file.closed:
            return
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            raise from_os_error(error, self.path) from error
        finally:
            self._file.close()
