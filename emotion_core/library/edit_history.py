"""What the editor set for a film: its report settings now, and those before and after, for undo and redo.

The history is a row of steps. `edits.step` says which one holds now; a new one takes the place of those undone.
Every function is one transaction on the library's database: a step is there whole or not at all, whatever is killed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from .. import errors
from ..errors import CorrectionError, LibraryError
from ..observations import later_version
from ..settings import ReportSettings, report_from_json, to_json
from ..storage import clock, hashed_json
from . import readable_rows
from .database import transaction

STEPS = 100
"""Kept of each film."""


@dataclass(frozen=True, slots=True)
class History:
    """What undo and redo would do."""

    undo: str | None
    """What the last step did, in words (may be empty); None if there is nothing to undo."""
    redo: str | None


@dataclass(frozen=True, slots=True)
class State:
    """A film's settings as they stood at one moment. What is changed names the state that it was built on."""

    revision: int
    """One more with each step, undo and redo; 0 before the first."""
    settings: ReportSettings


Change = Callable[[State], ReportSettings]
"""Makes the new settings of the ones that hold. Called inside the transaction: it writes nothing to the database."""


def now(database: sqlite3.Connection, film_id: str) -> ReportSettings:
    """The film's own settings, or the defaults."""
    return state(database, film_id).settings


def state(database: sqlite3.Connection, film_id: str) -> State:
    """The film's own settings, or the defaults, and which revision they are."""
    row = database.execute("SELECT report_settings, revision FROM edits WHERE film_id = ?", (film_id,)).fetchone()
    if row is None:
        return State(0, ReportSettings())
    if readable_rows.columns("edits", row):
        name = database.execute("SELECT name FROM films WHERE id = ?", (film_id,)).fetchone()
        raise readable_rows.edits(row, film_id[:8] if name is None else name[0])
    return State(row["revision"], report_from_json(hashed_json.unpacked_text(row["report_settings"])))


def save(database: sqlite3.Connection, film_id: str, settings: ReportSettings, what: str) -> None:
    """Set the film's settings as a new step, whatever they were; `what` says in a few words what it does.

    No step if nothing changes.
    """
    change(database, film_id, lambda _: settings, what)


def change(database: sqlite3.Connection, film_id: str, made: Change, what: str) -> None:
    """As `save`, with settings made of those that hold: no other process writes between the reading and the writing.

    What `made` raises leaves everything as it was.
    """
    with transaction(database):
        before, step = state(database, film_id), _step(database, film_id)
        settings = made(before)
        if before.settings == settings:
            return
        if step is None:  # the film's first step: before it were the defaults, or what an older version saved
            step = 0
            _write(database, film_id, 0, before.settings, "")
        database.execute("DELETE FROM edit_history WHERE film_id = ? AND step > ?", (film_id, step))
        _write(database, film_id, step + 1, settings, what)
        database.execute("DELETE FROM edit_history WHERE film_id = ? AND step <= ?", (film_id, step + 1 - STEPS))
        _set(database, film_id, step + 1, hashed_json.packed_text(to_json(settings)))


def history(database: sqlite3.Connection, film_id: str) -> History:
    """What can be undone and redone."""
    step = _step(database, film_id) or 0
    words = dict(database.execute("SELECT step, what FROM edit_history WHERE film_id = ?", (film_id,)).fetchall())
    return History(words[step] if step - 1 in words else None, words.get(step + 1))


def undo(database: sqlite3.Connection, film_id: str, revision: int | None = None) -> bool:
    """Back to the step before; False if there is none.

    `revision` is the one that whoever asks was shown: where another holds by now, CorrectionError says so, and nothing
    is undone. None takes back whatever step holds.
    """
    return _go(database, film_id, -1, revision)


def redo(database: sqlite3.Connection, film_id: str, revision: int | None = None) -> bool:
    """On to the step that was undone; False if there is none. `revision` is as in `undo`."""
    return _go(database, film_id, 1, revision)


def _go(database: sqlite3.Connection, film_id: str, steps: int, revision: int | None) -> bool:
    with transaction(database):
        if revision is not None and _revision(database, film_id) != revision:
            raise _changed_meanwhile(database, film_id, "undone" if steps < 0 else "redone")
        step = (_step(database, film_id) or 0) + steps
        row = database.execute(
            "SELECT report_settings FROM edit_history WHERE film_id = ? AND step = ?", (film_id, step)
        ).fetchone()
        if row is not None and readable_rows.columns("edits", row):
            what = f"That step (number {step})"
            later_version.refuse(what, readable_rows.is_later("edits", row))
            raise LibraryError(f"{what} cannot be read.", errors.CHECK)
        if row is not None:
            _set(database, film_id, step, row["report_settings"])
        return row is not None


def _changed_meanwhile(database: sqlite3.Connection, film_id: str, done: str) -> CorrectionError:
    return CorrectionError(
        f"Nothing was {done}: this film was changed in another window or on the command line since it was shown here"
        f"{last(database, film_id)}.",
        "Look at the scenes as they are now, and try again.",
    )


def last(database: sqlite3.Connection, film_id: str) -> str:
    """The words of the step that holds, as a clause behind a sentence; empty where it has none."""
    done = history(database, film_id).undo
    return f" (now the last step is: {done})" if done else ""


def _revision(database: sqlite3.Connection, film_id: str) -> int:
    row = database.execute("SELECT revision FROM edits WHERE film_id = ?", (film_id,)).fetchone()
    return 0 if row is None else int(row["revision"])


def _step(database: sqlite3.Connection, film_id: str) -> int | None:
    """The step that holds now; None before the first one."""
    row = database.execute("SELECT step FROM edits WHERE film_id = ?", (film_id,)).fetchone()
    return None if row is None else row["step"]


def _write(database: sqlite3.Connection, film_id: str, step: int, settings: ReportSettings, what: str) -> None:
    database.execute(
        "INSERT INTO edit_history (film_id, step, report_settings, what, saved_at) VALUES (?, ?, ?, ?, ?)",
        (film_id, step, hashed_json.packed_text(to_json(settings)), what, _time()),
    )


def _set(database: sqlite3.Connection, film_id: str, step: int, settings: str) -> None:
    database.execute(
        "INSERT INTO edits (film_id, report_settings, saved_at, step) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (film_id) DO UPDATE SET report_settings = excluded.report_settings, "
        "saved_at = excluded.saved_at, step = excluded.step, revision = edits.revision + 1",
        (film_id, settings, _time(), step),
    )


def _time() -> str:
    return clock.now().isoformat()
