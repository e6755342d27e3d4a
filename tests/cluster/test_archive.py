"""Archives of what workers saw: the same bytes each time, and nothing but a store's files."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest

from emotion_core.cluster import archive
from emotion_core.errors import ClusterError


def test_the_same_files_give_the_same_archive(tmp_path: Path) -> None:
    """Two workers that saw the same send the same bytes, whenever they did; unpacked, the files are as they were."""
    for name, seconds in (("first", 1), ("second", 2_000_000_000)):
        (tmp_path / name / "segments").mkdir(parents=True)
        for file in ("segments/00000.npz", "seam.json"):
            (tmp_path / name / file).write_text(file)
            os.utime(tmp_path / name / file, (seconds, seconds))
    packed = [archive.pack(tmp_path / name, tmp_path / f"{name}.tar") for name in ("first", "second")]
    assert packed[0] == packed[1]
    archive.unpack(tmp_path / "first.tar", tmp_path / "out")
    assert (tmp_path / "out/segments/00000.npz").read_text() == "segments/00000.npz"


@pytest.mark.parametrize("name", ["../away", "/etc/passwd", "a/b/c.npz", "a b", "link"])
def test_an_archive_of_other_files_is_refused(tmp_path: Path, name: str) -> None:
    """A name that leads out of the folder, a link and any other file are refused."""
    entry = tarfile.TarInfo(name)
    if name == "link":
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with tarfile.open(tmp_path / "bad.tar", "w") as tar:
        tar.addfile(entry, io.BytesIO())
    with pytest.raises(ClusterError, match="worker's archive"):
        archive.unpack(tmp_path / "bad.tar", tmp_path / "out")
    assert not (tmp_path / "away").exists()


def test_a_broken_archive_is_refused(tmp_path: Path) -> None:
    """What is no archive is refused."""
    (tmp_path / "bad.tar").write_bytes(b"x" * 2000)
    with pytest.raises(ClusterError, match="cannot be read"):
        archive.unpack(tmp_path / "bad.tar", tmp_path / "out")
