"""Paths that a library stores. Those below its folder are relative to it, so that the folder can be moved or copied."""

from __future__ import annotations

import json
import os
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

_PATHS = ("film", "store", "lock", "home")
"""Fields of a job's request that hold paths."""


def relative_text(path: Path, home: Path | None) -> str:
    """`path` as text: relative to `home` if it lies below it, else unchanged; always unchanged if `home` is None."""
    if home is not None and path.is_relative_to(home):
        return as_text(path.relative_to(home).as_posix())
    return as_text(path)


def as_text(path: Path | str) -> str:
    """A path as text, independent of the locale: its bytes as UTF-8, or a file: URI (RFC 8089) if they are no UTF-8."""
    name = os.fsencode(path)
    try:
        return name.decode()
    except UnicodeDecodeError:
        return _URI + quote(name)


def from_text(text: str) -> Path:
    """The path that `as_text` returned as `text`."""
    if text.startswith(_URI):
        return Path(os.fsdecode(unquote_to_bytes(text.removeprefix(_URI))))
    return Path(os.fsdecode(text.encode()))


_URI = "file://"
"""Prefix of a URI. No stored path begins with it: they are absolute or begin with films/."""


def rebase_request(request: str, home: Path) -> str:
    """A job's request, JSON, with all paths inside the library made absolute below `home`.

    Requests of older versions hold absolute paths, which lie below another folder if the library was moved since.
    """
    fields = json.loads(request)
    if not isinstance(fields, dict):
        return request
    paths = {name: from_text(fields[name]) for name in _PATHS if isinstance(fields.get(name), str)}
    before = paths["home"] if "home" in paths else paths["lock"].parent if "lock" in paths else home
    for name, path in paths.items():
        inside = before.is_absolute() and path.is_relative_to(before)
        fields[name] = str(home / (path.relative_to(before) if inside else path))
    return json.dumps(fields, indent=1)
