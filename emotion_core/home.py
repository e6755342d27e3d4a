"""The one folder in which everything is kept: the flag `--home`, else EMOTION_HOME, else the platform's place."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from platformdirs import user_data_path

APP_NAME = "film-emotion-dashboard"


def engines_folder() -> Path:
    """Where what is known of the engines on this machine is written down: a folder of its own, since a scan, which may
    change little else, adds to it.
    """
    return home() / "engines"


def home() -> Path:
    """EMOTION_HOME, or the platform's folder for application data."""
    named = os.environ.get("EMOTION_HOME")
    return (Path(named).expanduser() if named else user_data_path(APP_NAME, appauthor=False)).resolve()


def use(folder: Path | None) -> None:
    """Make `folder` the one, for this process and those it starts; None leaves it as it is."""
    if folder is not None:
        os.environ["EMOTION_HOME"] = str(folder.expanduser().resolve())


def use_as_told(arguments: Sequence[str]) -> None:
    """As `use`, with the folder behind `--home` among a program's arguments; others are not looked at.

    Ends the process with a line on how to call it where no folder stands behind it.
    """
    told = argparse.ArgumentParser("streamlit run app.py --", add_help=False, allow_abbrev=False)
    told.add_argument("--home", type=Path, metavar="FOLDER")
    use(told.parse_known_args(arguments)[0].home)


def earlier_engines_file() -> Path:
    """Where earlier versions kept what is known of the engines; read until something is remembered."""
    return home() / "engines.json"
