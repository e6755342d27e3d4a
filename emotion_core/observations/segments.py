"""The segments of an observation store: a file of numbers each, and one of thumbnails where pictures are kept."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from zipfile import BadZipFile

from ..errors import CHECK_ADVICE, INVALID_DATA_ERRORS, ScanError
from ..storage import ChangedError, file_hash, write_whole
from .embeddings import EmbeddingFiles
from .face_list import SegmentFaces
from .observations import Sample, Segment, Thumbnail
from .segment_file import checksum, faces_from_bytes, from_bytes, to_bytes

CHANGED = (OSError, *INVALID_DATA_ERRORS, BadZipFile)
"""What reading a file raises that is not as it was written."""


class Segments:
    """The files `segments/00000.npz` and `segments/00000.jpgs`, and so on, in a store's folder."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self.embeddings = EmbeddingFiles(store)

    def __len__(self) -> int:
        """Number of segments from the first on without a gap."""
        return next(number for number in count() if not self._file(number, "npz").exists())

    def write(self, number: int, segment: Segment) -> None:
        """Write one segment. Its numbers come last, so that a segment that can be read has all else."""
        if segment.pictures:
            write_whole(self._file(number, "jpgs"), segment.pictures)
        content = to_bytes(segment)
        if segment.embeddings is not None:
            frames = [face.sample_frame for face in segment.faces]
            self.embeddings.write(number, frames, segment.embeddings, hashlib.sha256(content).hexdigest())
        write_whole(self._file(number, "npz"), content)

    def read(self, number: int, digest: str | None, *, signed: bool, first_face: int = 0) -> Segment:
        """The numbers of a segment, with faces from the id `first_face` on. Its file must have the SHA-256 `digest`, if
        given; if `signed`, it must also carry its own hash.

        Raises ScanError where a hash does not fit, else CHANGED.
        """
        content = self._content(number, digest)
        try:
            return from_bytes(content, number, signed=signed, first_face=first_face)
        except ChangedError as error:
            raise _changed(number) from error

    def read_faces(self, number: int, digest: str) -> SegmentFaces:
        """The faces of a segment whose file has the SHA-256 `digest`. Raises as `read`."""
        return faces_from_bytes(self._content(number, digest))

    def _content(self, number: int, digest: str | None) -> bytes:
        content = self._file(number, "npz").read_bytes()
        if digest is not None and hashlib.sha256(content).hexdigest() != digest:
            raise _changed(number)
        return content

    def digest(self, number: int) -> str:
        """The SHA-256 of a segment's numbers, hex."""
        return file_hash(self._file(number, "npz"))

    def drop_from(self, number: int) -> None:
        """Remove this segment and all after it, last first, so that the remaining ones never have a gap."""
        for later in range(len(self) - 1, number - 1, -1):
            self._file(later, "npz").unlink()
            self._file(later, "jpgs").unlink(missing_ok=True)
        self.embeddings.drop_from(number)

    def picture(self, thumbnail: Thumbnail) -> bytes:
        """A sample's thumbnail, JPEG. Raises ScanError where its bytes are gone or changed."""
        content = b""
        with contextlib.suppress(OSError), self._file(thumbnail.segment, "jpgs").open("rb") as file:
            file.seek(thumbnail.offset)
            content = file.read(thumbnail.length)
        if not content or not _is_unchanged(content, thumbnail):
            raise ScanError(f"A picture in {_name(thumbnail.segment, 'jpgs')} is damaged or gone.", CHECK_ADVICE)
        return content

    def pictures(self, number: int) -> bytes:
        """The thumbnails of a segment, end to end, as Segment.pictures. Raises OSError."""
        file = self._file(number, "jpgs")
        return file.read_bytes() if file.exists() else b""

    def damaged_pictures(self, samples: Iterable[Sample]) -> list[str]:
        """The thumbnail files, relative to the store's folder, in which a picture of `samples` is gone or changed."""
        by_segment: dict[int, list[Thumbnail]] = {}
        for sample in samples:
            if sample.thumbnail is not None:
                by_segment.setdefault(sample.thumbnail.segment, []).append(sample.thumbnail)
        damaged = []
        for segment, thumbnails in sorted(by_segment.items()):
            try:
                content = self._file(segment, "jpgs").read_bytes()
            except OSError:
                content = b""
            if not all(_is_unchanged(content[item.offset : item.offset + item.length], item) for item in thumbnails):
                damaged.append(_name(segment, "jpgs"))
        return damaged

    def _file(self, number: int, suffix: str) -> Path:
        return self._store / _name(number, suffix)


def _name(number: int, suffix: str) -> str:
    """A segment's file, relative to the store's folder."""
    return f"segments/{number:05}.{suffix}"


def _changed(number: int) -> ScanError:
    return ScanError(
        f"Part {number + 1} of this scan ({_name(number, 'npz')}) has changed on disk.", "Analyse the film again."
    )


def _is_unchanged(picture: bytes, thumbnail: Thumbnail) -> bool:
    """Whether `picture` is the thumbnail's bytes; without a checksum only their number is compared."""
    return len(picture) == thumbnail.length and thumbnail.checksum in (None, checksum(picture))
