"""A library whose database was lost, is an older copy, or is damaged, beside folders full of work."""

from __future__ import annotations

import json
import logging
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st

from emotion_core.errors import LibraryError
from emotion_core.jobs import scans
from emotion_core.jobs.requests import ScanRequest
from emotion_core.library import copies, database as schema, lost_rows
from emotion_core.library.library import Library
from emotion_core.library.records import Film
from emotion_core.maintenance import check, check_database, repair
from emotion_core.report import csv_file, table
from emotion_core.settings import ReportSettings, ScanSettings
from emotion_core.storage import hashed_json
from emotion_core.storage.paths import scan_lock
from tests import shelf, terminal
from tests.clips import BIKES, CARPHONE, clip
from tests.test_check import aged, kinds, mended, run
from tests.test_pages import opened, said

OWN = "ab" * 16


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "home")


def held(library: Library, name: str) -> Film:
    """A film whose bytes the library holds, analysed twice, and asked for as jobs do."""
    analysed = shelf.film(library, name, ["happy", None, "sad"])
    shelf.film(library, name, ["sad", "sad", "angry"], model="other")
    with library.database() as database:
        database.execute("UPDATE films SET path = '/gone' WHERE id = ?", (analysed.id,))
    with clip(name).open("rb") as file:
        film = library.add_film(file, Path(name).name)
    for scan in library.scans(film.id):
        request = ScanRequest(
            film=film.path, content_id=film.id, name=film.name, store=library.store(scan.id).folder,
            settings=scan.settings, wanted=ReportSettings(), lock=scan_lock(library.home),
        )  # fmt: skip
        request.write(library.home / "jobs" / f"{scan.id}.request")
    return film


def reports(library: Library) -> dict[str, bytes]:
    """Of each analysis, by its id, the report under plain settings."""
    films = [(film, scan) for film in library.films() for scan in library.scans(film.id)]
    return {
        scan.id: csv_file.csv(table.table(library.analysis_of(scan, ReportSettings())))
        for _, scan in films
        if library.store(scan.id).sealed
    }


def files(home: Path) -> set[str]:
    """All that is anyone's work: films, and what was observed of them."""
    return {
        path.relative_to(home).as_posix()
        for folder in ("films", "scans")
        for path in (home / folder).rglob("*")
        if path.is_file()
    }


def emptied(library: Library) -> None:
    (library.home / schema.FILE).unlink()
    shutil.rmtree(library.home / copies.FOLDER, ignore_errors=True)


def older(library: Library) -> None:
    """A database from before the last film and the last analysis of the first one."""
    film = library.films()[-1]
    with library.database() as database:
        database.execute("DELETE FROM films WHERE id != ?", (film.id,))
        database.execute("DELETE FROM scans WHERE id = ?", (library.scans(film.id)[0].id,))


@pytest.mark.parametrize("lose", [emptied, older])
def test_all_finished_analyses_come_back(library: Library, lose: Callable[[Library], None]) -> None:
    """With an empty or older database a repair deletes nothing: every film, by its name, and every analysis is there
    again with its report, the one begun last the newest.
    """
    film, other = held(library, CARPHONE), held(library, BIKES)
    before, order = reports(library), [scan.id for scan in library.scans(film.id)]
    assert len(before) == 4
    work = files(library.home)
    lose(library)
    library = Library.open(library.home)
    assert len(reports(library)) < 4
    assert mended(library) == []
    assert files(library.home) == work
    assert reports(library) == before
    assert [scan.id for scan in library.scans(film.id)] == order
    assert {one.name for one in library.films()} == {film.name, other.name}
    assert all(one.unchanged and one.managed for one in library.films())
    scan = library.scans(film.id)[0]
    assert (scan.settings, scan.checkpoint_hash) == (ScanSettings(), "other".ljust(8, "0"))


def test_an_analysis_of_a_film_that_lies_elsewhere_comes_back(library: Library) -> None:
    """Its film is found again where the request for the analysis says it lies; one that is not there is asked for, and
    the analysis can be looked at all the same.
    """
    film, other = shelf.film(library, CARPHONE, ["happy"]), shelf.film(library, BIKES, ["sad"])
    scan = library.scans(film.id)[0]
    request = {"content_id": film.id, "name": "My cut.mp4", "film": str(film.path)}
    (library.home / "jobs" / f"{scan.id}.request").write_text(json.dumps(request))
    before = reports(library)
    emptied(library)
    library = Library.open(library.home)
    (left,) = mended(library)
    assert left.what == f"The bytes of “recovered {other.id[:8]}” were not found. Add the film again."
    assert reports(library) == before
    back = library.film(film.id)
    assert (back.name, back.path, back.unchanged) == ("My cut.mp4", film.path, True)
    assert not library.film(other.id).unchanged
    library.refer_to(clip(BIKES))
    assert library.film(other.id).unchanged
    assert check.find(library) == []


def test_an_analysis_under_way_comes_back_to_be_gone_on_with(library: Library) -> None:
    """What an analysis that was stopped had written is found for it when it is asked for again."""
    film = held(library, CARPHONE)
    scan = library.scans(film.id)[0]
    (library.store(scan.id).folder / "sealed.json").unlink()
    emptied(library)
    library = Library.open(library.home)
    assert mended(library) == []
    again = library.scan(scan.id)
    assert again.asks_the_same(scan.settings, scan.checkpoint_hash, scan.checkpoint_settings)
    assert library.store(scan.id).segments == 1
    assert scans.status(library, scan.id).state == "failed"


def unreadable_header(folder: Path) -> None:
    (folder / "scan.json").write_text("{")


def no_header(folder: Path) -> None:
    (folder / "scan.json").unlink()


def nothing_observed(folder: Path) -> None:
    shutil.rmtree(folder / "segments")
    (folder / "sealed.json").unlink()


@pytest.mark.parametrize("spoil", [unreadable_header, no_header, nothing_observed])
def test_what_cannot_be_put_back_is_moved(library: Library, spoil: Callable[[Path], None]) -> None:
    """Files without a row that say too little of themselves go to a folder of their own, byte for byte."""
    film = held(library, CARPHONE)
    folder = library.home / "scans" / OWN
    shutil.copytree(library.store(library.scans(film.id)[0].id).folder, folder)
    spoil(folder)
    content = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    (found,) = check.find(library)
    assert (found.kind, found.repair) == ("aside", "it is moved to the folder set-aside")
    assert f"scans/{OWN}" in found.what
    for number in ("", "-2"):
        assert mended(library) == []
        moved = library.home / "set-aside" / f"scans-{OWN}{number}"
        assert {path.name: path.read_bytes() for path in moved.rglob("*") if path.is_file()} == content
        shutil.copytree(moved, folder)


def test_a_later_versions_analysis_is_left_alone(library: Library) -> None:
    """An analysis without a row that a later version wrote is named and stays where it is."""
    film = held(library, CARPHONE)
    folder = library.home / "scans" / OWN
    shutil.copytree(library.store(library.scans(film.id)[0].id).folder, folder)
    hashed_json.write(folder / "scan.json", {**hashed_json.read(folder / "scan.json"), "format": 99})
    (left,) = mended(library)
    assert "was written by a later version" in left.what
    assert (folder / "sealed.json").exists()


def test_a_deleted_analysis_does_not_come_back(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that dies in the middle of deleting an analysis leaves none that a repair would put back."""
    film = held(library, CARPHONE)
    scan = library.scans(film.id)[0].id

    def killed(*given: object, **more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        library.forget_scan(scan)
    monkeypatch.undo()
    assert not library.store(scan).sealed
    assert [one.id for one in library.scans(film.id)].count(scan) == 1


# Said at once


def test_it_is_said_at_once(
    library: Library, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Opening a library whose folders hold what its database does not know is said on the terminal, once a process, and
    on the Library page; after the repair nothing is.
    """
    monkeypatch.setenv("EMOTION_HOME", str(library.home))
    held(library, CARPHONE)
    assert "lost" not in said(opened())
    st.cache_resource.clear()
    emptied(library)
    with caplog.at_level(logging.WARNING):
        library = Library.open(library.home)
        Library.open(library.home)
    (told,) = [record.getMessage() for record in caplog.records if "database" in record.getMessage()]
    for part in ("1 film and 2 analyses", "the database is empty", "library check --repair", "deletes none of them"):
        assert part in told
    assert "2 analyses that its database does not know" in said(opened())
    assert mended(library) == []
    assert library.lost() == ""
    assert "does not know" not in said(opened())
    st.cache_resource.clear()


def test_the_terminal_says_it(library: Library, tmp_path: Path) -> None:
    """A command on a library that lost its database prints what lies in the folders, and does its work."""
    held(library, CARPHONE)
    emptied(library)
    command = [sys.executable, "-m", "emotion_core", "--home", str(library.home), "scenes", str(clip(CARPHONE))]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parent.parent)
    assert done.returncode == 1
    assert "holds 1 film and 2 analyses that its database does not know" in done.stderr
    assert "Traceback" not in done.stderr


# Copies of the database


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets the clock so many days on."""
    real = time.time

    def set_to(day: int) -> None:
        monkeypatch.setattr(time, "time", lambda: real() + day * 24 * 3600)

    return set_to


def test_a_copy_is_made_once_a_day_of_use(library: Library, days: Callable[[int], None]) -> None:
    """Of a library with a film there is a copy of each day on which it was opened, of the newest three of them; a clock
    that goes back makes another, and pushes none out that is newer.
    """
    assert copies.kept(library.home) == []
    film = held(library, CARPHONE)
    for day in (0, 0, 1, 1, 2, 9):
        days(day)
        library.set_report_settings(film.id, ReportSettings(coverage_floor=(day + 1) / 100))
        Library.open(library.home)
    assert [copy.number for copy in copies.kept(library.home)] == [4, 3, 2]
    assert [copy.counts for copy in copies.kept(library.home)] == [(1, 2)] * 3
    days(-5)
    Library.open(library.home)
    assert [copy.number for copy in copies.kept(library.home)] == [5, 4, 3]


def test_an_empty_database_pushes_no_copy_out(library: Library, days: Callable[[int], None]) -> None:
    """While the database does not know what lies in the folders no copy of it is made."""
    held(library, CARPHONE)
    Library.open(library.home)
    before = copies.kept(library.home)
    assert len(before) == 1
    (library.home / schema.FILE).unlink()
    for day in range(1, 5):
        days(day)
        shelf.film(Library.open(library.home), BIKES, ["happy"])
    assert copies.kept(library.home) == before


def test_a_copy_is_made_before_a_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database as it was before a migration is kept, also where the migration fails."""
    monkeypatch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:4])
    file = tmp_path / schema.FILE
    database = schema.connect(file)
    database.execute("INSERT INTO films VALUES ('f', 'Old.mp4', '/f', 0, 1, 1, 'now', '{}')")
    database.close()
    monkeypatch.undo()
    broken = ("broken", "INSERT INTO nowhere VALUES (1);\n")
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, broken))
    with pytest.raises(LibraryError):
        schema.connect(file)
    monkeypatch.undo()
    schema.connect(file).close()
    for copy in copies.kept(tmp_path):
        old = sqlite3.connect(copy.path)
        assert old.execute("PRAGMA user_version").fetchone()[0] == 4
        assert old.execute("SELECT name FROM films").fetchall() == [("Old.mp4",)]
        old.close()
    assert len(copies.kept(tmp_path)) == 2


def test_a_deleted_film_goes_from_the_copies_too(library: Library) -> None:
    """No copy holds a byte of a film that was deleted; the others stay in it."""
    film, other = shelf.film(library, CARPHONE, ["happy"]), shelf.film(library, BIKES, ["happy"])
    library.set_report_settings(film.id, ReportSettings(coverage_floor=0.5), "Geheime Szene")
    Library.open(library.home)
    (copy,) = copies.kept(library.home)
    assert b"Geheime Szene" in copy.path.read_bytes()
    scans.delete_film(library, film.id)
    held_by = copy.path.read_bytes()
    assert not any(text in held_by for text in (film.id.encode(), b"Geheime Szene"))
    assert copy.counts == (1, 1)
    scans.delete_film(library, other.id)
    assert copies.kept(library.home) == []


def test_a_copy_takes_the_place_of_an_empty_database(library: Library) -> None:
    """Edits come back with the copy, and what was analysed after it from its own files."""
    film = held(library, CARPHONE)
    library.set_report_settings(film.id, ReportSettings(coverage_floor=0.5), "floor")
    Library.open(library.home)
    other = held(library, BIKES)
    before = reports(library)
    (library.home / schema.FILE).unlink()
    for folder in (library.home / "films").iterdir():
        aged(folder)
    library = Library.open(library.home)
    done = run(library, "--repair")
    assert (done.returncode, done.stderr.count("Traceback")) == (0, 0)
    assert "The database is empty, though films or analyses lie in the folders." in done.stdout
    assert reports(library) == before
    assert library.edit_history(film.id).undo == "floor"
    assert library.film(other.id).name == other.name


def garbage(file: Path) -> None:
    file.write_bytes(b"no database at all" * 1000)


def a_page_of_zeros(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[4096:] = bytes(len(content) - 4096)
    file.write_bytes(content)


@pytest.mark.parametrize("with_copy", [True, False])
@pytest.mark.parametrize("spoil", [garbage, a_page_of_zeros])
def test_a_database_that_cannot_be_read_is_put_back(
    library: Library, spoil: Callable[[Path], None], *, with_copy: bool
) -> None:
    """A copy takes its place, or without one what lies in the folders; the damaged file itself is kept."""
    film = held(library, CARPHONE)
    library.set_report_settings(film.id, ReportSettings(coverage_floor=0.5), "floor")
    before = reports(library)
    if with_copy:
        Library.open(library.home)
    file = library.home / schema.FILE
    spoil(file)
    damaged = file.read_bytes()
    told = run(library)
    assert (told.returncode, "The database cannot be read" in told.stdout) == (1, True), told
    assert file.read_bytes() == damaged
    done = run(library, "--repair")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done
    assert (library.home / "set-aside" / schema.FILE).read_bytes() == damaged
    assert reports(library) == before
    assert library.report_settings(film.id).coverage_floor == (0.5 if with_copy else 0.25)
    assert kinds(library) == []


def test_a_damaged_database_is_one_message(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Page and terminal name the file and the command that puts a copy back."""
    monkeypatch.setenv("EMOTION_HOME", str(library.home))
    garbage(library.home / schema.FILE)
    with pytest.raises(LibraryError, match="library check"):
        Library.open(library.home)
    (told,) = opened().error
    assert "library check" in told.value
    st.cache_resource.clear()


def test_any_copy_can_be_put_back(
    library: Library, days: Callable[[int], None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A copy that is named takes the place of the database, which is kept; a name that is none is told."""
    film = shelf.film(library, CARPHONE, ["happy"])
    for day in (0, 1):
        days(day)
        library.set_report_settings(film.id, ReportSettings(coverage_floor=0.5 + day / 10), f"day {day}")
        Library.open(library.home)
    newer, old = copies.kept(library.home)
    command = ["--home", str(library.home), "library", "check", "--put-back"]
    assert terminal.run(monkeypatch, *command, "nothing.sqlite") == 1
    assert f"{newer.path.name}, {old.path.name}" in capsys.readouterr().err
    assert terminal.run(monkeypatch, *command, old.path.name) == 0
    assert library.report_settings(film.id).coverage_floor == 0.5
    kept = library.home / "set-aside" / schema.FILE
    assert str(kept) in capsys.readouterr().err
    assert copies.counts(kept) == (1, 1)


def test_a_library_at_work_keeps_its_database(library: Library) -> None:
    """While a worker lives no other database takes the place of the one that it writes to."""
    shelf.film(library, CARPHONE, ["happy"])
    Library.open(library.home)
    (copy,) = copies.kept(library.home)
    holding = """if True:
        import sys
        from filelock import FileLock
        lock = FileLock(sys.argv[1])
        lock.acquire()
        print("held", flush=True)
        input()
    """
    worker = subprocess.Popen(
        [sys.executable, "-c", holding, str(library.home / "worker.lock")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert worker.stdout is not None
        worker.stdout.readline()
        with pytest.raises(LibraryError, match="at work"):
            repair.put_back(library.home, copy.path)
    finally:
        worker.communicate("\n")
    assert check_database.unreadable(library.home) is None


def test_what_lies_beside_an_analysis(library: Library) -> None:
    """Its film's hash, its settings and its model are read from its own files; damaged ones say nothing."""
    film = shelf.film(library, CARPHONE, ["happy"])
    scan = library.scans(film.id)[0]
    folder = library.store(scan.id).folder
    told = lost_rows.beside(folder)
    assert told is not None
    assert (told.film_id, told.settings, told.checkpoint_hash) == (film.id, scan.settings, scan.checkpoint_hash)
    for content in ("", "[]", "{}", '{"format": "x"}', (folder / "scan.json").read_text().replace(film.id, "../x")):
        (folder / "scan.json").write_text(content)
        assert lost_rows.beside(folder) is None
