"""`library check` finds issues and repairs them without losing a user's work."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from emotion_core.jobs import scans
from emotion_core.library import Film, Library
from emotion_core.maintenance import Issue, check, repair
from emotion_core.report import csv_bytes, scene_table
from emotion_core.settings import ReportSettings, ScanSettings
from emotion_core.storage import Home
from tests.support import library_builder
from tests.support.checked_library import kinds, make_old, repair_and_check, run_library_command
from tests.support.clips import BIKES, CARPHONE, clip
from tests.support.films import texture, write_film
from tests.support.running_scans import wait_for

pytestmark = pytest.mark.usefixtures("read_in_process")

DAY = 24 * 3600
OWN = "ab" * 16
"""An id in the library's form."""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "home")


@pytest.fixture
def film(library: Library) -> Film:
    """An analysed, managed film with edits of two steps."""
    analysed = library_builder.film(library, CARPHONE, ["happy", None, "sad"])
    with clip(CARPHONE).open("rb") as file, library.database() as database:
        database.execute("UPDATE films SET path = '/gone'")  # taken in by its bytes: before it was only referred to
        managed = library.add_film(file, "Man.mp4")
    assert managed.id == analysed.id
    with library.database() as database:
        database.execute("UPDATE films SET name = 'Man.mp4'")
    settings = library.report_settings(managed.id)
    library.set_report_settings(managed.id, ReportSettings(shots=settings.shots, coverage_floor=0.5), "floor")
    library.analysis(managed.id)
    return library.film(managed.id)


def scan_id(library: Library, film: Film) -> str:
    return library.scans(film.id)[0].id


def files(library: Library) -> set[str]:
    return {path.relative_to(library.home).as_posix() for path in library.home.rglob("*") if path.is_file()}


def test_a_library_in_use_is_well(library: Library, film: Film) -> None:
    """A library with films, scans, edits and work in progress has no issue."""
    upload = library.home / "incoming" / OWN
    upload.mkdir()
    (upload / "part").write_bytes(b"first")
    (upload / "upload.json").write_text(
        json.dumps({"name": "x.mp4", "length": 9, "settings": None, "content_id": "", "outcome": None})
    )
    make_old(upload)
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


def parts_of_a_cluster(library: Library, film: Film) -> None:
    folder = Home(library.home).parts(scan_id(library, film))
    (folder / "ranges").mkdir(parents=True)
    make_old(folder)


def a_proxy_without_a_film(library: Library, film: Film) -> None:
    folder = library.home / "films" / ("cd" * 32)
    folder.mkdir()
    (folder / "proxy.mp4").write_bytes(b"proxy")
    make_old(folder)


def a_proxy_half_written(library: Library, film: Film) -> None:
    half = library.home / "films" / film.id / "proxy.mp4.part"
    half.write_bytes(b"half")
    make_old(half)


def a_file_half_written(library: Library, film: Film) -> None:
    half = library.store(scan_id(library, film)).folder / "segments" / ".00001.npz.7.part"
    half.write_bytes(b"half")
    make_old(half)


def an_upload_that_was_removed(library: Library, film: Film) -> None:
    folder = library.home / "incoming" / OWN
    folder.mkdir()
    (folder / "part").write_bytes(b"part")
    make_old(folder)


REMAINS: list[Callable[[Library, Film], None]] = [
    a_scan_folder,
    a_derived_folder,
    files_of_a_job,
    files_of_a_films_job,
    parts_of_a_cluster,
    a_proxy_without_a_film,
    a_proxy_half_written,
    a_file_half_written,
    an_upload_that_was_removed,
]


@pytest.mark.parametrize("leave", REMAINS, ids=[each.__name__ for each in REMAINS])
def test_remains_are_removed(library: Library, film: Film, leave: Callable[[Library, Film], None]) -> None:
    """Orphaned files are found once and removed by a repair; everything else is unchanged."""
    before, table = files(library), csv_bytes(scene_table(library.analysis(film.id)))
    leave(library, film)
    assert kinds(library) == ["remains"]
    assert repair_and_check(library) == []
    assert files(library) == before
    assert csv_bytes(scene_table(Library.open(library.home).analysis(film.id))) == table


def test_what_a_request_holds_stays(library: Library, film: Film) -> None:
    """The rest of an upload with a locked file is not removed."""
    an_upload_that_was_removed(library, film)
    with FileLock(library.home / "incoming" / OWN / "lock"):
        make_old(library.home / "incoming" / OWN)
        assert [finding.kind for finding in repair_and_check(library)] == ["remains"]
        assert (library.home / "incoming" / OWN / "part").read_bytes() == b"part"


def test_what_got_a_row_meanwhile_stays(library: Library, film: Film) -> None:
    """A folder that got its row between check and repair is unchanged."""
    scan = scan_id(library, film)
    before = files(library)
    repair.repair(library, [Issue("remains", f"{kind}/{scan}", "", "it is removed") for kind in ("scans", "derived")])
    repair.repair(library, [Issue("remains", f"films/{film.id}", "", "it is removed")])
    repair.repair(library, [Issue("scan row", scan, "", "it is forgotten")])
    assert files(library) == before
    assert library.newest_scan(film.id) is not None


def without_row(library: Library, film: Film) -> None:
    """A film's row is lost and its edits stay, as after the restore of a copy."""
    plain = sqlite3.connect(library.home / "library.sqlite")
    with plain:
        plain.execute("DELETE FROM films")
    plain.close()
    make_old(library.home / "films" / film.id)


def test_a_film_without_a_row_is_taken_back(library: Library, film: Film) -> None:
    """Bytes without a row become a film again, with a name that says so, its edits and its analysis."""
    table, edited = csv_bytes(scene_table(library.analysis(film.id))), library.report_settings(film.id)
    without_row(library, film)
    assert "film" in kinds(library)
    assert repair_and_check(library) == []
    back = library.film(film.id)
    assert back.name == f"recovered {film.id[:8]}.mp4"
    assert back.unchanged
    assert back.path.read_bytes() == clip(CARPHONE).read_bytes()
    assert library.report_settings(film.id) == edited
    assert csv_bytes(scene_table(library.analysis(film.id))) == table


def test_bytes_that_are_no_film_are_not_deleted(library: Library, film: Film) -> None:
    """An unreadable file in a film's folder is reported and stays."""
    folder = library.home / "films" / ("ef" * 32)
    folder.mkdir()
    (folder / "original.mp4").write_bytes(b"no film at all")
    make_old(folder)
    assert [finding.kind for finding in repair_and_check(library)] == ["film"]
    assert (folder / "original.mp4").read_bytes() == b"no film at all"


def test_a_film_that_is_not_what_its_folder_says(library: Library) -> None:
    """A film in another film's folder is added under its own hash, and the wrong folder is removed."""
    folder = library.home / "films" / ("ef" * 32)
    folder.mkdir()
    shutil.copy(clip(BIKES), folder / "original.mp4")
    make_old(folder)
    assert repair_and_check(library) == []
    (back,) = library.films()
    assert back.id == hashlib.sha256(clip(BIKES).read_bytes()).hexdigest()
    assert back.path.read_bytes() == clip(BIKES).read_bytes()
    assert not folder.exists()


def test_a_film_that_is_being_taken_in_is_left_alone(library: Library, film: Film) -> None:
    """Bytes of the last minutes, or of a finishing upload, are no issue."""
    without_row(library, film)
    (library.home / "films" / film.id / "original.mp4").touch()
    assert "film" not in kinds(library)
    make_old(library.home / "films" / film.id)
    upload = library.home / "incoming" / OWN
    upload.mkdir()
    (upload / "upload.json").write_text(
        json.dumps({"name": "x", "length": 1, "settings": None, "content_id": film.id, "outcome": None})
    )
    assert "film" not in kinds(library)


def test_lost_and_changed_bytes_are_told(library: Library, film: Film) -> None:
    """A film with missing bytes or another size is reported and stays; changed bytes are reported with `hashes`."""
    content = film.path.read_bytes()
    film.path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert kinds(library) == []
    (issue,) = check.find(library, hashes=True)
    assert issue.what == "The bytes of “Man.mp4” are no longer those that were added. Add the film again."
    film.path.write_bytes(content[:-1])
    (issue,) = repair_and_check(library)
    assert f"{len(content) - 1} bytes instead of {len(content)}" in issue.what
    film.path.unlink()
    (issue,) = repair_and_check(library)
    assert "are gone" in issue.what
    assert library.films()[0].name == "Man.mp4"


def test_facts_that_cannot_be_read_are_read_again(library: Library, film: Film) -> None:
    """Facts that the database lost are read from the film again."""
    with library.database() as database:
        database.execute("UPDATE films SET media = '{}'")
    assert kinds(library) == ["facts"]
    assert repair_and_check(library) == []
    assert library.film(film.id).media == film.media


def test_a_scan_whose_files_are_gone_is_forgotten(library: Library, film: Film) -> None:
    """The row of a finished scan without files is deleted; the film and its edits stay."""
    edited = library.report_settings(film.id)
    shutil.rmtree(library.store(scan_id(library, film)).folder)
    with library.database() as database:  # one just written down may be about to begin
        database.execute("UPDATE scans SET created_at = '2026-01-01T00:00:00+00:00'")
    assert kinds(library) == ["scan row"]
    assert repair_and_check(library) == []
    assert library.scans(film.id) == []
    assert library.film(film.id) == film
    assert library.report_settings(film.id) == edited
    assert not list((library.home / "derived").iterdir())


def test_scans_that_never_wrote_anything_are_no_finding(library: Library) -> None:
    """A scan that is queued, running, or failed before its first file keeps its row."""
    library_builder.unfinished(library, CARPHONE, {"event": "waiting"}, pid=os.getpid(), pid_started=0.0)
    library_builder.unfinished(library, BIKES, {"event": "error", "kind": "NotAFilm", "problem": "No.", "advice": ""})
    assert check.find(library) == []


def test_a_damaged_scan_is_told(library: Library, film: Film) -> None:
    """A damaged part of a scan is reported with the remedy; nothing is deleted."""
    part = library.store(scan_id(library, film)).folder / "segments" / "00000.npz"
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)
    (issue,) = repair_and_check(library)
    assert issue.kind == "scan"
    assert "“Man.mp4”" in issue.what
    assert "Analyse the film again" in issue.what
    assert part.read_bytes() == content


def test_lost_pictures_are_told(library: Library, film: Film) -> None:
    """A scan with missing pictures is reported."""
    (library.store(scan_id(library, film)).folder / "segments" / "00000.jpgs").unlink()
    (issue,) = repair_and_check(library)
    assert "Pictures of an analysis of “Man.mp4” are gone" in issue.what
    assert library.analysis(film.id).scenes


def test_numbers_only_are_well(library: Library) -> None:
    """A scan without stored pictures has no issue."""
    library_builder.film(library, BIKES, ["happy"], keep_pictures=False)
    assert check.find(library) == []


def test_settings_of_a_scan_are_read_from_its_files(library: Library, film: Film) -> None:
    """Unreadable settings of a scan are restored from its own files."""
    before = library.scans(film.id)
    with library.database() as database:
        database.execute("UPDATE scans SET settings = 'no JSON'")
    assert kinds(library) == ["settings"]
    assert repair_and_check(library) == []
    assert library.scans(film.id) == before


def test_edits_that_cannot_be_read_come_back_from_the_history(library: Library, film: Film) -> None:
    """Unreadable report settings are restored from the same step of the history."""
    edited = library.report_settings(film.id)
    with library.database() as database:
        database.execute("UPDATE edits SET report_settings = '{\"coverage_floor\": 7}'")
    assert kinds(library) == ["edits"]
    assert repair_and_check(library) == []
    assert library.report_settings(film.id) == edited
    assert library.edit_history(film.id).undo == "floor"


def test_edits_that_nothing_can_bring_back_are_left(library: Library, film: Film) -> None:
    """If the history is unreadable too, everything is reported and every row stays."""
    with library.database() as database:
        database.execute("UPDATE edits SET report_settings = 'x'")
        database.execute("UPDATE edit_history SET report_settings = 'y'")
        rows = database.execute("SELECT count(*) FROM edit_history").fetchone()[0]
    remaining = repair_and_check(library)
    assert {finding.kind for finding in remaining} == {"edits"}
    assert len(remaining) == rows + 1
    with library.database() as database:
        assert database.execute("SELECT count(*) FROM edit_history").fetchone()[0] == rows


def test_rows_without_a_film_are_told(library: Library, film: Film) -> None:
    """Edits without a film are reported for each table, and stay in case the film returns."""
    without_row(library, film)
    shutil.rmtree(library.home / "films" / film.id)
    remaining = {finding.subject for finding in repair_and_check(library) if finding.kind == "rows"}
    assert remaining == {"scans", "edits", "edit_history"}
    with clip(CARPHONE).open("rb") as file:
        library.add_film(file, "Man.mp4")
    assert check.find(library) == []
    assert library.edit_history(film.id).undo == "floor"


def test_a_damaged_database_is_told(library: Library, film: Film) -> None:
    """A damaged index is reported in SQLite's words."""
    with library.database() as database:
        database.execute("PRAGMA writable_schema = ON")
        database.execute("UPDATE sqlite_master SET sql = replace(sql, 'film_id, created_at', 'created_at, film_id')")
    assert "database" in [finding.kind for finding in repair_and_check(library)]


def test_an_upload_that_cannot_be_read_stays(library: Library) -> None:
    """An upload with a damaged record is reported and not deleted."""
    folder = library.home / "incoming" / OWN
    folder.mkdir()
    (folder / "part").write_bytes(b"bytes")
    (folder / "upload.json").write_text('{"name": "Film.mp')
    make_old(folder)
    (issue,) = repair_and_check(library)
    assert issue.kind == "upload"
    assert (folder / "part").read_bytes() == b"bytes"


# The command


def test_the_command_says_each_in_a_line(library: Library, film: Film) -> None:
    """Without --repair each issue is a line and the exit code is 1; with it the code is 0 if no issue remains."""
    assert (run_library_command(library).returncode, run_library_command(library).stdout) == (
        0,
        f"{library.home}: all is well.\n",
    )
    a_scan_folder(library, film)
    files_of_a_job(library, film)
    result = run_library_command(library)
    assert result.returncode == 1
    assert result.stdout.splitlines() == [
        f"scans/{OWN} belongs to no analysis. With --repair it is removed.",
        f"jobs/{OWN}.request belongs to no analysis. With --repair it is removed.",
    ]
    repaired = run_library_command(library, "--repair", "--json")
    assert repaired.returncode == 0
    assert [(row["kind"], row["mended"]) for row in json.loads(repaired.stdout)] == [("remains", True)] * 2
    assert run_library_command(library, "--repair").stdout == f"{library.home}: all is well.\n"


def test_the_command_tells_what_is_left(library: Library, film: Film) -> None:
    """An issue without a repair is a line and the exit code 1; hashes are compared on request."""
    content = film.path.read_bytes()
    film.path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    assert run_library_command(library).returncode == 0
    remaining = run_library_command(library, "--hashes", "--repair")
    assert remaining.returncode == 1
    assert remaining.stdout == "The bytes of “Man.mp4” are no longer those that were added. Add the film again.\n"


# Names and deletion: what lies in a library


SERVER_CHOSEN = [
    r"library\.sqlite",
    r"copies/\d{4}-\d{4}-\d\d-\d\d\.sqlite",
    r"films/[0-9a-f]{64}/original(\.[a-z0-9]{1,5})?",
    r"scans/[0-9a-f]{32}/(scan|read|sealed)\.json",
    r"scans/[0-9a-f]{32}/sound\.npz",
    r"scans/[0-9a-f]{32}/segments/\d{5}\.(npz|jpgs)",
    r"derived/[0-9a-f]{32}/[a-z0-9.-]+\.json",
    r"jobs/([0-9a-f]{32}\.(request|events|log)|worker\.(log|json))",
    r"networks/[0-9a-f]{32}/[a-z0-9-]+\.[0-9a-f]{16}",
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


@pytest.mark.usefixtures("in_process")
def test_no_name_reaches_a_path(library: Library, tmp_path: Path) -> None:
    """After films with hostile names were added, analysed and edited, every file name is chosen by the library."""
    outside = {path for path in tmp_path.rglob("*") if library.home not in (path, *path.parents)}
    for number, name in enumerate(HOSTILE):
        content = write_film(tmp_path / "made.mp4", texture(number, 12)).read_bytes()
        film = library.add_film(io.BytesIO(content), name)
        library.set_report_settings(film.id, ReportSettings(coverage_floor=0.5), name)
    scan = scans.start(library, film.id, ScanSettings(engine="torch", checkpoint="embedded"))
    assert wait_for(library, scan).state == "done"
    library.analysis(film.id)
    strange = [name for name in files(library) if not any(re.fullmatch(pattern, name) for pattern in SERVER_CHOSEN)]
    assert strange == []
    now = {path for path in tmp_path.rglob("*") if library.home not in (path, *path.parents)}
    assert now - outside == {tmp_path / "made.mp4"}
    assert check.find(library, hashes=True) == []
