"""Workers: who is one, and how one ends."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from emotion_core.cluster import identity, leases, places
from emotion_core.cluster.database import Database
from emotion_core.cluster.exchange import Exchange
from emotion_core.cluster.leases import Lease
from emotion_core.cluster.working import leased_jobs, worker
from emotion_core.cluster.working.range_reader import RangeReader
from emotion_core.errors import ClusterError
from tests.support.apart import apart
from tests.support.reader_identity import OWNER
from tests.support.waiting import until


def test_a_machine_with_other_numbers_is_refused(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker whose packages differ from the library's ends, says what differs, and the owner sees it too."""
    here = {**OWNER.to_json(), "packages": {"av": "17.0.0", "numpy": "2.4.6"}}
    monkeypatch.setattr(identity, "measure", lambda request, home: identity.ReaderIdentity.from_json(here))
    database.run(lambda c: leases.announce(c, OWNER.digest, {}, OWNER.to_json()))
    said: list[str] = []
    with pytest.raises(ClusterError, match=r"no worker of this library.*av: 17\.0\.0 here, 18\.1\.0 at the library"):
        apart(worker.work, database.url, str(tmp_path / "exchange"), tmp_path / "worker", said.append)
    (shown,) = database.run(lambda c: leases.workers(c, 60))
    assert shown["state"] == "refused"
    assert "av: 17.0.0 here" in shown["refused"]
    assert any("Not read here" in line for line in said)


def test_a_worker_ends_when_nothing_waits(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With --once a worker that finds nothing to read ends. It takes the exchange that the owner names, and two workers
    of one folder use two slots.
    """
    monkeypatch.setattr(identity, "measure", lambda request, home: OWNER)
    database.run(lambda c: leases.announce(c, OWNER.digest, {}, OWNER.to_json()))
    with pytest.raises(ClusterError, match="exchange is not known"):
        apart(worker.work, database.url, None, tmp_path / "worker", lambda line: None, drain=True)
    database.run(lambda c: leases.set_setting(c, "exchange", str(tmp_path / "exchange")))
    said: list[str] = []
    threads = threading.active_count()
    with worker._slot(tmp_path / "worker") as first:
        assert first.name == "worker-1"
        apart(worker.work, database.url, None, tmp_path / "worker", said.append, drain=True)
    assert "worker-2: database" in said[0]
    assert threading.active_count() < threads + 20
    (shown,) = database.run(lambda c: leases.workers(c, 60))
    assert shown["state"] == "ended"


def test_another_exchange_is_refused(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shared folder that is not mounted is an empty folder: a worker there would find no part of any film, and films
    would fail for it.
    """
    monkeypatch.setattr(identity, "measure", lambda request, home: OWNER)
    database.run(lambda c: leases.announce(c, OWNER.digest, {}, OWNER.to_json()))
    places.mark(database, Exchange(str(tmp_path / "exchange")))
    places.mark(database, Exchange(str(tmp_path / "exchange")))  # an owner that begins anew
    with pytest.raises(ClusterError, match=r"is not the library's.*Mount the shared folder"):
        apart(
            worker.work, database.url, str(tmp_path / "not mounted"), tmp_path / "worker", lambda line: None, drain=True
        )
    apart(worker.work, database.url, str(tmp_path / "exchange"), tmp_path / "worker", lambda line: None, drain=True)


def test_a_worker_that_is_drained_is_heard_of(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may take a minute to finish its range. Until then it says that it lives: else its range were read twice."""
    monkeypatch.setattr(identity, "measure", lambda request, home: OWNER)
    monkeypatch.setattr(leased_jobs, "_LOOK", 0.05)
    exchange, said = Exchange(str(tmp_path / "exchange")), list[str]()

    def ask(connection: psycopg.Connection) -> None:
        leases.set_setting(connection, "heartbeat", 0.2)
        leases.announce(connection, OWNER.digest, {}, OWNER.to_json())
        leases.begin(connection, "library", "scan", "print", OWNER.digest, {"kind": "film", "content": "ab"})
        leases.ask(connection, "scan", [leases.Asked(0, ())])

    class SlowReader(RangeReader):
        def read(self, lease: Lease, begins: Callable[[], object] = lambda: None) -> str:
            with contextlib.closing(Database(database.url)) as mine:

                def heard() -> object:
                    query = "SELECT last_heartbeat FROM procrastinate_workers"
                    return mine.run(lambda c: c.execute(query).fetchall())[0][0]

                working._end()
                time.sleep(0.5)  # its last one before the end may be on its way
                before = heard()
                until(lambda: heard() != before)
            return ""

    database.run(ask)
    with contextlib.closing(SlowReader(tmp_path / "worker", database, exchange)) as reader:
        working = worker._ClusterWorker(database.url, "host/1", reader, said.append, drain=False)
        apart(lambda: asyncio.run(working.run()))
    assert said[-2:] == ["Reported all of film ab.", "Ended: no part is left half done."]
