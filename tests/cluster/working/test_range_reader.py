"""What may happen to workers while they read a film's ranges: nothing is lost, and the report stays the same."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import signal
import subprocess
import threading
import time
from fractions import Fraction
from pathlib import Path
from uuid import UUID

import pytest

from emotion_core.cluster import film_parts, identity, leases, places
from emotion_core.cluster.database import Database
from emotion_core.cluster.exchange import Exchange
from emotion_core.cluster.leases import Lease
from emotion_core.cluster.places import RANGE_SECONDS
from emotion_core.cluster.working import range_reader
from emotion_core.cluster.working.range_reader import RangeReader
from emotion_core.errors import ClusterUnreachable
from emotion_core.jobs import scans
from emotion_core.report import csv_bytes, scene_table
from tests.support.cluster import SETTINGS, Cluster, requested
from tests.support.films import write_film
from tests.support.in_process_runner import scans_in_process
from tests.support.ranged import LENGTH, with_faces
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("read_prepared")


def stopped_amid_a_range(cluster: Cluster, database: Database, worker: subprocess.Popen[bytes], *others: int) -> int:
    """Stop a worker while it has a range that it has not reported; its number. `others` are those of workers that have
    some, too.

    It may report one just before it stops: then it goes on, until it has another one.
    """
    query = "SELECT worker FROM ranges WHERE token IS NOT NULL AND result IS NULL AND worker <> ALL(%s)"

    def readers() -> list[tuple[int]]:
        return database.run(lambda c: c.execute(query, (list(others),)).fetchall())

    while True:
        cluster.wait_for(readers)
        worker.send_signal(signal.SIGSTOP)
        time.sleep(0.2)  # what it has sent to the database is done there
        if found := readers():
            return found[0][0]
        worker.send_signal(signal.SIGCONT)


def one_part(exchange: Exchange, content: bytes = b"film", number: int = 0) -> Lease:
    """A lease of a whole film of one part, which is in the exchange."""
    digest = hashlib.sha256(content).hexdigest()
    exchange.put(f"films/scan{number or ''}", lambda: iter([content]), digest, len(content))
    request = {"kind": "film", "size": len(content), "suffix": ".mp4"}
    return Lease(f"scan{number or ''}", 0, UUID(int=1 + number), ((0, len(content), digest),), request, 1)


def test_an_idle_worker_keeps_no_film(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The film that a worker read whole is deleted there once nothing more of it was wanted for a while."""
    exchange = Exchange(str(tmp_path / "exchange"))
    with contextlib.closing(RangeReader(tmp_path / "worker", database, exchange)) as reader:
        lease = one_part(exchange)
        monkeypatch.setattr(leases, "beat", lambda *_: True)
        monkeypatch.setattr(range_reader, "read_whole", lambda *_: tmp_path / "nothing")
        reader.read(lease)
        assert (tmp_path / "worker/film/original.mp4").read_bytes() == b"film"
        monkeypatch.setattr(range_reader, "KEEP", -1.0)
        reader.end_unused()
        assert not (tmp_path / "worker/film").exists()


def test_a_replaced_program_is_no_reader(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a worker read after its program was replaced on the disk is given back: its numbers may be others."""
    exchange = Exchange(str(tmp_path / "exchange"))
    reported: list[object] = []
    with contextlib.closing(RangeReader(tmp_path / "worker", database, exchange)) as reader:
        lease = one_part(exchange)
        monkeypatch.setattr(leases, "beat", lambda *_: True)
        monkeypatch.setattr(leases, "report", lambda *given: reported.append(given))

        def read(*_: object) -> Path:
            monkeypatch.setattr(identity, "version_now", lambda: "another")
            return tmp_path / "nothing"

        monkeypatch.setattr(range_reader, "read_whole", read)
        assert "program of the last one was replaced" in reader.read(lease)
        assert reader.is_outdated()
    assert reported == []


def test_a_worker_whose_exchange_never_answers_is_silent(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that hangs amid a range, as where a network folder does, sends no sign of life: another one reads it."""
    exchange = Exchange(str(tmp_path / "exchange"))
    monkeypatch.setattr(leases, "beat", lambda *_: True)
    monkeypatch.setattr(leases, "report", lambda *_: True)
    seen: list[bool] = []
    with contextlib.closing(RangeReader(tmp_path / "worker", database, exchange)) as reader:
        lease = one_part(exchange)

        def hang(*_: object) -> Path:
            seen.append(reader.is_stuck())
            monkeypatch.setattr(range_reader, "STUCK", -1.0)  # as if so long had passed
            seen.append(reader.is_stuck())
            return tmp_path / "nothing"

        monkeypatch.setattr(range_reader, "read_whole", hang)
        assert reader.read(lease) == ""
        seen.append(reader.is_stuck())
    assert seen == [False, True, False]


def test_a_worker_that_hangs_at_what_it_fetches_ahead_is_silent(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody else would be given the range that it has leased ahead, although the one at hand is done."""
    exchange = Exchange(str(tmp_path / "exchange"))
    monkeypatch.setattr(leases, "give_back", lambda *_, **__: None)
    monkeypatch.setattr(range_reader, "_LOOK", 0.05)
    seen: list[bool] = []
    with contextlib.closing(RangeReader(tmp_path / "worker", database, exchange)) as reader:

        def hang(*_: object) -> None:
            seen.append(reader.is_stuck())
            monkeypatch.setattr(range_reader, "STUCK", -1.0)
            seen.append(reader.is_stuck())
            reader.drain.set()

        monkeypatch.setattr(film_parts.FetchedAhead, "fetch", hang)
        with reader._turn:  # as while another range is read
            assert "given back" in reader.read(one_part(exchange))
        seen.append(reader.is_stuck())
    assert seen == [False, True, False]


def test_an_exchange_that_is_gone_is_no_fault_of_the_film(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the shared folder is no longer mounted, the range counts as unread, and not as damaged."""
    monkeypatch.setattr("emotion_core.cluster.exchange.TRIES", 1)
    monkeypatch.setattr(range_reader, "REST", 0.0)
    given: list[bool] = []
    monkeypatch.setattr(leases, "give_back", lambda *_, crashed=False: given.append(crashed))
    monkeypatch.setattr(leases, "beat", lambda *_: True)
    exchange = Exchange(str(tmp_path / "exchange"))
    places.mark(database, exchange)
    with contextlib.closing(RangeReader(tmp_path / "worker", database, exchange)) as reader:
        lease = one_part(exchange)
        exchange.remove("films/scan")
        reader.read(lease)
        exchange.remove(places.MARK)
        reader.read(lease)
    assert given == [True, False]


def test_a_machine_that_cannot_read_takes_no_more(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that gives errors is no fault of films: their ranges are given back, and after some the machine ends. An
    exchange that is away, a full disk and a range that was read between do not count.
    """
    exchange = Exchange(str(tmp_path / "exchange"))
    monkeypatch.setattr(leases, "beat", lambda *_: True)
    monkeypatch.setattr(leases, "report", lambda *_: True)
    monkeypatch.setattr(leases, "give_back", lambda *_, **__: None)
    monkeypatch.setattr(range_reader, "REST", 0.0)
    broken, full = OSError(errno.EIO, "Input/output error"), OSError(errno.ENOSPC, "No space left on device")
    happens: list[OSError | ClusterUnreachable | None] = [
        *[broken] * 4, None, *[full] * 5, *[ClusterUnreachable("away", "wait")] * 5, *[broken] * 5,
    ]  # fmt: skip

    def read_whole(*_: object) -> Path:
        if (error := happens.pop(0)) is not None:
            raise error
        return tmp_path / "nothing"

    monkeypatch.setattr(range_reader, "read_whole", read_whole)
    with contextlib.closing(RangeReader(tmp_path / "worker", database, exchange)) as reader:
        lease = one_part(exchange)
        while happens:
            assert reader.broken is None
            reader.read(lease)
        assert "Input/output error" in str(reader.broken)


def test_what_the_next_range_needs_is_fetched_ahead(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one film is read, the next one's bytes come; one that waits when its worker is drained is given back."""
    exchange = Exchange(str(tmp_path / "exchange"))
    monkeypatch.setattr(leases, "beat", lambda *_: True)
    monkeypatch.setattr(leases, "report", lambda *_: True)
    given: list[UUID] = []
    monkeypatch.setattr(leases, "give_back", lambda _, token, why, **__: given.append(token))
    monkeypatch.setattr(range_reader, "_LOOK", 0.05)
    first, second, third = (one_part(exchange, name, number) for number, name in enumerate((b"one", b"two", b"three")))
    read: list[bytes] = []
    with contextlib.closing(RangeReader(tmp_path / "worker", database, exchange)) as reader:
        second_reads = threading.Thread(target=lambda: reader.read(second))
        third_waits = threading.Thread(target=lambda: reader.read(third))

        def read_whole(lease: Lease, film: Path, *_: object) -> Path:
            read.append(film.read_bytes())
            (waiting, waits) = (second, second_reads) if lease is first else (third, third_waits)
            waits.start()
            until((tmp_path / f"worker/ahead/{waiting.token}/{waiting.parts[0][2]}").exists)
            exchange.remove(f"films/{waiting.scan}")
            if lease is second:
                reader.drain.set()
                until(lambda: given)
            return tmp_path / "nothing"

        monkeypatch.setattr(range_reader, "read_whole", read_whole)
        assert reader.read(first) == ""
        second_reads.join()
        third_waits.join()
        assert list((tmp_path / "worker/ahead").iterdir()) == []
    assert read == [b"one", b"two"]
    assert given == [third.token]


def test_workers_that_hang_die_or_are_drained(
    cluster: Cluster, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One worker hangs amid a range, one is killed, one is drained: others read their ranges. The first one's result
    comes late and is refused, and it goes on as a worker. The report is that of a local analysis.
    """
    monkeypatch.setenv(RANGE_SECONDS, str(LENGTH))
    film = write_film(tmp_path / "film.mp4", with_faces(), rate=Fraction(25), keyframe_every=25)
    library = cluster.library
    scan = requested(library, film)
    cluster.owner()
    cluster.wait_for((Path(cluster.store) / places.MARK).exists)

    hanging = cluster.worker(1)
    first = stopped_amid_a_range(cluster, database, hanging)

    killed = cluster.worker(2)
    second = stopped_amid_a_range(cluster, database, killed, first)
    killed.kill()
    killed.wait()

    drained = cluster.worker(3)
    stopped_amid_a_range(cluster, database, drained, first, second)
    drained.terminate()
    drained.send_signal(signal.SIGCONT)
    assert drained.wait(90) == 0
    log = cluster.log("worker-3")
    assert "Ended: no part is left half done." in log
    assert log.count("Reading") == log.count("Reported") > 0, log + cluster.log("owner")

    cluster.wait_for(lambda: cluster.log("owner").count("Taken back") > 1)  # the killed one's range, and this one's
    hanging.send_signal(signal.SIGCONT)
    cluster.wait_for(lambda: not scans.status(library, scan).active)
    assert scans.status(library, scan).state == "done", scans.status(library, scan)
    cluster.wait_for(lambda: any(words in cluster.log("worker-1") for words in ("too late", "no longer wanted")))
    assert "fell silent" in cluster.log("owner")
    by_workers = csv_bytes(scene_table(library.analysis(library.films()[0].id)))
    cluster.end()
    library.delete_scan(scan)
    with scans_in_process():
        scans.start(library, library.films()[0].id, SETTINGS)
    assert csv_bytes(scene_table(library.analysis(library.films()[0].id))) == by_workers
