"""The one folder in which everything is kept."""

from __future__ import annotations

import os
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
    return Path(named).expanduser().resolve() if named else user_data_path(APP_NAME, appauthor=False)
