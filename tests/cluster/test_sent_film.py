"""A film that other machines read: its beginning in the cluster's database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emotion_core.cluster import leases, sent_film as sent_film_module
from emotion_core.cluster.database import Database
from emotion_core.cluster.exchange import Exchange
from emotion_core.cluster.places import Places, library_id
from emotion_core.cluster.sent_film import SentFilm
from emotion_core.errors import ClusterUnreachable, DiskFull
from emotion_core.jobs import ScanRequest
from emotion_core.library import Library
from emotion_core.settings import ReportSettings, ScanSettings
from emotion_core.storage import Home
from tests.support.reader_identity import OWNER


def sent_film(database: Database, tmp_path: Path) -> SentFilm:
    """A film of four bytes."""
    home = Library.open(tmp_path / "home").home
    film = tmp_path / "film.mp4"
    film.write_bytes(b"film")
    request = ScanRequest(
        film=film, content_id="ab" * 32, name="film", store=tmp_path / "scan", settings=ScanSettings(),
        wanted=ReportSettings(), lock=Home(home).scan_lock,
    )  # fmt: skip
    return SentFilm(request, OWNER, Places(database.url, str(tmp_path / "exchange")), home)


def test_a_film_waits_for_its_exchange(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exchange that is away or full ends no analysis: the film is sent once it can be."""
    monkeypatch.setattr(sent_film_module, "_PATIENCE", 0.0)
    errors, put = [ClusterUnreachable("It is away.", ""), DiskFull("It is full.", "")], Exchange.put

    def fail_first(*given: Any, **named: Any) -> None:
        if errors:
            raise errors.pop()
        put(*given, **named)

    monkeypatch.setattr(Exchange, "put", fail_first)
    sent = sent_film(database, tmp_path)
    sent.begin(None)
    sent.ask_for_film(lambda: None)
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
