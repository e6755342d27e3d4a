"""A scan that other machines read: `python -m emotion_core.cluster.coordinator REQUEST`, a job's process on the owner.

It plans the film's ranges, sends what each needs to the exchange, asks for it, and has what comes back joined in the
scan's store. It may be killed at any moment: the next one goes on with what is done. It does not decode: confined
processes of its own plan and join. An owner has it forked by a fork server (jobs.spares).
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from dataclasses import replace
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import TextIO

from ..errors import ClusterError, EmotionError, ScanError
from ..jobs import ScanRequest, child
from ..jobs.spares import FORKS, Handover, serve
from ..library import SCAN_CRASHED, Library
from ..observations import ObservationStore
from ..scan.ranges import JoinRequest, PlanRequest, RangePlan, Reader, reader_differences
from ..scan.ranges.range_requests import range_name, read_plan, write_request
from ..settings import ScanSettings
from ..storage import Home, home
from ..system import ALIVE, DONE, ERROR, PROGRESS, Event, EventWriter, ProgressReporter, error_of, own_channel, threads
from ..system.garbage import search_paused
from .database import Database
from .event_process import EventProcess
from .identity import reader_of, warm
from .leases import Progress
from .places import Places, range_seconds
from .sent_film import SentFilm, Steps, channel_of, waiting_for

EVERY = 0.3
"""Fewest seconds between two looks at how the ranges are …"""
LONGEST = 5.0
"""… and most, where nothing is heard of them."""
DIVIDED_FROM = Fraction(3, 2)
"""Films from so many ranges on are divided: a shorter one is read sooner than put together."""
MODULE = "emotion_core.processes.scan_range"
TRIES = 3
"""Starts of a process of its own that is killed, before the film counts as failed."""
_FORWARDED = {"media", "model", "engine", "range", child.SAME_BYTES}
"""Events of the join that are the scan's too."""


def main(request_file: Path, events: TextIO) -> int:
    """Run the scan of `request_file`; return the exit code."""
    return child.run(request_file, events, ScanRequest.read, _coordinate)


def _coordinate(request: ScanRequest, report: EventWriter) -> None:
    store = ObservationStore(request.store)
    if store.sealed:  # another process has finished this scan meanwhile
        report(DONE, {})
        return
    places = Places.of(home())
    if places is None:
        raise ClusterError("This library has no cluster any more.", "Start the app again.")
    report("loading", {})
    child.film_file(request.film, request.content_id, request.file, report)
    steps = Steps(report)
    database = Database(places.database, channel_of(request), say=steps.waits_for)
    identity = reader_of(request.settings, home(), database)
    film = SentFilm(request, identity, places, home(), steps.waits_for, database)
    _Coordinator(request, film, store, steps, report).run()
    report(DONE, {})  # the owner deletes what travelled


class _Coordinator:
    """One scan from its plan to its seal."""

    def __init__(
        self, request: ScanRequest, film: SentFilm, store: ObservationStore, steps: Steps, report: EventWriter
    ) -> None:
        self._request, self._film, self._store, self._report = request, film, store, report
        self._steps = steps
        self._plan_file = film.folder / "plan.json"
        self._plan: RangePlan | None = None
        self._join: EventProcess | None = None
        self._join_starts = 0
        self._joined: Event = {}
        """The join's newest progress."""
        self._has_ended = False
        """Whether the film is joined."""
        self._progress: ProgressReporter | None = None
        self._rows: list[Progress] = []
        self._next = 0.0

    def run(self) -> None:
        """Have the film read and put together. Raises EmotionError."""
        try:
            self._plan = self._planned()
            self._film.begin(self._plan)
            self._steps.at("sending the film to the workers")
            if self._plan is None:
                self._film.ask_for_film(self._look)
                self._wait_for_film()
                return
            for one in self._plan.ranges:
                self._film.ask_for_range(self._plan, one.number, self._look)
                self._look()
            self._wait_for_join()
        finally:
            if self._join is not None:
                self._join.end()

    def _planned(self) -> RangePlan | None:
        """The film's ranges; None where one worker is to read all of it."""
        duration = Library.open(home()).film(self._request.content_id).media.duration
        if duration < DIVIDED_FROM * range_seconds():
            return None
        self._film.folder.mkdir(parents=True, exist_ok=True)
        request = self._request
        asked = self._film.folder / "plan.request"
        write_request(
            asked,
            PlanRequest(
                film=request.film, content_id=request.content_id, name=request.name, settings=request.settings,
                target=self._plan_file, segment_seconds=range_seconds(), file=request.file,
            ),
        )  # fmt: skip
        self._steps.at("looking where the film can be divided")
        for _ in range(TRIES):
            process = EventProcess(MODULE, asked, home())
            last = self._end_of(process)
            if last is not None:
                break
        else:
            raise ScanError(SCAN_CRASHED)
        if last["event"] == ERROR:
            raise error_of(last)
        plan = read_plan(self._plan_file)
        return plan if len(plan.ranges) > 1 else None

    def _end_of(self, process: EventProcess) -> Event | None:
        """The event that ends a process; None where it was killed or crashed."""
        try:
            while True:
                code = process.wait(0.05)
                for event in process.new_events():
                    if event["event"] in (DONE, ERROR):
                        return event
                if code is not None:
                    return None
                self._report(ALIVE, {})
        finally:
            process.end()

    def _look(self) -> None:
        """Fetch what is new and tell how far the film is, now and then. Raises EmotionError."""
        if time.monotonic() < self._next:
            return
        self._rows = self._film.progress()
        settled = self._film.settle(self._rows, is_whole=self._plan is None)
        self._next = time.monotonic() + EVERY
        if self._plan is not None and settled:
            self._follow_join()
        self._tell()

    def _wait(self) -> None:
        """Wait until a look may show something new."""
        self._film.wait(LONGEST if self._join is None else EVERY)
        time.sleep(max(0.0, self._next - time.monotonic()))

    def _wait_for_film(self) -> None:
        self._steps.at("waiting for a worker")
        place = self._film.ranges / range_name(0)
        while not place.exists():
            self._wait()
            self._look()
        if not is_the_scan(ObservationStore(place), self._request, self._film.reader):
            shutil.rmtree(place, ignore_errors=True)
            raise ScanError("A worker sent an analysis that is damaged, or another one.", "Analyse the film again.")
        shutil.rmtree(self._store.folder, ignore_errors=True)
        self._store.folder.parent.mkdir(parents=True, exist_ok=True)
        place.replace(self._store.folder)

    def _wait_for_join(self) -> None:
        if not self._joined and self._join is None:
            self._steps.at("waiting for a worker")
        while not self._has_ended:
            self._wait()
            self._look()
            self._follow_join()

    def _follow_join(self) -> None:
        """Start the join once the film is nearly read, and hear what it says. Raises the error that ends it."""
        if self._join is None:
            if not self._is_nearly_read():
                return
            self._join_starts += 1
            self._join = EventProcess(MODULE, self._join_request(), home())
        code = self._join.wait(0)
        for event in self._join.new_events():
            if event["event"] == PROGRESS:
                self._joined = event
            elif event["event"] == ERROR:
                raise error_of(event)
            elif event["event"] == DONE:
                self._has_ended = True
            elif event["event"] in _FORWARDED:
                self._report(event["event"], {name: value for name, value in event.items() if name != "event"})
        if code is not None and not self._has_ended:
            if self._join_starts >= TRIES:
                raise ScanError(SCAN_CRASHED)
            self._join = None

    def _is_nearly_read(self) -> bool:
        """Whether no range waits for a worker: what is put together before that would wait in memory for long."""
        assert self._plan is not None
        under_way = sum(row.leased or row.result is not None or row.error is not None for row in self._rows)
        return under_way == len(self._plan.ranges)

    def _join_request(self) -> Path:
        request, asked = self._request, self._film.folder / "join.request"
        write_request(
            asked,
            JoinRequest(
                film=request.film, content_id=request.content_id, name=request.name, settings=request.settings,
                wanted=request.wanted, store=request.store, plan=self._plan_file, ranges=self._film.ranges,
                lock=request.lock, turn=Home(home()).join_lock, reader=self._film.reader, file=request.file,
                sound=request.sound,
            ),
        )  # fmt: skip
        return asked

    def _tell(self) -> None:
        """Report the sum of what the workers report, and of what came back."""
        waiting = waiting_for(self._rows)
        if not any(row.progress or row.result for row in self._rows):
            if waiting or any(row.leased for row in self._rows):
                self._steps.at(waiting or "reading the film")
            return
        counts = [row.result or row.progress or {} for row in self._rows]
        frames, faces = (sum(int(count.get(name) or 0) for count in counts) for name in ("frames", "faces"))
        if self._plan is None:
            total = max(int(count.get("frames_total") or frames) for count in counts)
            scenes, segments = (max(int(count.get(name) or 0) for count in counts) for name in ("scenes", "segments"))
        else:
            total = len(self._plan.ticks)
            scenes, segments = int(self._joined.get("scenes") or 0), int(self._joined.get("segments") or 0)
        if self._progress is None:
            self._progress = ProgressReporter(total, self._report)
        step = "putting the film together" if self._plan is not None and frames >= total else waiting
        self._progress.at(min(frames, total), scenes, faces, segments, step=self._steps.why or step)


_NEEDED = (
    "psycopg.sql", "fsspec.implementations.local", "emotion_core.scan.model_choice", "emotion_core.expression.engines",
    "emotion_core.expression.selection.trial_store", "emotion_core.observations.store",
)  # fmt: skip
"""Modules with which all others come that a coordinator imports on its way."""


def _import_ahead() -> None:
    """Import what a coordinator needs, without starting a thread."""
    with threads.blas_in_one_thread(), search_paused():
        for module in _NEEDED:
            import_module(module)
        warm(ScanSettings())


def is_the_scan(came: ObservationStore, request: ScanRequest, reader: Reader) -> bool:
    """Whether what a worker sent is the scan of `request`, whole and read as `reader` does."""
    try:
        observations = came.read()
    except EmotionError:
        return False
    asked, were = (
        replace(settings, people=False, reuse_faces=False, engine="default", checkpoint=None)
        for settings in (request.settings, observations.scan_settings)
    )
    there = observations.checkpoint, observations.engine
    is_of_film = observations.media.content_id == request.content_id
    return is_of_film and asked == were and not reader_differences(there, reader)


if __name__ == "__main__":
    *words, file = sys.argv[1:]
    given = serve(int(words[1]), _import_ahead) if words[:1] == [FORKS] else Handover(Path(file), None)
    stream = own_channel()
    code = main(given.request, stream)
    stream.flush()
    sys.stderr.flush()
    os._exit(code)
