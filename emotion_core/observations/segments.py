"""The segments of an observation store: a file of numbers each, and one of thumbnails where pictures are kept."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from zipfile import BadZipFile

from ..errors import CHECK, UNREADABLE, ScanError
from ..storage.files import write_whole
from ..storage.hashed_json import ChangedError
from .observations import Sample, Segment, Thumbnail
from .segment_file import checksum, packed, unpacked

CHANGED = (OSError, *UNREADABLE, BadZipFile)
"""What a file that is not as it was written makes a reader raise."""


class Segments:
    """The files `segments/00000.npz` and `segments/00000.jpgs`, and so on, in a store's folder."""

    def __init__(self, store: Path) -> None:
        self._store = store

    def __len__(self) -> int:
        """How many are there from the first on without a gap."""
        return next(number for number in count() if not self._file(number, "npz").exists())

    def write(self, number: int, segment: Segment) -> None:
        """Write one segment; its numbers last, so that a segment that can be read has its pictures."""
        if segment.pictures:
            write_whole(self._file(number, "jpgs"), segment.pictures)
        write_whole(self._file(number, "npz"), packed(segment))

    def read(self, number: int, digest: str | None, *, signed: bool) -> Segment:
        """A segment whose file must have the SHA-256 `digest`, if any, and must carry its own where it is `signed`.

        Raises ScanError where it does not, else CHANGED.
        """
        content = self._file(number, "npz").read_bytes()
        try:
            if digest is not None and hashlib.sha256(content).hexdigest() != digest:
                raise ChangedError("its bytes are not those that were written")
            return unpacked(content, number, signed=signed)
        except ChangedError as error:
            raise ScanError(
                f"Part {number + 1} of this scan ({_named(number, 'npz')}) has changed on disk.",
                "Analyse the film again.",
            ) from error

    def digest(self, number: int) -> str:
        """The SHA-256 of a segment's numbers, hex."""
        return hashlib.sha256(self._file(number, "npz").read_bytes()).hexdigest()

    def drop_from(self, number: int) -> None:
        """Remove this segment and all after it, from the last on: what is left never has a gap."""
        for later in range(len(self) - 1, number - 1, -1):
            self._file(later, "npz").unlink()
            self._file(later, "jpgs").unlink(missing_ok=True)

    def picture(self, thumbnail: Thumbnail) -> bytes:
        """A sample's thumbnail, JPEG. Raises ScanError where its bytes are gone or are not those that were written."""
        content = b""
        with contextlib.suppress(OSError), self._file(thumbnail.segment, "jpgs").open("rb") as file:
            file.seek(thumbnail.offset)
            content = file.read(thumbnail.length)
        if not content or not _as_written(content, thumbnail):
            raise ScanError(f"A picture in {_named(thumbnail.segment, 'jpgs')} is damaged or gone.", CHECK)
        return content

    def damaged_pictures(self, samples: Iterable[Sample]) -> list[str]:
        """The files of thumbnails, from the store's folder on, in which one of those of `samples` is not whole."""
        kept: dict[int, list[Thumbnail]] = {}
        for sample in samples:
            if sample.thumbnail is not None:
                kept.setdefault(sample.thumbnail.segment, []).append(sample.thumbnail)
        damaged = []
        for segment, thumbnails in sorted(kept.items()):
            try:
                content = self._file(segment, "jpgs").read_bytes()
            except OSError:
                content = b""
            if not all(_as_written(content[one.offset : one.offset + one.length], one) for one in thumbnails):
                damaged.append(_named(segment, "jpgs"))
        return damaged

    def _file(self, number: int, suffix: str) -> Path:
        return self._store / _named(number, suffix)


def _named(number: int, suffix: str) -> str:
    """A segment's file, from the store's folder on."""
    return f"segments/{number:05}.{suffix}"


def _as_written(picture: bytes, thumbnail: Thumbnail) -> bool:
    """Whether `picture` is the thumbnail's bytes; of one without a checksum only their number is known."""
    return len(picture) == thumbnail.length and thumbnail.checksum in (None, checksum(picture))
