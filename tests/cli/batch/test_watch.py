"""`python -m emotion_core watch`: what it refuses, and a day of it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock

import pytest

from emotion_core.cli.batch import watch
from emotion_core.cli.main import app
from emotion_core.console import ExitCode
from emotion_core.errors import AccessError, LibraryBusy, SettingsError
from emotion_core.ingest.watching import watcher
from emotion_core.jobs import supervisor
from emotion_core.library import Library, job_table
from emotion_core.storage import Home, locked
from tests.support.clips import BIKES, CARPHONE, clip


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


def test_a_day_of_watching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A film that is copied slowly is taken in when it is whole, one that is no film is named, one that is removed
    while it grows is not, and a share comes, goes and comes again. Ctrl-C ends the watch and no analysis.
    """
    monkeypatch.setattr(supervisor, "COMMAND", [sys.executable, "-c", ""])
    home, folder, share = tmp_path / "home", tmp_path / "in", tmp_path / "share"
    home.mkdir()
    folder.mkdir()
    (home / "config.toml").write_text(f'[watch]\nfolders = ["{folder}", "{share}"]\nsettle_seconds = 6\n')
    content, removed, now = clip(CARPHONE).read_bytes(), folder / "removed.mp4", [0.0]

    def half() -> None:
        for file in (folder / "slow.mp4", removed):
            file.write_bytes(content[: len(content) // 2])
        (folder / "notes.mov").write_text("notes")

    def grow() -> None:
        (folder / "slow.mp4").write_bytes(content)
        removed.write_bytes(content[:-5])

    def mount() -> None:
        share.mkdir()
        shutil.copy(clip(BIKES), share / "bikes.mp4")

    story: dict[float, Callable[[], object]] = {
        5: half, 10: grow, 15: removed.unlink, 30: mount, 50: lambda: share.rename(tmp_path / "away"),
        60: lambda: (tmp_path / "away").rename(share), 80: lambda: (_ for _ in ()).throw(KeyboardInterrupt),
    }  # fmt: skip

    def wait(seconds: float) -> None:
        now[0] += seconds
        story.get(now[0], lambda: None)()

    monkeypatch.setattr(watcher, "time", Mock(monotonic=lambda: now[0]))
    monkeypatch.setattr(watch.threading, "Event", lambda: Mock(is_set=Mock(return_value=False), wait=wait))  # type: ignore[attr-defined]
    assert app(["--home", str(home), "watch"], standalone_mode=False) == ExitCode.STOPPED
    first, *said, last = capsys.readouterr().out.splitlines()
    assert first == f"Watching {folder}, {share}. Ctrl-C ends it."
    away = f"{share} cannot be listed: No such file or directory."
    assert [line.partition(" cannot be opened")[0] for line in said] == [
        away,
        f"{folder}/notes.mov: no film: notes.mov",
        f"{folder}/slow.mp4: taken in",
        f"{share}/bikes.mp4: taken in",
        away,
    ]
    assert last.startswith("The watch has ended.")
    library = Library.open(home)
    with library.database() as database:
        waiting = [library.film(job.film_id).path for job in job_table.active(database)]
    assert waiting == [folder / "slow.mp4", share / "bikes.mp4"]
