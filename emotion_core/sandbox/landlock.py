"""Landlock: on Linux a process can give up, for itself and all it will start, every file but those it names.

https://docs.kernel.org/userspace-api/landlock.html, through the three system calls that the C library has no functions
for. The package of this name was an alpha at the time of writing, and knows nothing of the network.
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
"""Numbers of the system calls, the same on every architecture."""
_VERSION_ASKED = 1
_PATH_BENEATH = 1
_NO_NEW_PRIVILEGES = 38

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_FOLDER = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_FIRST = (1 << 13) - 1
_REFER, _TRUNCATE, _DEVICE_CONTROL = 1 << 13, 1 << 14, 1 << 15
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _DEVICE_CONTROL
_CHANGE = _WRITE_FILE | _TRUNCATE | _REFER | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8
"""Write, cut off, move; remove folders and files, make folders and plain files: no links, pipes, sockets or devices."""
_TCP = 1 << 0 | 1 << 1
"""Listen, connect."""
_SCOPES = 1 << 0 | 1 << 1
"""Unnamed sockets, and signals, of processes outside."""


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
    """From now on this thread, and all it starts, can use no file but those at or below these paths, and no TCP.

    What lies below `run` can be read and run, below `read` read, below `change` read and changed, and `devices` be read
    and written; below `listed` it can be seen what is there, and nothing read. Paths that do not exist are passed over.
    Call it while there is one thread. Returns what version() does: the kernel takes what it knows of this, which from 4
    on includes TCP; 0 means that nothing was restricted.
    """
    known = version()
    if not known:
        return 0
    handled = _FIRST | (_REFER if known >= 2 else 0) | (_TRUNCATE if known >= 3 else 0)
    handled |= _DEVICE_CONTROL if known >= 5 else 0
    parts = [handled, *([_TCP] if known >= 4 else []), *([_SCOPES] if known >= 6 else [])]
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
        return known if _call(_RESTRICT_SELF, rules, 0) == 0 else 0
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
