"""The one folder in which everything is kept: the flag `--home`, else EMOTION_HOME, else the platform's place."""

from __future__ import annotations

import argparse
import contextlib
import errno
import os
from collections.abc import Sequence
from pathlib import Path

from platformdirs import user_data_path

from ..errors import LibraryError
from . import os_errors

APP_NAME = "film-emotion-dashboard"

LONGEST = 511 - len("/library.sqlite-journal")
"""Bytes of the folder's path: SQLite opens files of 511 at most (MAX_PATHNAME in os_unix.c)."""


def engines_folder() -> Path:
    """Where what is known of the engines on this machine is written down: a folder of its own, since a scan, which may
    change little else, adds to it.
    """
    return home() / "engines"


def home() -> Path:
    """EMOTION_HOME, or the platform's folder for application data. Raises LibraryError where that is no path."""
    return _whole(os.environ.get("EMOTION_HOME") or user_data_path(APP_NAME, appauthor=False))


def use(folder: str | Path | None) -> None:
    """Make `folder` the one, for this process and those it starts; None leaves it as it is. Raises LibraryError."""
    if folder is not None:
        if folder == "":
            raise LibraryError("--home names no folder.", "Name one, or leave --home out.")
        os.environ["EMOTION_HOME"] = str(_whole(folder))


def _whole(folder: str | Path) -> Path:
    """A path from the root on, every link followed."""
    shown = os_errors.short(folder)
    try:
        path = Path(folder).expanduser().resolve()
        with contextlib.suppress(FileNotFoundError, NotADirectoryError, PermissionError):  # said once it is used
            path.lstat()
    except (OSError, RuntimeError, ValueError) as error:
        circle = "loop" in str(error) or (isinstance(error, OSError) and error.errno == errno.ELOOP)
        why = error.strerror if isinstance(error, OSError) else str(error).rstrip(".")
        why = "its links lead in a circle" if circle else why
        raise LibraryError(f"The folder {shown} cannot be used: {why}.", _ANOTHER) from error
    if (length := len(os.fsencode(path))) > LONGEST:
        raise LibraryError(f"The folder {shown} cannot be used: its path has {length:,} bytes.", _SHORTER)
    return path


_SHORTER = f"SQLite opens a library whose path has at most {LONGEST} bytes: name another one."
_ANOTHER = "Name another one with --home or EMOTION_HOME."


def use_as_told(arguments: Sequence[str]) -> None:
    """As `use`, with the folder behind `--home` among a program's arguments; others are not looked at.

    Ends the process with a line where no folder stands behind it, or one that cannot be.
    """
    told = argparse.ArgumentParser("streamlit run app.py --", add_help=False, allow_abbrev=False)
    told.add_argument("--home", metavar="FOLDER")
    try:
        use(told.parse_known_args(arguments)[0].home)
        if (place := home()).exists() and not place.is_dir():
            raise LibraryError(f"The folder {os_errors.short(place)} cannot be used: it is a file.", _ANOTHER)
    except (LibraryError, OSError) as error:
        told.exit(1, f"Error: {error}\n")


def earlier_engines_file() -> Path:
    """Where earlier versions kept what is known of the engines; read until something is remembered."""
    return home() / "engines.json"


def scan_lock(home: Path) -> Path:
    """The file that is locked while a scan, or a measuring, keeps all cores busy: they take turns."""
    return home / "scan.lock"


def proxy_of(home: Path, film_id: str, track: int | None = None) -> Path:
    """Where a film's proxy lies, if it was made; `track` names another video track than the one read as a rule."""
    return home / "films" / film_id / ("proxy.mp4" if track is None else f"proxy-{track}.mp4")


def proxy_note(proxy: Path) -> Path:
    """Where the SHA-256 of a proxy is kept, as "sha256_of_copy"; not there beside those of earlier versions."""
    return proxy.with_suffix(".json")


def proxy_lock(home: Path) -> Path:
    """The file that is locked while a proxy is made: they take turns."""
    return home / "proxy.lock"
