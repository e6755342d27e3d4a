"""An upload open for writing: bytes as they arrive, and its completion."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import Self

from ..errors import UploadTooLong
from ..incoming import Outcome, PartialFile, Upload, check_disk, removal
from . import completion


class Writer:
    """An upload locked for writing until this is closed. Any thread may call it, one at a time."""

    def __init__(self, home: Path, upload: Upload, part: PartialFile | None, closing: contextlib.ExitStack) -> None:
        self.upload = upload
        """The upload as it was when this was opened."""
        self._home = home
        self._part = part
        """None if the upload was complete when this was opened."""
        self._closing = closing

    @property
    def offset(self) -> int:
        """Bytes received so far."""
        return self.upload.offset if self._part is None else self._part.size

    @property
    def is_complete(self) -> bool:
        return self.offset >= self.upload.length

    @property
    def is_removal_requested(self) -> bool:
        """Whether removal of the upload was requested: close this soon."""
        return removal.is_requested(self._home, self.upload.id)

    def check_length(self, more: int) -> None:
        """Raises UploadTooLong if `more` bytes exceed the announced length."""
        if self.offset + more > self.upload.length:
            raise UploadTooLong(
                f"{self.offset + more} bytes of {self.upload.name} were sent, and {self.upload.length} announced.",
                "Did the file change meanwhile? Remove the upload and send it anew.",
            )

    def append(self, chunk: bytes | bytearray) -> None:
        """Write `chunk`. Raises UploadTooLong, with nothing written; LibraryError or DiskFull, partly written."""
        self.check_length(len(chunk))
        if self._part is not None:
            check_disk(self._home, len(chunk))
            self._part.append(chunk)

    def finish(self) -> Outcome:
        """Finish the complete upload, or return its earlier outcome. Raises LibraryError; the upload stays then."""
        upload = replace(self.upload, offset=self.offset)
        return completion.finish(self._home, upload, self._part)

    def close(self) -> None:
        """Sync the bytes received to disk and unlock the upload. Raises LibraryError if syncing fails."""
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
