"""What kills fall into: each act begins, tells how far it is, has victims, and is judged when it came to its end."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from fractions import Fraction
from itertools import cycle, islice
from pathlib import Path
from typing import Protocol

import psutil

from emotion_core.jobs import events, scans
from emotion_core.library import Library
from emotion_core.report import csv_bytes, scene_table
from emotion_core.settings import ScanSettings
from tests.support import truth_film
from tests.support.films import write_film
from tests.support.in_process_runner import scans_in_process
from tests.support.repository import ROOT

from .app import SETTINGS
from .under_way import UnderWay, until


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of an act that was disturbed."""

    killed: tuple[str, ...]
    """The victims that were alive."""
    kept: bool = True
    """Whether what was sent is there: each byte, once, and nothing beside it."""
    identical: bool
    """Whether the report is the undisturbed one, byte for byte."""
    little: bool
    """Whether no more was done twice than was under way: one segment of a film, bytes that nobody had confirmed; no
    correction at all.
    """
    frames: int = 0
    """Read again."""
    sent: int = 0
    """Bytes that were sent again."""
    confirmed: int = 0
    """Corrections that were confirmed to a window."""
    lost: int = 0
    """Of these, the ones that are not stored, or that another one took away."""
    twice: int = 0
    """Corrections that are stored more than once."""
    note: str
    """In words."""

    @property
    def well(self) -> bool:
        return self.kept and self.identical and self.little


class Act(Protocol):
    """Work that can be killed amid. One is made a moment, in an empty folder."""

    victims: tuple[tuple[str, ...], ...]
    """Who may be killed, each time all of one tuple."""

    def begin(self) -> None:
        """Start it and return."""

    def wait(self, part: float) -> None:
        """Until about so much of it is done, 0 to 1."""

    def kill(self, victims: tuple[str, ...]) -> None:
        """End them as the system would, without a signal to react to."""

    def finish(self) -> Verdict:
        """Do what a user does afterwards, and wait for the end."""

    def clear(self) -> None:
        """Leave no process behind."""


def undisturbed(library: Library, film: Path, settings: ScanSettings = SETTINGS) -> tuple[str, bytes]:
    """Analyse the film at `film` in this process; its id and the report as CSV."""
    film_id = library.refer_to(film).id
    with scans_in_process():
        scan_id = scans.start(library, film_id, settings)
    assert scans.status(library, scan_id).state == "done", scans.status(library, scan_id)
    return film_id, csv_bytes(scene_table(library.analysis(film_id)))


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
    RATE = 2
    """Frames a second: a segment is a minute of film, and these are soon read."""

    def __init__(self, folder: Path, film: Path, truth: bytes) -> None:
        self._work, self._film, self._truth = UnderWay(Library.open(folder)), film, truth
        self._app: subprocess.Popen[bytes] | None = None
        self._killed: tuple[str, ...] = ()
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
        """The CSV of an undisturbed analysis."""
        return undisturbed(Library.open(folder), film)[1]

    def begin(self) -> None:
        self._open(str(self._film))
        until(self._work.scans)

    def wait(self, part: float) -> None:
        whole, rest = divmod(part * self.SEGMENTS, 1)
        until(lambda: len(self._segments()) >= whole or not self._work.active())
        before = self._work.frames()
        until(lambda: self._work.frames() - before >= rest * 60 * self.RATE or not self._work.active())

    def kill(self, victims: tuple[str, ...]) -> None:
        processes = {"app": self._app_process, "worker": self._work.worker, "scan": self._work.scan}
        self._reached = self._work.frames()
        hit = {name: process for name in victims if (process := processes[name]()) is not None}
        for process in hit.values():
            process.kill()
        if "scan" in victims:
            psutil.wait_procs(list(hit.values()), timeout=10)
        self._killed, self._files = tuple(hit), self._segments()
        self._kept = self._work.stored() if "scan" in victims else self._reached

    def finish(self) -> Verdict:
        if self._app is None or self._app.poll() is not None:  # the user opens it again
            self._open()
        until(lambda: not self._work.active(), 0.1)
        status = self._work.status()
        if status.state != "done":
            outcome = f"{status.state}: {status.message}"
            return Verdict(killed=self._killed, identical=False, little=False, note=outcome)
        now, lost = self._segments(), max(0, self._reached - self._kept)
        rewritten = sum(now.get(name) != at for name, at in self._files.items())
        job_events = events.every(self._work.library.home, self._work.scans()[0].id)
        parts = [event["segments"] for event in job_events if event["event"] == "progress"]
        return Verdict(
            killed=self._killed,
            identical=self._work.csv() == self._truth,
            # A segment ends at the first keyframe after its minute.
            little=rewritten + -(-lost // (60 * self.RATE + 40)) <= 1,
            frames=lost,
            note=f"{len(self._files)} segments and {self._kept} frames kept, {rewritten} segments written again, "
            f"gone on at segment {min(parts, default=0)}",
        )

    def clear(self) -> None:
        self._work.clear()
        if self._app is not None:
            self._app.wait()

    def _open(self, *words: str) -> None:
        command = [sys.executable, "-m", "tests.faults.app", str(self._work.library.home), *words]
        self._app = subprocess.Popen(command, cwd=ROOT, start_new_session=True)

    def _app_process(self) -> psutil.Process | None:
        assert self._app is not None
        return psutil.Process(self._app.pid)

    def _segments(self) -> dict[str, int]:
        """Every segment of the pass that is written down, and when it was."""
        folder = self._work.library.store(self._work.scans()[0].id).folder / "segments"
        return {file.name: file.stat().st_mtime_ns for file in sorted(folder.glob("*.npz"))[: self.SEGMENTS]}
