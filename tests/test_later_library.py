"""What a later version of the program wrote is told as such, and is neither read by halves, mended nor removed."""

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
import streamlit as st

from emotion_core.errors import LaterVersion
from emotion_core.expression.checkpoints import calibration
from emotion_core.incoming import uploads_on_disk
from emotion_core.ingest.uploads import Uploads
from emotion_core.jobs import scans
from emotion_core.jobs.requests import ScanRequest
from emotion_core.library import copies, readable_rows
from emotion_core.library.library import Library
from emotion_core.library.records import Film
from emotion_core.maintenance import check, repair
from emotion_core.maintenance.check_lost import analyses
from emotion_core.observations.store import FORMAT
from emotion_core.processes import scan as scan_process
from emotion_core.settings import ReportSettings, ScanSettings
from emotion_core.storage import hashed_json
from tests import shelf, terminal
from tests.clips import BIKES, CARPHONE, clip
from tests.test_calibration import made
from tests.test_pages import buttons, opened, said

UPLOAD = "ab" * 16


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """A library of two analysed films, carphone and bikes, in which no worker is started."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(scans, "wake", lambda home: False)
    library = Library.open(tmp_path)
    shelf.film(library, CARPHONE, ["happy", "sad"])
    shelf.film(library, BIKES, ["happy"])
    yield library
    st.cache_resource.clear()
    st.cache_data.clear()


def scan_of(library: Library, film: Film) -> str:
    scan = library.scan_of(film.id)
    assert scan is not None
    return scan.id


Write = Callable[[Library, Film], None]


def column(table: str, name: str, change: Callable[[dict[str, Any]], object]) -> Write:
    """JSON in a film's row, as a later version has it."""

    def write(library: Library, film: Film) -> None:
        key = "id" if table == "films" else "film_id"
        with library.database() as database:
            (stored,) = database.execute(f"SELECT {name} FROM {table} WHERE {key} = ?", (film.id,)).fetchone()
            told = hashed_json.unpacked_text(stored)
            change(told)
            written = hashed_json.packed_text(told)
            database.execute(f"UPDATE {table} SET {name} = ? WHERE {key} = ?", (written, film.id))

    return write


def header(change: Callable[[dict[str, Any]], object]) -> Write:
    """An analysis' scan.json, as a later version has it."""

    def write(library: Library, film: Film) -> None:
        file = library.store(scan_of(library, film)).folder / "scan.json"
        told = hashed_json.read(file)
        change(told)
        hashed_json.write(file, told)
        seal = hashed_json.read(file.with_name("sealed.json"))
        seal["scan"] = hashlib.sha256(file.read_bytes()).hexdigest()
        hashed_json.write(file.with_name("sealed.json"), seal)

    return write


LATER: dict[str, Write] = {
    "a new fact": column("films", "media", lambda told: told.update(colour_space="BT.2100")),
    "a new kind of time stamps": column("films", "media", lambda told: told.update(stamps="guessed")),
    "a new fact of bars": column(
        "films",
        "media",
        lambda told: told.update(other_bars=[{"width": 8, "height": 8, "pixel_aspect": "1", "active": [0], "a": 1}]),
    ),
    "a new scan setting": column("scans", "settings", lambda told: told.update(look_twice=True)),
    "a new engine": column("scans", "settings", lambda told: told.update(engine="quantum")),
    "a new report setting": column("edits", "report_settings", lambda told: told.update(smoothing=3)),
    "a new detector": column("edits", "report_settings", lambda told: told["shots"].update(detector="transformer")),
    "a new setting of detectors": column("edits", "report_settings", lambda told: told["shots"].update(wipes=True)),
    "another grouping": column("edits", "report_settings", lambda told: told.update(scenes_are="acts")),
    "a new kind of correction": column(
        "edits", "report_settings", lambda told: told["corrections"].update(notes=[[30, "reshoot"]])
    ),
    "a new mark": column("edits", "report_settings", lambda told: told["corrections"].update(marks=[[30, "credits"]])),
    "a new layout": header(lambda told: told.update(format=FORMAT + 1)),
    "a new fact of an analysis": header(lambda told: told["media"].update(colour_space="BT.2100")),
    "a new setting of an analysis": header(lambda told: told["scan_settings"].update(look_twice=True)),
    "a new fact of the model": header(lambda told: told["checkpoint"].update(licence="MIT")),
    "a new fact of the engine": header(lambda told: told["engine"].update(device="gpu:1")),
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
    film, other = shelf.of_clip(library, CARPHONE), shelf.of_clip(library, BIKES)
    LATER[what](library, film)
    before = stored(library)
    app = opened()
    assert not app.exception
    (told,) = app.error
    assert "written by a later version" in told.value
    assert "Open the library with that version" in told.value
    assert "library check" not in told.value
    assert "bikes" in said(app)
    assert buttons(app).count("Open") == 1
    assert not opened("film", film=other.id).error
    assert any("written by a later version" in error.value for error in opened("film", film=film.id).error)
    assert terminal.run(monkeypatch, "scenes", str(clip(CARPHONE))) == 1
    assert "written by a later version" in capsys.readouterr().err
    findings = check.find(library)
    assert [(finding.kind, finding.repair) for finding in findings] == [("later", "")]
    assert "written by a later version" in findings[0].what
    repair.repair(library, findings)
    assert stored(library) == before


@pytest.mark.parametrize("what", [what for what in LATER if what.startswith("a new fact") and "of" not in what])
def test_adding_a_film_again_replaces_nothing(library: Library, what: str) -> None:
    """A film of which a later version knows more is not written down anew."""
    film = shelf.of_clip(library, CARPHONE)
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
    film = shelf.of_clip(library, CARPHONE)
    LATER[what](library, film)
    before = stored(library)
    with pytest.raises(LaterVersion):
        library.change_report_settings(film.id, lambda now: now.settings)
    with pytest.raises(LaterVersion):
        library.set_report_settings(film.id, ReportSettings())
    assert stored(library) == before


def test_a_later_step_is_not_gone_back_to(library: Library) -> None:
    """A step of the history that a later version made is told, and the settings stay as they are."""
    film = shelf.of_clip(library, CARPHONE)
    with library.database() as database:
        step = "film_id = ? AND step = 0"
        (kept,) = database.execute(f"SELECT report_settings FROM edit_history WHERE {step}", (film.id,)).fetchone()
        later = hashed_json.packed_text({**hashed_json.unpacked_text(kept), "smoothing": 3})
        database.execute(f"UPDATE edit_history SET report_settings = ? WHERE {step}", (later, film.id))
    before = stored(library)
    with pytest.raises(LaterVersion, match="step"):
        library.undo(film.id)
    assert [(finding.kind, finding.repair) for finding in check.find(library)] == [("later", "")]
    assert stored(library) == before


def test_a_lost_row_of_a_later_analysis_is_not_put_aside(library: Library) -> None:
    """An analysis without a row whose settings a later version wrote stays where it is."""
    film = shelf.of_clip(library, CARPHONE)
    LATER["a new setting of an analysis"](library, film)
    scan_id = scan_of(library, film)
    with library.database() as database:
        database.execute("DELETE FROM scans WHERE id = ?", (scan_id,))
    (finding,) = analyses(library, {scan_id})
    assert (finding.kind, finding.repair) == ("later", "")


def test_an_analysis_that_a_later_version_began_is_not_begun_anew(library: Library) -> None:
    """What a later version had written of an analysis stays when it is asked for again here."""
    film = shelf.of_clip(library, CARPHONE)
    store = library.store(scan_of(library, film))
    seen = store.read()
    (store.folder / "sealed.json").unlink()
    told = hashed_json.read(store.folder / "scan.json")
    hashed_json.write(store.folder / "scan.json", {**told, "format": FORMAT + 1})
    before = stored(library)
    with pytest.raises(LaterVersion):
        store.begin(seen.media, seen.scan_settings, seen.checkpoint, seen.engine)
    assert stored(library) == before


def test_an_upload_of_a_later_version_stays(library: Library) -> None:
    """An upload that a later version wrote down is neither swept nor removed by the check, which names it."""
    (library.home / "incoming" / UPLOAD).mkdir()
    uploads_on_disk.part(library.home, UPLOAD).write_bytes(b"four")
    uploads_on_disk.write(
        library.home, uploads_on_disk.Upload(id=UPLOAD, name="Film.mp4", length=9, settings=ScanSettings())
    )
    file = uploads_on_disk.folder(library.home, UPLOAD) / "upload.json"
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
    film = shelf.of_clip(library, CARPHONE)
    for value in ("{", "[1]", "null", '{"coverage_floor": 7}', '{"shots": 3}', '{"corrections": {"marks": 3}}'):
        with library.database() as database:
            database.execute("UPDATE edits SET report_settings = ? WHERE film_id = ?", (value, film.id))
            row = database.execute("SELECT * FROM edits WHERE film_id = ?", (film.id,)).fetchone()
        assert readable_rows.columns("edits", row) == ("report_settings",), value
        assert not readable_rows.is_later("edits", row), value


def test_a_copy_of_a_later_database_is_not_put_back(
    library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A copy that a later version made is refused by name, and the database that is used stays."""
    copies.keep(library.home / "library.sqlite")
    copy = copies.kept(library.home)[0]
    with sqlite3.connect(copy.path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    before = stored(library)
    assert terminal.run(monkeypatch, "library", "check", "--put-back", copy.path.name) == 1
    assert "written by a later version" in capsys.readouterr().err
    assert stored(library) == before


def test_an_analysis_that_a_later_version_asked_for_is_told(library: Library, tmp_path: Path) -> None:
    """A job that is asked with settings of a later version ends with that sentence, not as a fault of the program."""
    film = shelf.of_clip(library, CARPHONE)
    store = library.store(scan_of(library, film)).folder
    asked = ScanRequest(
        film=film.path, content_id=film.id, name="Film.mp4", store=store, settings=ScanSettings(),
        wanted=ReportSettings(), lock=tmp_path / "lock", top_up=True,
    )  # fmt: skip
    for part in ("settings", "wanted"):
        told = json.loads(asked.to_json())
        told[part]["look_twice"] = True
        request, events = tmp_path / "asked.request", io.StringIO()
        request.write_text(json.dumps(told))
        assert scan_process.main(request, events) == 1
        last = json.loads(events.getvalue().splitlines()[-1])
        assert (last["event"], last["kind"]) == ("error", "LaterVersion")
        assert "Film.mp4" in last["problem"]


def test_a_later_calibration_is_not_called_damaged(tmp_path: Path) -> None:
    """A calibration with a field of a later version is passed over, and the note says why."""
    file = calibration.stored_at(tmp_path, "ab" * 32)
    calibration.keep(replace(made(), weights="ab" * 32), file)
    assert calibration.resolved(None, "ab" * 32, tmp_path).value == made().temperature
    hashed_json.write(file, {**hashed_json.read(file), "bias": 0.5})
    note = calibration.resolved(None, "ab" * 32, tmp_path).note
    assert "was written by a later version" in note
    assert "damaged" not in note
