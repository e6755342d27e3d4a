"""Alignments of two scans, kept on disk beside the analyses of the second. They can be deleted at any time.

A file's name holds both scans and a fingerprint of all that the alignment is made of: the layouts, times and sound of
both, and the version of the arithmetic. So a file that is there is right, whoever wrote it, and one that is missing or
damaged is computed again.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np

from ...errors import INVALID_DATA_ERRORS, EmotionError, LibraryError
from ...storage import Home, write_whole
from .kept_pairs import remove_oldest

if TYPE_CHECKING:
    from ...analysis import Analysis
    from ...compare import AlignmentMap
    from ...observations import Observations
    from ..library import Library

CAPACITY = 12
"""Alignments kept for each scan, those written last; of two hours one takes some 100 kB."""
_DIGEST = hashlib.sha256().digest_size


def aligned(library: Library, before: Analysis, after: Analysis) -> AlignmentMap:
    """The alignment of two films in the library, with the footage that both their cut lists name: by pictures and sound
    from disk where it was computed before, else computed and kept.
    """
    from ...compare import with_listed_sources

    return with_listed_sources(_by_pictures(library, before.observations, after.observations), before, after)


def _by_pictures(library: Library, before: Observations, after: Observations) -> AlignmentMap:
    from ...compare import align

    file = _file(library, before, after)
    with contextlib.suppress(OSError, BadZipFile, *INVALID_DATA_ERRORS):
        if file is not None:
            return _from_bytes(file.read_bytes())
    shared = align(before, after)
    if file is not None:
        with contextlib.suppress(LibraryError):  # on a full disk it is only computed again next time
            write_whole(file, _to_bytes(shared))
            remove_oldest(file, "with-*.npz", CAPACITY)
    return shared


def _file(library: Library, before: Observations, after: Observations) -> Path | None:
    """Where the alignment of two films is kept; None where one of them is not in the library."""
    from ...compare import FORMAT

    digest = hashlib.sha256(f"{FORMAT}".encode())
    for film in (before, after):
        add_film(digest, film)
    return file_of_pair(library, before, after, "with", digest, ".npz")


def file_of_pair(
    library: Library, before: Observations, after: Observations, name: str, digest: hashlib._Hash, suffix: str
) -> Path | None:
    """The file of two films with this fingerprint in the folder of the second one's scan; None where one of them is not
    in the library. It goes with either film: see kept_pairs.forget_pairs.
    """
    with contextlib.suppress(EmotionError):
        scans = [library.newest_scan(film.media.content_id) for film in (before, after)]
        if scans[0] is not None and scans[1] is not None:
            return Home(library.home).analyses(scans[1].id) / f"{name}-{scans[0].id}-{digest.hexdigest()[:32]}{suffix}"
    return None


def add_film(digest: hashlib._Hash, film: Observations) -> None:
    """Add to a fingerprint all of a film that an alignment is made of."""
    media, sound = film.media, film.sound
    digest.update(f"{media.rate} {media.duration} {media.time_base} {len(film.scores)} {sound is not None}".encode())
    digest.update(np.ascontiguousarray(film.scores.pts).data)
    digest.update(np.ascontiguousarray(film.scores.layout).data)
    if sound is not None:
        digest.update(sound.to_bytes())


def _to_bytes(shared: AlignmentMap) -> bytes:
    """The arrays of an alignment, and the SHA-256 of their archive. Steps differ by one mostly, which packs well."""
    arrays = {
        "rate": np.array([shared.rate.numerator, shared.rate.denominator], dtype=np.int64),
        "steps": np.array(shared.steps, dtype=np.int64),
        "changes": np.diff(shared.source, prepend=0).astype(np.int32),
        "how": shared.how,
        "other_sound": np.packbits(shared.other_sound),
        "clear": shared.clear,
    }
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]  # the stub takes **kwds for the flag allow_pickle
    archive = buffer.getvalue()
    return archive + hashlib.sha256(archive).digest()


def _from_bytes(content: bytes) -> AlignmentMap:
    """The inverse of `_to_bytes`. Raises ValueError for bytes that are not as they were written."""
    from ...compare import AlignmentMap

    archive, digest = content[:-_DIGEST], content[-_DIGEST:]
    if hashlib.sha256(archive).digest() != digest:
        raise ValueError("Not as it was written.")
    with np.load(io.BytesIO(archive), allow_pickle=False) as arrays:
        source = np.cumsum(arrays["changes"], dtype=np.int64)
        other_sound = np.unpackbits(arrays["other_sound"], count=len(source)).astype(np.bool_)
        rate = Fraction(*arrays["rate"].tolist())
        return AlignmentMap(rate, int(arrays["steps"]), source, arrays["how"], other_sound, clear=arrays["clear"])
