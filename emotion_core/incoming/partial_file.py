"""A file that grows at its end and is hashed as it grows."""

from __future__ import annotations

import os
from pathlib import Path

from ..storage import RunningHash, from_os_error

_CHUNK = 4 * 1024 * 1024


class PartialFile:
    """The bytes of a file so far, open for appending. Methods may be called from any thread, one at a time."""

    def __init__(self, path: Path, running_hash: RunningHash | None = None) -> None:
        """Open an existing file. Bytes beyond those in `running_hash` are read and hashed. Raises LibraryError."""
        self.path = path
        self.hash = running_hash if running_hash is not None else RunningHash()
        """Hash of all bytes of the file."""
        try:
            self._file = path.open("r+b", buffering=0)
            try:
                self.size = self._file.seek(0, os.SEEK_END)
                """Bytes."""
                if self.hash.size > self.size:
                    self.hash = RunningHash()
                self._file.seek(self.hash.size)
                while chunk := self._file.read(_CHUNK):
                    self.hash.update(chunk)
            except BaseException:
                self._file.close()
                raise
        except OSError as error:
            raise from_os_error(error, path) from error

    def append(self, chunk: bytes | bytearray) -> None:
        """Append `chunk`. Raises DiskFull, after storing as much as the disk has room for, or LibraryError."""
        rest = memoryview(chunk)
        try:
            while rest:
                count = self._file.write(rest)
                self.hash.update(rest[:count])
                self.size += count
                rest = rest[count:]
        except OSError as error:
            raise from_os_error(error, self.path) from error

    def close(self) -> None:
        """Flush the bytes, so that they survive a power cut, and close the file, if it is open. Raises LibraryError.

        The file is closed also if flushing fails.
        """
        if self._file.closed:
            return
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            raise from_os_error(error, self.path) from error
        finally:
            self._file.close()
