"""What a worker does with a leased range: fetch the film's parts, read them in a confined process, send what it saw.

It is given no path and no name of a film, only hashes of bytes in the exchange.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
import threading
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil

from ..errors import (
    ClusterError,
    ClusterUnreachable,
    DiskFull,
    EmotionError,
    LeaseLost,
    LibraryError,
    OutOfMemory,
    error_fields,
)
from ..expression import engines
from ..jobs import ScanRequest
from ..jobs.inference_servers import InferenceServers
from ..settings import ScanSettings, report_from_json, scan_from_json
from ..storage import Home, from_os_error
from ..system import (
    PIPE,
    TIED,
    Child,
    TimeoutExpired,
    end_family,
    ended_from_outside,
    error_of,
    events,
    newest_progress,
    python_module,
    spawn,
)
from . import archive, leases
from .database import Database
from .exchange import RANGES, Exchange
from .film_parts import Receiver
from .leases import Lease

BEAT = 1.0
"""Seconds between two reports of how far a range is, by each of which its lease is verified."""
REST = 15.0
"""Seconds for which a worker takes no range after it could not do one, as on a full disk."""
NAME = "The film"
"""What a worker calls a film in its messages; the owner puts its name there."""
_LOOK = 0.1

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RangeReader:
    """Reads ranges in a folder of its own. One thread at a time uses it."""

    folder: Path
    """Engines and compiled networks stay in it, nothing of a film does."""
    database: Database
    exchange: Exchange
    servers: InferenceServers
    give_up: threading.Event = field(default_factory=threading.Event)
    """Once set, the range at hand is given back unread."""
    _films: dict[str, Receiver] = field(default_factory=dict)
    """The film at hand, by its scan: its next range needs fewer parts."""

    @classmethod
    def in_folder(cls, folder: Path, database: Database, exchange: Exchange) -> RangeReader:
        """A reader in `folder`, without what an earlier one left there."""
        reader = cls(folder, database, exchange, InferenceServers(folder))
        reader._clear()
        Home(folder).jobs.mkdir(parents=True, exist_ok=True)
        return reader

    def read(self, lease: Lease) -> str:
        """Read a range and report it. Returns what came of it in words, empty where it was reported."""
        try:
            result = self._observed(lease)
            if not self.database.patiently(lambda connection: leases.report(connection, lease.token, result)):
                raise LeaseLost("It was done too late, when another worker had it.")
        except LeaseLost as error:
            return str(error)
        except _Crashed as error:
            return self._give_back(lease, str(error), crashed=True)
        except (DiskFull, OutOfMemory, LibraryError, ClusterError) as error:
            why = self._give_back(lease, str(error))
            _LOG.warning("%s The range is given back; trying again in %.0f s.", why, REST)
            self.give_up.wait(REST)
            return why
        except EmotionError as error:
            fields = error_fields(error)
            self.database.patiently(lambda connection: leases.fail(connection, lease.token, fields))
            return str(error)
        finally:
            shutil.rmtree(self.folder / "work", ignore_errors=True)
        return ""

    def close(self) -> None:
        """End the model's process, and delete what is here of films."""
        self.servers.close()
        self._clear()

    def _clear(self) -> None:
        for name in ("work", "film"):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def _give_back(self, lease: Lease, why: str, *, crashed: bool = False) -> str:
        self.database.patiently(lambda connection: leases.give_back(connection, lease.token, why, crashed=crashed))
        return why

    def _observed(self, lease: Lease) -> dict[str, Any]:
        """Name and size of the archive of a range, which is in the exchange by then."""
        beat = _Beat(self.database, lease, self.give_up)
        work = self.folder / "work"
        try:
            work.mkdir(exist_ok=True)
            film = self._film(lease)
            film.fetch(lease.parts, int(lease.request["size"]), beat)
            self._run(lease, film.file, work, beat)
            packed = work / "archive"
            digest, size = archive.pack(work / lease.scan, packed)
        except OSError as error:
            raise from_os_error(error, work) from error
        beat()
        self.exchange.put(f"{RANGES}/{lease.scan}", lambda: archive.chunks(packed), digest, size)
        return {"sha256": digest, "size": size, "frames": (beat.numbers or {}).get("frames", 0)}

    def _film(self, lease: Lease) -> Receiver:
        if lease.scan not in self._films:
            self._films.clear()
            shutil.rmtree(self.folder / "film", ignore_errors=True)
            (self.folder / "film").mkdir()
            file = self.folder / "film" / f"original{lease.request['suffix']}"
            self._films[lease.scan] = Receiver(file, lease.scan, self.exchange)
        return self._films[lease.scan]

    def _run(self, lease: Lease, film: Path, work: Path, beat: _Beat) -> None:
        """Read the range in a process. Raises the error that it reports, _Crashed or LeaseLost."""
        settings = scan_from_json(lease.request["settings"])
        request = work / "range.request"
        module, words = _request(lease, settings, film, work)
        request.write_text(words)
        engine = lease.request["reader"]["engine"]
        named = replace(settings, engine=engines.variant_of(engine["name"], engine["precision"]))
        server = self.servers.lend_for(named)
        log = request.with_suffix(".events")
        code: int | None = None
        try:
            with contextlib.ExitStack() as opened:
                channel = None if server is None else server.connect()
                passed = () if channel is None else (opened.enter_context(channel).fileno(),)
                output, messages = opened.enter_context(log.open("wb")), opened.enter_context((work / "log").open("wb"))
                command = python_module(module, *map(str, passed), str(request))
                child = spawn(
                    command, home=self.folder, offline=True, variables={TIED: "1"}, stdin=PIPE, stdout=output,
                    stderr=messages, descriptors=passed,
                )  # fmt: skip
            code = _wait(child, log, beat)
        finally:
            self.servers.take_back(server, ended_well=code == 0)
        _raise_error(events.read_last(log), code, (work / "log").read_text("utf-8", "replace")[-2000:])


def _wait(child: Child, log: Path, beat: _Beat) -> int:
    """The exit code of a range's process, which is ended where its lease is. Raises LeaseLost."""
    try:
        while True:
            with contextlib.suppress(TimeoutExpired):
                return child.wait(_LOOK)
            beat.tell(log)
    finally:
        if child.poll() is None:
            with contextlib.suppress(psutil.NoSuchProcess):
                end_family(psutil.Process(child.pid))
            child.wait()
        if child.stdin is not None:
            child.stdin.close()


def _raise_error(last: list[events.Event], code: int, messages: str) -> None:
    """Raise what is wrong with a range, if anything."""
    if last and last[-1]["event"] == events.DONE:
        return
    if last and last[-1]["event"] == events.ERROR:
        raise error_of(last[-1])
    why = "was ended from outside" if ended_from_outside(code, messages) else f"ended with code {code}"
    detail = messages.strip().rpartition("\n")[2][:300]
    raise _Crashed(f"The process that read a part of the film {why}. {detail}".strip())


def _request(lease: Lease, settings: ScanSettings, film: Path, work: Path) -> tuple[str, str]:
    """The module that reads a range, and its request."""
    request = lease.request
    whole = ScanRequest(
        film=film,
        content_id=request["content"],
        name=NAME,
        store=work / lease.scan,
        settings=settings,
        wanted=report_from_json(request["wanted"]),
        lock=Home(work).scan_lock,
        reader=request["reader"],
        sound=bool(request["sound"]),
    )
    return "emotion_core.processes.scan", whole.to_json()


class _Crashed(Exception):
    """The process of a range ended without a result."""


class _Beat:
    """Tells the owner how far a range is, and learns from it whether it is still wanted."""

    def __init__(self, database: Database, lease: Lease, give_up: threading.Event) -> None:
        self._database, self._lease, self._give_up = database, lease, give_up
        self._next = 0.0
        """Monotonic time."""
        self.numbers: dict[str, Any] | None = None

    def tell(self, log: Path) -> None:
        """As a call, with the numbers of an event log."""
        if time.monotonic() >= self._next:
            self.numbers = newest_progress(events.read_last(log)) or self.numbers
            self()

    def __call__(self) -> None:
        """Raise LeaseLost where the range is no longer wanted. A database that is away is no reason to stop."""
        if self._give_up.is_set():
            self._database.patiently(
                lambda connection: leases.give_back(connection, self._lease.token, "its worker was ended"),
                is_wanted=lambda: False,
            )
            raise LeaseLost("It was given back.")
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + BEAT
        with contextlib.suppress(ClusterUnreachable):
            if not self._database.run(lambda connection: leases.beat(connection, self._lease.token, self.numbers)):
                raise LeaseLost("It is no longer wanted, or another worker has it.")
