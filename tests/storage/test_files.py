"""Atomic writes and errors of the system."""

from __future__ import annotations

import errno
import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from emotion_core.errors import DiskFull, LibraryError, PlaceNotPermitted
from emotion_core.storage import from_os_error, write_whole

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
    """An error of the system becomes one with the path, the cause and advice."""
    error = from_os_error(OSError(number, os.strerror(number)), Path("/films/cut/report.csv"))
    assert type(error) is kind
    assert words in error.problem
    assert "/films/cut" in error.problem
    assert error.advice


def test_a_file_is_written_whole_and_alone(tmp_path: Path) -> None:
    """The file has all its bytes, missing folders are created, and no temporary file remains."""
    path = tmp_path / "deep" / "deeper" / "file"
    for content in (b"first", b"", b"second" * 100_000):
        write_whole(path, content)
        assert path.read_bytes() == content
        assert list(path.parent.iterdir()) == [path]


def test_threads_write_one_file_at_once(tmp_path: Path) -> None:
    """Each of two windows of one app saves the same file; no write fails, and what stays is one of them, whole."""
    path, contents = tmp_path / "changes-of-two-films", [bytes([n]) * 200_000 for n in range(4)]

    def save(content: bytes) -> None:
        for _ in range(10):
            write_whole(path, content)

    with ThreadPoolExecutor(len(contents)) as threads:
        for saved in [threads.submit(save, content) for content in contents]:
            saved.result()
    assert path.read_bytes() in contents
    assert list(tmp_path.iterdir()) == [path]


def test_at_no_moment_may_more_people_read_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A private file is private from its first byte on, also if an earlier process left a temporary file."""
    path, modes, really = tmp_path / "key", [], os.fsync
    leftover = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_native_id()}.part")
    leftover.write_bytes(b"of a process of the same number")
    leftover.chmod(0o666)

    def flushing(number: int) -> None:
        modes.append(stat.S_IMODE(os.fstat(number).st_mode))
        really(number)

    monkeypatch.setattr(os, "fsync", flushing)
    write_whole(path, b"secret", mode=0o600)
    assert modes[0] == stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"secret", [path])


def test_a_name_that_cannot_be_leaves_nothing(tmp_path: Path) -> None:
    """A file name that the system refuses gives one error, and no temporary file remains."""
    with pytest.raises(LibraryError, match="could not be written"):
        write_whole(tmp_path / ("x" * 300), b"content")
    (tmp_path / "folder").mkdir()
    with pytest.raises(LibraryError, match="could not be written"):
        write_whole(tmp_path / "folder", b"content")
    assert list(tmp_path.rglob("*")) == [tmp_path / "folder"]
