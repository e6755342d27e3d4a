"""Parts of the queue."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from emotion_core.library import database as schema, job_table
from emotion_core.library.queue import film_names, running, waiting, waiting_count


def add(database: sqlite3.Connection, film: str, role: str = "film") -> None:
    database.execute(
        "INSERT INTO films (id, name, path, managed, bytes, modified_ns, added_at, media, role) "
        "VALUES (?, ?, '/a', 0, 1, 1, 'now', '{}', ?)",
        (film, f"{film}.mov", role),
    )
    job_table.enqueue(database, "scan", film, "{}")


def test_the_queue_is_read_in_parts(tmp_path: Path) -> None:
    """A part has as many as are asked for, from a place on; what runs is apart; recordings of viewers have no name."""
    with closing(schema.connect(tmp_path / "library.sqlite")) as database:
        for film in "abcde":
            add(database, film, "recording" if film == "c" else "film")
        assert job_table.take_next(database) is not None
        assert [job.film_id for job in running(database)] == ["a"]
        assert waiting_count(database) == 4
        assert [job.film_id for job in waiting(database, 0, 2)] == ["b", "c"]
        assert [job.film_id for job in waiting(database, 2, 9)] == ["d", "e"]
        assert film_names(database, ["b", "c", "b", "x"]) == {"b": "b.mov"}
        assert film_names(database, []) == {}


def test_names_of_any_number_of_films_are_found(tmp_path: Path) -> None:
    """More than SQLite takes values in one statement: a library may have a season of dailies in its queue."""
    with closing(schema.connect(tmp_path / "library.sqlite")) as database:
        add(database, "a")
        assert film_names(database, (*map(str, range(40_000)), "a")) == {"a": "a.mov"}
