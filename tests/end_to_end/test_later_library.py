"""Data of a later version of the program is reported as such, and neither half read, repaired nor removed."""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from emotion_core.errors import LaterVersion
from emotion_core.expression.checkpoints import calibration
from emotion_core.incoming import Upload, upload_store
from emotion_core.ingest.uploads import Uploads
from emotion_core.jobs import supervisor
from emotion_core.jobs.requests import ScanRequest
from emotion_core.library import Film, Library, copies, readable_rows
from emotion_core.maintenance import check, repair
from emotion_core.maintenance.check_lost import find_scans
from emotion_core.observations import FORMAT
from emotion_core.processes import scan as scan_process
from emotion_core.settings import ReportSettings, ScanSettings
from emotion_core.storage import hashed_json
from tests.support import library_builder, terminal
from tests.support.calibrations import calibration_at
from tests.support.clips import BIKES, CARPHONE, clip
from tests.support.pages import button_labels, found_by_pages, open_page, page_text

UPLOAD = "ab" * 16


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """A library of two analysed films, carphone and bikes, in which no worker is started."""
    monkeypatch.setattr(supervisor, "ensure_worker", lambda home: False)
    with found_by_pages(tmp_path, monkeypatch) as library:
        library_builder.film(library, CARPHONE, ["happy", "sad"])
        library_builder.film(library, BIKES, ["happy"])
        yield library


def scan_of(library: Library, film: Film) -> str:
    scan = library.newest_scan(film.id)
    assert scan is not None
    return scan.id


Write = Callable[[Library, Film], None]


def column(table: str, name: str, change: Callable[[dict[str, Any]], object]) -> Write:
    """JSON in a film's row, as a later version has it."""

    def write(library: Library, film: Film) -> None:
        key = "id" if table == "films" else "film_id"
        with library.database() as database:
            (stored,) = database.execute(f"SELECT {name} FROM {table} WHERE {key} = ?", (film.id,)).fetchone()
            value = hashed_json.from_text(stored)
            change(value)
            written = hashed_json.to_text(value)
            database.execute(f"UPDATE {table} SET {name} = ? WHERE {key} = ?", (written, film.id))

    return write


def header(change: Callable[[dict[str, Any]], object]) -> Write:
    """An analysis' scan.json, as a later version has it."""

    def write(library: Library, film: Film) -> None:
        file = library.store(scan_of(library, film)).folder / "scan.json"
        value = hashed_json.read(file)
        change(value)
        hashed_json.write(file, value)
        seal = hashed_json.read(file.with_name("sealed.json"))
        seal["scan"] = hashlib.sha256(file.read_bytes()).hexdigest()
        hashed_json.write(file.with_name("sealed.json"), seal)

    return write


LATER: dict[str, Write] = {
    "a new fact": column("films", "media", lambda document: document.update(colour_space="BT.2100")),
    "a new kind of time stamps": column("films", "media", lambda document: document.update(stamps="guessed")),
    "a new fact of bars": column(
        "films",
        "media",
        lambda document: document.update(
            other_bars=[{"width": 8, "height": 8, "pixel_aspect": "1", "active": [0], "a": 1}]
        ),
    ),
    "a new scan setting": column("scans", "settings", lambda document: document.update(look_twice=True)),
    "a new engine": column("scans", "settings", lambda document: document.update(engine="quantum")),
    "a new report setting": column("edits", "report_settings", lambda document: document.update(smoothing=3)),
    "a new detector": column(
        "edits", "report_settings", lambda document: document["shots"].update(detector="transformer")
    ),
    "a new setting of detectors": column(
        "edits", "report_settings", lambda document: document["shots"].update(wipes=True)
    ),
    "another grouping": column("edits", "report_settings", lambda document: document.update(scenes_are="acts")),
    "a new kind of correction": column(
        "edits", "report_settings", lambda document: document["corrections"].update(notes=[[30, "reshoot"]])
    ),
    "a new mark": column(
        "edits", "report_settings", lambda document: document["corrections"].update(marks=[[30, "credits"]])
    ),
    "a new layout": header(lambda document: document.update(format=FORMAT + 1)),
    "a new fact of an analysis": header(lambda document: document["media"].update(colour_space="BT.2100")),
    "a new setting of an analysis": header(lambda document: document["scan_settings"].update(look_twice=True)),
    "a new fact of the model": header(lambda document: document["checkpoint"].update(licence="MIT")),
    "a new fact of the engine": header(lambda document: document["engine"].update(device="gpu:1")),
}


def stored(library: Library) -> tuple[dict[str, bytes], list[tuple[Any, ...]]]:
    """Films, analyses and uploads as they lie on disk, and all rows about them."""
    files = {
        str(path): path.read_bytes()
        for name in ("films", "scans", "incoming")
        for path in sorted((library.home / name).rglob("*"))
        if path.is_file() and path.name not in ("lock", "playable.json")
    }
    with library.database() as database:
        rows = [
            tuple(row)
            for table in ("films", "scans", "edits", "edit_history")
            for row in database.execute(f"SELECT * FROM {table} ORDER BY rowid")
        ]
    return files, rows


@pytest.mark.parametrize("what", LATER)
def test_it_is_told_and_left_as_it_is(
    library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    """The film's card says that a later version wrote it; so does the terminal, and the check, which offers no repair
    and changes nothing. The other film stays whole.
    """
    film, other = library_builder.of_clip(library, CARPHONE), library_builder.of_clip(library, BIKES)
    LATER[what](library, film)
    before = stored(library)
    app = open_page()
    assert not app.exception
    (document,) = app.error
    assert "written by a later version" in document.value
    assert "Open the library with that version" in document.value
    assert "library check" not in document.value
    assert "bikes" in page_text(app)
    assert button_labels(app).count("Open") == 1
    assert not open_page("film", film=other.id).error
    assert any("written by a later version" in error.value for error in open_page("film", film=film.id).error)
    assert terminal.run(monkeypatch, "scenes", str(clip(CARPHONE))) == 1
    assert "written by a later version" in capsys.readouterr().err
    findings = check.find(library)
    assert [(finding.kind, finding.repair) for finding in findings] == [("later", "")]
    assert "written by a later version" in findings[0].what
    repair.repair(library, findings)
    assert stored(library) == before


@pytest.mark.parametrize("what", [what for what in LATER if what.startswith("a new fact") and "of" not in what])
def test_adding_a_film_again_replaces_nothing(library: Library, what: str) -> None:
    """A film row with facts of a later version is not overwritten."""
    film = library_builder.of_clip(library, CARPHONE)
    LATER[what](library, film)
    before = stored(library)
    with pytest.raises(LaterVersion, match="carphone"):
        library.refer_to(clip(CARPHONE))
    with clip(CARPHONE).open("rb") as file, pytest.raises(LaterVersion):
        library.add_film(file, "Again.mp4")
    assert stored(library) == before


@pytest.mark.parametrize("what", ["a new report setting", "a new detector", "a new kind of correction"])
def test_corrections_are_not_written_over(library: Library, what: str) -> None:
    """Nothing is saved on top of settings that a later version made, and none of its steps is gone back to."""
    film = library_builder.of_clip(library, CARPHONE)
    LATER[what](library, film)
    before = stored(library)
    with pytest.raises(LaterVersion):
        library.change_report_settings(film.id, lambda now: now.settings)
    with pytest.raises(LaterVersion):
        library.set_report_settings(film.id, ReportSettings())
    assert stored(library) == before


def test_a_later_step_is_not_gone_back_to(library: Library) -> None:
    """An edit of a later version in the history is reported, and the settings stay as they are."""
    film = library_builder.of_clip(library, CARPHONE)
    with library.database() as database:
        step = "film_id = ? AND step = 0"
        (row,) = database.execute(f"SELECT report_settings FROM edit_history WHERE {step}", (film.id,)).fetchone()
        later = hashed_json.to_text({**hashed_json.from_text(row), "smoothing": 3})
        database.execute(f"UPDATE edit_history SET report_settings = ? WHERE {step}", (later, film.id))
    before = stored(library)
    with pytest.raises(LaterVersion, match="step"):
        library.undo(film.id)
    assert [(finding.kind, finding.repair) for finding in check.find(library)] == [("later", "")]
    assert stored(library) == before


def test_a_lost_row_of_a_later_analysis_is_not_put_aside(library: Library) -> None:
    """An analysis without a row whose settings a later version wrote stays where it is."""
    film = library_builder.of_clip(library, CARPHONE)
    LATER["a new setting of an analysis"](library, film)
    scan_id = scan_of(library, film)
    with library.database() as database:
        database.execute("DELETE FROM scans WHERE id = ?", (scan_id,))
    (finding,) = find_scans(library, {scan_id})
    assert (finding.kind, finding.repair) == ("later", "")


def test_an_analysis_that_a_later_version_began_is_not_begun_anew(library: Library) -> None:
    """What a later version had written of an analysis stays when it is asked for again here."""
    film = library_builder.of_clip(library, CARPHONE)
    store = library.store(scan_of(library, film))
    observations = store.read()
    (store.folder / "sealed.json").unlink()
    document = hashed_json.read(store.folder / "scan.json")
    hashed_json.write(store.folder / "scan.json", {**document, "format": FORMAT + 1})
    before = stored(library)
    with pytest.raises(LaterVersion):
        store.begin(observations.media, observations.scan_settings, observations.checkpoint, observations.engine)
    assert stored(library) == before


def test_an_upload_of_a_later_version_stays(library: Library) -> None:
    """An upload that a later version wrote down is neither swept nor removed by the check, which names it."""
    (library.home / "incoming" / UPLOAD).mkdir()
    upload_store.part_path(library.home, UPLOAD).write_bytes(b"four")
    upload_store.write(library.home, Upload(id=UPLOAD, name="Film.mp4", length=9, settings=ScanSettings()))
    file = upload_store.folder(library.home, UPLOAD) / "upload.json"
    hashed_json.write(file, {**hashed_json.read(file), "colour": "red"})
    for path in (file, file.with_name("part"), file.parent):
        os.utime(path, (0, 0))
    before = stored(library)
    uploads = Uploads(library.home)
    uploads.sweep()
    uploads.finish_pending()
    with pytest.raises(LaterVersion):
        uploads.get(UPLOAD)
    findings = check.find(library)
    assert [(finding.kind, finding.repair) for finding in findings] == [("later", "")]
    repair.repair(library, findings)
    assert stored(library) == before


def test_what_is_damaged_is_not_called_later(library: Library) -> None:
    """A row that no version wrote is damaged, as before."""
    film = library_builder.of_clip(library, CARPHONE)
    for value in ("{", "[1]", "null", '{"coverage_floor": 7}', '{"shots": 3}', '{"corrections": {"marks": 3}}'):
        with library.database() as database:
            database.execute("UPDATE edits SET report_settings = ? WHERE film_id = ?", (value, film.id))
            row = database.execute("SELECT * FROM edits WHERE film_id = ?", (film.id,)).fetchone()
        assert readable_rows.unreadable_columns("edits", row) == ("report_settings",), value
        assert not readable_rows.is_later("edits", row), value


def test_a_copy_of_a_later_database_is_not_put_back(
    library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A copy that a later version made is refused by name, and the database that is used stays."""
    copies.create(library.home / "library.sqlite")
    copy = copies.all_copies(library.home)[0]
    with sqlite3.connect(copy.path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    before = stored(library)
    assert terminal.run(monkeypatch, "library", "check", "--put-back", copy.path.name) == 1
    assert "written by a later version" in capsys.readouterr().err
    assert stored(library) == before


def test_an_analysis_that_a_later_version_asked_for_is_told(library: Library, tmp_path: Path) -> None:
    """A job that is asked with settings of a later version ends with that sentence, not as a fault of the program."""
    film = library_builder.of_clip(library, CARPHONE)
    store = library.store(scan_of(library, film)).folder
    scan_request = ScanRequest(
        film=film.path, content_id=film.id, name="Film.mp4", store=store, settings=ScanSettings(),
        wanted=ReportSettings(), lock=tmp_path / "lock", top_up=True,
    )  # fmt: skip
    for part in ("settings", "wanted"):
        document = json.loads(scan_request.to_json())
        document[part]["look_twice"] = True
        request, events = tmp_path / "asked.request", io.StringIO()
        request.write_text(json.dumps(document))
        assert scan_process.main(request, events) == 1
        last = json.loads(events.getvalue().splitlines()[-1])
        assert (last["event"], last["kind"]) == ("error", "LaterVersion")
        assert "Film.mp4" in last["problem"]


def test_a_later_calibration_is_not_called_damaged(tmp_path: Path) -> None:
    """A calibration with a field of a later version is passed over, and the note says why."""
    file = calibration.stored_at(tmp_path, "ab" * 32)
    calibration.keep(replace(calibration_at(), weights="ab" * 32), file)
    assert calibration.resolve_temperature(None, "ab" * 32, tmp_path).value == calibration_at().temperature
    hashed_json.write(file, {**hashed_json.read(file), "bias": 0.5})
    note = calibration.resolve_temperature(None, "ab" * 32, tmp_path).note
    assert "was written by a later version" in note
    assert "damaged" not in note
