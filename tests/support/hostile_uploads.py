"""An app that hostile films are sent to and that analyses them, and how soon it answers everyone else meanwhile."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil

from emotion_core.jobs import scans
from emotion_core.library import Library, job_table
from emotion_core.settings import to_json
from tests.support import page_client
from tests.support.app_server import App
from tests.support.hostile_scans import SETTINGS
from tests.support.upload_client import Client

EVERY = 0.05
"""Seconds between two questions."""


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What the app did."""

    seconds: tuple[float, ...]
    """That each answer took, to questions for its health and for the list of uploads in turn."""
    pages: tuple[float, ...]
    """Seconds to load the Library page completely, opened afresh each time."""
    called: frozenset[str]
    """Remote addresses that the app, its worker or their children were connected to."""
    ends: dict[str, str]
    """Of each film by its file's name: "refused", or the state of its analysis."""


def meanwhile(app: App, films: Iterable[Path], *, patience: float) -> Meanwhile:
    """Ask the app while it takes in `films`, one after the other, and analyses them.

    An answer that does not come within `patience` seconds, or is none, ends it in an error.
    """
    library, client = Library.open(app.home), Client(app.address, app.home, patience=patience)
    seconds: list[float] = []
    pages: list[float] = []
    called: set[str] = set()
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(_sent, Client(app.address, app.home), list(films))
        while not sending.done() or _works(library):
            for path in ("/_stcore/health", "/api/uploads"):
                started_at = time.monotonic()
                status, _, body = client.ask("GET", path)
                seconds.append(time.monotonic() - started_at)
                assert status == 200, (path, status, body)
            started_at = time.monotonic()
            assert page_client.opened(app.address, patience=patience)
            pages.append(time.monotonic() - started_at)
            called |= _called(app.pid)
            time.sleep(EVERY)
    ends = {name: _end(library, film_id) for name, film_id in sending.result().items()}
    return Meanwhile(tuple(seconds), tuple(pages), frozenset(called), ends)


def _called(pid: int) -> set[str]:
    """Whom a process and all below it are connected with, beyond this machine."""
    others = set()
    for process in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            others |= {at.raddr.ip for at in process.net_connections("inet") if at.raddr}
    return {ip for ip in others if not ipaddress.ip_address(ip).is_loopback}


def _sent(client: Client, films: list[Path]) -> dict[str, str]:
    """The id of the film that each became; empty for none."""
    became = {}
    for path in films:
        content, film_id = path.read_bytes(), ""
        if content:
            upload = client.announce(len(content), path.name, settings=json.dumps(to_json(SETTINGS)))
            status, headers, body = client.send(upload, 0, content, len(content))
            assert status in (204, 422), (path.name, status, body)
            film_id = headers.get("X-Film-Id", "")
        became[path.name] = film_id
    return became


def _works(library: Library) -> bool:
    with library.database() as database:
        return bool(job_table.active(database))


def _end(library: Library, film_id: str) -> str:
    latest = scans.latest(library, film_id) if film_id else None
    return latest[1].state if latest else "refused"
