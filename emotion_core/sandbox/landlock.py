"""Landlock: a Linux process gives up access to all files but those it names, for itself and all its children.

See https://docs.kernel.org/userspace-api/landlock.html. The three system calls are made directly, since the C library
has no functions for them. The package `landlock` was an alpha at the time of writing and did not cover the network.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
"""Numbers of the system calls; the same on every architecture."""
_VERSION_ASKED = 1
_PATH_BENEATH = 1
_NO_NEW_PRIVILEGES = 38

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_FOLDER = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_FIRST = (1 << 13) - 1
_REFER, _TRUNCATE, _DEVICE_CONTROL = 1 << 13, 1 << 14, 1 << 15
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _DEVICE_CONTROL
_CHANGE = _WRITE_FILE | _TRUNCATE | _REFER | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8
"""Write, truncate, move; remove and create folders and plain files, but no links, pipes, sockets or devices."""
_TCP = 1 << 0 | 1 << 1
"""Listen, connect."""
_SCOPES = 1 << 0 | 1 << 1
"""Abstract sockets of, and signals to, processes outside."""


def version() -> int:
    """The kernel's version of Landlock, from 1; 0 where there is none."""
    if not sys.platform.startswith("linux"):
        return 0
    return max(0, _call(_CREATE_RULESET, None, 0, _VERSION_ASKED))


def restrict(
    *,
    run: Iterable[Path] = (),
    read: Iterable[Path] = (),
    listed: Iterable[Path] = (),
    change: Iterable[Path] = (),
    devices: Iterable[Path] = (),
) -> int:
    """Restrict this thread and all that it starts to the files at or below these paths, and to no TCP.

    Files below `run` can be read and executed, below `read` read, below `change` read and changed; `devices` can be
    read and written; folders below `listed` can be listed. Paths that do not exist are skipped. Call it while the
    process has one thread. Returns version(): the kernel applies what its version supports, from 4 on also TCP; 0 means
    that nothing was restricted.
    """
    supported = version()
    if not supported:
        return 0
    handled = _FIRST | (_REFER if supported >= 2 else 0) | (_TRUNCATE if supported >= 3 else 0)
    handled |= _DEVICE_CONTROL if supported >= 5 else 0
    parts = [handled, *([_TCP] if supported >= 4 else []), *([_SCOPES] if supported >= 6 else [])]
    attributes = struct.pack(f"={len(parts)}Q", *parts)
    rules = _call(_CREATE_RULESET, attributes, len(attributes), 0)
    if rules < 0:
        return 0
    try:
        rights = (
            (run, _EXECUTE | _READ_FILE | _READ_FOLDER),
            (read, _READ_FILE | _READ_FOLDER),
            (listed, _READ_FOLDER),
            (change, _READ_FILE | _READ_FOLDER | _CHANGE),
            (devices, _READ_FILE | _WRITE_FILE | _DEVICE_CONTROL),
        )
        for paths, right in rights:
            for path in paths:
                _allow(rules, path, right & handled)
        ctypes.CDLL(None).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        return supported if _call(_RESTRICT_SELF, rules, 0) == 0 else 0
    finally:
        os.close(rules)


def _allow(rules: int, path: Path, right: int) -> None:
    with contextlib.suppress(OSError):
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            if not path.is_dir():
                right &= _OF_FILES
            rule = struct.pack("=Qi", right, place)
            _call(_ADD_RULE, rules, _PATH_BENEATH, rule, 0)
        finally:
            os.close(place)


def _call(number: int, *arguments: int | bytes | None) -> int:
    typed = [ctypes.c_long(a) if isinstance(a, int) else ctypes.c_char_p(a) for a in arguments]
    return int(ctypes.CDLL(None, use_errno=True).syscall(ctypes.c_long(number), *typed))
