"""Port for the machines that work for a library, and the one machine that does where there is no cluster."""

from __future__ import annotations

import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ...library import Library
from ...library.queue import film_names, running
from .. import worker_code


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine, or a worker on it."""

    name: str
    doing: tuple[str, ...]
    """Names of what it works at; empty while it waits."""
    since: float | None
    """Time since which it works at that, or waits, seconds since 1970; None where that is unknown."""
    note: str = ""
    """What a reader must know, such as that it ends after its part; empty for nothing."""


class Machines(Protocol):
    """Tells of the machines of one library."""

    def now(self) -> tuple[Machine, ...]:
        """The machines at this moment. Raises EmotionError."""


@dataclass(frozen=True, slots=True)
class ThisMachine:
    """This machine alone: its worker is started when there is work, and ends without."""

    home: Path

    def now(self) -> tuple[Machine, ...]:
        library = Library(self.home)
        with library.database() as database:
            jobs = running(database)
            names = film_names(database, (job.film_id for job in jobs))
        began = [job.began_at for job in jobs if job.began_at is not None]
        worker = worker_code.living(self.home)
        since = min(began) if began else None if worker is None else worker.started
        doing = tuple(names.get(job.film_id, "a viewer's recording") for job in jobs)
        return (Machine(f"{platform.node() or 'This machine'}", doing, since, _note(worker is not None, bool(jobs))),)


def _note(is_alive: bool, is_working: bool) -> str:
    if is_alive:
        return ""
    return "its worker is being started" if is_working else "its worker starts when there is work"


create: Callable[[Path], Machines] = ThisMachine
"""Gives the machines of the library in a folder; a cluster sets its own here."""
