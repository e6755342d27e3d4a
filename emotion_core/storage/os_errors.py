"""Errors of the operating system as errors with a problem and advice that a user can act on."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from ..errors import DiskFull, EmotionError, LibraryError, NotPermitted, PlaceNotPermitted
from . import descriptors

NOT_PERMITTED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})
LIMITS = frozenset({errno.EMFILE, errno.ENFILE, errno.EFBIG, errno.ENAMETOOLONG})

_MOST_SHOWN = 200
"""Characters of a path in a message; of a longer one both ends are shown."""

_PERMISSIONS = "Check its permissions and those of its folder, or name another place."
_ADVICE = {
    errno.EACCES: _PERMISSIONS,
    errno.EPERM: _PERMISSIONS,
    errno.EROFS: "Its disk can only be read: name a place on another one.",
    errno.ENAMETOOLONG: "Choose a place with a shorter path: a name takes 255 bytes, a path 4,095 on most systems.",
    errno.ENOTDIR: "A part of its path is a file: name another place.",
    errno.EEXIST: "A file has this name: name another place.",
    errno.EISDIR: "It is a folder: name a file in it.",
    errno.ELOOP: "Links in its path lead in a circle: name another place.",
    errno.ENOENT: "Check the path.",
    errno.EFBIG: "Files of this process may grow only so far (ulimit -f): raise the limit.",
    errno.EMFILE: "This process may open only so many files (ulimit -n): raise the limit.",
    errno.ENFILE: "The machine has too many files open: close other programs.",
    errno.ENOMEM: "The machine has too little memory left: close other programs, or raise the limit (ulimit -v).",
    errno.EAGAIN: "No further process or thread may be started (ulimit -u): end others, or raise the limit.",
    errno.EIO: "The disk does not answer as it should: is it still there?",
}


def from_os_error(error: OSError, path: Path, action: str = "written") -> LibraryError:
    """The error for the user when `path` could not be `action` (“written”, “opened”) because of `error`."""
    if descriptors.ran_out(error):
        return descriptors.out_of_descriptors()
    if error.errno in NO_SPACE:
        return disk_full(path)
    problem = f"{short_path(path)} could not be {action}: {error.strerror or error}."
    if error.errno in NOT_PERMITTED:
        return PlaceNotPermitted(problem, advice(error))
    return LibraryError(problem, advice(error))


def unusable_path(error: OSError, path: Path) -> EmotionError:
    """The error for the user when `path`, an argument of a command, cannot be used because of `error`."""
    kind = NotPermitted if error.errno in NOT_PERMITTED else EmotionError
    return kind(f"{short_path(path)} cannot be used: {error.strerror}.", "Check the path and its permissions.")


def advice(error: OSError) -> str:
    """Advice for the user of a file or folder that cannot be used because of `error`."""
    return _ADVICE.get(error.errno or 0, "Check the path and its permissions.")


def disk_full(path: Path) -> DiskFull:
    """The error for the user when the disk of `path` has no space left."""
    return DiskFull(
        f"There is no space left on the disk that holds {short_path(path.parent)}.",
        "Free some space, or set EMOTION_HOME to a folder on a larger disk; nothing that was finished is lost.",
    )


def short_path(path: Path | str) -> str:
    """A path for a message. Of one longer than 200 characters both ends are given, and its length in bytes."""
    text = str(path)
    if len(text) <= _MOST_SHOWN:
        return text
    half = _MOST_SHOWN // 2 - 20
    return f"{text[:half]} … {text[-half:]} ({len(os.fsencode(text)):,} bytes)"
