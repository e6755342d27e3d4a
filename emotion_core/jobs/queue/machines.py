"""Port for the machines that work for a library: this one, and those of its cluster as the cluster's owner saw them."""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ...library import Library
from ...library.queue import film_names, running
from ...storage import Home
from .. import worker_code

FRESH = 30.0
"""Seconds for which what the cluster's owner wrote down holds, and after which a worker is called silent."""


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
        since = min(began) if began else None  # since when it is idle is not known
        doing = tuple(names.get(job.film_id, "a viewer's recording") for job in jobs)
        note = _note(worker is not None, bool(jobs))
        own = Machine(f"{platform.node() or 'This machine'}", doing, since, note)
        return own, *_cluster_workers(library)


def _cluster_workers(library: Library) -> tuple[Machine, ...]:
    """The workers of the library's cluster, from the file that its owner writes every second or two."""
    file = Home(library.home).machines
    try:
        if time.time() - file.stat().st_mtime > FRESH:
            return ()
        workers = json.loads(file.read_bytes())["workers"]
        return tuple(_cluster_worker(library, worker) for worker in workers if worker["state"] != "ended")
    except (OSError, ValueError, LookupError, TypeError):
        return ()


def _cluster_worker(library: Library, worker: dict[str, Any]) -> Machine:
    notes = {
        "draining": "it ends after its part",
        "refused": f"not used, its numbers would differ: {worker['refused']}",
        "broken": f"it ended, since it could not read films: {worker['refused']}",
    }
    note = notes.get(worker["state"], "")
    if worker["silent_for"] > FRESH and worker["state"] not in ("refused", "broken"):  # which have ended
        note = f"silent for {worker['silent_for']:.0f} s"
    doing: tuple[str, ...] = ()
    if worker["scan"]:
        with library.database() as database:
            names = film_names(database, [job.film_id for job in running(database) if job.scan_id == worker["scan"]])
        doing = tuple(f"{name}, part {worker['range'] + 1}" for name in names.values())
    return Machine(worker["name"], doing, worker.get("since"), note)


def _note(is_alive: bool, is_working: bool) -> str:
    if is_alive:
        return ""
    return "its worker is being started" if is_working else "its worker starts when there is work"


create: Callable[[Path], Machines] = ThisMachine
"""Gives the machines of the library in a folder; a cluster sets its own here."""
