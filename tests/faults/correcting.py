"""Two windows correct the scenes of one film at the same time, while the app's worker analyses another film."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import cycle, islice
from pathlib import Path

import psutil

from emotion_core.errors import CorrectionError
from emotion_core.library import Library, editing
from emotion_core.maintenance import check
from emotion_core.settings import ReportSettings, ShotSettings, report_from_json
from emotion_core.storage import hashed_json
from tests.support import truth_film
from tests.support.films import write_film
from tests.support.networks import give_networks
from tests.support.repository import ROOT

from .acts import Verdict, undisturbed
from .app import SETTINGS
from .under_way import UnderWay, until
from .writer import Asked, Told, verb

WRITERS = ("one", "two")
COUNT = 20
"""Corrections that each of them asks for; the history of edits keeps them all."""
A_CORRECTION = 0.2
"""Seconds that one takes, the look before it included: a kill falls anywhere into it."""
CUT_EVERY = 5
"""Frames a scene of the film that is corrected."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What every act of this kind begins with."""

    home: Path
    """A library that holds an analysed film without corrections."""
    film_id: str
    other: Path
    """A film that the library does not know, to be analysed meanwhile."""
    csv: bytes
    """The report of that film after an undisturbed analysis."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Stored corrections, beside those confirmed to the writers."""

    confirmed: int
    refused: int
    unanswered: int
    """The writer was killed before the confirmation."""
    lost: list[str]
    """Confirmed and neither stored nor done by the other window before, or stored and not in the settings."""
    twice: list[str]
    """Stored more than once."""
    unasked: list[str]
    """Stored though they were refused, or never asked for."""
    ordered: bool
    """Whether each writer's corrections are stored in the order in which it made them."""


class Correcting:
    """Two windows that correct one film; the app, its worker, and an analysis that has nothing to do with it."""

    victims: tuple[tuple[str, ...], ...] = (
        ("one",),
        ("two",),
        ("one", "two"),
        ("worker",),
        ("app", "worker", "scan"),
        ("app", "worker", "scan", "one", "two"),
    )

    def __init__(self, folder: Path, prepared: Prepared) -> None:
        shutil.copytree(prepared.home, folder)
        self._library, self._prepared = Library.open(folder), prepared
        self._seed = folder.name  # another one each moment
        self._other: UnderWay | None = None
        self._app: subprocess.Popen[bytes] | None = None
        self._writers: dict[str, subprocess.Popen[bytes]] = {}
        self._killed: tuple[str, ...] = ()
        self._at = 0

    @classmethod
    def prepare(cls, folder: Path, networks: Path) -> Prepared:
        """Both films, and the report of the other one. `networks`: a library with compiled networks."""
        for name in ("corrected", "other"):
            give_networks(networks, folder / name)
        frames = list(truth_film.pictures())
        film = write_film(folder / "corrected.mp4", frames)
        long = islice(cycle(frames), 2 * 60 * 2)
        other = write_film(folder / "other.mp4", long, rate=Fraction(2), keyframe_every=40)
        # Without the frames that short scenes lack: which were short for a while depends on who was first.
        home, settings = folder / "corrected", replace(SETTINGS, min_scene_samples=0)
        film_id, _ = undisturbed(Library.open(home), film, settings)
        cuts = tuple((cut, "") for cut in range(0, len(frames), CUT_EVERY))
        shots = ShotSettings(detector="cuts", cuts=cuts)
        Library.open(home).set_report_settings(film_id, ReportSettings(shots=shots), "cuts")
        _, csv = undisturbed(Library.open(folder / "other"), other)
        return Prepared(home, film_id, other, csv)

    def begin(self) -> None:
        self._open(str(self._prepared.other))
        for who in WRITERS:
            self._write(who)
        until(lambda: len(self._library.films()) == 2)
        (other,) = (film.id for film in self._library.films() if film.id != self._prepared.film_id)
        self._other = UnderWay(self._library, other)
        until(self._other.scans)
        until(lambda: all(self._log(who).exists() for who in WRITERS))

    def wait(self, part: float) -> None:
        whole, rest = divmod(part * COUNT * len(WRITERS), 1)
        until(lambda: self._answered() >= whole, 0.005)
        time.sleep(rest * A_CORRECTION)

    def kill(self, victims: tuple[str, ...]) -> None:
        assert self._other is not None
        assert self._app is not None
        processes = {"worker": self._other.worker, "scan": self._other.scan}
        hit: dict[str, psutil.Process] = {}
        for name in victims:
            own = {"app": self._app, **self._writers}.get(name)
            if own is not None and own.poll() is None:
                hit[name] = psutil.Process(own.pid)
            elif name in processes and (process := processes[name]()) is not None:
                hit[name] = process
        self._at = self._answered()
        for process in hit.values():
            process.kill()
        for name, own in {"app": self._app, **self._writers}.items():
            if name in hit:
                own.wait()
        self._killed = tuple(hit)

    def finish(self) -> Verdict:
        assert self._other is not None
        if self._app is None or self._app.poll() is not None:
            self._open()
        for who in self._killed:
            if who in WRITERS:
                self._write(who)
        codes = [self._writers[who].wait() for who in WRITERS]
        until(lambda: self._other is not None and not self._other.active())
        again, altered, done = self._again()
        judged, whole = self._judged(altered, done), self._is_whole()
        wrong = {"lost": judged.lost, "twice": judged.twice, "not asked for": judged.unasked}
        return Verdict(
            killed=self._killed,
            kept=not judged.lost and not judged.unasked and whole and codes == [0, 0],
            identical=self._is_as_undisturbed(again),
            little=not judged.twice and judged.ordered,
            confirmed=judged.confirmed,
            lost=len(judged.lost),
            twice=len(judged.twice),
            note=f"at correction {self._at}: {judged.confirmed} confirmed, {judged.refused} refused since another came "
            f"first, {judged.unanswered} under way when their window was killed"
            + "".join(f"; {what}: {', '.join(lines)}" for what, lines in wrong.items() if lines)
            + ("" if judged.ordered else "; in another order")
            + ("" if whole else "; the library is not whole")
            + ("" if codes == [0, 0] else f"; the windows ended with {codes}"),
        )

    def clear(self) -> None:
        for process in (*self._writers.values(), *([] if self._app is None else [self._app])):
            process.kill()
            process.wait()
        UnderWay(self._library).clear()

    def _judged(self, altered: list[str], done: set[str]) -> Judged:
        logs = {who: Told.of(self._log(who)) for who in WRITERS}
        confirmed = {f"{who} {number}" for who in WRITERS for number in logs[who].confirmed}
        unanswered = {f"{who} {number}" for who in WRITERS for number in logs[who].unanswered}
        stored = [what for what, _ in self._steps(self._library)]
        numbers = [[int(what.split()[1]) for what in stored if what.startswith(f"{who} ")] for who in WRITERS]
        return Judged(
            confirmed=len(confirmed),
            refused=sum(len(log.refused) for log in logs.values()),
            unanswered=len(unanswered),
            lost=sorted({*confirmed - set(stored) - done, *altered}),
            twice=sorted(what for what, times in Counter(stored).items() if times > 1),
            unasked=sorted(set(stored) - confirmed - unanswered),
            ordered=all(numbers_made == sorted(numbers_made) for numbers_made in numbers),
        )

    def _is_whole(self) -> bool:
        with self._library.database() as database:
            sound = [row[0] for row in database.execute("PRAGMA integrity_check")] == ["ok"]
        return sound and check.find(self._library) == []

    def _again(self) -> tuple[Library, list[str], set[str]]:
        """A library in which one process makes the stored corrections one after the other; those after which the
        settings that are stored are others than it comes to, since one overwrote another; and those that are no steps
        since at their place among their window's steps they change nothing: the other window had just done the same.
        """
        film_id, home = self._prepared.film_id, self._library.home
        shutil.copytree(self._prepared.home, home.with_name(f"{home.name}-again"))
        again, altered = Library.open(home.with_name(f"{home.name}-again")), []
        logs = {who: Told.of(self._log(who)) for who in WRITERS}
        steps = self._steps(self._library)
        stored, last, confirmed = {what for what, _ in steps}, dict.fromkeys(WRITERS, -1), set[str]()
        for what, settings_then in [("", ""), *steps]:
            if what:
                who, number = what.split()
                last[who] = int(number)
                with contextlib.suppress(CorrectionError):
                    editing.correct(again, film_id, verb(logs[who].asked[int(number)]), what)
                settings = report_from_json(hashed_json.from_text(settings_then))
                if again.report_settings(film_id) != settings:
                    altered.append(what)
                    again.set_report_settings(film_id, settings, what)
            for who, log in logs.items():
                for missed in sorted(log.confirmed):
                    if missed > last[who] and f"{who} {missed}" in stored:
                        break  # its next step is still to come
                    if missed > last[who] and self._changes_nothing(again, log.asked[missed]):
                        confirmed.add(f"{who} {missed}")
        return again, altered, confirmed

    def _changes_nothing(self, library: Library, correction: Asked) -> bool:
        corrections = library.report_settings(self._prepared.film_id).corrections
        scenes = tuple(row.scene for row in library.analysis(self._prepared.film_id).scenes)
        try:
            return verb(correction)(corrections, scenes) == corrections
        except CorrectionError:
            return False

    def _is_as_undisturbed(self, again: Library) -> bool:
        """Whether both films' reports equal the undisturbed ones byte for byte."""
        assert self._other is not None
        disturbed, other = (UnderWay(library, self._prepared.film_id).csv() for library in (self._library, again))
        return disturbed == other and self._other.csv() == self._prepared.csv

    def _steps(self, library: Library) -> list[tuple[str, str]]:
        """The words of every correction that is stored, and the settings after it, oldest first."""
        with library.database() as database:
            rows = database.execute(
                "SELECT what, report_settings FROM edit_history WHERE film_id = ? ORDER BY step",
                (self._prepared.film_id,),
            ).fetchall()
        return [(what, settings) for what, settings in rows if what.startswith(WRITERS)]

    def _answered(self) -> int:
        """Corrections that were confirmed or refused."""
        logs = [Told.of(self._log(who)) for who in WRITERS]
        return sum(len(log.confirmed) + len(log.refused) for log in logs)

    def _log(self, who: str) -> Path:
        return self._library.home.with_name(f"{self._library.home.name}-{who}.log")

    def _write(self, who: str) -> None:
        words = [str(self._library.home), self._prepared.film_id, str(self._log(who)), who, self._seed, str(COUNT)]
        self._writers[who] = subprocess.Popen([sys.executable, "-m", "tests.faults.writer", *words], cwd=ROOT)

    def _open(self, *words: str) -> None:
        command = [sys.executable, "-m", "tests.faults.app", str(self._library.home), *words]
        self._app = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
