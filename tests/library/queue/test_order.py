"""The order of the queue: moved films, and many processes that move, add and take at once."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from emotion_core.library import database as schema, job_table, migrations
from emotion_core.library.queue import Direction, move


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A library's database with five films, a scan of each asked for in the order of their names."""
    file = tmp_path / "library.sqlite"
    with closing(schema.connect(file)) as database:
        for film in "abcde":
            add(database, film)
    return file


def add(database: sqlite3.Connection, film: str, kind: str = "scan", at_once: int = 1) -> None:
    database.execute(
        "INSERT OR IGNORE INTO films (id, name, path, managed, bytes, modified_ns, added_at, media) "
        "VALUES (?, 'Film', '/a', 0, 1, 1, 'now', '{}')",
        (film,),
    )
    job_table.enqueue(database, kind, film, "{}", at_once=at_once)


def order(database: sqlite3.Connection) -> str:
    return "".join(job.film_id for job in job_table.active(database))


@pytest.mark.parametrize(
    ("film", "direction", "expected"),
    [
        ("d", "front", "dabce"),
        ("a", "front", "abcde"),
        ("c", "up", "acbde"),
        ("a", "up", "abcde"),
        ("c", "down", "abdce"),
        ("e", "down", "abcde"),
        ("x", "front", "abcde"),
    ],
)
def test_a_film_is_moved(file: Path, film: str, direction: Direction, expected: str) -> None:
    """A film moves to the front, up or down by one; at the end of its way, or unknown, nothing moves."""
    with closing(schema.connect(file)) as database:
        assert move(database, film, direction) == (expected != "abcde")
        assert order(database) == expected


def test_analyses_of_one_film_move_together(file: Path) -> None:
    """Two that wait side by side, with different settings, pass others both, and keep their order."""
    with closing(schema.connect(file)) as database:
        job_table.enqueue(database, "scan", "e", "{}", track=2)
        before = [job.id for job in job_table.active(database) if job.film_id == "e"]
        moves: tuple[tuple[Direction, str], ...] = (("up", "abceed"), ("down", "abcdee"), ("front", "eeabcd"))
        for direction, expected in moves:
            assert move(database, "e", direction)
            assert order(database) == expected
            assert [job.id for job in job_table.active(database) if job.film_id == "e"] == before


def test_moves_add_up_and_new_films_come_last(file: Path) -> None:
    """Each film moved to the front comes before those moved earlier; one asked for later comes last; the worker takes
    them in that order.
    """
    with closing(schema.connect(file)) as database:
        move(database, "c", "front")
        move(database, "e", "front")
        add(database, "f")
        move(database, "f", "up")
        assert order(database) == "ecabfd"
        taken = []
        while (job := job_table.take_next(database)) is not None:
            taken.append(job.film_id)
            job_table.finish(database, job, "done")
        assert "".join(taken) == "ecabfd"


def test_the_jobs_ahead_of_a_long_queue_are_counted_in_one_pass(file: Path) -> None:
    """Copies for browsers that run are not waited for by analyses; all else that is before a job is."""
    with closing(schema.connect(file)) as database:
        add(database, "p", "proxy")
        add(database, "q", "proxy")
        database.execute("UPDATE jobs SET state = 'running' WHERE film_id IN ('a', 'p')")
        queue = job_table.active(database)
    ahead = {job.film_id: number for job, number in zip(queue, job_table.all_ahead(queue).values(), strict=True)}
    assert ahead == {"a": 0, "p": 1, "b": 1, "c": 2, "d": 3, "e": 4, "q": 6}
    assert all(job_table.jobs_ahead(queue, job) == ahead[job.film_id] for job in queue)


def test_no_film_passes_one_of_another_priority(file: Path) -> None:
    """A few frames that someone waits for come first and a copy for browsers last, also after moves."""
    with closing(schema.connect(file)) as database:
        add(database, "x", "proxy")
        add(database, "y", "top_up")
        move(database, "x", "front")
        move(database, "e", "front")
        assert order(database) == "yeabcdx"


def test_what_runs_is_not_moved(file: Path) -> None:
    """A job that began stays first; a move of its film changes nothing, and others do not pass it."""
    with closing(schema.connect(file)) as database:
        assert job_table.take_next(database) is not None
        assert not move(database, "a", "front")
        move(database, "c", "front")
        assert order(database) == "acbde"


def test_a_job_that_was_interrupted_keeps_its_place(file: Path) -> None:
    """A job whose process was killed goes back to where it was moved to."""
    with closing(schema.connect(file)) as database:
        move(database, "d", "front")
        job = job_table.take_next(database)
        assert job is not None
        job_table.requeue(database, job, job.attempts)
        assert order(database) == "dabce"


def test_many_move_at_once(file: Path) -> None:
    """Processes that move, add and take films at the same moment lose none and take none twice."""

    def work(worker: int) -> list[str]:
        taken = []
        with closing(schema.connect(file)) as database:
            add(database, f"w{worker}")
            for number in range(6):
                move(database, "abcde"[(number + worker) % 5], ("front", "up", "down")[number % 3])
                if (job := job_table.take_next(database)) is not None:
                    taken.append(job.film_id)
                    job_table.finish(database, job, "done")
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = [film for films in pool.map(work, range(4)) for film in films]
    with closing(schema.connect(file)) as database:
        left = [job.film_id for job in job_table.active(database)]
    assert sorted(taken + left) == ["a", "b", "c", "d", "e", "w0", "w1", "w2", "w3"]


def test_jobs_run_at_once_only_where_all_of_them_say_so(file: Path) -> None:
    """Jobs that may run by twos do; one that runs alone waits for them, and none overtakes it."""
    with closing(schema.connect(file)) as database:
        database.execute("UPDATE jobs SET at_once = 2 WHERE film_id IN ('a', 'b', 'd')")
        first, second = job_table.take_next(database), job_table.take_next(database)
        assert [job and job.film_id for job in (first, second)] == ["a", "b"]
        assert job_table.take_next(database) is None
        assert first is not None
        job_table.finish(database, first, "done")
        assert job_table.take_next(database) is None  # c runs alone
        assert second is not None
        job_table.finish(database, second, "done")
        third = job_table.take_next(database)
        assert third is not None
        assert third.film_id == "c"
        assert job_table.take_next(database) is None  # d waits for c


def test_an_older_library_keeps_its_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs of a library of before there were moves keep their order, can be moved, and run one at a time."""
    file = tmp_path / "library.sqlite"
    monkeypatch.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:11])
    database = schema.connect(file)
    for film in "abc":
        database.execute(
            "INSERT INTO films (id, name, path, managed, bytes, modified_ns, added_at, media) "
            "VALUES (?, 'Film', '/a', 0, 1, 1, 'now', '{}')",
            (film,),
        )
        database.execute(
            "INSERT INTO jobs (id, kind, film_id, priority, request, state) VALUES (?, 'scan', ?, 1, '{}', 'queued')",
            (film, film),
        )
    database.close()
    monkeypatch.undo()
    with closing(schema.connect(file)) as database:
        assert order(database) == "abc"
        assert move(database, "c", "front")
        assert order(database) == "cab"
        assert job_table.take_next(database) is not None
        assert job_table.take_next(database) is None
