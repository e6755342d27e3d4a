"""Hashes of files as the model hub names them: SHA-256 of those in its large-file store, git blob ids of the rest."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ...storage import file_hash

_SHA256_DIGITS = 64
_GIT_DIGITS = 40


def git_blob_id(path: Path) -> str:
    """The id that git gives a file's content, hex: SHA-1 of "blob ", the size, a zero byte and the content.

    https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
    """
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def is_hash(text: str) -> bool:
    """Whether `text` is a hash of one of the two kinds."""
    return len(text) in (_SHA256_DIGITS, _GIT_DIGITS) and set(text) <= set("0123456789abcdef")


def like(expected: str, path: Path) -> str:
    """The hash of a file, of the same kind as `expected`."""
    return file_hash(path) if len(expected) == _SHA256_DIGITS else git_blob_id(path)


def short(text: str) -> str:
    """A hash shortened for messages."""
    return f"{text[:12]}…"
