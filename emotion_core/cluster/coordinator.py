"""A scan that other machines read: `python -m emotion_core.cluster.coordinator REQUEST`, a job's process on the owner.

It sends the film's parts to the exchange, asks for its ranges, and puts what comes back into the scan's store. It may
be killed at any moment: the next one goes on with what is done.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any, TextIO

from ..errors import ClusterError, EmotionError, ScanError, error_from_fields
from ..jobs import ScanRequest, child
from ..observations import ObservationStore
from ..settings import to_json
from ..storage import Home, home
from ..system import EventWriter, ProgressReporter, Report, own_channel
from . import archive, leases
from .database import Database
from .exchange import RANGES, Exchange
from .film_parts import Sender, numbers
from .identity import ReaderIdentity, reader_of
from .leases import Asked
from .places import Places, library_id
from .reading import NAME

EVERY = 0.5
"""Seconds between two looks at how the ranges are."""


def main(request_file: Path, events: TextIO) -> int:
    """Run the scan of `request_file`; return the exit code."""
    return child.run(request_file, events, ScanRequest.read, _coordinate)


def _coordinate(request: ScanRequest, report: EventWriter) -> None:
    store = ObservationStore(request.store)
    if store.sealed:  # another process has finished this scan meanwhile
        report("done", {})
        return
    places = Places.of(home())
    if places is None:
        raise ClusterError("This library has no cluster any more.", "Start the app again.")
    report("loading", {})
    child.film_file(request.film, request.content_id, request.file, report)
    identity = reader_of(request.settings, home(), Database(places.database))
    scan = _ClusterScan(request, identity, places, report)
    scan.ask_for_whole_film()
    scan.wait()
    scan.keep_whole_film(store)
    report("done", {})


class _ClusterScan:
    """One scan in the cluster's database and in the exchange."""

    def __init__(self, request: ScanRequest, identity: ReaderIdentity, places: Places, report: Report) -> None:
        self._request, self._report = request, report
        self._id = request.store.name
        self._engine = identity.digest
        self._reader = {"checkpoint": identity.to_json()["checkpoint"], "engine": identity.to_json()["engine"]}
        self._database = Database(places.database)
        self._exchange = Exchange(places.store)
        self._library = library_id(home())
        self._folder = Home(home()).parts(self._id)
        """What came back, by range."""
        self._sender = Sender(request.film, self._id, self._exchange)
        self._fetched: set[int] = set()
        self._progress: ProgressReporter | None = None

    def ask_for_whole_film(self) -> None:
        """Send the film, and ask one worker to read all of it."""
        wanted = {
            "kind": "film",
            "content": self._request.content_id,
            "size": self._sender.size,
            "suffix": self._request.film.suffix[:10],
            "settings": to_json(self._request.settings),
            "wanted": to_json(self._request.wanted),
            "sound": self._request.sound,
            "reader": self._reader,
        }
        self._begin(wanted)
        self._step("sending the film to the workers")
        parts = self._sender.send(numbers(None, self._sender.size))
        self._ask(Asked(0, parts))

    def _begin(self, wanted: dict[str, Any]) -> None:
        fingerprint = hashlib.sha256(json.dumps([self._engine, wanted], sort_keys=True).encode()).hexdigest()
        self._database.patiently(
            lambda connection: leases.begin(connection, self._library, self._id, fingerprint, self._engine, wanted)
        )

    def _ask(self, *asked: Asked) -> None:
        self._database.patiently(lambda connection: leases.ask(connection, self._id, asked, 0))

    def _step(self, words: str) -> None:
        self._report("engine", {"doing": words})

    def wait(self) -> None:
        """Wait for all ranges, fetching each once it is there. Raises the error that a worker found in the film."""
        self._step("waiting for a worker")
        while True:
            rows = self._database.patiently(lambda connection: leases.progress(connection, self._id))
            for row in rows:
                if row.error is not None:
                    raise self._error(row.error)
                if row.result is not None and row.number not in self._fetched:
                    self._fetch(row.number, str(row.result["sha256"]), int(row.result["size"]))
            self._tell(rows)
            if rows and len(self._fetched) == len(rows):
                return
            time.sleep(EVERY)

    def _error(self, fields: dict[str, Any]) -> EmotionError:
        words = {name: str(fields.get(name, "")) for name in ("kind", "problem", "advice")}
        words["problem"] = words["problem"].replace(NAME, self._request.name)
        return error_from_fields(**words)

    def _fetch(self, number: int, digest: str, size: int) -> None:
        """Fetch what a worker saw; where it is not what it says it is, the range is read again."""
        packed = self._folder / f"{number}.tar"
        packed.parent.mkdir(parents=True, exist_ok=True)
        try:
            with packed.open("wb") as file:

                def target() -> Any:
                    file.seek(0)
                    file.truncate()
                    return file.write

                self._exchange.fetch(f"{RANGES}/{self._id}", digest, size, target)
            archive.unpack(packed, self._folder / str(number))
        except ClusterError as error:
            why = str(error)
            self._database.patiently(lambda connection: leases.refuse_result(connection, self._id, number, why))
            self._database.patiently(lambda connection: leases.defer_missing(connection, self._id))
        else:
            self._fetched.add(number)
        finally:
            packed.unlink(missing_ok=True)

    def _tell(self, rows: list[leases.Progress]) -> None:
        """Report the sum of what the workers report."""
        counts = [row.progress or {} for row in rows]
        total = max((int(count.get("frames_total") or 0) for count in counts), default=0)
        if not total:
            return
        if self._progress is None:
            self._progress = ProgressReporter(total, self._report)
        self._progress.at(
            *(sum(int(count.get(name) or 0) for count in counts) for name in ("frames", "scenes", "faces", "segments"))
        )

    def keep_whole_film(self, store: ObservationStore) -> None:
        """Put the scan that a worker made into its place. Raises ScanError where it is none of this film."""
        came = ObservationStore(self._folder / "0")
        observations = came.read()
        if (
            observations.media.content_id != self._request.content_id
            or observations.checkpoint.hash != self._reader["checkpoint"]["hash"]
        ):
            raise ScanError("A worker sent the analysis of another film.", "Analyse the film again.")
        shutil.rmtree(store.folder, ignore_errors=True)
        store.folder.parent.mkdir(parents=True, exist_ok=True)
        came.folder.replace(store.folder)
        shutil.rmtree(self._folder, ignore_errors=True)


if __name__ == "__main__":
    stream = own_channel()
    code = main(Path(sys.argv[-1]), stream)
    stream.flush()
    sys.stderr.flush()
    os._exit(code)
