"""Port for the machines that work for a library: this one, and the workers of its cluster."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ...library import Library
from ...library.queue import film_names, running
from ...storage import Home, clock
from .. import worker_code
from .overview import RECORDING

OUTDATED = 60.0
"""Seconds after which what a cluster's owner wrote down says nothing any more."""
SILENT = 10.0
"""Seconds without a sign of life from which on a worker's silence is told."""


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
class KnownMachines:
    """This machine, and those of its cluster as the cluster's owner wrote them down a moment ago."""

    home: Path

    def now(self) -> tuple[Machine, ...]:
        library, others = Library(self.home), self._others()
        with library.database() as database:
            jobs = running(database)
            scans = {job.scan_id: job.film_id for job in jobs if job.scan_id is not None}
            names = film_names(database, scans.values())
        films = {scan_id: names.get(film_id, RECORDING) for scan_id, film_id in scans.items()}
        began = [job.began_at for job in jobs if job.began_at is not None]
        worker = worker_code.living(self.home)
        since = min(began) if began else None if worker is None else worker.started
        doing = tuple(films.get(job.scan_id or "", "a copy for the browser") for job in jobs)
        own = Machine(platform.node() or "This machine", doing, since, _note(worker is not None, bool(jobs)))
        return (own, *(_other(each, films) for each in others))

    def _others(self) -> list[dict[str, Any]]:
        """The cluster's workers; none where no owner has written them down for OUTDATED seconds."""
        file = Home(self.home).machines
        try:
            if clock.now().timestamp() - file.stat().st_mtime > OUTDATED:
                return []
            workers = json.loads(file.read_bytes())["workers"]
            return [dict(each) for each in workers]
        except (OSError, ValueError, KeyError, TypeError):
            return []


def _other(worker: dict[str, Any], films: dict[str, str]) -> Machine:
    """A worker of the cluster, from what its owner wrote down."""
    scan, number = worker.get("scan"), worker.get("range")
    part = "" if number is None else f", part {int(number) + 1}"
    doing = () if scan is None else (f"{films.get(str(scan), 'a film')}{part}",)
    state, refused = str(worker.get("state", "")), str(worker.get("refused") or "")
    notes = [refused] if refused else [state] if state not in ("ready", "reading") else []
    if (silent := float(worker.get("silent_for") or 0)) > SILENT:
        notes.append(f"not heard of for {silent:.0f} s")
    host, name = str(worker.get("host", "")), str(worker.get("name", ""))
    return Machine(f"{host} ({name})" if host and name != host else name, doing, None, "; ".join(notes))


def _note(is_alive: bool, is_working: bool) -> str:
    if is_alive:
        return ""
    return "its worker is being started" if is_working else "its worker starts when there is work"


create: Callable[[Path], Machines] = KnownMachines
"""Gives the machines of the library in a folder."""
