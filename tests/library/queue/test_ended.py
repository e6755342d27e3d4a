"""Jobs that ended, and throughput."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from emotion_core.library import database as schema, job_table
from emotion_core.library.queue import last_ended, throughput

NOW = 1_000_000.0


def add(
    database: sqlite3.Connection, name: str, began: float | None, ended: float | None, *,
    state: str = "done", kind: str = "scan", minutes: int = 30,
) -> None:  # fmt: skip
    """A job that began and ended so many hours before NOW, about a film of so many minutes."""
    database.execute(
        "INSERT INTO films (id, name, path, managed, bytes, modified_ns, added_at, media) "
        "VALUES (?, 'Film', '/a', 0, 1, 1, 'now', ?)",
        (name, json.dumps({"duration": f"{minutes * 60 * 24}/24"})),
    )
    database.execute(
        "INSERT INTO jobs (id, kind, film_id, priority, request, state, began_at, ended_at) "
        "VALUES (?, ?, ?, 1, '{}', ?, ?, ?)",
        (name, kind, name, state, *(None if hours is None else NOW - hours * 3600 for hours in (began, ended))),
    )


def test_throughput_is_that_of_the_hours_in_which_work_was_done(tmp_path: Path) -> None:
    """Films and their length count by the hours in which any of them was analysed; what failed, ended earlier, or was
    no analysis of a film counts not.
    """
    with closing(schema.connect(tmp_path / "library.sqlite")) as database:
        add(database, "two at once", 6, 4)
        add(database, "beside it", 5, 4)
        add(database, "later", 3, 2, minutes=90)
        add(database, "failed", 2, 1, state="failed")
        add(database, "yesterday", 26, 25)
        add(database, "copy", 2, 1, kind="proxy")
        add(database, "of an earlier version", None, None)
        add(database, "recording", 2, 1)
        database.execute("UPDATE films SET role = 'recording' WHERE id = 'recording'")
        found = throughput(database, NOW)
    assert (found.films, found.film_seconds, found.worked_seconds) == (3, 9000, 3 * 3600)
    assert found.films_an_hour == 1.0
    assert found.film_hours_an_hour == pytest.approx(2.5 / 3)


def test_nothing_done_has_no_throughput(tmp_path: Path) -> None:
    """Without an analysis in the last day there is no figure, rather than a zero."""
    with closing(schema.connect(tmp_path / "library.sqlite")) as database:
        found = throughput(database, NOW)
    assert (found.films, found.films_an_hour, found.film_hours_an_hour) == (0, None, None)


@pytest.mark.parametrize(("films", "minutes", "is_told"), [(1, 1, False), (1, 10, True), (2, 4, False), (3, 1, True)])
def test_a_speed_needs_a_basis(tmp_path: Path, films: int, minutes: int, is_told: bool) -> None:
    """Three films, or ten minutes of film: less says little about an hour."""
    with closing(schema.connect(tmp_path / "library.sqlite")) as database:
        for film in range(films):
            add(database, f"film {film}", film + 2, film + 1, minutes=minutes)
        found = throughput(database, NOW)
    assert found.films == films
    assert (found.films_an_hour is not None, found.film_hours_an_hour is not None) == (is_told, is_told)


def test_a_clock_that_was_set_back_counts_no_time(tmp_path: Path) -> None:
    """A job that ended before it began, by the clock, adds no negative time."""
    with closing(schema.connect(tmp_path / "library.sqlite")) as database:
        add(database, "odd", 1, 2)
        add(database, "well", 4, 3)
        assert throughput(database, NOW).worked_seconds == 3600


def test_the_last_ended_come_first(tmp_path: Path) -> None:
    """Scans that ended last come first, with failed and cancelled ones, without running ones."""
    with closing(schema.connect(tmp_path / "library.sqlite")) as database:
        add(database, "first", 9, 8)
        add(database, "second", 7, 6, state="failed")
        add(database, "third", 5, 4, state="cancelled")
        add(database, "running", 3, None, state="running")
        assert [job.id for job in last_ended(database, 2)] == ["third", "second"]


def test_a_scan_to_which_frames_are_added_stays(tmp_path: Path) -> None:
    """A correction that needs more frames takes its film neither from what ended nor from what was done."""
    with closing(schema.connect(tmp_path / "library.sqlite")) as database:
        add(database, "film", 3, 2, minutes=90)
        database.execute(
            "INSERT INTO scans (id, film_id, settings, checkpoint_hash, created_at) "
            "VALUES ('scan', 'film', '{}', '', 'now')"
        )
        database.execute("UPDATE jobs SET id = 'scan', scan_id = 'scan'")
        for _ in range(2):
            assert job_table.enqueue(database, "top_up", "film", "{}", scan_id="scan")
            added = job_table.take_next(database)
            assert added is not None
            assert (added.id, added.kind) == ("scan", "top_up")
            job_table.finish(database, added, "done")
            assert [(job.scan_id, job.kind) for job in last_ended(database, 9)] == [("scan", "scan")]
            assert throughput(database, NOW).worked_seconds == 3600
        assert job_table.enqueue(database, "scan", "film", "{}", scan_id="scan")  # it is read anew
        assert len(job_table.of_film(database, "film")) == 2
