"""Plan, read or join ranges of a film in a confined process: `python -m emotion_core.processes.scan_range [CHANNEL]
REQUEST`.

CHANNEL is the descriptor of a channel to an inference server; without one this process runs the model itself. REQUEST
is the file of a request of scan.ranges. The process writes events to its standard output, the last one "done" or
"error". Ending it cancels the work.

A process that reads ranges takes orders (scan.ranges.range_requests.order), a line each, from its standard input, and
ends with it. For each it writes an event "observed" or, where the range cannot be read by itself, "refused", with the
fields of the error; both have the range's "number".

`python -m emotion_core.processes.scan_range forks CONTROL ROOM` is a fork server (jobs.spares) of such processes.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from ..errors import NotAsPlanned, ScanError, error_fields
from ..jobs import child
from ..jobs.spares import FORKS, Handover, serve
from ..sandbox import STALLED, confinement, scratch
from ..scan.ranges.range_requests import (
    JoinRequest,
    ObserveRequest,
    PlanRequest,
    RangeRequest,
    range_name,
    read_plan,
    read_request,
    write_plan,
)
from ..storage import Home, home, try_lock
from ..system import ALIVE, EventWriter, Report, end_with_parent, own_channel
from .inference_server import model_files
from .scan import SWITCH_INTERVAL, import_ahead, keep_analysis

if TYPE_CHECKING:
    from ..scan.model_choice import ModelRequest, Opener
    from ..scan.model_thread import Model

OBSERVED, REFUSED, PLANNED = "observed", "refused", "planned"
"""Names of events."""
_LOOK = 0.1
"""Seconds between two looks for a range."""


def main(
    request_file: Path,
    events: TextIO,
    *,
    confined: bool = False,
    channel: int | None = None,
    orders: Iterable[str] = (),
) -> int:
    """Do the work of `request_file`; return the exit code. `confined`: call `confine` first.

    `channel` is the descriptor of a channel to an inference server, None to run the model in this process. `orders` are
    the lines that name ranges to read.
    """

    def read(path: Path) -> RangeRequest:
        request = read_request(path)
        if confined:
            confine(path, request)
        return request

    def work(request: RangeRequest, writer: EventWriter) -> None:
        match request:
            case PlanRequest():
                _watch(writer, request.name)
                _plan(request, writer)
            case ObserveRequest():
                _observe(request, writer, channel, orders)
            case JoinRequest():
                _watch(writer, request.name)
                _join(request, writer, channel)

    return child.run(request_file, events, read, work)


def _watch(writer: EventWriter, name: str) -> None:
    writer.watch(
        ScanError(
            f"The analysis of {name} was ended: nothing came of it for {STALLED / 60:.0f} minutes.",
            "Analyse the film again, and it goes on from there; if it happens again, export the film anew.",
        )
    )


def confine(request_file: Path, request: RangeRequest) -> None:
    """Confine this process to reading the film and writing what is asked for; call it before anything else."""
    library = Home(home())
    read = [request_file, *model_files(request.settings.checkpoint), library.earlier_trials, library.calibrations]
    change = [library.networks, library.engines]
    match request:
        case PlanRequest():
            read, change = [request_file], [request.target.parent]
        case ObserveRequest():
            read.append(request.plan)
            change.append(request.results)
        case JoinRequest():
            with contextlib.suppress(OSError):  # locking reports a folder that cannot be written
                request.lock.touch()
                request.turn.touch()
            read += [request.plan, request.ranges]
            change += [request.store, request.lock, request.turn, library.analyses(request.store.name)]
    confinement.confine_worker(request.film, read=read, change=change)


def _plan(request: PlanRequest, writer: EventWriter) -> None:
    from ..scan.ranges import plan

    file = child.film_file(request.film, request.content_id, request.file, writer)
    planned = plan(
        request.film, request.content_id, request.settings,
        file=file, segment_seconds=request.segment_seconds, heartbeat=partial(writer, ALIVE, {}),
    )  # fmt: skip
    write_plan(request.target, planned)
    writer(PLANNED, {"ranges": len(planned.ranges), "whole_reason": planned.whole_reason})
    writer("done", {})


def _opener(channel: int | None) -> Opener:
    from ..scan import InferenceClient, open_model

    return open_model if channel is None else InferenceClient(channel).open


def _observe(request: ObserveRequest, writer: EventWriter, channel: int | None, orders: Iterable[str]) -> None:
    from ..scan.ranges import RangeReader

    plan = read_plan(request.plan)
    with RangeReader(
        request.content_id, plan, request.settings, writer, opener=_opener(channel), reader=request.reader
    ) as reader:
        writer("ready", {})
        for line in orders:
            asked = json.loads(line)
            number, film = int(asked["number"]), request.film / Path(asked["film"]).name
            _watch(writer, request.name)
            try:
                reader.observe(film, number, request.results / range_name(number))
            except NotAsPlanned as error:
                writer(REFUSED, {"number": number, **error_fields(error)})
            else:
                writer(OBSERVED, {"number": number})
            writer.stop_watch()
    writer("done", {})


def _join(request: JoinRequest, writer: EventWriter, channel: int | None) -> None:
    from ..observations import ObservationStore
    from ..scan.ranges import join

    store = ObservationStore(request.store)
    if store.sealed:
        writer("done", {})
        return
    file = child.film_file(request.film, request.content_id, request.file, writer)

    opener = _opener(channel)

    def open_in_turn(asked: ModelRequest, say: Callable[[str], None]) -> Model:
        with writer.turn(request.lock):  # an engine that is tried must not be disturbed
            return opener(asked, say)

    def report(kind: str, fields: dict[str, Any]) -> None:
        if kind == "done":
            keep_analysis(home(), store, request.wanted)
        writer(kind, fields)

    join(
        request.film, request.content_id, store, read_plan(request.plan), request.settings, request.wanted, report,
        fetch=_Fetched(request.ranges, request.turn, writer), file=file, opener=open_in_turn, sound=request.sound,
        reader=request.reader,
    )  # fmt: skip


class _Fetched:
    """Waits until a range is there, and for this film's turn to be put together, which ends while a range is missing.

    The system ends the turn of a process that ends.
    """

    def __init__(self, folder: Path, lock: Path, report: Report) -> None:
        self._folder, self._lock, self._report = folder, lock, report
        self._turn: contextlib.ExitStack | None = None

    def __call__(self, number: int) -> Path | None:
        """The folder of the range `number`; None where nobody will read it."""
        place = self._folder / range_name(number)
        if self._turn is not None and not place.exists():
            self._turn.close()
            self._turn = None
        while not (place.exists() and self._has_turn()):
            self._report(ALIVE, {})
            time.sleep(_LOOK)
        return place if place.is_dir() else None

    def _has_turn(self) -> bool:
        if self._turn is None:
            with contextlib.ExitStack() as tried:
                if tried.enter_context(try_lock(self._lock)):
                    self._turn = tried.pop_all()
        return self._turn is not None


def _import_ahead() -> None:
    """Import what planning, reading and joining need, without starting a thread."""
    import_ahead()
    for module in ("planning", "observing", "joining"):
        import_module(f"emotion_core.scan.ranges.{module}")


def _given(words: Sequence[str]) -> Handover:
    """What this process is to do."""
    if words[0] == FORKS:
        return serve(int(words[1]), _import_ahead)
    *channel, file = words
    return Handover(Path(file), int(channel[0]) if channel else None)


if __name__ == "__main__":
    given = _given(sys.argv[1:])
    stream = own_channel()
    end_with_parent()
    sys.setswitchinterval(SWITCH_INTERVAL)
    code = main(given.request, stream, confined=True, channel=given.channel, orders=sys.stdin)
    scratch.empty_temporary_folder()
    stream.flush()
    sys.stderr.flush()
    # Results are flushed. Skip interpreter teardown: unloading the engines takes seconds of CPU.
    os._exit(code)
