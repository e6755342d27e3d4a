"""Paths in what a library stores: from the library's folder on, so that it can be moved or copied as a whole."""

from __future__ import annotations

import json
import os
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

_PATHS = ("film", "store", "lock", "home")
"""The fields of a job's request that are paths."""


def stored(path: Path, home: Path | None) -> str:
    """A path as it is written down: from `home` on where it lies below it, else as it is; `home` None leaves all so."""
    if home is not None and path.is_relative_to(home):
        return as_text(path.relative_to(home).as_posix())
    return as_text(path)


def as_text(path: Path | str) -> str:
    """A path as it is written down, whatever this process' locale: its bytes as UTF-8; where they are none, as a file:
    URI (RFC 8089).
    """
    name = os.fsencode(path)
    try:
        return name.decode()
    except UnicodeDecodeError:
        return _URI + quote(name)


def from_text(text: str) -> Path:
    """The path that `as_text` made `text` of."""
    if text.startswith(_URI):
        return Path(os.fsdecode(unquote_to_bytes(text.removeprefix(_URI))))
    return Path(os.fsdecode(text.encode()))


_URI = "file://"
"""No path begins so: those in the database are absolute, or begin with films/."""


def rebased(request: str, home: Path) -> str:
    """A job's request as its process is to read it: whatever lies in the library lies below `home`.

    Requests of older versions hold whole paths, which may be those of another place: then the library was moved.
    """
    told = json.loads(request)
    if not isinstance(told, dict):
        return request
    paths = {name: from_text(told[name]) for name in _PATHS if isinstance(told.get(name), str)}
    before = paths["home"] if "home" in paths else paths["lock"].parent if "lock" in paths else home
    for name, path in paths.items():
        inside = before.is_absolute() and path.is_relative_to(before)
        told[name] = str(home / (path.relative_to(before) if inside else path))
    return json.dumps(told, indent=1)
