"""The fingerprints of a film's sound on disk: `sound.npz` in a scan's store, followed by the SHA-256 of its bytes.

A scan of an earlier version and one of viewers have none, that of a film without sound an empty one. Nothing else of a
scan says that it has one; it names the film's content, so that it fits no other.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from ...errors import INVALID_DATA_ERRORS, ScanError
from ...storage import ChangedError, descriptors, write_whole
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

    def is_of(self, content: str) -> bool:
        """Whether it is there, unchanged since it was written, for the film whose SHA-256 is `content`."""
        try:
            return self.read(content) is not None
        except ScanError:
            return False

    def write(self, prints: SoundPrints, content: str) -> None:
        """Write the fingerprints of the whole film, whose SHA-256 is `content`."""
        arrays = {
            "film": np.frombuffer(content.encode(), dtype=np.uint8),
            "bits": prints.bits,
            "levels": prints.levels,
            "changes": prints.changes,
            "revision": np.array(REVISION, dtype=np.int64),
        }
        buffer = io.BytesIO()
        np.savez(buffer, **arrays)  # type: ignore[arg-type]  # the stub takes **kwds for the flag allow_pickle
        archive = buffer.getvalue()
        write_whole(self._file, archive + hashlib.sha256(archive).digest())

    def read(self, content: str) -> SoundPrints | None:
        """The fingerprints; None where there is no file, or one of another revision.

        `content` is the SHA-256 of the film, hex. Raises ScanError where the file is not as it was written for it.
        """
        try:
            archive = self._file.read_bytes()
            if hashlib.sha256(archive[:-_DIGEST]).digest() != archive[-_DIGEST:]:
                raise ChangedError(f"{FILE}: its bytes are not those that were written")
            arrays = arrays_of(archive)
            if arrays["film"].tobytes().decode() != content:
                raise ChangedError(f"{FILE}: it belongs to another film")
            if arrays["revision"] != REVISION:
                return None
            return SoundPrints(arrays["bits"], arrays["levels"], arrays["changes"])
        except FileNotFoundError:
            return None
        except _CHANGED as error:
            descriptors.raise_if_ran_out(error)
            raise ScanError(
                f"What a film's sound is compared by ({FILE}) is damaged.",
                "All else is whole. Delete the file, and its cuts are compared by their pictures alone.",
            ) from error

    def remove(self) -> None:
        """Remove the file. Raises OSError."""
        self._file.unlink(missing_ok=True)
