"""A film that other machines read: its parts in the exchange, its ranges in the database, and what came back."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ClusterError, ClusterUnreachable, DiskFull, EmotionError, error_from_fields
from ..jobs import ScanRequest
from ..scan.ranges import RangePlan
from ..scan.ranges.range_requests import range_name
from ..settings import to_json
from ..storage import Home, from_os_error
from ..system import Event
from . import archive, leases
from .database import Database
from .exchange import RANGES, Exchange
from .film_parts import Sender, numbers
from .identity import ReaderIdentity, announce
from .leases import WORKERS_NAME, Asked, Part, Progress
from .places import Places, library_id

if TYPE_CHECKING:
    from .database import Connection

_PATIENCE = 2.0
"""Seconds between two tries to send to an exchange that is away or full, each of which lasts a while."""

_LOG = logging.getLogger(__name__)


def channel_of(request: ScanRequest) -> str:
    """The channel on which a change of one of a scan's ranges is heard."""
    return leases.CHANNEL + request.store.name


class Steps:
    """What is done for a scan now, for users, and why it waits for the cluster's database or exchange."""

    def __init__(self, report: Callable[[str, Event], object]) -> None:
        self._report = report
        self._doing = ""
        self.why = ""
        """Why it waits, in words; empty while it does not."""

    def at(self, words: str) -> None:
        """Report another step."""
        if words != self._doing:
            self._doing = words
            self._report("engine", {"doing": self.why or words})

    def waits_for(self, problem: str) -> None:
        """Report why it waits, a sentence; "" once it goes on."""
        before = self.why
        self.why = f"waiting: {problem[:1].lower()}{problem[1:300].rstrip('.')}" if problem else ""
        if self.why != before:
            self._report("engine", {"doing": self.why or self._doing})


class SentFilm:
    """One scan of a film in the cluster. Its calls wait while the database is away."""

    def __init__(
        self,
        request: ScanRequest,
        identity: ReaderIdentity,
        places: Places,
        home: Path,
        say: Callable[[str], object],
        database: Database | None = None,
    ) -> None:
        """`say` is told why it waits for database or exchange, a sentence, and "" once it goes on. `database` is one
        that was opened with `channel_of` the scan, and says it too.
        """
        self.id = request.store.name
        self._request, self._identity, self._say = request, identity, say
        self.reader = identity.checkpoint, identity.engine
        """What this machine and the workers read its faces with."""
        fields = identity.to_json()
        self._reader = {"checkpoint": fields["checkpoint"], "engine": fields["engine"]}
        self._database = database or Database(places.database, channel_of(request), say)
        self._exchange = Exchange(places.store)
        self._library = library_id(home)
        self.folder = Home(home).parts(self.id)
        """What came back, by range."""
        self._sender = Sender(request.film, self.id, self._exchange)
        self._settled: set[int] = set()
        self._needs: dict[int, list[int]] = {}
        """Numbers of the film's parts that each range needs."""
        self._crashes: dict[int, int] = {}
        """As Progress.crashes, when the parts were last sent."""

    def begin(self, plan: RangePlan | None) -> None:
        """Begin the scan of a film by its plan, None to read it whole; what came back of the same scan stays."""
        request = self._request
        wanted = {
            "kind": "film" if plan is None else "range",
            "content": request.content_id,
            "size": self._sender.size,
            "suffix": request.film.suffix[:10],
            "settings": to_json(request.settings),
            "reader": self._reader,
        }
        if plan is None:
            wanted |= {"wanted": to_json(request.wanted), "sound": request.sound}
        else:
            wanted["plan"] = plan.to_json()
        fingerprint = hashlib.sha256(json.dumps([self._identity.digest, wanted], sort_keys=True).encode()).hexdigest()
        marker = self.folder / "fingerprint"
        if not marker.exists() or marker.read_text() != fingerprint:
            shutil.rmtree(self.folder / "ranges", ignore_errors=True)
            self.folder.mkdir(parents=True, exist_ok=True)
            marker.write_text(fingerprint)
        self.ranges.mkdir(exist_ok=True)

        def begin(connection: Connection) -> None:  # an owner that starts meanwhile forgets engines without a scan
            announce(connection, request.settings, self._identity)
            leases.begin(connection, self._library, self.id, fingerprint, self._identity.digest, wanted)

        self._database.patiently(begin)

    @property
    def ranges(self) -> Path:
        """The folder in which ranges appear, as scan.ranges.JoinRequest has it."""
        return self.folder / "ranges"

    def ask_for_film(self, after_each: Callable[[], object]) -> None:
        """Send all of the film, and ask one worker to read it."""
        self._needs[0] = numbers(None, self._sender.size)
        self._ask(Asked(0, self._send(self._needs[0], after_each)))

    def ask_for_range(self, plan: RangePlan, number: int, after_each: Callable[[], object]) -> None:
        """Send what a range needs, and ask for it."""
        self._needs[number] = numbers(plan.spans(number), self._sender.size)
        self._ask(Asked(number, self._send(self._needs[number], after_each)))

    def _send(self, wanted: list[int], after_each: Callable[[], object], *, again: bool = False) -> tuple[Part, ...]:
        """As Sender.send, but tries again for as long as the exchange is away or full."""
        told = ""
        while True:
            try:
                sent = self._sender.send(wanted, after_each, again=again)
            except (ClusterUnreachable, DiskFull) as error:
                if error.problem != told:
                    _LOG.warning("%s Trying again until it can.", error.problem)
                told = error.problem
                self._say(told)
                after_each()
                time.sleep(_PATIENCE)
            else:
                if told:
                    self._say("")
                return sent

    def _ask(self, asked: Asked) -> None:
        self._database.patiently(lambda connection: leases.ask(connection, self.id, [asked]))

    def wait(self, seconds: float) -> None:
        """Wait until a range changes, so many seconds at most."""
        self._database.wait(seconds)

    def progress(self) -> list[Progress]:
        """How the ranges stand that were asked for."""
        return self._database.patiently(lambda connection: leases.progress(connection, self.id))

    def settle(self, rows: list[Progress], *, is_whole: bool) -> int:
        """Fetch what is new; returns how many ranges are settled.

        A range that no worker can read by itself is left to this machine, by an empty file in its place. Raises the
        error that a worker found in a film that it was to read whole.
        """
        for row in rows:
            place = self.ranges / range_name(row.number)
            if row.number in self._settled or place.exists():
                self._settled.add(row.number)
            elif row.error is not None and is_whole:
                raise self._error(row.error)
            elif row.error is not None:
                place.touch()
                self._settled.add(row.number)
            elif row.result is not None:
                self._fetch(row.number, str(row.result["sha256"]), int(row.result["size"]), place)
            elif row.crashes > self._crashes.get(row.number, 0):
                self._crashes[row.number] = row.crashes
                self._send(self._needs.get(row.number, []), lambda: None, again=True)
        return len(self._settled)

    def _error(self, fields: dict[str, Any]) -> EmotionError:
        words = {name: str(fields.get(name, "")) for name in ("kind", "problem", "advice")}
        words["problem"] = words["problem"].replace(WORKERS_NAME, self._request.name)
        return error_from_fields(**words)

    def _fetch(self, number: int, digest: str, size: int, place: Path) -> None:
        """Fetch what a worker saw; where it is not what it says it is, the range is read again."""
        packed, unpacked = self.folder / f"{number}.tar", self.folder / f"{number}.new"
        try:
            with packed.open("wb") as file:

                def target() -> Callable[[bytes], object]:
                    file.seek(0)
                    file.truncate()
                    return file.write

                self._exchange.fetch(f"{RANGES}/{self.id}", digest, size, target)
            archive.unpack(packed, unpacked)
            unpacked.replace(place)
            self._settled.add(number)
            self._say("")
        except ClusterUnreachable as error:
            _LOG.warning("%s Trying again until it can.", error.problem)
            self._say(error.problem)
        except ClusterError as error:
            why = str(error)
            self._database.patiently(lambda connection: leases.refuse_result(connection, self.id, number, why))
        except OSError as error:
            raise from_os_error(error, packed) from error
        finally:
            packed.unlink(missing_ok=True)
            shutil.rmtree(unpacked, ignore_errors=True)


def waiting_for(rows: Sequence[Progress]) -> str:
    """That ranges wait for a worker while none reads any, and what the last one said; empty where it is not so."""
    left = [row for row in rows if row.result is None and row.error is None]
    if not left or any(row.leased for row in left):
        return ""
    notes = [row.note for row in left if row.note]
    return " · ".join(["waiting for a worker", *notes[-1:]])
