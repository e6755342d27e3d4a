"""A clock that is set forward or back: what is newest, what a report says, and what expires."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from emotion_core.errors import AccessError
from emotion_core.incoming import upload_store
from emotion_core.ingest.uploads import Uploads
from emotion_core.jobs import launcher
from emotion_core.library import Film, Library
from emotion_core.maintenance import check, repair
from emotion_core.report import scene_table
from emotion_core.settings import ScanSettings
from emotion_core.storage import clock
from emotion_core.web import tokens
from tests.support import library_builder
from tests.support.clips import BIKES, CARPHONE, clip
from tests.support.databases import schema_version
from tests.support.prepared import Prepared

pytestmark = pytest.mark.usefixtures("read_in_process")

DAY = 24 * 3600.0

LOADED = """
import json, sys, time
from pathlib import Path
from emotion_core.library import edit_history, records
from emotion_core.report import csv_file, table
from emotion_core.library import Library
from emotion_core.settings import ReportSettings
from tests.support import library_builder
"""
SHIFTED = """
real, shift = time.time, float(sys.argv[2])
time.time = lambda: real() + shift

from datetime import datetime as plain

class Shifted(plain):
    @classmethod
    def now(cls, zone=None):
        return cls.fromtimestamp(time.time(), zone)

for module in (records, edit_history):
    if hasattr(module, "datetime"):
        module.datetime = Shifted

library, did = Library.open(Path(sys.argv[1])), sys.argv[3]
if did == "scan":
    film = library_builder.film(library, sys.argv[4], sys.argv[5].split(","), model=sys.argv[6])
elif did == "floor":
    film = library.film(sys.argv[4])
    library.set_report_settings(film.id, ReportSettings(coverage_floor=float(sys.argv[5])), sys.argv[5])
print(json.dumps({
    "scans": [scan.checkpoint_hash for scan in library.scans(film.id)],
    "report": csv_file.csv_bytes(table.scene_table(library.analysis(film.id))).decode(),
    "films": [one.name for one in library.films()],
    "undo": library.edit_history(film.id).undo,
    "now": library.report_settings(film.id).coverage_floor,
}))
"""


@pytest.fixture(scope="module")
def other_clock() -> Iterator[Prepared]:
    """Runs `SHIFTED`, in a process of its own each time."""
    with Prepared(LOADED, SHIFTED) as other_clock:
        yield other_clock


def process(other_clock: Prepared, home: Path, shift: float, *words: str) -> dict[str, Any]:
    """What a process whose clock is `shift` seconds off says after it did `words`."""
    completed = other_clock.run([str(home), str(shift), *words])
    assert completed.returncode == 0, completed.stderr.decode()
    report: dict[str, Any] = json.loads(completed.stdout)
    return report


SHIFTS = [(0.0, -DAY), (DAY, 0.0), (-DAY, DAY)]
"""Seconds by which the clock is off while the first is done, and the second."""


@pytest.mark.parametrize(("first", "second"), SHIFTS)
def test_what_was_begun_last_is_newest(other_clock: Prepared, tmp_path: Path, first: float, second: float) -> None:
    """The scan, film or edit that came last is the newest, at any setting of the clock."""
    home = Library.open(tmp_path).home
    earlier = process(other_clock, home, first, "scan", CARPHONE, "happy,happy", "one")
    two = process(other_clock, home, second, "scan", CARPHONE, "sad,sad", "two")
    assert two["scans"] == ["two".ljust(8, "0"), "one".ljust(8, "0")]
    assert ("happy" in earlier["report"].splitlines()[1], "sad" in two["report"].splitlines()[1]) == (True, True)
    other = process(other_clock, home, first, "scan", BIKES, "sad", "one")
    assert other["films"] == [
        "bikes.mp4",
        process(other_clock, home, second, "floor", film_of(home, CARPHONE), "0.5")["films"][1],
    ]
    report = process(other_clock, home, first, "floor", film_of(home, CARPHONE), "0.75")
    assert (report["undo"], report["now"]) == ("0.75", 0.75)


def film_of(home: Path, name: str) -> str:
    return next(film.id for film in Library(home).films() if film.name == Path(name).name)


def test_a_scan_begun_again_is_newest(tmp_path: Path) -> None:
    """A scan that is asked for again is the film's newest from then on, also under a clock that went back."""
    library = Library.open(tmp_path)
    film = library_builder.film(library, CARPHONE, ["happy"])
    old = library.scans(film.id)[0]
    new = library.add_scan(film.id, ScanSettings(batch=8), "other")
    with library.database() as database:
        database.execute("UPDATE scans SET created_at = '2099-01-01T00:00:00+00:00' WHERE id = ?", (new.id,))
    assert [scan.id for scan in library.scans(film.id)] == [new.id, old.id]
    with library.database() as database:
        old.restart(database)
    assert [scan.id for scan in library.scans(film.id)] == [old.id, new.id]


def test_scans_of_an_older_library_keep_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The migration counts scans in the order of their dates, and of their rows where those are the same."""
    from emotion_core.library import database as schema, migrations

    monkeypatch.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:6])
    file = tmp_path / "library.sqlite"
    database = schema.connect(file)
    database.execute("INSERT INTO films VALUES ('f', 'F', '/f', 0, 1, 1, 'now', '{}')")
    for scan, day in (("c", 3), ("a", 1), ("b", 2), ("d", 3)):
        database.execute(
            "INSERT INTO scans (id, film_id, settings, checkpoint_hash, created_at) VALUES (?, 'f', '{}', '', ?)",
            (scan, f"2026-01-0{day}"),
        )
    database.close()
    monkeypatch.undo()
    database = schema.connect(file)
    assert [row[0] for row in database.execute("SELECT id FROM scans ORDER BY begun")] == ["a", "b", "c", "d"]
    database.close()
    assert schema_version(file) == len(migrations.MIGRATIONS)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path)


def shifted(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """The clock was set while this process ran."""
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + seconds)


@pytest.mark.parametrize("days", [-400, -1, 1, 400])
def test_a_clock_that_is_set_expires_no_upload(library: Library, monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """An unfinished upload stays when the clock is set while the app runs, and so does one begun after that."""
    uploads = Uploads(library.home)
    before = uploads.announce("before.mp4", 4)
    shifted(monkeypatch, days * DAY)
    after = uploads.announce("after.mp4", 4)
    then = time.time()
    os.utime(upload_store.part_path(library.home, after.id), (then, then))
    uploads.sweep()
    assert {upload.id for upload in upload_store.all_uploads(library.home)} == {before.id, after.id}


def test_what_expired_still_expires(library: Library) -> None:
    """An upload without progress for longer than the allowed time is removed."""
    uploads = Uploads(library.home)
    upload = uploads.announce("old.mp4", 4)
    then = (datetime.now(UTC) - timedelta(days=400)).timestamp()
    os.utime(upload_store.part_path(library.home, upload.id), (then, then))
    uploads.sweep()
    assert upload_store.all_uploads(library.home) == []


def test_bytes_that_still_come_are_never_abandoned(library: Library) -> None:
    """A film's bytes stay while the process that takes them in lives, at any age by the clock."""
    here = library.home / "incoming" / f"{'ab' * 16}.{os.getpid()}.part"
    over = subprocess.Popen([sys.executable, "-c", ""])
    over.wait()
    orphan = library.home / "incoming" / f"{'cd' * 16}.{over.pid}.part"
    for part in (here, orphan):
        part.write_bytes(b"half")
        os.utime(part, (1, 1))
    Library.open(library.home)
    assert (here.exists(), orphan.exists()) == (True, False)


def test_a_jobs_process_is_known_after_the_clock_was_set(library: Library) -> None:
    """A process whose start time has shifted still belongs to a job if its command line names the job's request."""
    film = library_builder.film(library, CARPHONE, ["happy"])
    scan = library.scans(film.id)[0]
    job = library_builder.runs(library, scan, os.getpid(), 0.0)
    waiting = "import sys; print('runs', flush=True); sys.stdin.read()"
    for request, is_found in ((str(launcher.request_of(library.home, job)), True), ("another", False)):
        child = subprocess.Popen(
            [sys.executable, "-c", waiting, "emotion_core.processes.scan", request],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert child.stdout is not None
        child.stdout.readline()
        try:
            started = psutil.Process(child.pid).create_time()
            shifted = replace(job, pid=child.pid, pid_started=started - DAY)
            assert (launcher.find(library.home, shifted) is not None) is is_found
        finally:
            child.kill()
            child.communicate()


def test_the_report_just_made_is_kept(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the clock set back the newest cached report is not taken for the oldest: it stays, and is read again."""
    film: Film = library_builder.film(library, CARPHONE, ["happy", "sad"])
    folder = library.home / "derived" / library.scans(film.id)[0].id
    settings = library.report_settings(film.id)
    for floor in range(8):
        library.set_report_settings(film.id, replace(settings, coverage_floor=floor / 100))
        scene_table(library.analysis(film.id))
    for file in folder.iterdir():
        os.utime(file, (time.time() + DAY, time.time() + DAY))
    before = set(folder.iterdir())
    library.set_report_settings(film.id, replace(settings, coverage_floor=0.5))
    library.analysis(film.id)
    assert len(set(folder.iterdir()) - before) == 1


@pytest.mark.parametrize("seconds", [-400 * DAY, -60.0, 60.0, 400 * DAY])
def test_links_stay_good_when_the_clock_is_set(
    library: Library, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    """What a page handed out before the clock was set is good after it, and expires when its time has passed."""
    before = tokens.sign(library.home, "media", "film")
    shifted(monkeypatch, seconds)
    after = tokens.sign(library.home, "media", "film")
    assert [tokens.verify(library.home, "media", token).subject for token in (before, after)] == ["film", "film"]
    passed = time.monotonic() + tokens.HOURS * 3600 + 2
    monkeypatch.setattr(time, "monotonic", lambda: passed)
    for token in (before, after):
        with pytest.raises(AccessError, match="has expired"):
            tokens.verify(library.home, "media", token)


@pytest.mark.parametrize(("seconds", "good"), [(-60.0, True), (60.0, True), (-DAY, False), (DAY, False)])
def test_links_after_the_clock_was_set_and_the_app_started_again(
    library: Library, monkeypatch: pytest.MonkeyPatch, seconds: float, good: bool
) -> None:
    """A link from before is good if its date is near, on either side."""
    token = tokens.sign(library.home, "media", "film")
    monkeypatch.setattr(clock, "_start", (time.time() + seconds, time.monotonic()))
    if good:
        assert tokens.verify(library.home, "media", token).subject == "film"
    else:
        with pytest.raises(AccessError, match="has expired"):
            tokens.verify(library.home, "media", token)


@pytest.mark.parametrize("ahead", [0.0, DAY])
def test_a_film_without_a_row_is_found_after_the_clock_was_set_back(library: Library, ahead: float) -> None:
    """A film that the database does not know is found though its folder is dated a day ahead, and taken back; one that
    was written just now may be on its way in, and is left alone.
    """
    library_builder.film(library, BIKES, ["happy"])
    with clip(CARPHONE).open("rb") as file:
        film = library.add_film(file, "Man.mp4")
    with library.database() as database:
        database.execute("DELETE FROM films WHERE id = ?", (film.id,))
    folder = library.home / "films" / film.id
    for path in (*folder.iterdir(), folder):
        os.utime(path, (time.time() + ahead, time.time() + ahead))
    issues = check.find(library)
    assert [finding.kind for finding in issues] == (["film"] if ahead else [])
    repair.repair(library, issues)
    assert {listed_film.id for listed_film in library.films()} == {
        *([film.id] if ahead else []),
        film_of(library.home, BIKES),
    }
