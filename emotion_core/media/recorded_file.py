"""A film opened so that the parts of its file that FFmpeg reads are recorded."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

import av
from av.container import InputContainer

from .container import CODEC_OPTIONS, CONTAINER_OPTIONS


class RecordedFile:
    """A file for FFmpeg to read from, as a context manager."""

    def __init__(self, path: Path) -> None:
        """Raises OSError."""
        self.name = str(path.absolute())
        self._file = path.open("rb")
        self.parts: list[tuple[int, int]] = []
        """First byte, and the one after the last, of each part read since the last `take`."""

    def read(self, size: int = -1) -> bytes:
        at = self._file.tell()
        content = self._file.read(size)
        if self.parts and self.parts[-1][1] == at:
            self.parts[-1] = (self.parts[-1][0], at + len(content))
        else:
            self.parts.append((at, at + len(content)))
        return content

    def seek(self, at: int, whence: int = 0) -> int:
        return self._file.seek(at, whence)

    def tell(self) -> int:
        return self._file.tell()

    def take(self) -> list[tuple[int, int]]:
        """The parts read since the last call."""
        parts, self.parts = self.parts, []
        return parts

    def open(self) -> InputContainer:
        """The film's container, as container.open_container opens it. Raises av.error.FFmpegError."""
        return av.open(
            self,
            mode="r",
            options=CODEC_OPTIONS,
            container_options=CONTAINER_OPTIONS,
            metadata_errors="replace",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
