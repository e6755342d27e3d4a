"""The library's database: creation, migration, and refusal of databases that must not be changed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from emotion_core.errors import EarlierVersion, LibraryError
from emotion_core.library import Library, database as schema, migrations
from emotion_core.maintenance import check
from emotion_core.report import csv_bytes, scene_table
from emotion_core.settings import to_json
from tests.support.databases import schema_version
from tests.support.scans import as_layout
from tests.support.stores import FILM as FILM_FACTS, SETTINGS as SCAN_SETTINGS, write_store

FILM = """
INSERT INTO films (id, name, path, managed, bytes, modified_ns, added_at, media)
VALUES ('a', 'Film', '/a', 0, 1, 1, 'now', '{}')
"""


def objects(file: Path) -> dict[str, str]:
    """Every table and index with its SQL statement."""
    database = sqlite3.connect(file)
    try:
        return dict(database.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall())
    finally:
        database.close()


@pytest.mark.parametrize("empty_file", [False, True])
def test_an_empty_database_is_brought_up_to_date(tmp_path: Path, empty_file: bool) -> None:
    """A missing or empty file gets all migrations; opening it again changes nothing."""
    file = tmp_path / "library.sqlite"
    if empty_file:
        file.touch()
    schema.connect(file).close()
    created = objects(file)
    assert {"films", "scans", "edits"} <= set(created)
    assert schema_version(file) == len(migrations.MIGRATIONS)
    schema.connect(file).close()
    assert objects(file) == created


def test_migrations_are_named_in_order() -> None:
    """Migrations are numbered from 1 without a gap."""
    assert [name[:5] for name, _ in migrations.MIGRATIONS] == [
        f"{i:04} " for i in range(1, len(migrations.MIGRATIONS) + 1)
    ]


def test_an_older_database_keeps_its_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database of an older schema gets the missing migrations and keeps its content."""
    file = tmp_path / "library.sqlite"
    database = schema.connect(file)
    database.execute(FILM)
    database.close()
    later = (
        f"{len(migrations.MIGRATIONS) + 1:04} notes",
        "ALTER TABLE films ADD COLUMN note TEXT NOT NULL DEFAULT 'none; yet';\nSELECT 1;\n",
    )
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, later))
    database = schema.connect(file)
    assert [tuple(row) for row in database.execute("SELECT id, name, note FROM films")] == [("a", "Film", "none; yet")]
    database.close()
    assert schema_version(file) == len(migrations.MIGRATIONS)


def test_a_migration_that_fails_leaves_the_database_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed migration is rolled back completely, with one message that names the file."""
    file = tmp_path / "library.sqlite"
    schema.connect(file).close()
    before = objects(file), schema_version(file)
    broken = (
        f"{len(migrations.MIGRATIONS) + 1:04} broken",
        "CREATE TABLE more (id TEXT);\nINSERT INTO nowhere VALUES (1);\n",
    )
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, broken))
    with pytest.raises(LibraryError, match=r"library\.sqlite cannot be opened"):
        schema.connect(file)
    assert (objects(file), schema_version(file)) == before


def test_a_later_schema_is_refused(tmp_path: Path) -> None:
    """A library of a later version is refused with both version numbers, and is unchanged."""
    file = tmp_path / "library.sqlite"
    database = sqlite3.connect(file)
    database.execute("CREATE TABLE films (something TEXT)")
    database.execute("PRAGMA user_version = 99")
    database.commit()
    database.close()
    with pytest.raises(LibraryError, match=rf"schema 99, known up to {len(migrations.MIGRATIONS)}.*EMOTION_HOME"):
        Library.open(tmp_path)
    assert list(objects(file)) == ["films"]
    assert schema_version(file) == 99


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """A file that is no database is refused with its path, and is unchanged."""
    (tmp_path / "library.sqlite").write_text("Dear editor, the library follows by post.\n" * 50)
    with pytest.raises(LibraryError, match=r"library\.sqlite cannot be opened"):
        Library.open(tmp_path)
    assert (tmp_path / "library.sqlite").read_text().startswith("Dear editor")


def test_rows_of_a_deleted_film_go_with_it(tmp_path: Path) -> None:
    """Foreign keys are enforced: a film's scans and edits are deleted with it, and none can be added without it."""
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
    """Migration 3 removes temperatures of 1, from before calibrations, in settings and history; others stay."""
    file = tmp_path / "library.sqlite"
    monkeypatch.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:2])
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
    """Migration 5 keeps scans; a cancelled one gets a cancelled job, the others none."""
    file = tmp_path / "library.sqlite"
    monkeypatch.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:4])
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
"""First digits of the SHA-256 of each migration's statements."""


def test_migrations_that_were_applied_are_never_edited() -> None:
    """The statements of released migrations are unchanged."""
    digests = [hashlib.sha256(statements.encode()).hexdigest()[:16] for _, statements in migrations.MIGRATIONS]
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
LAYOUTS = {1: 1, 2: 1, 3: 2}
"""Layout of observation stores by schema; later schemas have today's."""
SETTINGS_SINCE = {"reuse_equal_crops": 4, "keep_pictures": 5}
"""First schema whose scans have this setting."""


def library_of(home: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library as the version with schema `number` left it: a film with its bytes, a finished scan, edits."""
    (home / "films" / OLD_FILM).mkdir(parents=True)
    (home / "films" / OLD_FILM / "original.mov").write_bytes(b"bytes")
    store = write_store(home / "scans" / OLD_SCAN)
    if number in LAYOUTS:
        as_layout(store.folder, LAYOUTS[number])
    facts = {k: v for k, v in FILM_FACTS.to_json().items() if number > 2 or k not in ("active", "mended")}
    settings = {k: v for k, v in to_json(SCAN_SETTINGS).items() if SETTINGS_SINCE.get(k, 0) <= number}
    monkeypatch.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:number])
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
    assert schema_version(home / "library.sqlite") == number


@pytest.mark.parametrize("number", range(1, len(migrations.MIGRATIONS) + 1))
def test_a_library_of_every_schema_opens(tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library left by each version has its film, scan, edits and history today. Its report can be made, and no fault
    is found in it; where the analysis is of a layout that is no longer read, both say so.
    """
    library_of(tmp_path, number, monkeypatch)
    library = Library.open(tmp_path)
    (film,) = library.films()
    assert (film.id, film.name, film.unchanged) == (OLD_FILM, "Old cut.mov", True)
    (scan,) = library.scans(OLD_FILM)
    assert (scan.id, scan.settings.keep_pictures) == (OLD_SCAN, True)
    assert library.newest_scan(OLD_FILM) == scan
    settings = library.report_settings(OLD_FILM)
    assert settings.coverage_floor == 0.5
    assert settings.temperature == (1.0 if number > 2 else None)
    if number in LAYOUTS:
        with pytest.raises(EarlierVersion, match=r"The analysis of “Old cut\.mov” was made by an earlier version"):
            library.analysis(OLD_FILM)
    else:
        table = scene_table(library.analysis(OLD_FILM))
        assert table["name"].tolist() == ["One", "Two"]
        assert csv_bytes(table).startswith(b"\xef\xbb\xbf")
    assert library.edit_history(OLD_FILM).undo == ("floor" if number > 1 else None)
    if number > 1:
        assert library.undo(OLD_FILM)
        assert library.report_settings(OLD_FILM).coverage_floor == 0.25
    assert [finding.kind for finding in check.find(library)] == ["earlier"] * (number in LAYOUTS)
    assert schema_version(tmp_path / "library.sqlite") == len(migrations.MIGRATIONS)


@pytest.mark.parametrize("number", range(1, len(migrations.MIGRATIONS)))
def test_a_migration_that_fails_leaves_the_old_version_usable(
    tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the last migration fails half-way none of those before it stay either: the version that left the library
    opens it as it was, and so does today's once the fault is mended.
    """
    library_of(tmp_path, number, monkeypatch)
    file = tmp_path / "library.sqlite"
    before, content = objects(file), file.read_bytes()
    name, statements = migrations.MIGRATIONS[-1]
    broken = (name, statements + "\nINSERT INTO nowhere VALUES (1);\n")
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS[:-1], broken))
    with pytest.raises(LibraryError, match="nowhere"):
        Library.open(tmp_path)
    monkeypatch.undo()
    assert (objects(file), schema_version(file)) == (before, number)
    assert file.read_bytes() == content
    monkeypatch.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:number])
    database = schema.connect(file)
    assert database.execute("SELECT name FROM films").fetchone()[0] == "Old cut.mov"
    database.execute("UPDATE films SET name = 'Used.mov'")
    database.close()
    monkeypatch.undo()
    assert [film.name for film in Library.open(tmp_path).films()] == ["Used.mov"]


TOGETHER = """
import sys, time
from pathlib import Path
from emotion_core.library import Library
home, start = Path(sys.argv[1]), float(sys.argv[2])
for number in range(15):
    moment = start + number * 0.1
    time.sleep(max(0, moment - time.time() - 0.02))
    while time.time() < moment:
        pass
    Library.open(home / str(number)).films()
"""


def test_two_processes_open_a_new_library_at_once(tmp_path: Path) -> None:
    """Processes that open the same new library at once all succeed and migrate it once."""
    start = str(time.time() + 4)
    processes = [
        subprocess.Popen([sys.executable, "-c", TOGETHER, str(tmp_path), start], stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert [process.communicate()[1] for process in processes] == [""] * 3
    assert {schema_version(tmp_path / str(number) / "library.sqlite") for number in range(15)} == {
        len(migrations.MIGRATIONS)
    }
