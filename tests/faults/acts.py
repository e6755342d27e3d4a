"""What kills fall into: each act begins, tells how far it is, has victims, and is judged when it came to its end."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import cycle, islice
from pathlib import Path
from typing import Protocol

import psutil

from emotion_core import job_events, job_process, jobs, report, work_queue
from emotion_core.library import Library
from emotion_core.records import Scan
from tests import truth_film
from tests.films import write_film

PATIENCE = 600
"""Seconds that anything may take on a busy machine."""
ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of an act that was disturbed."""

    whole: bool
    """Whether the outcome is the undisturbed one, byte for byte."""
    again: int
    """Parts that were done twice, counted up from what was begun."""
    note: str
    """In words."""


class Act(Protocol):
    """Work that can be killed amid. One is made a moment, in an empty folder."""

    victims: tuple[tuple[str, ...], ...]
    """Who may be killed, each time all of one tuple."""

    def begin(self) -> None:
        """Start it and return."""

    def wait(self, part: float) -> None:
        """Until about so much of it is done, 0 to 1."""

    def kill(self, victims: tuple[str, ...]) -> None:
        """End them as the system would, without a word."""

    def finish(self) -> Verdict:
        """Do what a user does afterwards, and wait for the end."""

    def clear(self) -> None:
        """Leave no process behind."""


class Analysis:
    """A film of five segments is analysed under an app, which starts a worker, which starts the scan's process."""

    victims: tuple[tuple[str, ...], ...] = (
        ("app",),
        ("worker",),
        ("scan",),
        ("worker", "scan"),
        ("app", "worker", "scan"),
    )
    SEGMENTS = 5
    RATE = 4
    """Frames a second: a segment is a minute of film, and these are soon read."""

    def __init__(self, folder: Path, film: Path, truth: bytes) -> None:
        self._library, self._film, self._truth = Library.open(folder), film, truth
        self._app: subprocess.Popen[bytes] | None = None
        self._reached = self._kept = 0
        self._files: dict[str, int] = {}

    @classmethod
    def film(cls, folder: Path) -> Path:
        """The film that all of these analyse."""
        frames = list(truth_film.pictures())
        pictures = islice(cycle(frames), cls.SEGMENTS * 60 * cls.RATE)
        return write_film(folder / "film.mp4", pictures, rate=Fraction(cls.RATE), keyframe_every=40)

    @classmethod
    def truth(cls, folder: Path, film: Path) -> bytes:
        """The CSV of an analysis that nobody disturbs."""
        act = cls(folder, film, b"")
        try:
            act.begin()
            act.finish()
            return act._csv()
        finally:
            act.clear()

    def begin(self) -> None:
        self._open(str(self._film))
        _until(self._scans)

    def wait(self, part: float) -> None:
        whole, rest = divmod(part * self.SEGMENTS, 1)
        _until(lambda: len(self._segments()) >= whole or not self._status().active)
        before = self._frames()
        _until(lambda: self._frames() - before >= rest * 60 * self.RATE or not self._status().active)

    def kill(self, victims: tuple[str, ...]) -> None:
        found = {"app": self._app_process, "worker": self._worker, "scan": self._scan}
        self._reached = self._frames()
        hit = [process for name in victims if (process := found[name]()) is not None]
        for process in hit:
            process.kill()
        if "scan" in victims:
            psutil.wait_procs(hit, timeout=10)
        self._files = self._segments()
        self._kept = self._stored() if "scan" in victims else self._reached

    def finish(self) -> Verdict:
        if self._app is None or self._app.poll() is not None:  # the user opens it again
            self._open()
        _until(lambda: not self._status().active)
        status = self._status()
        if status.state != "done":
            return Verdict(False, 0, f"{status.state}: {status.message}")
        now, lost = self._segments(), max(0, self._reached - self._kept)
        rewritten = sum(now.get(name) != at for name, at in self._files.items())
        again = rewritten + -(-lost // (60 * self.RATE + 40))  # a segment ends at the first keyframe after its minute
        begun = job_events.every(self._library.home, self._scans()[0].id)
        parts = [event["segments"] for event in begun if event["event"] == "progress"]
        return Verdict(
            self._csv() == self._truth,
            again,
            f"{len(self._files)} segments and {self._kept} frames kept, {lost} frames lost, {rewritten} segments "
            f"written again, gone on at segment {min(parts, default=0)}",
        )

    def clear(self) -> None:
        for process in psutil.process_iter(["cmdline"]):
            if any(word.startswith(str(self._library.home)) for word in process.info["cmdline"] or []):
                process.kill()
        if self._app is not None:
            self._app.wait()

    def _open(self, *words: str) -> None:
        command = [sys.executable, "-m", "tests.faults.app", str(self._library.home), *words]
        self._app = subprocess.Popen(command, cwd=ROOT, start_new_session=True)

    def _app_process(self) -> psutil.Process | None:
        assert self._app is not None
        return psutil.Process(self._app.pid)

    def _worker(self) -> psutil.Process | None:
        for process in psutil.process_iter(["cmdline"]):
            if (process.info["cmdline"] or [])[-2:] == ["emotion_core.worker", str(self._library.home)]:
                return process
        return None

    def _scan(self) -> psutil.Process | None:
        with self._library.database() as database:
            job = work_queue.find(database, self._scans()[0].id)
        return None if job is None else job_process.find(self._library.home, job)

    def _scans(self) -> list[Scan]:
        return [scan for film in self._library.films() for scan in self._library.scans(film.id)]

    def _status(self) -> jobs.Status:
        return jobs.status(self._library, self._scans()[0].id)

    def _frames(self) -> int:
        """How far the pass is, or was when it was last said."""
        told = job_events.progress(job_events.last(self._library.home, self._scans()[0].id))
        return max(self._stored(), told["frames"] if told else 0)

    def _stored(self) -> int:
        store = self._library.store(self._scans()[0].id)
        return store.so_far().frames if store.segments else 0

    def _segments(self) -> dict[str, int]:
        """Every segment of the pass that is written down, and when it was."""
        folder = self._library.store(self._scans()[0].id).folder / "segments"
        return {file.name: file.stat().st_mtime_ns for file in sorted(folder.glob("*.npz"))[: self.SEGMENTS]}

    def _csv(self) -> bytes:
        return report.csv(report.table(self._library.analysis(self._library.films()[0].id)))


def _until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.05)
