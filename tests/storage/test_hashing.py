"""Hashes of files and of growing sequences of bytes."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from emotion_core.storage import RunningHash, file_hash, stream_hash
from emotion_core.storage.hashing import CHUNK_BYTES


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES, CHUNK_BYTES + 7])
def test_file_hash_is_the_sha256_of_all_bytes(tmp_path: Path, size: int) -> None:
    """`file_hash` equals hashlib's SHA-256 for files of no, one and several chunks."""
    content = bytes(index % 251 for index in range(size))
    (tmp_path / "film").write_bytes(content)
    assert file_hash(tmp_path / "film") == sha256(content).hexdigest()


def test_running_hash_equals_the_hash_of_the_joined_chunks() -> None:
    """`RunningHash` counts the bytes and can be read at any time."""
    running = RunningHash()
    assert running.hexdigest() == sha256(b"").hexdigest()
    running.update(b"ab")
    running.update(memoryview(b"c"))
    assert (running.size, running.hexdigest()) == (3, sha256(b"abc").hexdigest())


def test_stream_hash_calls_back_after_each_chunk(tmp_path: Path) -> None:
    """`stream_hash` calls `after_chunk` for each chunk and stops at its exception."""
    (tmp_path / "film").write_bytes(bytes(2 * CHUNK_BYTES + 1))
    calls: list[None] = []
    with (tmp_path / "film").open("rb", buffering=0) as file:
        stream_hash(file, lambda: calls.append(None))
    assert len(calls) == 3

    def refuse() -> None:
        raise InterruptedError

    with (tmp_path / "film").open("rb", buffering=0) as file, pytest.raises(InterruptedError):
        stream_hash(file, refuse)
