"""Libraries that several users of one machine share: the folder is group-writable and passes its group on.

The owner of the folder prepares it once (`HOW`). Every process that works in it then creates files that the group may
change, independent of the user's umask.
"""

from __future__ import annotations

import os
import shlex
import stat
import sys
from pathlib import Path

from ..errors import PlaceNotPermitted
from . import os_errors
from .layout import Home

HOW = "chgrp -R GROUP {home} && chmod -R g+rwX {home} && find {home} -type d -exec chmod g+s {{}} +"
"""Shell command that opens a library to a group."""
_OF_THE_GROUP = 0o070
_CHANGE = os.R_OK | os.W_OK


def is_shared(home: Path) -> bool:
    """Whether a library is a group's: its folder is writable for the group, and hands its group on (set-group-ID)."""
    if os.name != "posix":
        return False
    try:
        mode = home.stat().st_mode
    except OSError:
        return False
    return stat.S_ISDIR(mode) and bool(mode & stat.S_ISGID) and bool(mode & stat.S_IWGRP)


def join_group(home: Path) -> None:
    """If the library at `home` is shared, set the umask so that new files of this process are group-writable.

    Each process of the program calls it at its start; children inherit the umask.
    """
    if is_shared(home):
        before = os.umask(0)
        os.umask(before & ~_OF_THE_GROUP)


def check_writable(home: Path) -> None:
    """Raise PlaceNotPermitted where this user may not change the library at `home`, with the way to share it.

    Missing files and folders are ignored.
    """
    for place in (home, Home(home).database, *Home(home).base_folders):
        try:
            ours = not place.exists() or os.access(place, _CHANGE | (os.X_OK if place.is_dir() else 0))
        except PermissionError:  # a folder above it is closed
            ours = False
        if not ours:
            raise _read_only(home) if _is_on_read_only_disk(place) else not_permitted(home, place)


def _is_on_read_only_disk(place: Path) -> bool:
    """Whether the file system of `place` is mounted read-only."""
    try:
        return bool(os.statvfs(place).f_flag & os.ST_RDONLY)
    except (AttributeError, OSError):  # Windows has no statvfs
        return False


def _read_only(home: Path) -> PlaceNotPermitted:
    return PlaceNotPermitted(
        f"The library {home} lies on a disk that can only be read.",
        "Mount it so that it can be written to, or copy the library to another disk and name it with --home.",
    )


def not_permitted(home: Path, place: Path) -> PlaceNotPermitted:
    """The error for a user who may not change the library at `home`; `place` is the file or folder that shows it."""
    if _is_mine(place):
        return PlaceNotPermitted(
            f"{os_errors.short_path(place)} could not be written: Permission denied.",
            "It is yours: check its permissions (chmod -R u+rwX opens a library to its owner).",
        )
    part = "" if place == home else f" ({place.name})"
    how = HOW.format(home=shlex.quote(str(home)))
    return PlaceNotPermitted(
        f"The library {home} belongs to {_owner(place)}, and {_me()} may not change it{part}.",
        f"To share it within a group, its owner runs: {how} (GROUP is a group of both). "
        "Or name a folder of your own with --home or EMOTION_HOME.",
    )


def may_read(file: Path) -> bool:
    """Whether this user may read `file`. True for a missing file: that is no question of permission."""
    try:
        return not file.exists() or os.access(file, os.R_OK)
    except PermissionError:  # a folder above it is closed
        return False


def check_readable(film: Path, name: str) -> None:
    """Raise PlaceNotPermitted if the user of this process may not read the file `film` of the film called `name`."""
    if not may_read(film):
        raise PlaceNotPermitted(
            f"{name} may not be read where it lies by {_me()}, who does this library's work now.",
            "Let the library's group read it, or upload it: then the library holds it.",
        )


def raise_if_denied(error: BaseException) -> None:
    """Raise PlaceNotPermitted if missing permission is the cause of `error`: the file is then not damaged."""
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
        return _user_name(place.stat().st_uid)
    except OSError:
        return "another user"


def _me() -> str:
    return _user_name(os.geteuid()) if os.name == "posix" else "you"


def _user_name(uid: int) -> str:
    """“user NAME”, or “user NUMBER” for a user without a name on this machine."""
    if sys.platform != "win32":
        import pwd

        try:
            return f"user {pwd.getpwuid(uid).pw_name}"
        except (KeyError, OSError):
            pass
    return f"user {uid}"
