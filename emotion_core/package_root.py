"""The package's own folder on this disk."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import time
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path

PACKAGE = Path(__file__).parent
"""The folder `emotion_core`."""
ROOT = PACKAGE.parent
"""The folder from which `python -m emotion_core` finds the package."""


@cache
def code_version() -> str:
    """The version of the program on this disk as it was at the first call, as `version_now`."""
    return version_now()


_JUST_NOW = 2_000_000_000
"""Nanoseconds within which a file may change twice under the same time stamp."""


def version_now() -> str:
    """The version of the program on this disk: the first 12 hex digits of the SHA-256 of its modules.

    They are read again where the system says that one changed.
    """
    return _version(_stamp_of_modules())


@lru_cache(maxsize=1)
def _version(_: object) -> str:
    digest = hashlib.sha256()
    with contextlib.suppress(OSError):
        for file in sorted(PACKAGE.rglob("*.py")):
            digest.update(f"{file.relative_to(ROOT)}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def packages_stamp() -> object:
    """Another value where a package was installed, removed or replaced: each has a folder with its version."""
    found = []
    for place in sys.path:
        with contextlib.suppress(OSError):
            status = os.stat(place or ".")  # noqa: PTH116 -- called often
            found.append((place, status.st_ino, status.st_mtime_ns))
    return tuple(found)


def installed_stamp() -> object:
    """Another value where a module of the program, or a package, was replaced on this disk."""
    return _stamp_of_modules(), packages_stamp()


def files_stamp(files: Iterable[os.DirEntry[str]]) -> object:
    """Another value where one of these files was changed or replaced, and for as long as that may happen unseen."""
    found = []
    for file in files:
        status = file.stat()
        found.append((file.path, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns))
    newest, now = max((each[-1] for each in found), default=0), time.time_ns()
    return tuple(sorted(found)), now if newest >= now - _JUST_NOW else 0


def _stamp_of_modules() -> object:
    try:
        return files_stamp(_modules(str(PACKAGE)))
    except OSError:
        return time.time_ns()


def _modules(folder: str) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _modules(entry.path)
            elif entry.name.endswith(".py"):
                yield entry
