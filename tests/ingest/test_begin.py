"""Work on an added film: its scan and its proxy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from emotion_core.decoding import isolated
from emotion_core.errors import LibraryError
from emotion_core.ingest import begin
from emotion_core.ingest.begin import begin_film, expect_film, expect_upload, refer_to
from emotion_core.jobs import supervisor
from emotion_core.library import Library, job_table
from emotion_core.settings import ScanSettings
from emotion_core.storage import Home
from tests.support.clips import CARPHONE, clip

SETTINGS = ScanSettings(checkpoint="embedded", engine="torch")


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library without a worker."""
    monkeypatch.setattr(supervisor, "ensure_worker", lambda _: False)
    return Library.open(tmp_path / "home")


def jobs(library: Library, film_id: str) -> list[str]:
    with library.database() as database:
        return [job.kind for job in job_table.of_film(database, film_id)]


@pytest.mark.parametrize("browser_copy", [True, False])
def test_a_copy_is_requested_unless_the_page_is_to_do_it(
    library: Library, monkeypatch: pytest.MonkeyPatch, browser_copy: bool
) -> None:
    """A film that browsers do not play gets a job for its proxy, except from the terminal."""
    monkeypatch.setattr("emotion_core.playback.proxies.unplayable_reason", lambda _: "its codec")
    film = library.refer_to(clip(CARPHONE))
    begin_film(library, film, SETTINGS, browser_copy=browser_copy)
    assert jobs(library, film.id) == ["scan", *["proxy"] * browser_copy]


def test_a_film_under_way_is_left_as_it_is(library: Library) -> None:
    """`only_new` returns the active scan for any settings; otherwise other settings make another scan."""
    film = library.refer_to(clip(CARPHONE))
    other = ScanSettings(checkpoint="embedded", engine="torch", reuse_equal_crops=False)
    scan_id = begin_film(library, film, SETTINGS)
    assert begin_film(library, film, other, only_new=True) == scan_id
    assert begin_film(library, film, other) != scan_id


def test_the_worker_begins_before_a_new_film_is_hashed(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """A known film, which may need no scan, a missing file and one that is no film start no worker. What is in the
    worker's way is reported when the scan is requested.
    """
    prepared: list[Path] = []

    def prepare(home: Path) -> None:
        assert library.films() == []
        prepared.append(home)
        raise LibraryError("No worker.", "Try again.")

    monkeypatch.setattr(supervisor, "prepare_worker", prepare)
    expect_film(library, library.home / "missing.mp4")
    expect_film(library, Path(__file__))
    assert prepared == []
    film = refer_to(library, clip(CARPHONE))
    assert prepared == [library.home]
    assert refer_to(library, clip(CARPHONE)).id == film.id
    assert prepared == [library.home]


def test_the_worker_begins_for_a_film_that_was_exported_anew(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another cut under the name of a known film is a new film."""
    prepared: list[Path] = []
    monkeypatch.setattr(supervisor, "prepare_worker", prepared.append)
    path = Path(shutil.copy(clip(CARPHONE), tmp_path / "film.mp4"))
    refer_to(library, path)
    refer_to(library, path)
    assert len(prepared) == 1
    path.write_bytes(path.read_bytes() + b"\0")
    refer_to(library, path)
    assert len(prepared) == 2


def test_the_worker_begins_before_an_upload_where_an_engine_is_known(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing begins ahead where an engine would have to be tried, or where memory is short."""
    prepared: list[Path] = []
    readers: list[bool] = []
    monkeypatch.setattr(isolated, "start_ahead", lambda: readers.append(True))
    monkeypatch.setattr(supervisor, "prepare_worker", prepared.append)
    expect_upload(library.home)
    assert prepared == []
    trials = Home(library.home).trials
    trials.parent.mkdir(exist_ok=True)
    trials.touch()
    monkeypatch.setattr(begin, "AHEAD_BYTES", 0)
    expect_upload(library.home)
    assert prepared == [library.home]
    monkeypatch.setattr(begin, "AHEAD_BYTES", 1 << 60)
    expect_upload(library.home)
    assert len(prepared) == 1
    assert len(readers) == 1
