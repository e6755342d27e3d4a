"""What engines keep on disk: read back whole or not at all, and only what the same packages made."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from emotion_core.errors import LibraryError
from emotion_core.expression import compiled_cache

WEIGHTS, OTHER = "ab" * 32, "cd" * 32
CONTENT = bytes(range(256)) * 50


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path))
    return tmp_path


def files(home: Path) -> list[Path]:
    return sorted(path for path in home.rglob("*") if path.is_file())


def test_what_is_kept_is_read_back(home: Path) -> None:
    """The same bytes come back, of nothing too, and lie in the one folder that may be deleted."""
    for name, content in (("int8", CONTENT), ("empty", b"")):
        assert compiled_cache.read(WEIGHTS, name, "made with 1.0") is None
        compiled_cache.write(WEIGHTS, name, "made with 1.0", content)
        assert compiled_cache.read(WEIGHTS, name, "made with 1.0") == content
    assert all(file.is_relative_to(compiled_cache.folder()) for file in files(home))


@pytest.mark.parametrize("place", [0, 31, 32, 5000, -1])
def test_a_flipped_byte_is_noticed(home: Path, place: int) -> None:
    """One bit another way, in the content or in its digest, and nothing is read."""
    compiled_cache.write(WEIGHTS, "int8", "made with 1.0", CONTENT)
    (file,) = files(home)
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(content)
    assert compiled_cache.read(WEIGHTS, "int8", "made with 1.0") is None


@pytest.mark.parametrize("length", [0, 10, 32, 6000])
def test_a_cut_file_is_noticed(home: Path, length: int) -> None:
    """Of a file that lost its end nothing is read."""
    compiled_cache.write(WEIGHTS, "int8", "made with 1.0", CONTENT)
    (file,) = files(home)
    file.write_bytes(file.read_bytes()[:length])
    assert compiled_cache.read(WEIGHTS, "int8", "made with 1.0") is None


def test_only_the_same_is_read() -> None:
    """What was made with other versions, of other weights or under another name is not taken."""
    compiled_cache.write(WEIGHTS, "int8", "made with 1.0", CONTENT)
    assert compiled_cache.read(WEIGHTS, "int8", "made with 1.1") is None
    assert compiled_cache.read(OTHER, "int8", "made with 1.0") is None
    assert compiled_cache.read(WEIGHTS, "int8-batch-16", "made with 1.0") is None


def test_older_versions_go(home: Path) -> None:
    """Writing removes what other versions made of the same weights under the same name, and nothing else."""
    compiled_cache.write(WEIGHTS, "int8", "made with 1.0", CONTENT)
    compiled_cache.write(WEIGHTS, "int8-batch-16", "made with 1.0", CONTENT)
    compiled_cache.write(OTHER, "int8", "made with 1.0", CONTENT)
    compiled_cache.write(WEIGHTS, "int8", "made with 1.1", b"new")
    assert len(files(home)) == 3
    assert compiled_cache.read(WEIGHTS, "int8", "made with 1.0") is None
    assert compiled_cache.read(WEIGHTS, "int8", "made with 1.1") == b"new"
    assert compiled_cache.read(WEIGHTS, "int8-batch-16", "made with 1.0") == CONTENT
    assert compiled_cache.read(OTHER, "int8", "made with 1.0") == CONTENT


def test_what_was_used_longest_ago_goes(home: Path) -> None:
    """Of a seventh checkpoint the networks of the one that was read or written longest ago make room."""
    for number in range(6):
        compiled_cache.write(f"{number}", "int8", "made with 1.0", CONTENT)
        os.utime(compiled_cache.folder() / f"{number}", (number, number))
    assert compiled_cache.read("0", "int8", "made with 1.0") == CONTENT
    compiled_cache.write("6", "int8", "made with 1.0", CONTENT)
    left = {key for key in "0123456" if compiled_cache.read(key, "int8", "made with 1.0") == CONTENT}
    assert left == set("023456")


def test_where_nothing_can_be_written_it_says_so(home: Path) -> None:
    """A file in the folder's place is a LibraryError with the path, and reading finds nothing."""
    (home / "networks").write_text("in the way")
    with pytest.raises(LibraryError, match="networks"):
        compiled_cache.write(WEIGHTS, "int8", "made with 1.0", CONTENT)
    assert compiled_cache.read(WEIGHTS, "int8", "made with 1.0") is None
