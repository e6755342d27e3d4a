"""Schema of the library's database: named migrations, each one transaction, applied in order and never edited."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from ..errors import LaterVersion
from . import copies

MIGRATIONS: tuple[tuple[str, str], ...] = (
    (
        "0001 films, scans, edits",
        """
        CREATE TABLE films (
            id TEXT PRIMARY KEY,          -- SHA-256 of the bytes, hex
            name TEXT NOT NULL,           -- as the user knows it; never a path
            path TEXT NOT NULL,           -- where the bytes lie; from the library's folder on if they are managed
            managed INTEGER NOT NULL,     -- 1 if the library holds the bytes, 0 if they lie where the user keeps them
            bytes INTEGER NOT NULL,
            modified_ns INTEGER NOT NULL, -- when the file changed: a new export under an old name is another film
            added_at TEXT NOT NULL,       -- UTC, ISO 8601
            media TEXT NOT NULL           -- Media as JSON
        ) STRICT;
        CREATE TABLE scans (
            id TEXT PRIMARY KEY,
            film_id TEXT NOT NULL REFERENCES films (id) ON DELETE CASCADE,
            settings TEXT NOT NULL,       -- ScanSettings as JSON
            checkpoint_hash TEXT NOT NULL,
            created_at TEXT NOT NULL,
            pid INTEGER,                  -- of the process that scans
            pid_started REAL,             -- its start time: pids come round again
            cancelled INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX scans_of_film ON scans (film_id, created_at);
        CREATE TABLE edits (
            film_id TEXT PRIMARY KEY REFERENCES films (id) ON DELETE CASCADE,
            report_settings TEXT NOT NULL, -- ReportSettings as JSON, cut list included
            saved_at TEXT NOT NULL
        ) STRICT;
        """,
    ),
    (
        "0002 history of edits",
        """
        CREATE TABLE edit_history (
            film_id TEXT NOT NULL REFERENCES films (id) ON DELETE CASCADE,
            step INTEGER NOT NULL,         -- ascending; the oldest ones go
            report_settings TEXT NOT NULL, -- ReportSettings as JSON, as they were after this step
            what TEXT NOT NULL,            -- what it did, in a few words
            saved_at TEXT NOT NULL,
            PRIMARY KEY (film_id, step)
        ) STRICT;
        ALTER TABLE edits ADD COLUMN step INTEGER; -- of edit_history, the one that holds; NULL before the first
        """,
    ),
    (
        # Until there were calibrations every row held a temperature of 1, which nobody had chosen.
        "0003 temperatures that nobody set",
        """
        UPDATE edits SET report_settings = json_set(report_settings, '$.temperature', NULL)
            WHERE CASE WHEN json_valid(report_settings) THEN json_extract(report_settings, '$.temperature') = 1 END;
        UPDATE edit_history SET report_settings = json_set(report_settings, '$.temperature', NULL)
            WHERE CASE WHEN json_valid(report_settings) THEN json_extract(report_settings, '$.temperature') = 1 END;
        """,
    ),
    (
        "0004 what a checkpoint's weights were run with",
        """
        ALTER TABLE scans ADD COLUMN checkpoint_settings TEXT NOT NULL DEFAULT '';
        """,
    ),
    (
        # Scans that older versions did not finish have no job, which tells that they were stopped.
        "0005 jobs",
        """
        CREATE TABLE jobs (
            number INTEGER PRIMARY KEY AUTOINCREMENT, -- in the order asked for, one each time it is asked for
            id TEXT NOT NULL UNIQUE,      -- names its files in jobs/
            kind TEXT NOT NULL,           -- of work_queue.KINDS
            film_id TEXT NOT NULL REFERENCES films (id) ON DELETE CASCADE,
            scan_id TEXT REFERENCES scans (id) ON DELETE CASCADE, -- NULL for work on the film itself
            priority INTEGER NOT NULL,    -- lower ones come first
            request TEXT NOT NULL,        -- JSON: what its process is told
            state TEXT NOT NULL,          -- queued, running, done, failed, cancelled
            attempts INTEGER NOT NULL DEFAULT 0, -- how often it was begun since it last got on
            pid INTEGER,                  -- of its process
            pid_started REAL,             -- its start time, since pids come round again
            message TEXT NOT NULL DEFAULT '' -- why it failed
        ) STRICT;
        CREATE INDEX jobs_of_film ON jobs (film_id);
        INSERT INTO jobs (id, kind, film_id, scan_id, priority, request, state)
            SELECT id, 'scan', film_id, id, 1, '{}', 'cancelled' FROM scans WHERE cancelled = 1 ORDER BY created_at;
        ALTER TABLE scans DROP COLUMN pid;
        ALTER TABLE scans DROP COLUMN pid_started;
        ALTER TABLE scans DROP COLUMN cancelled;
        """,
    ),
    (
        "0006 revisions of edits",
        """
        ALTER TABLE edits ADD COLUMN revision INTEGER NOT NULL DEFAULT 1; -- one more with each step, undo and redo
        """,
    ),
    (
        "0007 scans in the order in which they were begun",
        """
        ALTER TABLE scans ADD COLUMN begun INTEGER NOT NULL DEFAULT 0; -- ascending, another one each time it is begun
        UPDATE scans SET begun = (
            SELECT count(*) FROM scans AS other WHERE (other.created_at, other.rowid) <= (scans.created_at, scans.rowid)
        );
        """,
    ),
    (
        "0008 identity of films' files",
        """
        ALTER TABLE films ADD COLUMN file TEXT NOT NULL DEFAULT ''; -- identity.Identity as JSON, of when it was hashed
        """,
    ),
    (
        "0009 screenings",
        """
        ALTER TABLE films ADD COLUMN role TEXT NOT NULL DEFAULT 'film'; -- or 'recording': of viewers, never listed
        CREATE TABLE screenings (
            id TEXT PRIMARY KEY,           -- drawn at random, hex
            film_id TEXT NOT NULL REFERENCES films (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            created_at TEXT NOT NULL,      -- UTC, ISO 8601
            settings TEXT NOT NULL,        -- what its numbers are computed with, JSON
            viewers_added INTEGER NOT NULL DEFAULT 0, -- ever: the number of one that was deleted is not used again
            revision INTEGER NOT NULL DEFAULT 0 -- one more with each change of it, of its viewers and its ratings
        ) STRICT;
        CREATE INDEX screenings_of_film ON screenings (film_id);
        CREATE TABLE viewers (
            id TEXT PRIMARY KEY,           -- drawn at random, hex; names the file of a live viewer's readings
            screening_id TEXT NOT NULL REFERENCES screenings (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,       -- from 1, in the order in which they were added
            name TEXT NOT NULL,
            kind TEXT NOT NULL,            -- of audience.VIEWER_KINDS
            recording TEXT REFERENCES films (id) ON DELETE SET NULL, -- NULL for a live or synthetic viewer
            seat INTEGER,                  -- of a room's recording, from 1
            groups TEXT NOT NULL,          -- JSON
            consent TEXT NOT NULL,         -- Consent as JSON; an empty object for none
            alignment TEXT NOT NULL,       -- Alignment as JSON
            added_at TEXT NOT NULL,
            UNIQUE (screening_id, number),
            UNIQUE (screening_id, name)
        ) STRICT;
        CREATE INDEX viewers_of_recording ON viewers (recording);
        CREATE TABLE ratings (
            screening_id TEXT PRIMARY KEY REFERENCES screenings (id) ON DELETE CASCADE,
            file TEXT NOT NULL             -- the user's CSV, whole, and its name, JSON
        ) STRICT;
        """,
    ),
    (
        "0010 searches for a film's sound",
        """
        ALTER TABLE viewers ADD COLUMN sound_search TEXT NOT NULL DEFAULT ''; -- rows.SoundSearch as JSON, or empty
        """,
    ),
    (
        "0011 projects and their versions",
        """
        CREATE TABLE projects (
            id TEXT PRIMARY KEY,           -- drawn at random, hex
            name TEXT NOT NULL,
            step INTEGER NOT NULL DEFAULT 0, -- of project_steps, the one that holds
            revision INTEGER NOT NULL DEFAULT 0 -- one more with each step, undo and redo
        ) STRICT;
        CREATE TABLE versions (
            film_id TEXT PRIMARY KEY REFERENCES films (id) ON DELETE CASCADE, -- a film is in one project at most
            project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
            place INTEGER NOT NULL         -- ascending within the project; a film that was deleted leaves a gap
        ) STRICT;
        CREATE INDEX versions_of_project ON versions (project_id, place);
        CREATE TABLE project_steps (
            project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
            step INTEGER NOT NULL,         -- ascending; the oldest ones go
            name TEXT NOT NULL,            -- the project's, after this step
            what TEXT NOT NULL,            -- what it did, in a few words, none of them a film's name
            PRIMARY KEY (project_id, step)
        ) STRICT;
        CREATE TABLE project_step_films (
            project_id TEXT NOT NULL,
            step INTEGER NOT NULL,
            place INTEGER NOT NULL,
            film_id TEXT NOT NULL REFERENCES films (id) ON DELETE CASCADE,
            PRIMARY KEY (project_id, step, place),
            FOREIGN KEY (project_id, step) REFERENCES project_steps (project_id, step) ON DELETE CASCADE
        ) STRICT;
        CREATE INDEX steps_of_film ON project_step_films (film_id);
        """,
    ),
    (
        "0012 order of the queue, times of jobs, watched files",
        """
        ALTER TABLE jobs ADD COLUMN place INTEGER;  -- within its priority, ascending; NULL: its number
        ALTER TABLE jobs ADD COLUMN at_once INTEGER NOT NULL DEFAULT 1; -- most jobs that may run while it does, with it
        ALTER TABLE jobs ADD COLUMN began_at REAL;  -- seconds since 1970, of its last start; NULL before
        ALTER TABLE jobs ADD COLUMN ended_at REAL;  -- seconds since 1970; NULL while it is queued or running
        CREATE INDEX jobs_by_state ON jobs (state, priority);
        CREATE TABLE watched_files (
            path TEXT PRIMARY KEY,        -- of a file in a watched folder that was looked at
            bytes INTEGER NOT NULL,       -- its size then
            modified_ns INTEGER NOT NULL, -- its time of modification then
            film_id TEXT REFERENCES films (id) ON DELETE SET NULL, -- what it became; NULL for no film
            problem TEXT NOT NULL DEFAULT '' -- why it is no film
        ) STRICT;
        CREATE INDEX watched_files_of_film ON watched_files (film_id);
        """,
    ),
)


def is_later(file: Path) -> bool:
    """Whether a database has more migrations than this version knows. Raises sqlite3.Error."""
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=30)) as database:
        return int(database.execute("PRAGMA user_version").fetchone()[0]) > len(MIGRATIONS)


def migrate(connection: sqlite3.Connection, file: Path) -> None:
    """Bring a database to the newest schema in one transaction. A database with content is copied first.

    Raises LaterVersion, sqlite3.Error, OSError.
    """
    applied = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if applied > len(MIGRATIONS):
        raise LaterVersion(
            f"The library {file} was written by a later version (schema {applied}, known up to {len(MIGRATIONS)}).",
            "Open it with that version, or set EMOTION_HOME (or --home) to another folder.",
        )
    if applied == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Read again inside the transaction: another process may have migrated meanwhile.
        applied = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if 0 < applied < len(MIGRATIONS):
            copies.create(file)  # inside the transaction no other process writes
        for number, (_, statements) in enumerate(MIGRATIONS[applied:], start=applied + 1):
            for statement in _split(statements):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite rolls back by itself when the disk is full
            connection.execute("ROLLBACK")
        raise


def _split(statements: str) -> list[str]:
    """Single statements of a script: executescript would commit the open transaction."""
    complete, current = [], ""
    for line in statements.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):
            complete.append(current)
            current = ""
    return complete
