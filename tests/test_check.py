"""`library check`: what is out of order is found and said, and repaired without losing anything of a user's."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from emotion_core.jobs import scans
from emotion_core.library.library import Library
from emotion_core.library.records import Film
from emotion_core.maintenance import check, repair
from emotion_core.maintenance.issue import Finding
from emotion_core.report import csv_file, table as report
from emotion_core.settings import ReportSettings, ScanSettings
from tests import shelf
from tests.clips import BIKES, CARPHONE, clip
from tests.conftest import wait_for
from tests.films import texture, write_film

ROOT = Path(__file__).parent.parent
DAY = 24 * 3600
OWN = "ab" * 16
"""An id as the library chooses them."""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "home")


@pytest.fixture
def film(library: Library) -> Film:
    """An analysed film whose bytes the library holds, with edits of two steps."""
    analysed = shelf.film(library, CARPHONE, ["happy", None, "sad"])
    with clip(CARPHONE).open("rb") as file, library.database() as database:
        database.execute("UPDATE films SET path = '/gone'")  # taken in by its bytes: before it was only referred to
        held = library.add_film(file, "Man.mp4")
    assert held.id == analysed.id
    with library.database() as database:
        database.execute("UPDATE films SET name = 'Man.mp4'")
    settings = library.report_settings(held.id)
    library.set_report_settings(held.id, ReportSettings(shots=settings.shots, coverage_floor=0.5), "floor")
    library.analysis(held.id)
    return library.film(held.id)


def scan_id(library: Library, film: Film) -> str:
    return library.scans(film.id)[0].id


def aged(path: Path, seconds: float = 2 * DAY) -> None:
    """It, and all in it, was last changed long ago."""
    then = time.time() - seconds
    for each in (*path.rglob("*"), path):
        os.utime(each, (then, then))


def kinds(library: Library, *, hashes: bool = False) -> list[str]:
    return [finding.kind for finding in check.find(library, hashes=hashes)]


def mended(library: Library) -> list[Finding]:
    """What is left of what was found, after a repair."""
    repair.repair(library, check.find(library))
    return check.find(library)


def files(library: Library) -> set[str]:
    return {path.relative_to(library.home).as_posix() for path in library.home.rglob("*") if path.is_file()}


def test_a_library_in_use_is_well(library: Library, film: Film) -> None:
    """With films, scans, edits, a running upload and what is just being written there is nothing to find."""
    upload = library.home / "incoming" / OWN
    upload.mkdir()
    (upload / "part").write_bytes(b"first")
    (upload / "upload.json").write_text(
        json.dumps({"name": "x.mp4", "length": 9, "settings": None, "content_id": "", "outcome": None})
    )
    aged(upload)
    (library.home / "films" / film.id / ".proxy.mp4.7.part").write_bytes(b"half")
    (library.home / "jobs" / "measuring.events").write_text("")
    (library.home / "jobs" / f"proxy-{film.id}.events").write_text("")
    assert check.find(library) == []
    before = files(library)
    repair.repair(library, check.find(library))
    assert files(library) == before


def a_scan_folder(library: Library, film: Film) -> None:
    shutil.copytree(library.store(scan_id(library, film)).folder, library.home / "scans" / OWN)


def a_derived_folder(library: Library, film: Film) -> None:
    shutil.copytree(library.home / "derived" / scan_id(library, film), library.home / "derived" / OWN)


def files_of_a_job(library: Library, film: Film) -> None:
    (library.home / "jobs" / f"{OWN}.request").write_text("{}")


def files_of_a_films_job(library: Library, film: Film) -> None:
    (library.home / "jobs" / f"proxy-{'cd' * 32}.events").write_text("{}")


def a_proxy_without_a_film(library: Library, film: Film) -> None:
    folder = library.home / "films" / ("cd" * 32)
    folder.mkdir()
    (folder / "proxy.mp4").write_bytes(b"proxy")
    aged(folder)


def a_proxy_half_written(library: Library, film: Film) -> None:
    half = library.home / "films" / film.id / "proxy.mp4.part"
    half.write_bytes(b"half")
    aged(half)


def a_file_half_written(library: Library, film: Film) -> None:
    half = library.store(scan_id(library, film)).folder / "segments" / ".00001.npz.7.part"
    half.write_bytes(b"half")
    aged(half)


def an_upload_that_was_removed(library: Library, film: Film) -> None:
    folder = library.home / "incoming" / OWN
    folder.mkdir()
    (folder / "part").write_bytes(b"part")
    aged(folder)


REMAINS: list[Callable[[Library, Film], None]] = [
    a_scan_folder,
    a_derived_folder,
    files_of_a_job,
    files_of_a_films_job,
    a_proxy_without_a_film,
    a_proxy_half_written,
    a_file_half_written,
    an_upload_that_was_removed,
]


@pytest.mark.parametrize("leave", REMAINS, ids=[each.__name__ for each in REMAINS])
def test_remains_are_removed(library: Library, film: Film, leave: Callable[[Library, Film], None]) -> None:
    """What belongs to nothing is found once, and gone after a repair; everything else is as it was."""
    before, table = files(library), csv_file.csv(report.table(library.analysis(film.id)))
    leave(library, film)
    assert kinds(library) == ["remains"]
    assert mended(library) == []
    assert files(library) == before
    assert csv_file.csv(report.table(Library.open(library.home).analysis(film.id))) == table


def test_what_a_request_holds_stays(library: Library, film: Film) -> None:
    """The remains of an upload whose lock is held are left alone."""
    an_upload_that_was_removed(library, film)
    with FileLock(library.home / "incoming" / OWN / "lock"):
        aged(library.home / "incoming" / OWN)
        assert [finding.kind for finding in mended(library)] == ["remains"]
        assert (library.home / "incoming" / OWN / "part").read_bytes() == b"part"


def test_what_got_a_row_meanwhile_stays(library: Library, film: Film) -> None:
    """A folder that was found without a row, and has one when it is repaired, is not touched."""
    scan = scan_id(library, film)
    before = files(library)
    repair.repair(library, [Finding("remains", f"{kind}/{scan}", "", "it is removed") for kind in ("scans", "derived")])
    repair.repair(library, [Finding("remains", f"films/{film.id}", "", "it is removed")])
    repair.repair(library, [Finding("scan row", scan, "", "it is forgotten")])
    assert files(library) == before
    assert library.scan_of(film.id) is not None


def without_row(library: Library, film: Film) -> None:
    """The film's row goes, its edits stay, as when a database was put back from a copy."""
    plain = sqlite3.connect(library.home / "library.sqlite")
    with plain:
        plain.execute("DELETE FROM films")
    plain.close()
    aged(library.home / "films" / film.id)


def test_a_film_without_a_row_is_taken_back(library: Library, film: Film) -> None:
    """Bytes that the database lost become a film again, under a name that says so, with its edits and analysis."""
    table, edited = csv_file.csv(report.table(library.analysis(film.id))), library.report_settings(film.id)
    without_row(library, film)
    assert "film" in kinds(library)
    assert mended(library) == []
    back = library.film(film.id)
    assert back.name == f"recovered {film.id[:8]}.mp4"
    assert back.unchanged
    assert back.path.read_bytes() == clip(CARPHONE).read_bytes()
    assert library.report_settings(film.id) == edited
    assert csv_file.csv(report.table(library.analysis(film.id))) == table


def test_bytes_that_are_no_film_are_not_deleted(library: Library, film: Film) -> None:
    """What lies in a film's place and cannot be opened is told, and stays where it is."""
    folder = library.home / "films" / ("ef" * 32)
    folder.mkdir()
    (folder / "original.mp4").write_bytes(b"no film at all")
    aged(folder)
    assert [finding.kind for finding in mended(library)] == ["film"]
    assert (folder / "original.mp4").read_bytes() == b"no film at all"


def test_a_film_that_is_not_what_its_folder_says(library: Library) -> None:
    """A film in the folder of another is taken in under its own hash, and the wrong folder goes."""
    folder = library.home / "films" / ("ef" * 32)
    folder.mkdir()
    shutil.copy(clip(BIKES), folder / "original.mp4")
    aged(folder)
    assert mended(library) == []
    (back,) = library.films()
    assert back.id == hashlib.sha256(clip(BIKES).read_bytes()).hexdigest()
    assert back.path.read_bytes() == clip(BIKES).read_bytes()
    assert not folder.exists()


def test_a_film_that_is_being_taken_in_is_left_alone(library: Library, film: Film) -> None:
    """Bytes that lie there since a moment ago, or that an upload is about to become, are no finding."""
    without_row(library, film)
    (library.home / "films" / film.id / "original.mp4").touch()
    assert "film" not in kinds(library)
    aged(library.home / "films" / film.id)
    upload = library.home / "incoming" / OWN
    upload.mkdir()
    (upload / "upload.json").write_text(
        json.dumps({"name": "x", "length": 1, "settings": None, "content_id": film.id, "outcome": None})
    )
    assert "film" not in kinds(library)


def test_lost_and_changed_bytes_are_told(library: Library, film: Film) -> None:
    """A film whose bytes have another size, or are gone, is told and stays; other bytes are told when hashes are."""
    content = film.path.read_bytes()
    film.path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert kinds(library) == []
    (told,) = check.find(library, hashes=True)
    assert told.what == "The bytes of “Man.mp4” are no longer those that were added. Add the film again."
    film.path.write_bytes(content[:-1])
    (told,) = mended(library)
    assert f"{len(content) - 1} bytes instead of {len(content)}" in told.what
    film.path.unlink()
    (told,) = mended(library)
    assert "are gone" in told.what
    assert library.films()[0].name == "Man.mp4"


def test_facts_that_cannot_be_read_are_read_again(library: Library, film: Film) -> None:
    """A film's facts are taken from its bytes again where the database has lost them."""
    with library.database() as database:
        database.execute("UPDATE films SET media = '{}'")
    assert kinds(library) == ["facts"]
    assert mended(library) == []
    assert library.film(film.id).media == film.media


def test_a_scan_whose_files_are_gone_is_forgotten(library: Library, film: Film) -> None:
    """The row of a finished scan without files goes; the film and its edits stay."""
    edited = library.report_settings(film.id)
    shutil.rmtree(library.store(scan_id(library, film)).folder)
    with library.database() as database:  # one just written down may be about to begin
        database.execute("UPDATE scans SET created_at = '2026-01-01T00:00:00+00:00'")
    assert kinds(library) == ["scan row"]
    assert mended(library) == []
    assert library.scans(film.id) == []
    assert library.film(film.id) == film
    assert library.report_settings(film.id) == edited
    assert not list((library.home / "derived").iterdir())


def test_scans_that_never_wrote_anything_are_no_finding(library: Library) -> None:
    """A scan that waits, runs, or failed before its first part has no files to lose, and keeps its row."""
    shelf.unfinished(library, CARPHONE, {"event": "waiting"}, pid=os.getpid(), pid_started=0.0)
    shelf.unfinished(library, BIKES, {"event": "error", "kind": "NotAFilm", "problem": "No.", "advice": ""})
    assert check.find(library) == []


def test_a_damaged_scan_is_told(library: Library, film: Film) -> None:
    """A part of a scan that is no longer what was written is told with what to do; nothing of it is deleted."""
    part = library.store(scan_id(library, film)).folder / "segments" / "00000.npz"
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)
    (told,) = mended(library)
    assert told.kind == "scan"
    assert "“Man.mp4”" in told.what
    assert "Analyse the film again" in told.what
    assert part.read_bytes() == content


def test_lost_pictures_are_told(library: Library, film: Film) -> None:
    """A scan whose pictures are gone is told; one that keeps none is well."""
    (library.store(scan_id(library, film)).folder / "segments" / "00000.jpgs").unlink()
    (told,) = mended(library)
    assert "Pictures of an analysis of “Man.mp4” are gone" in told.what
    assert library.analysis(film.id).scenes


def test_numbers_only_are_well(library: Library) -> None:
    """A scan that keeps no pictures lacks none."""
    shelf.film(library, BIKES, ["happy"], keep_pictures=False)
    assert check.find(library) == []


def test_settings_of_a_scan_are_read_from_its_files(library: Library, film: Film) -> None:
    """A scan whose settings cannot be read has them again from its own files."""
    before = library.scans(film.id)
    with library.database() as database:
        database.execute("UPDATE scans SET settings = 'no JSON'")
    assert kinds(library) == ["settings"]
    assert mended(library) == []
    assert library.scans(film.id) == before


def test_edits_that_cannot_be_read_come_back_from_the_history(library: Library, film: Film) -> None:
    """Report settings that are no settings are put back as the same step of the history has them."""
    edited = library.report_settings(film.id)
    with library.database() as database:
        database.execute("UPDATE edits SET report_settings = '{\"coverage_floor\": 7}'")
    assert kinds(library) == ["edits"]
    assert mended(library) == []
    assert library.report_settings(film.id) == edited
    assert library.edit_history(film.id).undo == "floor"


def test_edits_that_nothing_can_bring_back_are_left(library: Library, film: Film) -> None:
    """Where the history cannot be read either, all of it is told and every row stays."""
    with library.database() as database:
        database.execute("UPDATE edits SET report_settings = 'x'")
        database.execute("UPDATE edit_history SET report_settings = 'y'")
        rows = database.execute("SELECT count(*) FROM edit_history").fetchone()[0]
    left = mended(library)
    assert {finding.kind for finding in left} == {"edits"}
    assert len(left) == rows + 1
    with library.database() as database:
        assert database.execute("SELECT count(*) FROM edit_history").fetchone()[0] == rows


def test_rows_without_a_film_are_told(library: Library, film: Film) -> None:
    """Edits whose film is gone, bytes and all, are told table by table, and stay for the day the film comes back."""
    without_row(library, film)
    shutil.rmtree(library.home / "films" / film.id)
    left = {finding.subject for finding in mended(library) if finding.kind == "rows"}
    assert left == {"scans", "edits", "edit_history"}
    with clip(CARPHONE).open("rb") as file:
        library.add_film(file, "Man.mp4")
    assert check.find(library) == []
    assert library.edit_history(film.id).undo == "floor"


def test_a_damaged_database_is_told(library: Library, film: Film) -> None:
    """An index that does not fit its table is told in SQLite's words."""
    with library.database() as database:
        database.execute("PRAGMA writable_schema = ON")
        database.execute("UPDATE sqlite_master SET sql = replace(sql, 'film_id, created_at', 'created_at, film_id')")
    assert "database" in [finding.kind for finding in mended(library)]


def test_an_upload_that_cannot_be_read_stays(library: Library) -> None:
    """Bytes of an upload whose description is damaged are told and not deleted."""
    folder = library.home / "incoming" / OWN
    folder.mkdir()
    (folder / "part").write_bytes(b"bytes")
    (folder / "upload.json").write_text('{"name": "Film.mp')
    aged(folder)
    (told,) = mended(library)
    assert told.kind == "upload"
    assert (folder / "part").read_bytes() == b"bytes"


# The command


def run(library: Library, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "emotion_core", "--home", str(library.home), "library", "check", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_command_says_each_in_a_line(library: Library, film: Film) -> None:
    """Without a repair everything found is a line and the exit code 1; with one, 0 as soon as nothing is left."""
    assert (run(library).returncode, run(library).stdout) == (0, f"{library.home}: all is well.\n")
    a_scan_folder(library, film)
    files_of_a_job(library, film)
    told = run(library)
    assert told.returncode == 1
    assert told.stdout.splitlines() == [
        f"scans/{OWN} belongs to no analysis. With --repair it is removed.",
        f"jobs/{OWN}.request belongs to no analysis. With --repair it is removed.",
    ]
    done = run(library, "--repair", "--json")
    assert done.returncode == 0
    assert [(row["kind"], row["mended"]) for row in json.loads(done.stdout)] == [("remains", True)] * 2
    assert run(library, "--repair").stdout == f"{library.home}: all is well.\n"


def test_the_command_tells_what_is_left(library: Library, film: Film) -> None:
    """What a repair cannot mend is a line and the exit code 1; hashes are compared when asked for."""
    content = film.path.read_bytes()
    film.path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    assert run(library).returncode == 0
    left = run(library, "--hashes", "--repair")
    assert left.returncode == 1
    assert left.stdout == "The bytes of “Man.mp4” are no longer those that were added. Add the film again.\n"


# Names and deletion: what lies in a library


SERVER_CHOSEN = [
    r"library\.sqlite",
    r"copies/\d{4}-\d{4}-\d\d-\d\d\.sqlite",
    r"films/[0-9a-f]{64}/original(\.[a-z0-9]{1,5})?",
    r"scans/[0-9a-f]{32}/(scan|read|sealed)\.json",
    r"scans/[0-9a-f]{32}/segments/\d{5}\.(npz|jpgs)",
    r"derived/[0-9a-f]{32}/[a-z0-9.-]+\.json",
    r"jobs/([0-9a-f]{32}\.(request|events|log)|worker\.log)",
    r"(scan|worker)\.lock",
]
HOSTILE = [
    "../../../../tmp/escaped.mp4",
    "<script>alert(1)</script>.mp4",
    "nul\x00byte.mp4",
    "=cmd|' /C calc'!A0.mp4",
    "🎬" * 100 + ".mp4",
    "x" * 300 + ".mp4",
    "film.mp4/../../library.sqlite",
    "CON",
    "-rf ~; $(reboot) `id`.mov",
]


def test_no_name_reaches_a_path(library: Library, tmp_path: Path) -> None:
    """After films of hostile names were added and one was analysed and edited, every file has a name chosen here."""
    outside = {path for path in tmp_path.rglob("*") if library.home not in (path, *path.parents)}
    for number, name in enumerate(HOSTILE):
        made = write_film(tmp_path / "made.mp4", texture(number, 12)).read_bytes()
        film = library.add_film(io.BytesIO(made), name)
        library.set_report_settings(film.id, ReportSettings(coverage_floor=0.5), name)
    scan = scans.start(library, film.id, ScanSettings(engine="torch", checkpoint="embedded"))
    assert wait_for(library, scan).state == "done"
    library.analysis(film.id)
    strange = [name for name in files(library) if not any(re.fullmatch(one, name) for one in SERVER_CHOSEN)]
    assert strange == []
    now = {path for path in tmp_path.rglob("*") if library.home not in (path, *path.parents)}
    assert now - outside == {tmp_path / "made.mp4"}
    assert check.find(library, hashes=True) == []
