"""A film that other machines read: its beginning in the cluster's database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from emotion_core.cluster import leases, sent_film as sent_film_module
from emotion_core.cluster.database import Database
from emotion_core.cluster.exchange import Exchange
from emotion_core.cluster.leases import Progress
from emotion_core.cluster.places import Places, library_id
from emotion_core.cluster.sent_film import SentFilm, Steps, waiting_for
from emotion_core.errors import ClusterUnreachable, DiskFull
from emotion_core.jobs import ScanRequest
from emotion_core.library import Library
from emotion_core.settings import ReportSettings, ScanSettings
from emotion_core.storage import Home
from tests.support.reader_identity import OWNER


def sent_film(database: Database, tmp_path: Path, say: Callable[[str], object] = lambda _: None) -> SentFilm:
    """A film of four bytes."""
    home = Library.open(tmp_path / "home").home
    film = tmp_path / "film.mp4"
    film.write_bytes(b"film")
    request = ScanRequest(
        film=film, content_id="ab" * 32, name="film", store=tmp_path / "scan", settings=ScanSettings(),
        wanted=ReportSettings(), lock=Home(home).scan_lock,
    )  # fmt: skip
    return SentFilm(request, OWNER, Places(database.url, str(tmp_path / "exchange")), home, say)


def test_a_film_waits_for_its_exchange(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exchange that is away or full ends no analysis: the film is sent once it can be. What it waits for is told."""
    monkeypatch.setattr(sent_film_module, "_PATIENCE", 0.0)
    errors, put = [ClusterUnreachable("It is away.", ""), DiskFull("It is full.", "")], Exchange.put

    def fail_first(*given: Any, **named: Any) -> None:
        if errors:
            raise errors.pop()
        put(*given, **named)

    monkeypatch.setattr(Exchange, "put", fail_first)
    told: list[str] = []
    steps = Steps(lambda _, fields: told.append(fields["doing"]))
    sent = sent_film(database, tmp_path, steps.waits_for)
    sent.begin(None)
    steps.at("sending")
    sent.ask_for_film(lambda: steps.at("sending"))
    assert told == ["sending", "waiting: it is full", "waiting: it is away", "sending"]
    assert [row.number for row in sent.progress()] == [0]
    assert [part.read_bytes() for part in (tmp_path / "exchange/films/scan").iterdir()] == [b"film"]


def test_a_scan_begins_though_its_engine_was_forgotten(database: Database, tmp_path: Path) -> None:
    """A film's plan takes a while. An owner that begins anew meanwhile, as after a restart of the database, forgets the
    engines without a scan: the scan tells workers of its own again.
    """
    sent = sent_film(database, tmp_path)
    database.run(leases.forget_engines)
    sent.begin(None)
    assert database.run(lambda c: leases.scans(c, library_id(tmp_path / "home"))) == ["scan"]
    ((digest, asked, there),) = database.run(leases.announced)
    assert (digest, asked["engine"], there["engine"]["name"]) == (OWNER.digest, "openvino", "openvino")


def test_what_a_film_waits_for_is_told(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A result that cannot be fetched, and ranges that nobody reads, with what their last worker said."""
    told: list[str] = []
    sent = sent_film(database, tmp_path, told.append)
    sent.begin(None)
    monkeypatch.setattr(Exchange, "fetch", lambda *_: (_ for _ in ()).throw(ClusterUnreachable("It is away.", "")))
    done = Progress(0, leased=True, progress=None, result={"sha256": "ab", "size": 1}, error=None, crashes=0, note="")
    assert sent.settle([done], is_whole=True) == 0
    assert told == ["It is away."]
    given_back = replace(done, number=1, leased=False, result=None, note="The exchange is full.")
    assert waiting_for([done, given_back]) == "waiting for a worker · The exchange is full."
    assert waiting_for([given_back, replace(given_back, leased=True)]) == ""
    assert waiting_for([done]) == ""
