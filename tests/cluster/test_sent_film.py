"""A film that other machines read: its beginning in the cluster's database."""

from __future__ import annotations

from pathlib import Path

from emotion_core.cluster import leases
from emotion_core.cluster.database import Database
from emotion_core.cluster.places import Places, library_id
from emotion_core.cluster.sent_film import SentFilm
from emotion_core.jobs import ScanRequest
from emotion_core.library import Library
from emotion_core.settings import ReportSettings, ScanSettings
from emotion_core.storage import Home
from tests.support.reader_identity import OWNER


def test_a_scan_begins_though_its_engine_was_forgotten(database: Database, tmp_path: Path) -> None:
    """A film's plan takes a while. An owner that begins anew meanwhile, as after a restart of the database, forgets the
    engines without a scan: the scan tells workers of its own again.
    """
    home = Library.open(tmp_path / "home").home
    film = tmp_path / "film.mp4"
    film.write_bytes(b"film")
    request = ScanRequest(
        film=film, content_id="ab" * 32, name="film", store=tmp_path / "scan", settings=ScanSettings(),
        wanted=ReportSettings(), lock=Home(home).scan_lock,
    )  # fmt: skip
    sent = SentFilm(request, OWNER, Places(database.url, str(tmp_path / "exchange")), home)
    database.run(leases.forget_engines)
    sent.begin(None)
    assert database.run(lambda c: leases.scans(c, library_id(home))) == ["scan"]
    ((digest, asked, there),) = database.run(leases.announced)
    assert (digest, asked["engine"], there["engine"]["name"]) == (OWNER.digest, "openvino", "openvino")
