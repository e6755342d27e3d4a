"""The projects of a library: add, name, order, undo and delete."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable, Sequence

from ...errors import CorrectionError, LibraryError, SettingsError
from .. import copies
from ..database import transaction
from ..screenings import Viewers, names
from . import steps
from .project import Project, ProjectHistory

MOST_VERSIONS = 200
"""Versions of one project."""
_AGAIN = "Nothing was changed. Look at its versions as they are now, and try again."


class Projects(Viewers):
    """The projects of the library at `home`. Each change but a deletion is a step that can be undone."""

    def projects(self) -> list[Project]:
        """All projects, in the order in which they were added."""
        with self.database() as database:
            return steps.all_projects(database)

    def project(self, project_id: str) -> Project:
        """The project with this id. Raises LibraryError if there is none."""
        with self.database() as database:
            return steps.find(database, project_id)

    def project_named(self, name: str) -> Project | None:
        """The project with this name, upper and lower case alike; None if there is none."""
        wanted = names.key(name)
        return next((each for each in self.projects() if names.key(each.name) == wanted), None)

    def project_of(self, film_id: str) -> Project | None:
        """The project that a film is a version of; None if it is of none."""
        return next((each for each in self.projects() if film_id in each.films), None)

    def add_project(self, name: str, films: Sequence[str] = ()) -> Project:
        """Add a project with these films as its versions. Raises SettingsError for a name that is taken, or a film that
        is in another project.
        """
        project_id, stored = uuid.uuid4().hex, names.checked(name, "project")
        with self.database() as database, transaction(database):
            _check_name(database, stored, "")
            database.execute("INSERT INTO projects (id, name) VALUES (?, ?)", (project_id, stored))
            project = steps.find(database, project_id)
            checked = [self._checked(database, project, film_id) for film_id in dict.fromkeys(films)]
            steps.save(database, project, stored, checked, "its first versions")
            return steps.find(database, project_id)

    def rename_project(self, project_id: str, name: str) -> None:
        """Give a project another name. Raises SettingsError if another project has it."""
        stored = names.checked(name, "project")
        with self.database() as database, transaction(database):
            project = steps.find(database, project_id)
            _check_name(database, stored, project_id)
            steps.save(database, project, stored, project.films, "the project's name")

    def add_version(self, project_id: str, film_id: str, place: int | None = None) -> None:
        """Make a film a version of a project: the last, or the one at `place`, from 1. Raises SettingsError for a film
        that is in a project already.
        """

        def added(database: sqlite3.Connection, project: Project) -> list[str]:
            films = [*project.films]
            at = len(films) if place is None else min(max(place - 1, 0), len(films))
            films.insert(at, self._checked(database, project, film_id))
            return films

        self._change(project_id, added, "a version added")

    def remove_version(self, project_id: str, film_id: str) -> None:
        """Take a film out of a project; the film itself stays. Raises SettingsError if it is not in it."""

        def removed(_: sqlite3.Connection, project: Project) -> list[str]:
            _check_in(project, film_id)
            return [each for each in project.films if each != film_id]

        self._change(project_id, removed, "a version removed")

    def move_version(self, project_id: str, film_id: str, place: int) -> None:
        """Give a version another place, from 1; beyond the ends it is the first or the last. Raises SettingsError."""

        def moved(_: sqlite3.Connection, project: Project) -> list[str]:
            _check_in(project, film_id)
            films = [each for each in project.films if each != film_id]
            films.insert(min(max(place - 1, 0), len(films)), film_id)
            return films

        self._change(project_id, moved, "a version moved")

    def delete_project(self, project_id: str) -> None:
        """Delete a project and its history, also from the copies of the database; its films stay."""

        def delete(database: sqlite3.Connection) -> None:
            database.execute("DELETE FROM projects WHERE id = ?", (project_id,))

        copies.change_all(self.home, delete, "projects")
        with self.database() as database:
            delete(database)

    # History

    def project_history(self, project_id: str) -> ProjectHistory:
        """What can be undone and redone of a project. Raises LibraryError if there is none."""
        with self.database() as database:
            steps.find(database, project_id)
            return steps.history(database, project_id)

    def undo_project(self, project_id: str, revision: int | None = None) -> bool:
        """Return a project to its previous step; False if there is none. Films deleted meanwhile stay away.

        Raises CorrectionError if `revision`, the one that the caller displayed, is no longer current, or a film of that
        step is in another project by now.
        """
        return self._step(project_id, -1, revision)

    def redo_project(self, project_id: str, revision: int | None = None) -> bool:
        """Return a project to the step that was undone; False if there is none. Raises as `undo_project`."""
        return self._step(project_id, 1, revision)

    def _step(self, project_id: str, direction: int, revision: int | None) -> bool:
        with self.database() as database, transaction(database):
            project = steps.find(database, project_id)
            if revision is not None and revision != project.revision:
                raise CorrectionError(f"The project “{project.name}” was changed meanwhile.", _AGAIN)
            step = steps.step_beside(database, project_id, direction)
            if step is None:
                return False
            number, name, films = step
            try:
                _check_name(database, name, project_id)
                for film_id in films:
                    self._check_free(database, project, film_id)
            except SettingsError as error:
                raise CorrectionError(f"This step cannot be taken: {error}", _AGAIN) from error
            steps.go_to(database, project_id, number, name, films)
            return True

    def _change(
        self, project_id: str, change: Callable[[sqlite3.Connection, Project], Sequence[str]], what: str
    ) -> None:
        with self.database() as database, transaction(database):
            project = steps.find(database, project_id)
            steps.save(database, project, project.name, change(database, project), what)

    def _checked(self, database: sqlite3.Connection, project: Project, film_id: str) -> str:
        """A film's id, if it can become a version of the project. Raises SettingsError, LibraryError."""
        row = database.execute("SELECT name, role FROM films WHERE id = ?", (film_id,)).fetchone()
        if row is None:
            raise LibraryError("This film is not in the library.", "It may have been deleted; add it again.")
        if row["role"] != "film":
            raise SettingsError(f"{row['name']} is a recording of viewers, and no cut of a film.", "Choose a film.")
        number = project.number_of(film_id)
        if number is not None:
            raise SettingsError(
                f"{row['name']} is version {number} of “{project.name}” already.", "Move it to give it another place."
            )
        if len(project.films) >= MOST_VERSIONS:
            raise SettingsError(f"“{project.name}” has {MOST_VERSIONS} versions.", "Begin another project.")
        self._check_free(database, project, film_id)
        return film_id

    @staticmethod
    def _check_free(database: sqlite3.Connection, project: Project, film_id: str) -> None:
        """Raise SettingsError if a film is in another project."""
        for other in steps.all_projects(database):
            if other.id != project.id and film_id in other.films:
                name = database.execute("SELECT name FROM films WHERE id = ?", (film_id,)).fetchone()["name"]
                raise SettingsError(
                    f"{name} is version {other.number_of(film_id)} of the project “{other.name}”, and a film is in one "
                    "project at most.", "Remove it there first.",
                )  # fmt: skip


def _check_in(project: Project, film_id: str) -> None:
    if film_id not in project.films:
        raise SettingsError(f"This film is no version of “{project.name}”.", "Add it to the project first.")


def _check_name(database: sqlite3.Connection, name: str, own: str) -> None:
    """Raise SettingsError if another project than `own` has this name."""
    for each in steps.all_projects(database):
        if each.id != own and names.key(each.name) == names.key(name):
            raise SettingsError(f"There is a project called “{each.name}” already.", "Give this one another name.")
