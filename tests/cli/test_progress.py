"""What a terminal shows while a film is added and analysed."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest

from emotion_core.cli import progress
from emotion_core.console import terminal
from emotion_core.errors import NotAFilm
from emotion_core.jobs import Status, scans, supervisor
from emotion_core.library import Library
from emotion_core.storage import Home
from emotion_core.system import Progress
from tests.support.clips import CARPHONE, clip


class Screen(io.StringIO):
    """A terminal that keeps all that was written."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    screen = Screen()
    monkeypatch.setattr(terminal, "error_output", lambda: screen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    return screen


def test_a_film_that_is_added_is_announced(tmp_path: Path, screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bar says that the file is read, and goes when it was, also if the file is refused."""
    monkeypatch.setattr(supervisor, "prepare_worker", lambda _: None)
    library = Library.open(tmp_path / "home")
    film = progress.add_film(library, clip(CARPHONE))
    assert library.films() == [film]
    assert "reading all of the file once" in screen.getvalue()
    with pytest.raises(NotAFilm):
        progress.add_film(library, tmp_path / "missing.mp4")


def test_the_bar_says_what_is_waited_for(tmp_path: Path, screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames are counted while the model opens, and the bar says both."""
    loading = Progress(120, 480, 24.0, 15.0, "loading the model")
    statuses = iter(
        [
            Status("waiting", "waiting for 1 analysis before it"),
            Status("running", "loading the model", loading, scenes=2),
            Status("running", "reading the film", Progress(240, 480, 48.0, 5.0), scenes=3),
            Status("done", "done"),
        ]
    )
    monkeypatch.setattr(scans, "status", lambda library, scan_id: next(statuses))
    monkeypatch.setattr(progress, "_LOOK", 0.3)  # the bar is drawn ten times a second
    progress.follow(Library.open(tmp_path / "home"), "scan", "Film.mp4")
    shown = screen.getvalue()
    assert "waiting for 1 analysis before it" in shown
    assert "24 frames/s, 2 scenes, loading the model" in shown
    assert "48 frames/s, 3 scenes" in shown
    assert "reading the film" not in shown


def test_what_was_written_is_noticed_at_once_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Events that are written end the wait before its time; without any it lasts its time."""
    library = Library.open(tmp_path / "home")
    monkeypatch.setattr(progress, "_LOOK", 0.2)
    events = Home(library.home).events("scan")
    events.parent.mkdir(parents=True, exist_ok=True)
    news = progress._News(library, "scan")
    began = time.monotonic()
    news.wait()
    assert time.monotonic() - began >= 0.2
    monkeypatch.setattr(progress, "_LOOK", 60.0)
    events.write_text('{"event": "done"}\n')
    news.wait()
    assert time.monotonic() - began < 30
