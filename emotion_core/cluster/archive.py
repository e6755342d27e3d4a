"""What a worker observed, as one file: the files of a folder in a tar archive, the same bytes for the same files."""

from __future__ import annotations

import io
import re
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

from ..errors import ClusterError
from ..storage import RunningHash

_CHUNK = 1 << 20
_NAME = re.compile(r"(?:[a-z]{1,20}/)?[a-z0-9]{1,40}(?:\.[a-z0-9]{1,8})?")
"""Names of the files of an observation store: nothing that leads out of a folder."""
MOST_FILES = 100_000
MOST_BYTES = 64 << 30


def pack(folder: Path, archive: Path) -> tuple[str, int]:
    """Pack the files below `folder` into `archive`; returns its SHA-256 and its size in bytes. Raises OSError."""
    with tarfile.open(archive, "w", format=tarfile.USTAR_FORMAT) as tar:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = tarfile.TarInfo(file.relative_to(folder).as_posix())
            entry.size, entry.mode = file.stat().st_size, 0o644
            with file.open("rb") as content:
                tar.addfile(entry, content)
    digest = RunningHash()
    for chunk in chunks(archive):
        digest.update(chunk)
    return digest.hexdigest(), digest.size


def chunks(archive: Path) -> Iterator[bytes]:
    """The bytes of a file, in pieces."""
    with archive.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def unpack(archive: Path, folder: Path) -> None:
    """Unpack an archive into a new `folder`. Raises ClusterError where it holds anything but a store's files."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    left = MOST_BYTES
    try:
        with tarfile.open(archive, "r:") as tar:
            for count, entry in enumerate(tar):
                left -= entry.size
                content = tar.extractfile(entry) if entry.isfile() and not entry.issparse() else None
                if content is None or not _NAME.fullmatch(entry.name) or count >= MOST_FILES or left < 0:
                    raise ClusterError(f"A worker's archive holds “{entry.name[:80]}”.", "It is read again.")
                target = folder / entry.name
                target.parent.mkdir(exist_ok=True)
                with target.open("xb") as file:
                    shutil.copyfileobj(content, file, io.DEFAULT_BUFFER_SIZE)
    except (tarfile.TarError, EOFError, FileExistsError) as error:
        raise ClusterError(f"A worker's archive cannot be read ({error}).", "It is read again.") from error
