"""The owner's chores: what travelled for a scan is deleted once, and only once, nobody needs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core.cluster import leases
from emotion_core.cluster.chores import Chores, _order
from emotion_core.cluster.database import Database
from emotion_core.cluster.exchange import Exchange
from emotion_core.cluster.places import Places, library_id
from emotion_core.library import Job, Library
from emotion_core.storage import Home

JOB = Job(1, "scan", "scan", "film", "scan", 1, "{}", "running", 1, None, None, "", 1, None, None)


@pytest.fixture
def chores(database: Database, tmp_path: Path) -> Chores:
    """Those of a library of which one scan was begun whose job is no longer in the queue."""
    home = tmp_path / "home"
    Library.open(home)
    made = Chores(home, Places(database.url, str(tmp_path / "exchange")))
    made._prepare()
    made._announced = True  # no model is opened
    database.run(lambda c: leases.announce(c, "engine", {}, {}))
    database.run(lambda c: leases.begin(c, library_id(home), "scan", "print", "engine", {}))
    Home(home).parts("scan").mkdir(parents=True)
    part = tmp_path / "exchange/films/scan/part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"film")
    return made


def test_a_scan_whose_process_lives_is_not_forgotten(chores: Chores, database: Database, tmp_path: Path) -> None:
    """A cancelled scan is forgotten once its process has ended, which would send more of the film."""
    part = tmp_path / "exchange/films/scan/part"
    assert chores.hold(JOB)
    chores._once()
    assert part.exists()
    chores.release(JOB)
    chores._once()
    assert not part.exists()
    assert not Home(tmp_path / "home").parts("scan").exists()
    assert database.run(lambda c: leases.scans(c, library_id(tmp_path / "home"))) == []


def test_a_scan_that_is_being_forgotten_does_not_begin(chores: Chores, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is asked for again meanwhile waits: what its process sends would be deleted."""
    held: list[bool] = []

    def remove(*_: object) -> bool:
        held.append(chores.hold(JOB))
        return True

    monkeypatch.setattr(Exchange, "remove", remove)
    chores._once()
    assert held == [False, False]
    assert chores.hold(JOB)


def test_what_could_not_be_deleted_is_tried_again(
    chores: Chores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A film stays in an exchange that is away for a while no longer than that."""
    with monkeypatch.context() as away:
        away.setattr(Exchange, "remove", lambda *_: False)
        chores._once()
    assert (tmp_path / "exchange/films/scan/part").exists()
    (tmp_path / "exchange").rename(tmp_path / "elsewhere")
    (tmp_path / "exchange").mkdir()  # as a shared folder that is not mounted
    chores._once()
    (tmp_path / "exchange").rmdir()
    (tmp_path / "elsewhere").rename(tmp_path / "exchange")
    chores._once()
    assert not (tmp_path / "exchange/films/scan").exists()


def test_a_scan_that_begins_anew_keeps_its_place(chores: Chores, database: Database, tmp_path: Path) -> None:
    """A later film whose scan begins anew with other settings does not go before the others."""
    query = "SELECT priority FROM scans"
    for fingerprint in ("print", "other"):
        database.run(lambda c, f=fingerprint: leases.begin(c, library_id(tmp_path / "home"), "scan", f, "engine", {}))  # type: ignore[misc]
        database.run(lambda c: _order(c, ["scan"], ["one", "two", "scan"]))
        assert database.run(lambda c: c.execute(query).fetchall()) == [(-20_000,)]
