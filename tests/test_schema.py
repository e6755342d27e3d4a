"""The library's database: made, brought up to date, and refused where it is not ours to read."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from emotion_core.errors import LibraryError
from emotion_core.library import database as schema
from emotion_core.library.library import Library
from emotion_core.maintenance import check
from emotion_core.observations.store import ObservationStore
from emotion_core.report import csv_file, table as report
from emotion_core.settings import to_json
from tests.test_observations import FILM as FILM_FACTS, SETTINGS as SCAN_SETTINGS, as_layout_1, as_layout_2, written

FILM = """
INSERT INTO films (id, name, path, managed, bytes, modified_ns, added_at, media)
VALUES ('a', 'Film', '/a', 0, 1, 1, 'now', '{}')
"""


def objects(file: Path) -> dict[str, str]:
    """Every table and index with the statement that made it."""
    database = sqlite3.connect(file)
    try:
        return dict(database.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall())
    finally:
        database.close()


def version(file: Path) -> int:
    database = sqlite3.connect(file)
    try:
        return int(database.execute("PRAGMA user_version").fetchone()[0])
    finally:
        database.close()


@pytest.mark.parametrize("empty_file", [False, True])
def test_an_empty_database_is_brought_up_to_date(tmp_path: Path, empty_file: bool) -> None:
    """From nothing, or from an empty file, all migrations are applied; opening again changes nothing."""
    file = tmp_path / "library.sqlite"
    if empty_file:
        file.touch()
    schema.connect(file).close()
    made = objects(file)
    assert {"films", "scans", "edits"} <= set(made)
    assert version(file) == len(schema.MIGRATIONS)
    schema.connect(file).close()
    assert objects(file) == made


def test_migrations_are_named_in_order() -> None:
    """Each migration is named by its number, from 1 on without a gap."""
    assert [name[:5] for name, _ in schema.MIGRATIONS] == [f"{i:04} " for i in range(1, len(schema.MIGRATIONS) + 1)]


def test_an_older_database_keeps_its_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database of an older schema gets the migrations it lacks, and keeps what is in it."""
    file = tmp_path / "library.sqlite"
    database = schema.connect(file)
    database.execute(FILM)
    database.close()
    later = (
        f"{len(schema.MIGRATIONS) + 1:04} notes",
        "ALTER TABLE films ADD COLUMN note TEXT NOT NULL DEFAULT 'none; yet';\nSELECT 1;\n",
    )
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, later))
    database = schema.connect(file)
    assert [tuple(row) for row in database.execute("SELECT id, name, note FROM films")] == [("a", "Film", "none; yet")]
    database.close()
    assert version(file) == len(schema.MIGRATIONS)


def test_a_migration_that_fails_leaves_the_database_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A migration that fails halfway is undone as a whole, and said in one message that names the file."""
    file = tmp_path / "library.sqlite"
    schema.connect(file).close()
    before = objects(file), version(file)
    broken = (
        f"{len(schema.MIGRATIONS) + 1:04} broken",
        "CREATE TABLE more (id TEXT);\nINSERT INTO nowhere VALUES (1);\n",
    )
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, broken))
    with pytest.raises(LibraryError, match=r"library\.sqlite cannot be opened"):
        schema.connect(file)
    assert (objects(file), version(file)) == before


def test_a_later_schema_is_refused(tmp_path: Path) -> None:
    """A library written by a later version is refused with both numbers named, and is not touched."""
    file = tmp_path / "library.sqlite"
    database = sqlite3.connect(file)
    database.execute("CREATE TABLE films (something TEXT)")
    database.execute("PRAGMA user_version = 99")
    database.commit()
    database.close()
    with pytest.raises(LibraryError, match=rf"schema 99, known up to {len(schema.MIGRATIONS)}.*EMOTION_HOME"):
        Library.open(tmp_path)
    assert list(objects(file)) == ["films"]
    assert version(file) == 99


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """A file that is no database in its place is refused with its path, and is not touched."""
    (tmp_path / "library.sqlite").write_text("Dear editor, the library follows by post.\n" * 50)
    with pytest.raises(LibraryError, match=r"library\.sqlite cannot be opened"):
        Library.open(tmp_path)
    assert (tmp_path / "library.sqlite").read_text().startswith("Dear editor")


def test_rows_of_a_deleted_film_go_with_it(tmp_path: Path) -> None:
    """A connection keeps foreign keys: a film's scans and edits go with it, and none can be added without one."""
    database = schema.connect(tmp_path / "library.sqlite")
    database.execute(FILM)
    database.execute(
        "INSERT INTO scans (id, film_id, settings, checkpoint_hash, created_at) VALUES ('s', 'a', '{}', 'h', 'now')"
    )
    database.execute("INSERT INTO edits (film_id, report_settings, saved_at) VALUES ('a', '{}', 'now')")
    database.execute("DELETE FROM films")
    assert database.execute("SELECT count(*) FROM scans").fetchone()[0] == 0
    assert database.execute("SELECT count(*) FROM edits").fetchone()[0] == 0
    with pytest.raises(sqlite3.IntegrityError):
        database.execute("INSERT INTO edits (film_id, report_settings, saved_at) VALUES ('a', '{}', 'now')")
    database.close()


def test_temperatures_that_nobody_set_become_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A temperature of 1 from before there were calibrations, in settings and their history, is none; others stay."""
    file = tmp_path / "library.sqlite"
    monkeypatch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:2])
    database = schema.connect(file)
    rows = {
        "one": '{"shots": {"cuts": [[0, "K\u00fcche"]]}, "temperature": 1.0, "confidence": 0.9}',
        "whole": '{"temperature": 1}',
        "other": '{"temperature": 1.3}',
        "none": "{}",
        "broken": '{"temperature": 1.0',
    }
    for name, settings in rows.items():
        database.execute(FILM.replace("'a'", f"'{name}'"))
        database.execute("INSERT INTO edits VALUES (?, ?, 'now', 0)", (name, settings))
        database.execute("INSERT INTO edit_history VALUES (?, 0, ?, 'cut', 'now')", (name, settings))
    database.close()
    monkeypatch.undo()
    database = schema.connect(file)
    for table in ("edits", "edit_history"):
        now = dict(database.execute(f"SELECT film_id, report_settings FROM {table}").fetchall())
        assert json.loads(now["one"]) == {**json.loads(rows["one"]), "temperature": None}
        assert json.loads(now["whole"]) == {"temperature": None}
        assert {name: now[name] for name in ("other", "none", "broken")} == {
            name: rows[name] for name in ("other", "none", "broken")
        }
    database.close()


def test_scans_of_before_there_were_jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scans that an older version began are kept; one that was cancelled is so still, the others have no job."""
    file = tmp_path / "library.sqlite"
    monkeypatch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:4])
    database = schema.connect(file)
    database.execute(FILM)
    for name, pid, cancelled in (("done", 1, 0), ("dropped", 2, 1), ("killed", 3, 0)):
        database.execute(
            "INSERT INTO scans (id, film_id, settings, checkpoint_hash, created_at, pid, pid_started, cancelled) "
            "VALUES (?, 'a', '{}', 'h', 'now', ?, 1.0, ?)",
            (name, pid, cancelled),
        )
    database.close()
    monkeypatch.undo()
    database = schema.connect(file)
    assert [row[0] for row in database.execute("SELECT id FROM scans ORDER BY id")] == ["done", "dropped", "killed"]
    assert [tuple(row) for row in database.execute("SELECT id, scan_id, film_id, state FROM jobs")] == [
        ("dropped", "dropped", "a", "cancelled")
    ]
    database.execute("DELETE FROM scans WHERE id = 'dropped'")
    assert database.execute("SELECT count(*) FROM jobs").fetchone()[0] == 0
    database.close()


NEVER_EDITED = (
    "ca860ccaca2f5802",
    "a84f639a5b1bdd20",
    "6e1cad2f9ba3dc8f",
    "a046b1cace8b7efd",
    "ceeefe7a4acf294a",
)
"""How the SHA-256 of each migration's statements begins."""


def test_migrations_that_were_applied_are_never_edited() -> None:
    """The statements of every migration that some library has seen are what they were."""
    digests = [hashlib.sha256(statements.encode()).hexdigest()[:16] for _, statements in schema.MIGRATIONS]
    assert tuple(digests[: len(NEVER_EDITED)]) == NEVER_EDITED


OLD_FILM = "0f" * 32
OLD_SCAN = "5c" * 16
OLD_EDITS = [
    # what the version of that schema wrote: from the first on, then with corrections
    '{"shots": {"detector": "cuts", "threshold": null, "min_scene_frames": 15, "cuts": [[0, "One"], [3, "Two"]]}, '
    '"min_face_score": 0.5, "coverage_floor": 0.25, "confidence": 0.9, "resamples": 1000, "temperature": 1.0}',
    '{"shots": {"detector": "cuts", "threshold": null, "min_scene_frames": 15, "cuts": [[0, "One"], [3, "Two"]]}, '
    '"min_face_score": 0.5, "coverage_floor": 0.5, "confidence": 0.9, "resamples": 1000, "temperature": 1.0}',
]
STORES: dict[int, Callable[[ObservationStore], None]] = {1: as_layout_1, 2: as_layout_1, 3: as_layout_2}
"""How scans were written down under a schema; later ones as today."""
SETTINGS_SINCE = {"reuse_equal_crops": 4, "keep_pictures": 5}
"""The schema from which on scans were asked with a setting."""


def library_of(home: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library as the version of schema `number` left it: a film with its bytes, a finished scan, edits."""
    (home / "films" / OLD_FILM).mkdir(parents=True)
    (home / "films" / OLD_FILM / "original.mov").write_bytes(b"bytes")
    store = written(home / "scans" / OLD_SCAN)
    if number in STORES:
        STORES[number](store)
    facts = {k: v for k, v in FILM_FACTS.to_json().items() if number > 2 or k not in ("active", "mended")}
    settings = {k: v for k, v in to_json(SCAN_SETTINGS).items() if SETTINGS_SINCE.get(k, 0) <= number}
    monkeypatch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:number])
    database = schema.connect(home / "library.sqlite")
    database.execute(
        "INSERT INTO films (id, name, path, managed, bytes, modified_ns, added_at, media) "
        "VALUES (?, 'Old cut.mov', ?, 1, 5, 1, '2026-01-01T00:00:00+00:00', ?)",
        (OLD_FILM, f"films/{OLD_FILM}/original.mov", json.dumps(facts)),
    )
    database.execute(
        "INSERT INTO scans (id, film_id, settings, checkpoint_hash, created_at) VALUES (?, ?, ?, ?, ?)",
        (OLD_SCAN, OLD_FILM, json.dumps(settings), "ab" * 32, "2026-01-01T00:00:00+00:00"),
    )
    step = "" if number < 2 else ", step"
    database.execute(
        f"INSERT INTO edits (film_id, report_settings, saved_at{step}) VALUES (?, ?, 'now'{step and ', 1'})",
        (OLD_FILM, OLD_EDITS[1]),
    )
    if number > 1:
        for at, text in enumerate(OLD_EDITS):
            database.execute("INSERT INTO edit_history VALUES (?, ?, ?, 'floor', 'now')", (OLD_FILM, at, text))
    database.close()
    monkeypatch.undo()
    assert version(home / "library.sqlite") == number


@pytest.mark.parametrize("number", range(1, len(schema.MIGRATIONS) + 1))
def test_a_library_of_every_schema_opens(tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library left by each version has its film, scan, edits and history today, its report can be made, and no fault
    is found in it.
    """
    library_of(tmp_path, number, monkeypatch)
    library = Library.open(tmp_path)
    (film,) = library.films()
    assert (film.id, film.name, film.unchanged) == (OLD_FILM, "Old cut.mov", True)
    (scan,) = library.scans(OLD_FILM)
    assert (scan.id, scan.settings.keep_pictures) == (OLD_SCAN, True)
    assert library.scan_of(OLD_FILM) == scan
    settings = library.report_settings(OLD_FILM)
    assert settings.coverage_floor == 0.5
    assert settings.temperature == (1.0 if number > 2 else None)
    table = report.table(library.analysis(OLD_FILM))
    assert table["name"].tolist() == ["One", "Two"]
    assert csv_file.csv(table).startswith(b"\xef\xbb\xbf")
    assert library.edit_history(OLD_FILM).undo == ("floor" if number > 1 else None)
    if number > 1:
        assert library.undo(OLD_FILM)
        assert library.report_settings(OLD_FILM).coverage_floor == 0.25
    assert check.find(library) == []
    assert version(tmp_path / "library.sqlite") == len(schema.MIGRATIONS)


@pytest.mark.parametrize("number", range(1, len(schema.MIGRATIONS)))
def test_a_migration_that_fails_leaves_the_old_version_usable(
    tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the last migration fails half-way none of those before it stay either: the version that left the library
    opens it as it was, and so does today's once the fault is mended.
    """
    library_of(tmp_path, number, monkeypatch)
    file = tmp_path / "library.sqlite"
    before, content = objects(file), file.read_bytes()
    name, statements = schema.MIGRATIONS[-1]
    broken = (name, statements + "\nINSERT INTO nowhere VALUES (1);\n")
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS[:-1], broken))
    with pytest.raises(LibraryError, match="nowhere"):
        Library.open(tmp_path)
    monkeypatch.undo()
    assert (objects(file), version(file)) == (before, number)
    assert file.read_bytes() == content
    monkeypatch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:number])
    database = schema.connect(file)
    assert database.execute("SELECT name FROM films").fetchone()[0] == "Old cut.mov"
    database.execute("UPDATE films SET name = 'Used.mov'")
    database.close()
    monkeypatch.undo()
    assert [film.name for film in Library.open(tmp_path).films()] == ["Used.mov"]


TOGETHER = """
import sys, time
from pathlib import Path
from emotion_core.library.library import Library
home, start = Path(sys.argv[1]), float(sys.argv[2])
for number in range(15):
    while time.time() < start + number * 0.1:
        pass
    Library.open(home / str(number)).films()
"""


def test_two_processes_open_a_new_library_at_once(tmp_path: Path) -> None:
    """Processes that open the same new library at the same moment all succeed, and migrate it once."""
    start = str(time.time() + 4)
    processes = [
        subprocess.Popen([sys.executable, "-c", TOGETHER, str(tmp_path), start], stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert [process.communicate()[1] for process in processes] == [""] * 3
    assert {version(tmp_path / str(number) / "library.sqlite") for number in range(15)} == {len(schema.MIGRATIONS)}
