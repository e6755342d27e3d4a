"""A library that several users of one machine share: whose folder the group may change, and hands its group on.

It is prepared once, by whoever owns the folder (`HOW`). From then on every process that works in it makes files that
the group may change, whatever that user's umask is.
"""

from __future__ import annotations

import os
import shlex
import stat
import sys
from pathlib import Path

from ..errors import PlaceNotPermitted
from . import os_errors

HOW = "chgrp -R GROUP {home} && chmod -R g+rwX {home} && find {home} -type d -exec chmod g+s {{}} +"
"""What makes a library that of a group."""
_FOLDERS = ("films", "scans", "derived", "jobs", "incoming")
_OF_THE_GROUP = 0o070
_CHANGE = os.R_OK | os.W_OK


def shared(home: Path) -> bool:
    """Whether a library is a group's: its folder is writable for the group, and hands its group on (set-group-ID)."""
    if os.name != "posix":
        return False
    try:
        mode = home.stat().st_mode
    except OSError:
        return False
    return stat.S_ISDIR(mode) and bool(mode & stat.S_ISGID) and bool(mode & stat.S_IWGRP)


def join(home: Path) -> None:
    """Where the library at `home` is a group's, let what this process and those it starts make be the group's too.

    Called when a process of our own begins: it sets the process' umask.
    """
    if shared(home):
        before = os.umask(0)
        os.umask(before & ~_OF_THE_GROUP)


def must_be_ours(home: Path, database: str) -> None:
    """Raise PlaceNotPermitted where this user may not change the library at `home`, with the way to share it.

    `database` is its file's name. What is not there yet is no hindrance.
    """
    for place in (home, home / database, *(home / name for name in _FOLDERS)):
        try:
            ours = not place.exists() or os.access(place, _CHANGE | (os.X_OK if place.is_dir() else 0))
        except PermissionError:  # a folder above it is closed
            ours = False
        if not ours:
            raise _read_only(home) if _lies_read_only(place) else refused(home, place)


def _lies_read_only(place: Path) -> bool:
    """Whether the disk itself is not to be written to, whoever asks."""
    try:
        return bool(os.statvfs(place).f_flag & os.ST_RDONLY)
    except (AttributeError, OSError):  # Windows tells no such thing
        return False


def _read_only(home: Path) -> PlaceNotPermitted:
    return PlaceNotPermitted(
        f"The library {home} lies on a disk that can only be read.",
        "Mount it so that it can be written to, or copy the library to another disk and name it with --home.",
    )


def refused(home: Path, place: Path) -> PlaceNotPermitted:
    """What is said to a user who may not change a library; `place` is the part that shows it."""
    if _is_mine(place):
        return PlaceNotPermitted(
            f"{os_errors.short(place)} could not be written: Permission denied.",
            "It is yours: check its permissions (chmod -R u+rwX opens a library to its owner).",
        )
    what = "" if place == home else f" ({place.name})"
    how = HOW.format(home=shlex.quote(str(home)))
    return PlaceNotPermitted(
        f"The library {home} belongs to {_owner(place)}, and {_me()} may not change it{what}.",
        f"To share it within a group, its owner runs: {how} (GROUP is a group of both). "
        "Or name a folder of your own with --home or EMOTION_HOME.",
    )


def may_read(file: Path) -> bool:
    """Whether this user may read a file; one that is not there is no matter of permission."""
    try:
        return not file.exists() or os.access(file, os.R_OK)
    except PermissionError:  # a folder above it is closed
        return False


def must_be_readable(film: Path, name: str) -> None:
    """Raise PlaceNotPermitted where the user who does the library's work may not read the film called `name`."""
    if not may_read(film):
        raise PlaceNotPermitted(
            f"{name} may not be read where it lies by {_me()}, who does this library's work now.",
            "Let the library's group read it, or upload it: then the library holds it.",
        )


def refuse(error: BaseException) -> None:
    """Raise PlaceNotPermitted where this user may not read a file of the library, lest it be taken for damaged."""
    if isinstance(error, PermissionError):
        raise PlaceNotPermitted(
            f"{error.filename} may not be read by {_me()}.",
            "Check the permissions of the library's folder; docs/sharing.md says how several users share one.",
        ) from error


def _is_mine(place: Path) -> bool:
    try:
        return os.name == "posix" and place.stat().st_uid == os.geteuid()
    except OSError:
        return False


def _owner(place: Path) -> str:
    try:
        return _called(place.stat().st_uid)
    except OSError:
        return "another user"


def _me() -> str:
    return _called(os.geteuid()) if os.name == "posix" else "you"


def _called(uid: int) -> str:
    """A user by name, or by number where it has none here."""
    if sys.platform != "win32":
        import pwd

        try:
            return f"user {pwd.getpwuid(uid).pw_name}"
        except (KeyError, OSError):
            pass
    return f"user {uid}"
