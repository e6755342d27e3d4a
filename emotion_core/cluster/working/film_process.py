"""The confined processes of a worker that read films: one a film read whole, one for many ranges of a film."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...errors import EmotionError, ScanError
from ...expression import engines
from ...jobs import ScanRequest
from ...jobs.inference_servers import InferenceServer, InferenceServers
from ...jobs.spares import ForkServer
from ...scan.ranges import ObserveRequest
from ...scan.ranges.range_requests import order, range_name, reader_from_event, write_request
from ...settings import report_from_json, scan_from_json
from ...storage import Home
from ...system import DONE, ERROR, PROGRESS, Event, error_of
from ..event_process import EventProcess
from ..leases import WORKERS_NAME, Lease
from .beat import LeaseBeat

WHOLE, RANGE = "emotion_core.processes.scan", "emotion_core.processes.scan_range"
OBSERVED, REFUSED = "observed", "refused"
"""Events of RANGE: a range was read, or does not read as its plan says."""
_LOOK = 0.05
_LEAVE = 5.0
"""Seconds in which a process without orders ends by itself."""


class Crashed(Exception):
    """A process ended without a result, which the film may have caused."""


def _next(process: EventProcess, beat: LeaseBeat, names: Sequence[str]) -> Event:
    """The next event of one of these names. Raises Crashed, or the LeaseLost of `beat`."""
    while True:
        code = process.wait(_LOOK)
        for event in process.new_events():
            if event["event"] == PROGRESS:
                beat.numbers = event
            if event["event"] in names:
                return event
        if code is not None:
            raise Crashed(process.why(code))
        beat()


@dataclass(frozen=True, slots=True)
class Machine:
    """What a worker keeps for the processes of all films."""

    home: Path
    """The folder for engines and compiled networks."""
    servers: InferenceServers
    films: ForkServer
    """Of the processes that read films whole, and …"""
    ranges: ForkServer
    """… of those that read ranges."""

    @classmethod
    def at(cls, home: Path) -> Machine:
        return cls(home, InferenceServers(home), ForkServer(home, WHOLE), ForkServer(home, RANGE))

    def end_unused(self) -> None:
        """End what nobody needed for a while: it holds models in memory."""
        for each in (self.servers, self.films, self.ranges):
            each.end_unused()

    def close(self) -> None:
        """End it all."""
        for each in (self.servers, self.films, self.ranges):
            each.close()


def read_whole(lease: Lease, film: Path, work: Path, machine: Machine, beat: LeaseBeat) -> Path:
    """Read all of a film; returns the folder of its store. Raises the error that the film gives, Crashed, LeaseLost."""
    asked = lease.request
    store, request = work / lease.scan, work / "film.request"
    ScanRequest(
        film=film, content_id=asked["content"], name=WORKERS_NAME, store=store,
        settings=scan_from_json(asked["settings"]), wanted=report_from_json(asked["wanted"]), lock=Home(work).scan_lock,
        reader=asked["reader"], sound=bool(asked["sound"]),
    ).write(request)  # fmt: skip
    server, ended_well = _lend(machine.servers, lease), False
    try:
        with contextlib.ExitStack() as opened:
            process = _started(WHOLE, request, machine, server)
            opened.callback(process.end)
            last = _next(process, beat, (DONE, ERROR))
            ended_well = last["event"] == DONE
            process.wait(_LEAVE)
    finally:
        machine.servers.take_back(server, ended_well=ended_well)
    if last["event"] == ERROR:
        raise error_of(last)
    return store


def _lend(servers: InferenceServers, lease: Lease) -> InferenceServer | None:
    """The server that runs the model of a lease: the one of the film before, where that had the same."""
    asked = lease.request
    engine = asked["reader"]["engine"]
    named = replace(scan_from_json(asked["settings"]), engine=engines.variant_of(engine["name"], engine["precision"]))
    return servers.lend_for(named, threads=int(engine["threads"]))


def _started(
    module: str, request: Path, machine: Machine, server: InferenceServer | None, *, takes_orders: bool = False
) -> EventProcess:
    """A process whose model runs in `server`, where that can be reached."""
    channel = None if server is None else server.connect()
    with channel or contextlib.nullcontext():
        number = None if channel is None else channel.fileno()
        forks = machine.films if module == WHOLE else machine.ranges
        return EventProcess(module, request, machine.home, number, takes_orders=takes_orders, forks=forks)


class RangeProcess:
    """Reads ranges of one film, which stays open from one to the next."""

    def __init__(self, lease: Lease, film: Path, work: Path, machine: Machine) -> None:
        """`film` is the film's file, which gets the bytes of each range before that is read."""
        asked = lease.request
        self.scan = lease.scan
        self._film, self._results = film, work / "results"
        self._results.mkdir(parents=True, exist_ok=True)
        plan, request = work / "plan.json", work / "ranges.request"
        plan.write_text(json.dumps(asked["plan"]))
        reader = reader_from_event(asked["reader"])
        settings = scan_from_json(asked["settings"])
        write_request(
            request,
            ObserveRequest(
                film=film.parent, content_id=asked["content"], name=WORKERS_NAME, settings=settings, plan=plan,
                results=self._results, reader=reader,
            ),
        )  # fmt: skip
        self._servers, self._server = machine.servers, _lend(machine.servers, lease)
        try:
            self._process = _started(RANGE, request, machine, self._server, takes_orders=True)
        except BaseException:
            self._servers.take_back(self._server, ended_well=True)  # it has met no film
            raise

    def read(self, number: int, beat: LeaseBeat) -> Path:
        """Read a range; returns the folder of what it holds. Raises the error that it gives, Crashed, LeaseLost."""
        self._process.order(order(number, self._film))
        try:
            last = _next(self._process, beat, (OBSERVED, REFUSED, ERROR))
        except BaseException:
            self._process.end()  # at once: it may be in the midst of a range
            self.end()
            raise
        if last["event"] != OBSERVED:
            if last["event"] == ERROR:
                self.end()
            raise error_of(last) if last.get("kind") else ScanError("A range could not be read.")
        return self._results / range_name(number)

    @property
    def lives(self) -> bool:
        return self._process.lives

    def end(self) -> None:
        """End it; what it read is deleted, and its server stays for the next film where it ends well."""
        ended_well = self._process.end(_LEAVE) == 0
        self._servers.take_back(self._server, ended_well=ended_well)
        self._server = None
        shutil.rmtree(self._results, ignore_errors=True)


def is_fault_of_film(error: EmotionError) -> bool:
    """Whether an error lies in the film, rather than in this machine."""
    from ...errors import ClusterError, EngineError, LibraryError, OutOfMemory

    return not isinstance(error, (ClusterError, EngineError, LibraryError, OutOfMemory))


def fields_of(numbers: dict[str, Any] | None) -> dict[str, Any]:
    """What is told of a range that is read."""
    return {name: (numbers or {}).get(name, 0) for name in ("frames", "faces")}
