"""JSON objects in files that carry the SHA-256 of their content, so that reading detects any changed byte.

The first line holds the hash of all bytes after it; the file as a whole is still one JSON object:

    {"sha256": "<64 hex digits>",
    "format": 6, …, "hashed": true}

The key "hashed" at the end states that the first line must be there. Files of earlier versions have neither and are
read without a check.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .files import write_whole

_HASH, _MARK = "sha256", "hashed"
_FIRST_LINE = re.compile(rb'\{"sha256": "([0-9a-f]{64})",\n')


class ChangedError(ValueError):
    """The bytes of a file are not those that were written."""


def to_bytes(content: Mapping[str, Any], indent: int | None = None) -> bytes:
    """File content for the JSON object `content`, which must not have the keys "sha256" and "hashed"."""
    rest = json.dumps({**content, _MARK: True}, indent=indent).encode()[1:].lstrip(b"\n") + b"\n"
    return f'{{"{_HASH}": "{hashlib.sha256(rest).hexdigest()}",\n'.encode() + rest


def from_bytes(content: bytes, *, allow_unhashed: bool = True) -> dict[str, Any]:
    """The JSON object in `content`. `allow_unhashed`: accept an object without a hash, as earlier versions wrote it.

    Raises ChangedError if the hash does not match, ValueError if the bytes are no JSON object, and RecursionError.
    """
    line = _FIRST_LINE.match(content)
    if line is not None and hashlib.sha256(content[line.end() :]).hexdigest().encode() != line[1]:
        raise ChangedError("its bytes are not those that were written")
    data = json.loads(content)
    if not isinstance(data, dict):
        raise ValueError("it holds no JSON object")
    marked = data.pop(_MARK, None) is not None
    if line is None and (marked or not allow_unhashed):
        raise ChangedError("it lacks the hash of its content")
    if line is not None:
        del data[_HASH]
    return data


def to_text(content: Mapping[str, Any]) -> str:
    """`to_bytes` as text, for a column of a database."""
    return to_bytes(content).decode()


def from_text(text: str) -> dict[str, Any]:
    """`from_bytes` for text from a database; objects without a hash are accepted. Raises as `from_bytes`."""
    return from_bytes(text.encode())


def write(file: Path, content: Mapping[str, Any], indent: int | None = None) -> None:
    """Write the JSON object `content` to `file` atomically. Raises DiskFull or LibraryError."""
    write_whole(file, to_bytes(content, indent))


def is_intact(file: Path, *, allow_unhashed: bool = True) -> bool:
    """Whether `file` can be read and matches its hash, if it has one. True for a missing file."""
    try:
        read(file, allow_unhashed=allow_unhashed)
    except FileNotFoundError:
        return True
    except (OSError, ValueError, RecursionError):
        return False
    return True


def read(file: Path, *, allow_unhashed: bool = True) -> dict[str, Any]:
    """The JSON object in `file`; `allow_unhashed` as in `from_bytes`.

    Raises OSError, RecursionError, and ValueError whose message begins with the file's name.
    """
    content = file.read_bytes()
    try:
        return from_bytes(content, allow_unhashed=allow_unhashed)
    except ChangedError as error:
        raise ChangedError(f"{file.name}: {error}") from error
    except ValueError as error:
        raise ValueError(f"{file.name}: {error}") from error
