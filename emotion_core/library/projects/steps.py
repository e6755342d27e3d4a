"""The rows of a project and of its history. Each function is part of the caller's transaction.

The history is a sequence of steps, each with the project's name and versions after it. A new step replaces those that
were undone. Films that were deleted are in no step.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from ...errors import LibraryError
from .project import Project, ProjectHistory

STEPS = 100
"""Number of steps that are kept of each project."""


def all_projects(database: sqlite3.Connection) -> list[Project]:
    """All projects, in the order in which they were added."""
    films: dict[str, list[str]] = {}
    for project_id, film_id in database.execute("SELECT project_id, film_id FROM versions ORDER BY place"):
        films.setdefault(project_id, []).append(film_id)
    rows = database.execute("SELECT * FROM projects ORDER BY rowid").fetchall()
    return [Project(row["id"], row["name"], tuple(films.get(row["id"], ())), row["revision"]) for row in rows]


def find(database: sqlite3.Connection, project_id: str) -> Project:
    """The project with this id. Raises LibraryError if there is none."""
    for project in all_projects(database):
        if project.id == project_id:
            return project
    raise LibraryError("This project is not in the library.", "It may have been deleted.")


def save(database: sqlite3.Connection, project: Project, name: str, films: Sequence[str], what: str) -> None:
    """Give a project another name or other versions, as a step with the description `what`; nothing if both are alike.

    Raises sqlite3.IntegrityError where a film is in another project.
    """
    if (name, tuple(films)) == (project.name, project.films):
        return
    step = _current(database, project.id)
    if not database.execute("SELECT 1 FROM project_steps WHERE project_id = ?", (project.id,)).fetchone():
        _keep(database, project.id, step, project.name, project.films, "")
    database.execute("DELETE FROM project_steps WHERE project_id = ? AND step > ?", (project.id, step))
    _keep(database, project.id, step + 1, name, films, what)
    database.execute("DELETE FROM project_steps WHERE project_id = ? AND step <= ?", (project.id, step + 1 - STEPS))
    _set(database, project.id, step + 1, name, films)


def history(database: sqlite3.Connection, project_id: str) -> ProjectHistory:
    """Descriptions of what can be undone and redone."""
    step = _current(database, project_id)
    words = dict(database.execute("SELECT step, what FROM project_steps WHERE project_id = ?", (project_id,)))
    return ProjectHistory(words[step] if step - 1 in words else None, words.get(step + 1))


def step_beside(database: sqlite3.Connection, project_id: str, direction: int) -> tuple[int, str, list[str]] | None:
    """Number, name and versions of the step before (-1) or after (1) the one that holds; None without one."""
    step = _current(database, project_id) + direction
    row = database.execute(
        "SELECT name FROM project_steps WHERE project_id = ? AND step = ?", (project_id, step)
    ).fetchone()
    if row is None:
        return None
    films = database.execute(
        "SELECT film_id FROM project_step_films WHERE project_id = ? AND step = ? ORDER BY place", (project_id, step)
    )
    return step, row["name"], [film[0] for film in films]


def go_to(database: sqlite3.Connection, project_id: str, step: int, name: str, films: Sequence[str]) -> None:
    """Let another step hold. Raises sqlite3.IntegrityError where a film is in another project."""
    _set(database, project_id, step, name, films)


def _current(database: sqlite3.Connection, project_id: str) -> int:
    return int(database.execute("SELECT step FROM projects WHERE id = ?", (project_id,)).fetchone()[0])


def _keep(database: sqlite3.Connection, project_id: str, step: int, name: str, films: Sequence[str], what: str) -> None:
    database.execute("INSERT INTO project_steps VALUES (?, ?, ?, ?)", (project_id, step, name, what))
    rows = [(project_id, step, place, film_id) for place, film_id in enumerate(films)]
    database.executemany("INSERT INTO project_step_films VALUES (?, ?, ?, ?)", rows)


def _set(database: sqlite3.Connection, project_id: str, step: int, name: str, films: Sequence[str]) -> None:
    database.execute(
        "UPDATE projects SET name = ?, step = ?, revision = revision + 1 WHERE id = ?", (name, step, project_id)
    )
    database.execute("DELETE FROM versions WHERE project_id = ?", (project_id,))
    rows = [(film_id, project_id, place) for place, film_id in enumerate(films)]
    database.executemany("INSERT INTO versions VALUES (?, ?, ?)", rows)
