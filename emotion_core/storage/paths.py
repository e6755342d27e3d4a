"""The library's folder: the flag `--home`, else EMOTION_HOME, else the platform's folder for application data."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Sequence
from pathlib import Path

from ..errors import LibraryError
from . import os_errors
from .layout import DATABASE

APP_NAME = "film-emotion-dashboard"

LONGEST = 511 - len(f"/{DATABASE}-journal")
"""Maximum bytes of the folder's path: SQLite opens paths of at most 511 bytes (MAX_PATHNAME in os_unix.c)."""


def home() -> Path:
    """EMOTION_HOME, or the platform's folder for application data. Raises LibraryError for an invalid path."""
    if folder := os.environ.get("EMOTION_HOME"):
        return _absolute(folder)
    from platformdirs import user_data_path

    return _absolute(user_data_path(APP_NAME, appauthor=False))


def use_home(folder: str | Path | None) -> None:
    """Make `folder` the library's folder of this process and its children; None changes nothing.

    Raises LibraryError.
    """
    if folder is not None:
        if folder == "":
            raise LibraryError("--home names no folder.", "Name one, or leave --home out.")
        os.environ["EMOTION_HOME"] = str(_absolute(folder))


def _absolute(folder: str | Path) -> Path:
    """`folder` as an absolute path with all links followed. Raises LibraryError."""
    name = os_errors.short_path(folder)
    try:
        path = Path(folder).expanduser().resolve()
        with contextlib.suppress(FileNotFoundError, NotADirectoryError, PermissionError):  # refused when it is used
            path.lstat()
    except (OSError, RuntimeError, ValueError) as error:
        circle = "loop" in str(error) or (isinstance(error, OSError) and error.errno == errno.ELOOP)
        why = error.strerror if isinstance(error, OSError) else str(error).rstrip(".")
        why = "its links lead in a circle" if circle else why
        raise LibraryError(f"The folder {name} cannot be used: {why}.", _ANOTHER) from error
    if (length := len(os.fsencode(path))) > LONGEST:
        raise LibraryError(f"The folder {name} cannot be used: its path has {length:,} bytes.", _SHORTER)
    return path


_SHORTER = f"SQLite opens a library whose path has at most {LONGEST} bytes: name another one."
_ANOTHER = "Name another one with --home or EMOTION_HOME."


def use_home_argument(arguments: Sequence[str]) -> None:
    """`use_home` with the value of `--home` among a program's arguments; other arguments are ignored.

    An invalid value ends the process with one line on standard error and exit code 1.
    """
    import argparse

    parser = argparse.ArgumentParser("streamlit run app.py --", add_help=False, allow_abbrev=False)
    parser.add_argument("--home", metavar="FOLDER")
    try:
        use_home(parser.parse_known_args(arguments)[0].home)
        if (place := home()).exists() and not place.is_dir():
            raise LibraryError(f"The folder {os_errors.short_path(place)} cannot be used: it is a file.", _ANOTHER)
    except (LibraryError, OSError) as error:
        parser.exit(1, f"Error: {error}\n")
