"""JSON objects in files that carry the SHA-256 of their own content, so that one changed byte is found when read.

The first line holds the hash of all bytes after it; the file as a whole is still one JSON object:

    {"sha256": "<64 hex digits>",
    "format": 6, …, "hashed": true}

The key "hashed" at the end says that the first line must be there. Files of earlier versions have neither, and are read
as they are.
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


def packed(content: Mapping[str, Any], indent: int | None = None) -> bytes:
    """The bytes of a file that holds `content`, a JSON object without the keys "sha256" and "hashed"."""
    rest = json.dumps({**content, _MARK: True}, indent=indent).encode()[1:].lstrip(b"\n") + b"\n"
    return f'{{"{_HASH}": "{hashlib.sha256(rest).hexdigest()}",\n'.encode() + rest


def unpacked(content: bytes, *, bare: bool = True) -> dict[str, Any]:
    """The object in `content`. `bare`: an object without a hash, as earlier versions wrote it, is read too.

    Raises ChangedError where the hash does not fit, ValueError where the bytes are no JSON object, and RecursionError.
    """
    line = _FIRST_LINE.match(content)
    if line is not None and hashlib.sha256(content[line.end() :]).hexdigest().encode() != line[1]:
        raise ChangedError("its bytes are not those that were written")
    told = json.loads(content)
    if not isinstance(told, dict):
        raise ValueError("it holds no JSON object")
    marked = told.pop(_MARK, None) is not None
    if line is None and (marked or not bare):
        raise ChangedError("it lacks the hash of its content")
    if line is not None:
        del told[_HASH]
    return told


def packed_text(content: Mapping[str, Any]) -> str:
    """As `packed`, as text: for a column of a database."""
    return packed(content).decode()


def unpacked_text(text: str) -> dict[str, Any]:
    """As `unpacked`, of text; an object without a hash is read too. Raises as that."""
    return unpacked(text.encode())


def write(file: Path, content: Mapping[str, Any], indent: int | None = None) -> None:
    """Write the JSON object `content` to `file`, whole or not at all. Raises DiskFull or LibraryError."""
    write_whole(file, packed(content, indent))


def whole(file: Path, *, bare: bool = True) -> bool:
    """Whether `file` is as it was written, as far as it says; also where it is not there."""
    try:
        read(file, bare=bare)
    except FileNotFoundError:
        return True
    except (OSError, ValueError, RecursionError):
        return False
    return True


def read(file: Path, *, bare: bool = True) -> dict[str, Any]:
    """The object in `file`; `bare` as in unpacked. Raises OSError, and ValueError with the file's name."""
    content = file.read_bytes()
    try:
        return unpacked(content, bare=bare)
    except ChangedError as error:
        raise ChangedError(f"{file.name}: {error}") from error
    except ValueError as error:
        raise ValueError(f"{file.name}: {error}") from error
