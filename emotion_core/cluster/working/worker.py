"""A worker: a process that reads ranges of films for a library on another machine, one at a time.

It knows the cluster's database and the exchange, and whose numbers its own are equal to. It holds a slot of its folder:
two workers of one machine use two.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import ClusterError, EmotionError
from ...storage import try_lock
from .. import identity, leases
from ..database import Database, place
from ..exchange import Exchange, check_folder, shown
from ..identity import ReaderIdentity
from ..places import is_marked
from .range_reader import FAILURES, RangeReader

if TYPE_CHECKING:
    import procrastinate
    from procrastinate.worker import Worker

    from .leased_jobs import LeasedJobs

Say = Callable[[str], None]
"""Takes a line for the terminal."""

POLL = 5.0
"""Seconds between two looks for a range, where nothing is heard of one."""
AT_HAND = 2
"""Most ranges of a worker: one that it reads, and one whose bytes it fetches ahead."""
TRUSTED = 60.0
"""Seconds for which ranges are begun without a look whether the program was replaced; each is looked at at its end."""
LOOK = 5.0
"""Seconds between two looks for an engine that a library reads with."""
NEVER = 30 * 86400.0
"""Seconds after which a silent worker is forgotten by others: its ranges are released by the owner, long before."""
_MOST_SLOTS = 64
_LOG = logging.getLogger(__name__)


def work(url: str, store: str | None, folder: Path, say: Say, *, drain: bool = False) -> None:
    """Read ranges until SIGTERM, or with `drain` until there are none. Raises ClusterError, also where this machine's
    numbers would be others than the library's.
    """
    database = Database(url)
    database.check()
    exchange = _exchange(database, store)
    exchange.check()
    if not is_marked(database, exchange):
        raise ClusterError(
            f"The exchange {shown(exchange.url)} is not the library's: what its owner put there is missing.",
            "Mount the shared folder on this machine, or correct --store.",
        )
    with _slot(folder) as slot:
        name = f"{socket.gethostname()}/{os.getpid()}"
        with contextlib.closing(RangeReader(slot, database, exchange)) as reader:
            say(f"Worker {name} in {slot}: database {place(url)}, exchange {shown(exchange.url)}.")
            say("It opens the model to compare it with the library's, which may take a minute.")
            asyncio.run(_ClusterWorker(url, name, reader, say, drain=drain).run())


def _exchange(database: Database, store: str | None) -> Exchange:
    url = store or database.run(lambda connection: leases.setting(connection, "exchange"))
    if url is None:
        raise ClusterError("The exchange is not known.", "Name it with --store: the same as `serve --cluster` has.")
    check_folder(str(url))
    return Exchange(str(url))


@contextlib.contextmanager
def _slot(folder: Path) -> Iterator[Path]:
    """A folder below `folder` that no other worker uses."""
    for number in range(1, _MOST_SLOTS + 1):
        slot = folder / f"worker-{number}"
        slot.mkdir(parents=True, exist_ok=True)
        with try_lock(slot / "slot.lock") as is_free:
            if is_free:
                yield slot
                return
    raise ClusterError(f"{_MOST_SLOTS} workers use {folder} already.", "Give this one another --folder.")


class _ClusterWorker:
    """procrastinate's worker, and what it must know to read for a library."""

    def __init__(self, url: str, name: str, reader: RangeReader, say: Say, *, drain: bool) -> None:
        self._url, self._name, self._reader, self._say, self._drain = url, name, reader, say, drain
        self._watch = Database(url)
        """Used by the tasks beside the reading."""
        self._digests: dict[str, bool] = {}
        """Whether this machine reads with the engine of this digest."""
        self._refusals: list[str] = []
        self._ends = self._outdated = self._stopping = False
        self._worker: Worker | None = None
        self._state = "starting"
        self._at_hand = 0
        self._heartbeat = 10.0

    async def run(self) -> None:
        """Work until the end. Raises ClusterError."""
        loop = asyncio.get_running_loop()
        if threading.current_thread() is threading.main_thread():  # no other one is told of signals
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, self._end)
        self._heartbeat = float(await asyncio.to_thread(self._setting, "heartbeat", 10.0))
        await self._look()
        beside = asyncio.create_task(self._look_again())
        try:
            while not self._ends:
                if any(self._digests.values()):
                    await self._work()
                elif self._drain and self._digests:
                    break
                else:
                    await asyncio.sleep(1)
                if self._drain:
                    break
        finally:
            beside.cancel()
            self._state = "ended"
            with contextlib.suppress(ClusterError):
                await asyncio.to_thread(self._show, None)
        self._raise_if_refused()
        if self._reader.broken:
            raise ClusterError(
                f"This worker could not read {FAILURES} parts in a row. {self._reader.broken.problem}",
                "Mend that, and start it again; others read these parts.",
            )
        if self._outdated:
            raise ClusterError("The program or a package was replaced while this worker ran.", "Start it again.")
        self._say("Ended: no part is left half done.")

    def _end(self) -> None:
        """Drain; at the second time give the range back that is at hand."""
        if self._ends:
            self._say("The part at hand is given back.")
            self._reader.give_up.set()
        elif self._state == "reading":
            self._state = "draining"
            self._say("Draining: the part at hand is finished. Once more to give it back.")
        self._ends = True
        self._reader.drain.set()
        self._stop()

    def _setting(self, name: str, default: Any) -> Any:
        value = self._watch.patiently(lambda connection: leases.setting(connection, name), lambda: not self._ends)
        return default if value is None else value

    async def _work(self) -> None:
        """Read ranges of the engines that are known by now, until there is another one."""
        from procrastinate import exceptions
        from procrastinate.worker import Worker

        from .leased_jobs import open_app

        app, jobs = open_app(self._url, self._stop, self._reader.is_stuck, lambda: self._stopping)
        self._add_task(app, jobs)
        queues = [leases.queue_of(digest) for digest, fits in self._digests.items() if fits]
        try:
            async with app.open_async():
                self._worker = Worker(
                    app, queues=queues, name=self._name, wait=not self._drain, fetch_job_polling_interval=POLL,
                    concurrency=AT_HAND, delete_jobs="always", install_signal_handlers=False,
                    update_heartbeat_interval=NEVER, stalled_worker_timeout=NEVER,
                )  # fmt: skip
                self._stopping = False
                if self._ends:
                    return
                if self._state == "starting":
                    self._say("Ready: it reads what the library asks for.")
                self._state = "ready"
                beats = asyncio.create_task(self._beat(self._worker, jobs))
                try:
                    await self._worker.run()  # type: ignore[no-untyped-call]
                finally:
                    beats.cancel()
        except exceptions.ConnectorException:
            self._say("The cluster's database does not answer. Trying again until it does.")
            await asyncio.sleep(2)
        finally:
            self._worker = None

    async def _beat(self, worker: Worker, jobs: LeasedJobs) -> None:
        """Say that this worker lives, until it has no range at hand: procrastinate's own beat ends when it is stopped,
        and the range at hand would go to another worker.
        """
        while True:
            await asyncio.sleep(self._heartbeat)
            if worker.worker_id is not None:
                await jobs.update_heartbeat(worker.worker_id)

    def _stop(self) -> None:
        self._stopping = True
        if self._worker is not None:
            self._worker.stop()  # type: ignore[no-untyped-call]

    def _add_task(self, app: procrastinate.App, jobs: LeasedJobs) -> None:
        @app.task(name=leases.TASK, pass_context=True)
        async def read_range(context: procrastinate.JobContext, scan: str, number: int) -> None:
            assert context.job.id is not None
            self._at_hand += 1
            self._state = "draining" if self._ends else "reading"
            try:
                await asyncio.to_thread(self._read, scan, number, context.job.id, context.job.worker_id or 0)
            except Exception:  # procrastinate would tell it to nobody
                _LOG.exception("A part could not be read. It goes to the next worker.")
            finally:
                jobs.note_end()
                self._at_hand -= 1
                if self._outdated or self._reader.broken:
                    self._ends = True
                    self._reader.drain.set()
                    self._stop()
                self._state = "draining" if self._ends else "reading" if self._at_hand else "ready"

    def _read(self, scan: str, number: int, job: int, worker: int) -> None:
        if self._reader.is_outdated(TRUSTED):  # the owner asks for the range again, since its job ends without a result
            self._outdated = True
            return
        with self._reader.databases.one() as database:  # that of the reader is its own thread's
            lease = database.patiently(lambda connection: leases.take(connection, scan, number, job, worker))
        if lease is None:
            return
        part = f"part {number + 1}" if lease.request["kind"] == "range" else "all"
        film = str(lease.request["content"])[:12]
        why = self._reader.read(lease, lambda: self._say(f"Reading {part} of film {film}."))
        self._outdated = self._reader.is_outdated(TRUSTED)
        self._say(f"{part.capitalize()} of film {film}: {why}" if why else f"Reported {part} of film {film}.")

    async def _look_again(self) -> None:
        while True:
            await asyncio.sleep(min(LOOK, self._heartbeat))
            known = {digest for digest, fits in self._digests.items() if fits}
            try:
                await self._look()
                await asyncio.to_thread(self._reader.end_unused)
            except ClusterError:
                continue
            if known != {digest for digest, fits in self._digests.items() if fits}:
                self._stop()  # it begins again with the queues that are known now

    async def _look(self) -> None:
        """Learn which engines libraries read with, and show this worker."""
        for digest, request, there in await asyncio.to_thread(self._watch.run, leases.announced):
            if digest not in self._digests:
                self._digests[digest] = await asyncio.to_thread(self._fits, request, ReaderIdentity.from_json(there))
        await asyncio.to_thread(self._show, None if self._worker is None else self._worker.worker_id)
        if self._digests and not any(self._digests.values()):
            self._raise_if_refused()

    def _show(self, number: int | None) -> None:
        broken, refusals = self._reader.broken, "\n".join(self._refusals)
        is_refused = self._refusals and not any(self._digests.values())
        state = "broken" if broken else "refused" if is_refused else self._state
        refused = str(broken or refusals)
        self._watch.run(
            lambda connection: leases.show_worker(connection, self._name, number, socket.gethostname(), state, refused)
        )

    def _fits(self, request: dict[str, Any], there: ReaderIdentity) -> bool:
        """Whether this machine gives the numbers of the identity `there`; says what differs."""
        try:
            here = identity.measure(request, self._reader.folder)
        except EmotionError as error:
            differences = [str(error)]
        else:
            differences = here.differences(there)
        if differences:
            what = f"{there.engine.name} {there.engine.precision} with {there.checkpoint.name}"
            self._refusals.append(f"{what}: {'; '.join(differences)}.")
            self._say(f"Not read here: {self._refusals[-1]}")
        return not differences

    def _raise_if_refused(self) -> None:
        if self._refusals and not any(self._digests.values()):
            raise ClusterError(
                f"This machine is no worker of this library: its numbers would be others. {' '.join(self._refusals)}",
                "Install the same version of the program and of its packages, on a processor of the same kind.",
            )
