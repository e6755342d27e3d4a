"""What the page of the queue shows."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from emotion_core.jobs import scans, supervisor
from emotion_core.jobs.queue import analyse_again, cancel_film, move_film, overview
from emotion_core.library import Library, job_table
from emotion_core.settings import ScanSettings
from tests.support import library_builder
from tests.support.clips import BIKES, CARPHONE

SETTINGS = ScanSettings(checkpoint="embedded", engine="torch")


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library whose worker does nothing."""
    monkeypatch.setattr(supervisor, "COMMAND", [sys.executable, "-c", ""])
    return Library.open(tmp_path / "home")


def test_films_wait_run_end_and_are_asked_for_again(library: Library) -> None:
    """A film that is moved comes first, one that is cancelled ends as cancelled, and is then asked for again with the
    same settings.
    """
    first, second = (library_builder.film(library, name, ["happy"]) for name in (CARPHONE, BIKES))
    wanted = {film.id: scans.start(library, film.id, SETTINGS) for film in (first, second)}
    assert move_film(library, second.id, "front")
    assert [entry.name for entry in overview.overview(library).waiting] == [second.name, first.name]
    with library.database() as database:
        job_table.take_next(database)
    now = overview.overview(library)
    assert [(entry.name, status.step) for entry, status in now.running] == [(second.name, "starting")]
    assert (now.waiting_count, [entry.name for entry in now.waiting]) == (1, [first.name])
    assert cancel_film(library, first.id) == 1
    assert cancel_film(library, first.id) == 0
    (ended,) = overview.overview(library).ended
    assert (ended.name, ended.job.state, ended.is_film) == (first.name, "cancelled", True)
    assert analyse_again(library, ended.job) == wanted[first.id]
    assert [entry.name for entry in overview.overview(library).waiting] == [first.name]
    assert overview.overview(library).ended == ()


def test_a_part_beyond_the_end_is_the_last_one(library: Library) -> None:
    """Films that began meanwhile leave no empty part behind."""
    film = library_builder.film(library, CARPHONE, ["happy"])
    scans.start(library, film.id, SETTINGS)
    now = overview.overview(library, first=40, count=20)
    assert (now.first, len(now.waiting)) == (0, 1)
