"""The records of projects."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Project:
    """Versions of one film."""

    id: str
    name: str
    """Unlike that of every other project, upper and lower case apart."""
    films: tuple[str, ...]
    """Ids of the films that are its versions, the first version first. A film is in one project at most."""
    revision: int
    """One more with each step, undo and redo: a change states what it was built on."""

    def number_of(self, film_id: str) -> int | None:
        """A film's number among the versions, from 1; None for a film that is not among them."""
        return self.films.index(film_id) + 1 if film_id in self.films else None


@dataclass(frozen=True, slots=True)
class ProjectHistory:
    """What undo and redo of a project would revert and restore."""

    undo: str | None
    """Description of the current step; None if there is nothing to undo."""
    redo: str | None
    """Description of the step that was undone last; None if there is nothing to redo."""
