"""The embeddings of a scan's faces, in a folder of their own within its store: deleting it leaves the scan as it is.

    embeddings/00000.npz   of the faces of segment 0, followed by the SHA-256 of its bytes

Nothing else of a scan says that it has embeddings, and nothing computed from them is stored. Each file names the
content of its segment, so that it fits no other.
"""

from __future__ import annotations

import hashlib
import io
import shutil
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from ..errors import INVALID_DATA_ERRORS, ScanError
from ..storage import EMBEDDINGS, ChangedError, descriptors, write_whole
from .npz_file import arrays_of

NUMBERS = 128
"""Numbers of an embedding."""
REVISION = 1
"""Of the network and of how faces are laid before it. Embeddings of another revision cannot be compared with these."""
_DIGEST = hashlib.sha256().digest_size
_CHANGED = (OSError, *INVALID_DATA_ERRORS, BadZipFile)


class EmbeddingFiles:
    """The embeddings of the store in a folder."""

    def __init__(self, store: Path) -> None:
        self._folder = store / EMBEDDINGS

    @property
    def kept(self) -> bool:
        """Whether the scan's faces have embeddings."""
        return self._folder.is_dir()

    def write(self, number: int, frames: Sequence[int], rows: NDArray[np.float32], segment: str) -> None:
        """Write those of segment `number`: of each face its sampled frame and its row (faces, NUMBERS), NaN for none.

        `segment` is the SHA-256 of the segment's file, hex.
        """
        arrays = {
            "frame": np.array(frames, dtype=np.int64),
            "embedding": np.asarray(rows, dtype=np.float32).reshape(len(frames), NUMBERS),
            "segment": np.frombuffer(bytes.fromhex(segment), dtype=np.uint8),
            "revision": np.array(REVISION, dtype=np.int64),
        }
        buffer = io.BytesIO()
        np.savez(buffer, **arrays)  # type: ignore[arg-type]  # the stub takes **kwds for the flag allow_pickle
        content = buffer.getvalue()
        write_whole(self._file(number), content + hashlib.sha256(content).digest())

    def read(self, number: int, segment: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Frames and rows of segment `number`, as in `write`. Rows of another revision are NaN.

        Raises OSError, and ChangedError where the bytes are not those that were written for this segment.
        """
        content = self._file(number).read_bytes()
        if hashlib.sha256(content[:-_DIGEST]).digest() != content[-_DIGEST:]:
            raise ChangedError(f"{self._name(number)}: its bytes are not those that were written")
        arrays = arrays_of(content)
        if arrays["segment"].tobytes().hex() != segment:
            raise ChangedError(f"{self._name(number)}: it belongs to another part")
        rows: NDArray[np.float32] = arrays["embedding"]
        return arrays["frame"], rows if arrays["revision"] == REVISION else np.full_like(rows, np.nan)

    def joined(self, segments: Sequence[str]) -> NDArray[np.float32]:
        """The embeddings of all faces in film order; `segments` are the hashes of the segments' files.

        Raises ScanError where one is gone or changed.
        """
        parts = []
        for number, segment in enumerate(segments):
            try:
                parts.append(self.read(number, segment))
            except _CHANGED as error:
                descriptors.raise_if_ran_out(error)
                raise ScanError(
                    f"What tells people apart in this scan ({self._name(number)}) is gone or damaged.",
                    "Turn people off for this film, then on again: it is analysed anew.",
                ) from error
        frames = np.concatenate([np.empty(0, dtype=np.int64), *(frames for frames, _ in parts)])
        rows = np.concatenate([np.empty((0, NUMBERS), dtype=np.float32), *(rows for _, rows in parts)])
        by_frame = np.argsort(frames, kind="stable")  # as joining orders the faces
        return rows[by_frame]

    def are_whole(self, number: int, segment: str) -> bool:
        """Whether segment `number` needs no embeddings, or its are there and unchanged."""
        try:
            return not self.kept or bool(self.read(number, segment))
        except _CHANGED as error:
            descriptors.raise_if_ran_out(error)
            return False

    def drop_from(self, number: int) -> None:
        """Remove those of this segment and of all after it."""
        for file in sorted(self._folder.glob("*.npz"), reverse=True):
            if file.name >= self._file(number).name:
                file.unlink(missing_ok=True)

    def delete(self) -> None:
        """Remove all, and with them that the scan had any. Raises OSError."""
        if self._folder.exists():
            shutil.rmtree(self._folder)

    def _file(self, number: int) -> Path:
        return self._folder / f"{number:05}.npz"

    def _name(self, number: int) -> str:
        return f"{EMBEDDINGS}/{number:05}.npz"
