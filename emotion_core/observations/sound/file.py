"""The fingerprints of a film's sound on disk: `sound.npz` in a scan's store, followed by the SHA-256 of its bytes.

A scan of an earlier version has none, and one of a film without sound an empty one.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from ...errors import INVALID_DATA_ERRORS, ScanError
from ...storage import ChangedError, descriptors, file_hash, write_whole
from ..npz_file import arrays_of
from .prints import SoundPrints

FILE = "sound.npz"
REVISION = 1
"""Of how fingerprints are computed. Those of another revision cannot be compared with these."""
_DIGEST = hashlib.sha256().digest_size
_CHANGED = (OSError, *INVALID_DATA_ERRORS, BadZipFile)


class SoundFile:
    """The file of the store in a folder."""

    def __init__(self, store: Path) -> None:
        self._file = store / FILE

    @property
    def exists(self) -> bool:
        """Whether the sound was looked at."""
        return self._file.exists()

    @property
    def is_whole(self) -> bool:
        """Whether it is there, and unchanged since it was written."""
        try:
            self.read()
        except ScanError:
            return False
        return self.exists

    def write(self, prints: SoundPrints) -> None:
        """Write the fingerprints of the whole film."""
        arrays = {
            "bits": prints.bits,
            "levels": prints.levels,
            "changes": prints.changes,
            "revision": np.array(REVISION, dtype=np.int64),
        }
        buffer = io.BytesIO()
        np.savez(buffer, **arrays)  # type: ignore[arg-type]  # the stub takes **kwds for the flag allow_pickle
        content = buffer.getvalue()
        write_whole(self._file, content + hashlib.sha256(content).digest())

    def read(self, digest: str | None = None) -> SoundPrints | None:
        """The fingerprints; None where there is no file, or one of another revision.

        `digest` is the SHA-256 that the file had when the scan was sealed, hex. Raises ScanError where the file is not
        as it was written, or is gone though the seal names it.
        """
        if digest is None and not self.exists:
            return None
        try:
            content = self._file.read_bytes()
            if digest is not None and hashlib.sha256(content).hexdigest() != digest:
                raise ChangedError(f"{FILE}: it is not the one that was sealed")
            if hashlib.sha256(content[:-_DIGEST]).digest() != content[-_DIGEST:]:
                raise ChangedError(f"{FILE}: its bytes are not those that were written")
            arrays = arrays_of(content)
            if arrays["revision"] != REVISION:
                return None
            return SoundPrints(arrays["bits"], arrays["levels"], arrays["changes"])
        except _CHANGED as error:
            descriptors.raise_if_ran_out(error)
            raise ScanError(
                f"What two cuts are compared by in sound ({FILE}) is gone or damaged.",
                "All else is whole: analyse the film again where its sound is to be compared.",
            ) from error

    def digest(self) -> str | None:
        """The SHA-256 of the file, hex; None where there is none."""
        return file_hash(self._file) if self.exists else None

    def remove(self) -> None:
        """Remove the file. Raises OSError."""
        self._file.unlink(missing_ok=True)
