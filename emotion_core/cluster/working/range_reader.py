"""What a worker does with a lease: fetch the film's parts, have them read in a confined process, send what it saw.

It is given no path and no name of a film, only hashes of bytes in the exchange.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ...errors import ClusterError, ClusterUnreachable, DiskFull, EmotionError, LeaseLost, error_fields
from ...jobs.inference_servers import KEEP
from ...storage import Home, from_os_error
from .. import archive, identity, leases
from ..database import Database
from ..exchange import RANGES, Exchange
from ..film_parts import FetchedAhead, Receiver
from ..leases import Lease
from ..places import is_marked
from .beat import LeaseBeat
from .databases import Databases
from .film_process import Crashed, Machine, RangeProcess, fields_of, is_fault_of_film, read_whole

REST = 15.0
"""Seconds for which a worker takes no range after it could not do one, as on a full disk."""

_LOOK = 1.0
"""Seconds between two signs of life of a range that waits for its turn."""
FAILURES = 5
"""Ranges in a row that a machine may fail to read, as on a disk that is broken, before it takes no more."""

STUCK = 600.0
"""Seconds without a step after which a worker counts as hung, as one whose exchange never answers."""

_LOG = logging.getLogger(__name__)


class RangeReader:
    """Reads ranges in a folder of its own."""

    def __init__(self, folder: Path, database: Database, exchange: Exchange) -> None:
        """Engines and compiled networks stay in `folder`; what an earlier reader left there of films is deleted."""
        self.folder, self.database, self.exchange = folder, database, exchange
        self.databases = Databases(database.url)
        self.give_up = threading.Event()
        """Once set, the range at hand is given back unread."""
        self.drain = threading.Event()
        """Once set, a range that waits for its turn is given back."""
        self._machine = Machine.at(folder)
        self._process: RangeProcess | None = None
        self._film: tuple[str, Receiver] | None = None
        """The scan whose film is here, and its file: its next range needs fewer parts."""
        self._beat: LeaseBeat | None = None
        """Of the range at hand …"""
        self._waits: LeaseBeat | None = None
        """… and of the one whose parts are fetched meanwhile, or that waits for its turn."""
        self._installed, self._is_outdated, self._looked = identity.installed_now(), False, time.monotonic()
        self._failures = 0
        """Ranges in a row that this machine could not read."""
        self.broken: EmotionError | None = None
        """The error of the last one of FAILURES: this machine is no reader."""
        self._turn = threading.Lock()
        self._used = time.monotonic()
        self._clear()
        shutil.rmtree(folder / "ahead", ignore_errors=True)
        Home(folder).jobs.mkdir(parents=True, exist_ok=True)

    def is_stuck(self) -> bool:
        """Whether nothing came of a range for so long that another worker should read it."""
        beats = self._beat, self._waits
        return any(beat is not None and time.monotonic() - beat.at > STUCK for beat in beats)

    def is_outdated(self, trusted: float = 0.0) -> bool:
        """Whether the program or a package was replaced since this reader began: processes that start now may give
        other numbers than those for which the owner took this machine. What was found less than `trusted` seconds ago
        is not looked at again.
        """
        if time.monotonic() - self._looked >= trusted:
            self._is_outdated, self._looked = identity.installed_now() != self._installed, time.monotonic()
        return self._is_outdated

    def read(self, lease: Lease, begins: Callable[[], object] = lambda: None) -> str:
        """Read a range and report it. Returns what came of it in words, empty where it was reported.

        While another thread reads one, what this one needs is fetched, and it waits for its turn; `begins` is called
        then.
        """
        ahead = None
        try:
            if not self._turn.acquire(blocking=False):
                ahead = FetchedAhead(self.folder / "ahead" / str(lease.token), lease.scan, self.exchange)
                if why := self._wait_for_turn(lease, ahead):
                    return why
            try:
                begins()
                return self._read(lease, ahead)
            finally:
                self._used = time.monotonic()
                self._turn.release()
        finally:
            if ahead is not None:
                ahead.end()

    def _wait_for_turn(self, lease: Lease, ahead: FetchedAhead) -> str:
        """Fetch what a range needs while another one is read. Empty once it is its turn, else why it will not be."""
        with self.databases.one() as database:
            beat = self._waits = LeaseBeat(database, lease, self.drain)
            try:
                here = self._film  # of the other range
                missing = here[1].missing(lease.parts) if here and here[0] == lease.scan else lease.parts
                ahead.fetch(missing, beat)
                while not self._turn.acquire(timeout=_LOOK):
                    beat()
                if self.drain.is_set():
                    self._turn.release()
                    beat()
            except LeaseLost as error:
                return str(error)
            finally:
                self._waits = None
        return ""

    def _read(self, lease: Lease, ahead: FetchedAhead | None) -> str:
        try:
            result = self._observed(lease, ahead)
            if self.is_outdated():
                return self._give_back(lease, "the program of the last one was replaced meanwhile")
            if not self.database.patiently(lambda connection: leases.report(connection, lease.token, result)):
                raise LeaseLost("It was done too late, when another worker had it.")
        except LeaseLost as error:
            with contextlib.suppress(ClusterUnreachable):  # the owner has deleted what was there of it by then
                if not self.database.run(lambda connection: leases.is_known(connection, lease.scan)):
                    self.exchange.remove(f"{RANGES}/{lease.scan}")
            return str(error)
        except Crashed as error:
            return self._give_back(lease, str(error), crashed=True)
        except EmotionError as error:
            if isinstance(error, ClusterError) and self._has_exchange(error):
                return self._give_back(lease, str(error), crashed=True)  # what the exchange holds is damaged
            if not is_fault_of_film(error):
                if not isinstance(error, (ClusterUnreachable, DiskFull)):  # which end by themselves
                    self._failures += 1
                    self.broken = error if self._failures >= FAILURES else None
                why = self._give_back(lease, str(error))
                if self.broken:
                    return why
                _LOG.warning("%s What was to be read is given back; trying again in %.0f s.", why, REST)
                self._clear()
                self.give_up.wait(REST)
                return why
            fields = error_fields(error)
            self.database.patiently(lambda connection: leases.fail(connection, lease.token, fields))
            return str(error)
        self._failures = 0
        return ""

    def _has_exchange(self, error: ClusterError) -> bool:
        """Whether this machine reaches the owner's exchange in spite of `error`: a shared folder may not be mounted."""
        try:
            return not isinstance(error, ClusterUnreachable) and is_marked(self.database, self.exchange)
        except ClusterUnreachable:
            return False

    def end_unused(self) -> None:
        """End the processes that nobody needed for a while, which hold the model in memory, and delete the film."""
        if self._turn.acquire(blocking=False):
            try:
                if self._film is not None and time.monotonic() - self._used > KEEP:
                    self._clear()
                self._machine.end_unused()
            finally:
                self._turn.release()

    def close(self) -> None:
        """End all processes, and delete what is here of films."""
        self._clear()
        self._machine.close()
        self.databases.close()

    def _clear(self) -> None:
        if self._process is not None:
            self._process.end()
        self._process = self._film = None
        for name in ("work", "film"):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def _give_back(self, lease: Lease, why: str, *, crashed: bool = False) -> str:
        self.database.patiently(lambda connection: leases.give_back(connection, lease.token, why, crashed=crashed))
        return why

    def _observed(self, lease: Lease, ahead: FetchedAhead | None) -> dict[str, Any]:
        """Name and size of the archive of a range, which is in the exchange by then."""
        beat = self._beat = LeaseBeat(self.database, lease, self.give_up)
        work, packed = self.folder / "work", self.folder / "work" / "archive"
        seen: Path | None = None
        try:
            film = self._film_of(lease)
            work.mkdir(exist_ok=True)
            film.fetch(lease.parts, int(lease.request["size"]), beat, ahead=ahead)
            if ahead is not None:
                ahead.end()
            if lease.request["kind"] == "range":
                seen = self._process_of(lease, film.file).read(lease.number, beat)
            else:
                seen = read_whole(lease, film.file, work, self._machine, beat)
            digest, size = archive.pack(seen, packed)
            beat()

            def chunks() -> Iterator[bytes]:
                for chunk in archive.chunks(packed):
                    beat.step()
                    yield chunk

            self.exchange.put(f"{RANGES}/{lease.scan}", chunks, digest, size)
        except OSError as error:
            raise from_os_error(error, work) from error
        finally:
            self._beat = None
            packed.unlink(missing_ok=True)
            if seen is not None:
                shutil.rmtree(seen, ignore_errors=True)
        return {"sha256": digest, "size": size, **fields_of(beat.numbers)}

    def _film_of(self, lease: Lease) -> Receiver:
        if self._film is None or self._film[0] != lease.scan:
            self._clear()
            (self.folder / "film").mkdir(parents=True)
            file = self.folder / "film" / f"original{lease.request['suffix']}"
            self._film = lease.scan, Receiver(file, lease.scan, self.exchange)
        return self._film[1]

    def _process_of(self, lease: Lease, film: Path) -> RangeProcess:
        if self._process is not None and not self._process.lives:
            self._process.end()
            self._process = None
        if self._process is None:
            with contextlib.suppress(FileNotFoundError):
                shutil.rmtree(self.folder / "work")
            (self.folder / "work").mkdir()
            self._process = RangeProcess(lease, film, self.folder / "work", self._machine)
        return self._process
