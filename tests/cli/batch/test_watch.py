"""`python -m emotion_core watch`: what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core.cli.main import app
from emotion_core.errors import AccessError, LibraryBusy, SettingsError
from emotion_core.storage import Home, locked


def test_what_cannot_be_watched_is_refused(tmp_path: Path) -> None:
    """Without a folder in config.toml, with one that is not allowed, and beside another watcher, nothing is watched."""
    home, folder = tmp_path / "home", tmp_path / "in"
    home.mkdir()
    folder.mkdir()
    with pytest.raises(SettingsError, match="names no folder to watch"):
        app(["--home", str(home), "watch"], standalone_mode=False)
    with pytest.raises(AccessError, match=r"config\.toml allows"):
        app(["--home", str(home), "watch", str(folder)], standalone_mode=False)
    (home / "config.toml").write_text(f'[watch]\nfolders = ["{folder}"]\n')
    with locked(Home(home).watch_lock), pytest.raises(LibraryBusy, match="Another process watches"):
        app(["--home", str(home), "watch"], standalone_mode=False)
