"""A film's report settings and their history, for undo and redo.

The history is a sequence of steps. `edits.step` is the number of the current one; a new step replaces those undone.
Every function is one transaction on the library's database: after a kill a step is stored completely or not at all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from .. import errors
from ..errors import CorrectionError, LibraryError
from ..observations import later_version
from ..settings import FOR_NEW_FILMS, ReportSettings, to_json
from ..storage import clock, hashed_json
from . import readable_rows
from .database import transaction

STEPS = 100
"""Number of steps that are stored for each film."""


@dataclass(frozen=True, slots=True)
class History:
    """What undo and redo would revert and restore."""

    undo: str | None
    """Description of the current step (may be empty); None if there is nothing to undo."""
    redo: str | None
    """Description of the step that was undone last; None if there is nothing to redo."""


@dataclass(frozen=True, slots=True)
class EditState:
    """A film's settings at one moment, with the revision by which a change states what it was built on."""

    revision: int
    """Incremented by each step, undo and redo; 0 before the first step."""
    settings: ReportSettings


Change = Callable[[EditState], ReportSettings]
"""Function from the current settings to new ones. Called inside the transaction, it must not write to the database."""


def state(database: sqlite3.Connection, film_id: str) -> EditState:
    """The film's current settings, or the defaults, and their revision. Raises LibraryError if they cannot be read."""
    row = database.execute("SELECT report_settings, revision FROM edits WHERE film_id = ?", (film_id,)).fetchone()
    if row is None:
        return EditState(0, FOR_NEW_FILMS)
    if readable_rows.unreadable_columns("edits", row):
        name = database.execute("SELECT name FROM films WHERE id = ?", (film_id,)).fetchone()
        raise readable_rows.edits_error(row, film_id[:8] if name is None else name[0])
    return EditState(row["revision"], readable_rows.report_settings(row["report_settings"]))


def save(database: sqlite3.Connection, film_id: str, settings: ReportSettings, what: str) -> None:
    """Store `settings` as a new step with the description `what`, regardless of the current ones.

    Equal settings add no step.
    """
    change(database, film_id, lambda _: settings, what)


def change(database: sqlite3.Connection, film_id: str, make_settings: Change, what: str) -> None:
    """Like `save`, with settings computed from the current ones. No other process writes in between.

    An exception from `make_settings` leaves everything unchanged.
    """
    with transaction(database):
        before, step = state(database, film_id), _step(database, film_id)
        settings = make_settings(before)
        if before.settings == settings:
            return
        if step is None:  # first step: keep the defaults, or an older version's settings, as step 0
            step = 0
            _write(database, film_id, 0, before.settings, "")
        database.execute("DELETE FROM edit_history WHERE film_id = ? AND step > ?", (film_id, step))
        _write(database, film_id, step + 1, settings, what)
        database.execute("DELETE FROM edit_history WHERE film_id = ? AND step <= ?", (film_id, step + 1 - STEPS))
        _set(database, film_id, step + 1, hashed_json.to_text(to_json(settings)))


def history(database: sqlite3.Connection, film_id: str) -> History:
    """Descriptions of what can be undone and redone."""
    step = _step(database, film_id) or 0
    words = dict(database.execute("SELECT step, what FROM edit_history WHERE film_id = ?", (film_id,)).fetchall())
    return History(words[step] if step - 1 in words else None, words.get(step + 1))


def undo(database: sqlite3.Connection, film_id: str, revision: int | None = None) -> bool:
    """Return to the previous step; False if there is none.

    `revision` is the one that the caller displayed: if it is no longer current, CorrectionError is raised and nothing
    is undone. None undoes the current step in any case.
    """
    return _move(database, film_id, -1, revision)


def redo(database: sqlite3.Connection, film_id: str, revision: int | None = None) -> bool:
    """Return to the step that was undone; False if there is none. `revision` as in `undo`."""
    return _move(database, film_id, 1, revision)


def _move(database: sqlite3.Connection, film_id: str, steps: int, revision: int | None) -> bool:
    with transaction(database):
        if revision is not None and _revision(database, film_id) != revision:
            raise _changed_meanwhile(database, film_id, "undone" if steps < 0 else "redone")
        step = (_step(database, film_id) or 0) + steps
        row = database.execute(
            "SELECT report_settings FROM edit_history WHERE film_id = ? AND step = ?", (film_id, step)
        ).fetchone()
        if row is not None and readable_rows.unreadable_columns("edits", row):
            what = f"That step (number {step})"
            later_version.raise_if_later(what, readable_rows.is_later("edits", row))
            raise LibraryError(f"{what} cannot be read.", errors.CHECK_ADVICE)
        if row is not None:
            _set(database, film_id, step, row["report_settings"])
        return row is not None


def _changed_meanwhile(database: sqlite3.Connection, film_id: str, action: str) -> CorrectionError:
    return CorrectionError(
        f"Nothing was {action}: this film was changed in another window or on the command line since it was shown here"
        f"{last_step_clause(database, film_id)}.",
        "Look at the scenes as they are now, and try again.",
    )


def last_step_clause(database: sqlite3.Connection, film_id: str) -> str:
    """Clause, to follow a sentence, with the description of the current step; empty without one."""
    step = history(database, film_id).undo
    return f" (now the last step is: {step})" if step else ""


def _revision(database: sqlite3.Connection, film_id: str) -> int:
    row = database.execute("SELECT revision FROM edits WHERE film_id = ?", (film_id,)).fetchone()
    return 0 if row is None else int(row["revision"])


def _step(database: sqlite3.Connection, film_id: str) -> int | None:
    """Number of the current step; None before the first one."""
    row = database.execute("SELECT step FROM edits WHERE film_id = ?", (film_id,)).fetchone()
    return None if row is None else row["step"]


def _write(database: sqlite3.Connection, film_id: str, step: int, settings: ReportSettings, what: str) -> None:
    database.execute(
        "INSERT INTO edit_history (film_id, step, report_settings, what, saved_at) VALUES (?, ?, ?, ?, ?)",
        (film_id, step, hashed_json.to_text(to_json(settings)), what, _time()),
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
