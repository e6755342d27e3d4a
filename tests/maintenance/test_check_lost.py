"""A library with a lost, older or damaged database and full folders."""

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
from emotion_core.library import Library, contents, copies, database as schema, migrations
from emotion_core.maintenance import check, check_database, repair
from emotion_core.settings import ReportSettings, ScanSettings
from emotion_core.storage import COPIES, DATABASE, hashed_json
from tests.support import library_builder, terminal
from tests.support.checked_library import kinds, make_old, repair_and_check, run_library_command
from tests.support.clips import BIKES, CARPHONE, clip
from tests.support.held_films import add_held_film, reports_of
from tests.support.pages import open_page, page_text
from tests.support.repository import ROOT

pytestmark = pytest.mark.usefixtures("read_in_process")

OWN = "ab" * 16


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "home")


def files(home: Path) -> set[str]:
    """All files with a user's work: films and observations."""
    return {
        path.relative_to(home).as_posix()
        for folder in ("films", "scans")
        for path in (home / folder).rglob("*")
        if path.is_file()
    }


def emptied(library: Library) -> None:
    (library.home / DATABASE).unlink()
    shutil.rmtree(library.home / COPIES, ignore_errors=True)


def older(library: Library) -> None:
    """A database from before the last film and the last scan of the first one."""
    film = library.films()[-1]
    with library.database() as database:
        database.execute("DELETE FROM films WHERE id != ?", (film.id,))
        database.execute("DELETE FROM scans WHERE id = ?", (library.scans(film.id)[0].id,))


@pytest.mark.parametrize("lose", [emptied, older])
def test_all_finished_analyses_come_back(library: Library, lose: Callable[[Library], None]) -> None:
    """With an empty or older database a repair deletes nothing: every film, by its name, and every analysis is there
    again with its report, the one begun last the newest.
    """
    film, other = add_held_film(library, CARPHONE), add_held_film(library, BIKES)
    before, order = reports_of(library), [scan.id for scan in library.scans(film.id)]
    assert len(before) == 4
    work = files(library.home)
    lose(library)
    library = Library.open(library.home)
    assert len(reports_of(library)) < 4
    assert repair_and_check(library) == []
    assert files(library.home) == work
    assert reports_of(library) == before
    assert [scan.id for scan in library.scans(film.id)] == order
    assert {listed.name for listed in library.films()} == {film.name, other.name}
    assert all(listed.unchanged and listed.managed for listed in library.films())
    scan = library.scans(film.id)[0]
    assert (scan.settings, scan.checkpoint_hash) == (ScanSettings(), "other".ljust(8, "0"))


def test_an_analysis_of_a_film_that_lies_elsewhere_comes_back(library: Library) -> None:
    """Its film is found again where the request for the analysis says it lies; one that is not there is asked for, and
    the analysis can be looked at all the same.
    """
    film, other = library_builder.film(library, CARPHONE, ["happy"]), library_builder.film(library, BIKES, ["sad"])
    scan = library.scans(film.id)[0]
    request = {"content_id": film.id, "name": "My cut.mp4", "film": str(film.path)}
    (library.home / "jobs" / f"{scan.id}.request").write_text(json.dumps(request))
    before = reports_of(library)
    emptied(library)
    library = Library.open(library.home)
    (left,) = repair_and_check(library)
    assert left.what == f"The bytes of “recovered {other.id[:8]}” were not found. Add the film again."
    assert reports_of(library) == before
    back = library.film(film.id)
    assert (back.name, back.path, back.unchanged) == ("My cut.mp4", film.path, True)
    assert not library.film(other.id).unchanged
    library.refer_to(clip(BIKES))
    assert library.film(other.id).unchanged
    assert check.find(library) == []


def test_an_analysis_under_way_comes_back_to_be_gone_on_with(library: Library) -> None:
    """Observations of a stopped scan are used when it is requested again."""
    film = add_held_film(library, CARPHONE)
    scan = library.scans(film.id)[0]
    (library.store(scan.id).folder / "sealed.json").unlink()
    emptied(library)
    library = Library.open(library.home)
    assert repair_and_check(library) == []
    again = library.scan(scan.id)
    assert again.has_same_request(scan.settings, scan.checkpoint_hash, scan.checkpoint_settings)
    assert library.store(scan.id).segment_count == 1
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
    """Files that lack the facts of a scan are set aside, byte for byte."""
    film = add_held_film(library, CARPHONE)
    folder = library.home / "scans" / OWN
    shutil.copytree(library.store(library.scans(film.id)[0].id).folder, folder)
    spoil(folder)
    content = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    (issue,) = check.find(library)
    assert (issue.kind, issue.repair) == ("aside", "it is moved to the folder set-aside")
    assert f"scans/{OWN}" in issue.what
    for number in ("", "-2"):
        assert repair_and_check(library) == []
        moved = library.home / "set-aside" / f"scans-{OWN}{number}"
        assert {path.name: path.read_bytes() for path in moved.rglob("*") if path.is_file()} == content
        shutil.copytree(moved, folder)


def test_a_later_versions_analysis_is_left_alone(library: Library) -> None:
    """A scan of a later version without a row is reported and stays."""
    film = add_held_film(library, CARPHONE)
    folder = library.home / "scans" / OWN
    shutil.copytree(library.store(library.scans(film.id)[0].id).folder, folder)
    hashed_json.write(folder / "scan.json", {**hashed_json.read(folder / "scan.json"), "format": 99})
    (left,) = repair_and_check(library)
    assert "was written by a later version" in left.what
    assert (folder / "sealed.json").exists()


def test_a_deleted_analysis_does_not_come_back(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a kill during the deletion of a scan, a repair does not restore it."""
    film = add_held_film(library, CARPHONE)
    scan = library.scans(film.id)[0].id

    def killed(*arguments: object, **more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        library.delete_scan(scan)
    monkeypatch.undo()
    assert not library.store(scan).sealed
    assert [listed.id for listed in library.scans(film.id)].count(scan) == 1


# Said at once


def test_it_is_said_at_once(
    library: Library, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Opening a library whose folders hold what its database does not know is said on the terminal, once a process, and
    on the Library page; after the repair nothing is.
    """
    monkeypatch.setenv("EMOTION_HOME", str(library.home))
    add_held_film(library, CARPHONE)
    assert "lost" not in page_text(open_page())
    st.cache_resource.clear()
    emptied(library)
    with caplog.at_level(logging.WARNING):
        library = Library.open(library.home)
        Library.open(library.home)
    (message,) = [record.getMessage() for record in caplog.records if "database" in record.getMessage()]
    for part in ("1 film and 2 analyses", "the database is empty", "library check --repair", "deletes none of them"):
        assert part in message
    assert "2 analyses that its database does not know" in page_text(open_page())
    assert repair_and_check(library) == []
    assert library.loss_warning() == ""
    assert "does not know" not in page_text(open_page())
    st.cache_resource.clear()


def test_the_terminal_says_it(library: Library, tmp_path: Path) -> None:
    """A command on a library that lost its database warns about it and still works."""
    add_held_film(library, CARPHONE)
    emptied(library)
    command = [sys.executable, "-m", "emotion_core", "--home", str(library.home), "scenes", str(clip(CARPHONE))]
    completed = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert completed.returncode == 1
    assert "holds 1 film and 2 analyses that its database does not know" in completed.stderr
    assert "Traceback" not in completed.stderr


# Copies of the database


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Set the clock forward by a number of days."""
    real = time.time

    def set_to(day: int) -> None:
        monkeypatch.setattr(time, "time", lambda: real() + day * 24 * 3600)

    return set_to


def test_a_copy_is_made_once_a_day_of_use(library: Library, days: Callable[[int], None]) -> None:
    """Of a library with a film there is a copy of each day on which it was opened, of the newest three of them; a clock
    that goes back makes another, and pushes none out that is newer.
    """
    assert copies.all_copies(library.home) == []
    film = add_held_film(library, CARPHONE)
    for day in (0, 0, 1, 1, 2, 9):
        days(day)
        library.set_report_settings(film.id, ReportSettings(coverage_floor=(day + 1) / 100))
        Library.open(library.home)
    assert [copy.number for copy in copies.all_copies(library.home)] == [4, 3, 2]
    assert [copy.counts for copy in copies.all_copies(library.home)] == [(1, 2)] * 3
    days(-5)
    Library.open(library.home)
    assert [copy.number for copy in copies.all_copies(library.home)] == [5, 4, 3]


def test_an_empty_database_pushes_no_copy_out(library: Library, days: Callable[[int], None]) -> None:
    """No copy is made of a database that lacks rows."""
    add_held_film(library, CARPHONE)
    Library.open(library.home)
    before = copies.all_copies(library.home)
    assert len(before) == 1
    (library.home / DATABASE).unlink()
    for day in range(1, 5):
        days(day)
        library_builder.film(Library.open(library.home), BIKES, ["happy"])
    assert copies.all_copies(library.home) == before


def test_a_copy_is_made_before_a_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database before a migration is copied, also if the migration fails."""
    monkeypatch.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:4])
    file = tmp_path / DATABASE
    database = schema.connect(file)
    database.execute("INSERT INTO films VALUES ('f', 'Old.mp4', '/f', 0, 1, 1, 'now', '{}')")
    database.close()
    monkeypatch.undo()
    broken = ("broken", "INSERT INTO nowhere VALUES (1);\n")
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, broken))
    with pytest.raises(LibraryError):
        schema.connect(file)
    monkeypatch.undo()
    schema.connect(file).close()
    for copy in copies.all_copies(tmp_path):
        old = sqlite3.connect(copy.path)
        assert old.execute("PRAGMA user_version").fetchone()[0] == 4
        assert old.execute("SELECT name FROM films").fetchall() == [("Old.mp4",)]
        old.close()
    assert len(copies.all_copies(tmp_path)) == 2


def test_a_deleted_film_goes_from_the_copies_too(library: Library) -> None:
    """No copy holds a byte of a deleted film; other films stay in it."""
    film, other = library_builder.film(library, CARPHONE, ["happy"]), library_builder.film(library, BIKES, ["happy"])
    library.set_report_settings(film.id, ReportSettings(coverage_floor=0.5), "Geheime Szene")
    Library.open(library.home)
    (copy,) = copies.all_copies(library.home)
    assert b"Geheime Szene" in copy.path.read_bytes()
    scans.delete_film(library, film.id)
    held_by = copy.path.read_bytes()
    assert not any(text in held_by for text in (film.id.encode(), b"Geheime Szene"))
    assert copy.counts == (1, 1)
    scans.delete_film(library, other.id)
    assert copies.all_copies(library.home) == []


def test_a_copy_takes_the_place_of_an_empty_database(library: Library) -> None:
    """Edits are restored with the copy, later scans from their own files."""
    film = add_held_film(library, CARPHONE)
    library.set_report_settings(film.id, ReportSettings(coverage_floor=0.5), "floor")
    Library.open(library.home)
    other = add_held_film(library, BIKES)
    before = reports_of(library)
    (library.home / DATABASE).unlink()
    for folder in (library.home / "films").iterdir():
        make_old(folder)
    library = Library.open(library.home)
    completed = run_library_command(library, "--repair")
    assert (completed.returncode, completed.stderr.count("Traceback")) == (0, 0)
    assert "The database is empty, though films or analyses lie in the folders." in completed.stdout
    assert reports_of(library) == before
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
    """A damaged database is replaced by a copy or rebuilt from the folders; the damaged file is kept."""
    film = add_held_film(library, CARPHONE)
    library.set_report_settings(film.id, ReportSettings(coverage_floor=0.5), "floor")
    before = reports_of(library)
    if with_copy:
        Library.open(library.home)
    file = library.home / DATABASE
    spoil(file)
    damaged = file.read_bytes()
    result = run_library_command(library)
    assert (result.returncode, "The database cannot be read" in result.stdout) == (1, True), result
    assert file.read_bytes() == damaged
    completed = run_library_command(library, "--repair")
    assert (completed.returncode, "Traceback" in completed.stderr) == (0, False), completed
    assert (library.home / "set-aside" / DATABASE).read_bytes() == damaged
    assert reports_of(library) == before
    assert library.report_settings(film.id).coverage_floor == (0.5 if with_copy else 0.25)
    assert kinds(library) == []


def test_a_damaged_database_is_one_message(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Page and terminal name the file and the command that restores a copy."""
    monkeypatch.setenv("EMOTION_HOME", str(library.home))
    garbage(library.home / DATABASE)
    with pytest.raises(LibraryError, match="library check"):
        Library.open(library.home)
    (error,) = open_page().error
    assert "library check" in error.value
    st.cache_resource.clear()


def test_any_copy_can_be_put_back(
    library: Library, days: Callable[[int], None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The named copy replaces the database, which is kept; an unknown name is refused."""
    film = library_builder.film(library, CARPHONE, ["happy"])
    for day in (0, 1):
        days(day)
        library.set_report_settings(film.id, ReportSettings(coverage_floor=0.5 + day / 10), f"day {day}")
        Library.open(library.home)
    newer, old = copies.all_copies(library.home)
    command = ["--home", str(library.home), "library", "check", "--put-back"]
    assert terminal.run(monkeypatch, *command, "nothing.sqlite") == 1
    assert f"{newer.path.name}, {old.path.name}" in capsys.readouterr().err
    assert terminal.run(monkeypatch, *command, old.path.name) == 0
    assert library.report_settings(film.id).coverage_floor == 0.5
    set_aside = library.home / "set-aside" / DATABASE
    assert str(set_aside) in capsys.readouterr().err
    assert copies.counts(set_aside) == (1, 1)


def test_a_library_at_work_keeps_its_database(library: Library) -> None:
    """The database is not replaced while a worker writes to it."""
    library_builder.film(library, CARPHONE, ["happy"])
    Library.open(library.home)
    (copy,) = copies.all_copies(library.home)
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
            repair.restore_copy(library.home, copy.path)
    finally:
        worker.communicate("\n")
    assert check_database.find_damage(library.home) is None


def test_what_lies_beside_an_analysis(library: Library) -> None:
    """Film, settings and checkpoint of a scan are read from its own files; damaged files give None."""
    film = library_builder.film(library, CARPHONE, ["happy"])
    scan = library.scans(film.id)[0]
    folder = library.store(scan.id).folder
    facts = contents.scan_facts(folder)
    assert facts is not None
    assert (facts.film_id, facts.settings, facts.checkpoint_hash) == (film.id, scan.settings, scan.checkpoint_hash)
    for content in ("", "[]", "{}", '{"format": "x"}', (folder / "scan.json").read_text().replace(film.id, "../x")):
        (folder / "scan.json").write_text(content)
        assert contents.scan_facts(folder) is None
