"""Files that are there whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from emotion_core.errors import DiskFull, LibraryError, PlaceNotPermitted
from emotion_core.storage.files import from_os_error, write_whole

CAUSES = [
    # what the system says, the error that a person reads, a word of it
    (errno.ENOSPC, DiskFull, "no space left"),
    (errno.EDQUOT, DiskFull, "no space left"),
    (errno.EACCES, PlaceNotPermitted, "Permission denied"),
    (errno.EROFS, PlaceNotPermitted, "Read-only file system"),
    (errno.EFBIG, LibraryError, "File too large"),
    (errno.EIO, LibraryError, "Input/output error"),
]


@pytest.mark.parametrize(("number", "kind", "words"), CAUSES, ids=[errno.errorcode[n] for n, _, _ in CAUSES])
def test_what_the_system_says_is_told(number: int, kind: type[LibraryError], words: str) -> None:
    """An error of the system becomes one that names the place, the cause, and what to do."""
    told = from_os_error(OSError(number, os.strerror(number)), Path("/films/cut/report.csv"))
    assert type(told) is kind
    assert words in told.problem
    assert "/films/cut" in told.problem
    assert told.advice


def test_a_file_is_written_whole_and_alone(tmp_path: Path) -> None:
    """A file is there with all its bytes, in folders made for it, and nothing else lies beside it."""
    path = tmp_path / "deep" / "deeper" / "file"
    for content in (b"first", b"", b"second" * 100_000):
        write_whole(path, content)
        assert path.read_bytes() == content
        assert list(path.parent.iterdir()) == [path]


def test_at_no_moment_may_more_people_read_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What only its owner may read is so before its first byte is there, whatever an earlier process left behind."""
    path, seen, really = tmp_path / "key", [], os.fsync
    left = path.with_name(f".{path.name}.{os.getpid()}.part")
    left.write_bytes(b"of a process of the same number")
    left.chmod(0o666)

    def flushing(number: int) -> None:
        seen.append(stat.S_IMODE(os.fstat(number).st_mode))
        really(number)

    monkeypatch.setattr(os, "fsync", flushing)
    write_whole(path, b"secret", mode=0o600)
    assert seen[0] == stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"secret", [path])


def test_a_name_that_cannot_be_leaves_nothing(tmp_path: Path) -> None:
    """A name the system does not take is refused in one error, and no part of the file stays."""
    with pytest.raises(LibraryError, match="could not be written"):
        write_whole(tmp_path / ("x" * 300), b"content")
    (tmp_path / "folder").mkdir()
    with pytest.raises(LibraryError, match="could not be written"):
        write_whole(tmp_path / "folder", b"content")
    assert list(tmp_path.rglob("*")) == [tmp_path / "folder"]
