"""Leases: who may report a range, and what becomes of one whose worker is gone."""

from __future__ import annotations

import time
from uuid import UUID

import pytest

from emotion_core.cluster import leases
from emotion_core.cluster.database import Database
from emotion_core.cluster.leases import Asked, Lease

RESULT = {"sha256": "ab", "size": 1}


@pytest.fixture
def asked(database: Database) -> Database:
    """A database in which two ranges of one scan wait."""
    database.run(lambda c: leases.announce(c, "engine", {}, {}))
    database.run(lambda c: leases.begin(c, "library", "scan", "print", "engine", {"kind": "range"}))
    parts = ((0, 4, "cd"),)
    database.run(lambda c: leases.ask(c, "scan", [Asked(0, parts), Asked(1, parts)]))
    return database


def worker(database: Database) -> int:
    """Register a worker."""
    (row,) = database.run(lambda c: c.execute("SELECT * FROM procrastinate_register_worker_v1()").fetchall())
    return int(row[0])


def fetch(database: Database, number: int, queue: str = "ranges-engine") -> Lease | None:
    """Take the next range of a queue as the worker `number`."""
    ((job, args),) = database.run(
        lambda c: c.execute("SELECT id, args FROM procrastinate_fetch_job_v2(%s, %s)", ([queue], number)).fetchall()
    )
    if job is None:
        return None
    return database.run(lambda c: leases.take(c, args["scan"], args["number"], job, number))


def test_a_range_is_reported_once_by_its_holder(asked: Database) -> None:
    """A worker is given the first range with what it needs; its report counts, and a stranger's token is refused."""
    lease = fetch(asked, worker(asked))
    assert lease is not None
    assert (lease.number, lease.parts, lease.request) == (0, ((0, 4, "cd"),), {"kind": "range"})
    assert not asked.run(lambda c: leases.report(c, UUID(int=1), RESULT))
    assert asked.run(lambda c: leases.report(c, lease.token, RESULT))
    assert asked.run(lambda c: leases.report(c, lease.token, {"sha256": "other", "size": 2}))  # a repeated call
    assert [row.result for row in asked.run(lambda c: leases.progress(c, "scan"))] == [RESULT, None]


def test_a_worker_of_another_engine_gets_nothing(asked: Database) -> None:
    """Ranges lie in the queue of their engine: a machine whose numbers differ is never given one."""
    assert fetch(asked, worker(asked), "ranges-other") is None


def test_a_silent_worker_is_replaced_and_its_late_result_refused(asked: Database) -> None:
    """Once a worker was silent for too long its range goes to another one; neither its sign of life nor its result
    counts then, and the other one's does.
    """
    first, second = worker(asked), worker(asked)
    lease = fetch(asked, first)
    assert lease is not None
    assert asked.run(lambda c: leases.beat(c, lease.token, {"frames": 7}))
    assert asked.run(lambda c: leases.release_stalled(c, 60)) == []
    time.sleep(0.3)
    asked.run(lambda c: c.execute("UPDATE procrastinate_workers SET last_heartbeat = now() WHERE id = %s", (second,)))
    assert len(asked.run(lambda c: leases.release_stalled(c, 0.2))) == 1
    assert not asked.run(lambda c: leases.beat(c, lease.token, None))
    assert not asked.run(lambda c: leases.report(c, lease.token, RESULT))
    again = fetch(asked, second)
    assert again is not None
    assert (again.number, again.starts) == (0, 2)
    assert asked.run(lambda c: leases.report(c, again.token, RESULT))


def test_a_range_that_is_given_back_is_handed_out_again_first(asked: Database) -> None:
    """A range that its worker gives back keeps its place before the later ones."""
    number = worker(asked)
    lease = fetch(asked, number)
    assert lease is not None
    asked.run(lambda c: leases.give_back(c, lease.token, "disk full"))
    again = fetch(asked, number)
    assert again is not None
    assert again.number == 0
    assert again.token != lease.token


def test_a_film_fails_after_three_crashes(asked: Database) -> None:
    """A range whose process crashed three times is not tried for ever: the film's error says so."""
    number = worker(asked)
    for _ in range(leases.CRASHES):
        lease = fetch(asked, number)
        assert lease is not None
        assert lease.number == 0
        token = lease.token
        asked.run(lambda c, token=token: leases.give_back(c, token, "it crashed", crashed=True))  # type: ignore[misc]
    row = asked.run(lambda c: leases.progress(c, "scan"))[0]
    assert (row.error or {}).get("problem") == "it crashed"
    lease = fetch(asked, number)
    assert lease is not None
    assert lease.number == 1


def test_the_end_of_a_scan_ends_its_leases(asked: Database) -> None:
    """After a cancelled scan its worker learns that its range is not wanted, and nothing of it waits."""
    number = worker(asked)
    lease = fetch(asked, number)
    assert lease is not None
    asked.run(lambda c: leases.end(c, "scan"))
    assert not asked.run(lambda c: leases.beat(c, lease.token, None))
    assert fetch(asked, number) is None
    assert asked.run(lambda c: leases.scans(c, "library")) == []
    assert not asked.run(lambda c: leases.is_known(c, "scan"))


def test_a_job_that_nobody_ends_is_removed(asked: Database) -> None:
    """The queue keeps no job of a scan that has ended meanwhile, be its worker gone or not."""
    lease = fetch(asked, worker(asked))
    assert lease is not None
    doing = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'"
    asked.run(lambda c: leases.release_stalled(c, 60))
    assert asked.run(lambda c: c.execute(doing).fetchall()) == [(1,)]
    asked.run(lambda c: leases.end(c, "scan"))
    asked.run(lambda c: leases.release_stalled(c, 60))
    assert asked.run(lambda c: c.execute(doing).fetchall()) == [(0,)]


def test_films_go_in_their_order(asked: Database) -> None:
    """A film that is moved to the front is read before one that was asked for earlier."""
    asked.run(lambda c: leases.begin(c, "library", "second", "print", "engine", {}))
    asked.run(lambda c: leases.set_priority(c, "second", -10_000))
    asked.run(lambda c: leases.ask(c, "second", [Asked(0, ())]))
    asked.run(lambda c: leases.set_priority(c, "second", 10_000))
    lease = fetch(asked, worker(asked))
    assert lease is not None
    assert lease.scan == "second"


def test_a_scan_of_other_settings_begins_anew(asked: Database) -> None:
    """Results of a scan stay while it is the same, and are dropped where anything of it differs."""
    lease = fetch(asked, worker(asked))
    assert lease is not None
    asked.run(lambda c: leases.report(c, lease.token, RESULT))
    asked.run(lambda c: leases.begin(c, "library", "scan", "print", "engine", {}))
    assert asked.run(lambda c: leases.progress(c, "scan"))[0].result == RESULT
    asked.run(lambda c: leases.begin(c, "library", "scan", "other", "engine", {}))
    assert asked.run(lambda c: leases.progress(c, "scan")) == []


def test_a_range_is_taken_ahead_only_where_no_worker_lacks_one(asked: Database) -> None:
    """Two ranges wait: one worker may take both, of two neither. A lease that waits is not what its worker reads."""

    def much_waits() -> bool:
        ((much,),) = asked.run(lambda c: c.execute(leases.MUCH_WAITS, {"queues": ["ranges-engine"]}).fetchall())
        return bool(much)

    first = worker(asked)
    assert much_waits()
    other = worker(asked)
    assert not much_waits()
    asked.run(lambda c: c.execute("DELETE FROM procrastinate_workers WHERE id = %s", (other,)))
    asked.run(lambda c: leases.show_worker(c, "host/1", first, "host", "reading", ""))
    fetch(asked, first)
    fetch(asked, first)
    assert [each["range"] for each in asked.run(lambda c: leases.workers(c, 60))] == [0]


def test_a_machine_that_was_refused_is_shown_until_it_reads(asked: Database) -> None:
    """A worker that is refused ends at once: who looks minutes later still sees why, unless its machine reads now."""
    show = leases.show_worker
    asked.run(lambda c: show(c, "a/1", None, "a", "refused", "av: 17 here"))
    asked.run(lambda c: show(c, "b/1", None, "b", "ended", ""))
    asked.run(lambda c: c.execute("UPDATE workers SET seen = now() - interval '10 min'"))
    assert [each["refused"] for each in asked.run(lambda c: leases.workers(c, 60))] == ["av: 17 here"]
    asked.run(lambda c: show(c, "a/2", None, "a", "ready", ""))
    assert [each["name"] for each in asked.run(lambda c: leases.workers(c, 60))] == ["a/2"]


def test_what_a_worker_never_heard_of_is_put_back(asked: Database) -> None:
    """The database handed a range out, and was gone before its worker heard of it: it is put back though the worker
    lives.
    """
    first = worker(asked)
    take = "SELECT id FROM procrastinate_fetch_job_v2(%s, %s)"
    asked.run(lambda c: c.execute(take, (["ranges-engine"], first)))
    assert asked.run(lambda c: leases.release_stalled(c, 60)) == []
    time.sleep(0.3)
    asked.run(lambda c: c.execute("UPDATE procrastinate_workers SET last_heartbeat = now()"))
    assert len(asked.run(lambda c: leases.release_stalled(c, 0.2))) == 1
    lease = fetch(asked, first)
    assert lease is not None
    assert lease.number == 0
