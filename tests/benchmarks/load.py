"""How soon the app answers many people beside an analysis, and what it keeps of those who left:
`python -m tests.benchmarks.load [--seconds 60] [--clients 30] [--loads 200]`.

Starts the real app with a library of its own in which one film is analysed. First so many pages are loaded one after
the other, each left at once; then so many visitors use the app for so long while another film is being analysed (see
`visitor`). Uploads are announced alone and beside 400 unfinished ones too. Prints the time that each kind of request
took, errors, and the app's descriptors and memory, beside what is asked; exits with 1 where that is not met.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from emotion_core.ingest import sample_cut
from emotion_core.jobs import scans
from emotion_core.library import Library
from emotion_core.settings import ScanSettings
from tests.benchmarks.visitor import PATIENCE, Request
from tests.benchmarks.watched import machine
from tests.support import page_client
from tests.support.app_server import App
from tests.support.repository import ROOT
from tests.support.upload_client import Client

SETTINGS = ScanSettings(checkpoint="embedded")
WITHIN = 0.5
"""Seconds for 99 % of the answers."""
DESCRIPTORS = 150
"""That the app may hold after the pages were loaded."""
MORE_MEMORY = 1.10
"""By what its memory may have grown then."""
OTHERS = 400
"""Unfinished uploads beside which another one is announced."""
MORE_TIME = 1.5
"""Times as long as alone that this may take."""
WARM = 20
"""Pages loaded before anything is measured: what is loaded at first use is no growth."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the app's process holds."""

    descriptors: int
    memory: int
    """Resident, bytes."""

    @classmethod
    def by(cls, app: App) -> Held:
        process = psutil.Process(app.pid)
        return cls(process.num_fds(), process.memory_info().rss)

    def __str__(self) -> str:
        return f"{self.descriptors} descriptors, {self.memory / 1e6:.0f} MB"


class Analyses:
    """One film after the other is analysed, so that there is always one."""

    def __init__(self, library: Library, film: Path) -> None:
        self.done = 0
        self._library, self._film = library, film
        self._over = threading.Event()

    @contextlib.contextmanager
    def going_on(self) -> Iterator[None]:
        """Meanwhile; the first one has begun to read the film by then."""
        thread = threading.Thread(target=self._run)
        thread.start()
        try:
            time.sleep(10)
            yield
        finally:
            self._over.set()
            thread.join()

    def _run(self) -> None:
        number = 0
        while not self._over.is_set():
            number += 1
            path = self._film.with_name(f"another {number}{self._film.suffix}")
            shutil.copy(self._film, path)
            with path.open("ab") as file:
                file.write(b"\0" * number)
            film = self._library.refer_to(path)
            scan = scans.start(self._library, film.id, SETTINGS)
            while scans.status(self._library, scan).active and not self._over.wait(0.2):
                pass
            self.done += not self._over.is_set()
            scans.delete_film(self._library, film.id)


def loaded(app: App, film_id: str, pages: int) -> tuple[Held, Held, list[float]]:
    """What the app holds before and after `pages` page loads, one after the other, and seconds that each took."""
    seconds = []
    for number in range(WARM + pages):
        if number == WARM:
            before = Held.by(app)
        page, query = ("film", f"film={film_id}") if number % 2 else ("", "")
        started_at = time.monotonic()
        assert page_client.opened(app.address, patience=PATIENCE, page=page, query=query)
        seconds.append(time.monotonic() - started_at)
    return before, Held.by(app), seconds[WARM:]


def announced(app: App) -> tuple[float, float]:
    """Seconds that an announcement takes alone, and beside OTHERS unfinished uploads: medians of 30."""
    client = Client(app.address, app.home)

    def median() -> float:
        seconds = []
        for _ in range(30):
            started_at = time.monotonic()
            path = client.announce(1000)
            seconds.append(time.monotonic() - started_at)
            client.ask("DELETE", path)
        return statistics.median(seconds)

    median()  # what is loaded at first use
    alone = median()
    others = [client.announce(1000) for _ in range(OTHERS)]
    beside = median()
    for path in others:
        client.ask("DELETE", path)
    return alone, beside


def visited(app: App, film_id: str, seconds: float, clients: int, pause: float) -> list[Request]:
    """All that the visitors asked for."""
    arguments = (app.address, app.home, film_id, seconds, clients, pause)
    command = [sys.executable, "-m", "tests.benchmarks.visitor", *map(str, arguments)]
    output = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True).stdout
    return [tuple(json.loads(line)) for line in output.splitlines()]


def line(kind: str, seconds: list[float]) -> str:
    """The times of one kind of request."""
    half, most, nearly = (np.percentile(seconds, share) for share in (50, 95, 99))
    return f"{kind:14} {len(seconds):6} {half:8.3f} {most:8.3f} {nearly:8.3f} {max(seconds):8.3f}"


def verdict(what: str, holds: bool) -> bool:
    print(f"{'holds' if holds else 'FAILS'}: {what}")
    return holds


def measure(seconds: float, clients: int, pause: float, loads: int) -> bool:
    """Whether all holds that is asked."""
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        library = Library.open(Path(folder) / "home")
        film = sample_cut.make(library, "cut")
        scan = scans.start(library, film.id, SETTINGS)
        while scans.status(library, scan).active:
            time.sleep(0.2)
        another = shutil.copy(film.path, Path(folder) / f"another{film.path.suffix}")
        app = App(library.home)
        app.start()
        try:
            before, after, alone = loaded(app, film.id, loads)
            alone_and_beside = announced(app)
            analyses = Analyses(library, Path(another))
            with analyses.going_on():
                quiet = Held.by(app)
                requests = visited(app, film.id, seconds, clients, pause)
                busy = Held.by(app)
        finally:
            app.end()
            scans.delete_film(library, film.id)
        logged = (library.home / "app.log").read_text()
    return _report(before, after, alone, quiet, busy, requests, analyses.done, logged) & _announcing(*alone_and_beside)


def _announcing(alone: float, beside: float) -> bool:
    line = f"{1000 * alone:.1f} ms alone, {1000 * beside:.1f} ms beside {OTHERS} unfinished ones"
    return verdict(f"an upload is announced in {line}: {beside / alone:.2f} times", beside <= MORE_TIME * alone)


def _report(
    before: Held, after: Held, alone: list[float], quiet: Held, busy: Held, asked: list[Request], done: int, logged: str
) -> bool:
    print(f"\n{len(alone)} page loads one after the other: before {before}; after {after}")
    print(f"\n{'requests':14} {'number':>6} {'half':>8} {'95 %':>8} {'99 %':>8} {'longest':>8}   (seconds)")
    if alone:
        print(line("alone", alone))
    kinds: dict[str, list[float]] = defaultdict(list)
    for kind, took, _ in asked:
        kinds[kind].append(took)
    for kind, seconds in sorted(kinds.items()):
        print(line(kind, seconds))
    every = [took for _, took, _ in asked]
    print(line("all", every))
    print(f"Meanwhile {done} analyses ended, and one went on. The app before: {quiet}; after: {busy}")
    errors = [f"{kind}: {wrong}" for kind, _, wrong in asked if wrong]
    for wrong in sorted(set(errors))[:10]:
        print(f"  {errors.count(wrong)} x {wrong}")
    trouble = [text for text in logged.splitlines() if "Traceback" in text or "stood still" in text]
    for text in trouble[:10]:
        print(f"  log: {text}")
    print()
    growth, nearly = after.memory / before.memory, float(np.percentile(every, 99))
    return all(
        [
            verdict(f"no error: {len(errors)} of {len(every)} requests, {len(trouble)} lines of the log", not errors),
            verdict(f"99 % within {WITHIN} s: {nearly:.3f} s", nearly <= WITHIN),
            verdict(f"at most {DESCRIPTORS} descriptors: {after.descriptors}", after.descriptors <= DESCRIPTORS),
            verdict(f"memory at most {MORE_MEMORY:g} times: {growth:.3f}", growth <= MORE_MEMORY),
        ]
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=30)
    parser.add_argument("--pause", type=float, default=1.0, help="seconds between two requests of a client, on average")
    parser.add_argument("--loads", type=int, default=200)
    options = parser.parse_args()
    sys.exit(0 if measure(options.seconds, options.clients, options.pause, options.loads) else 1)
