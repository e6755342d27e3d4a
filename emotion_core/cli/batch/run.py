"""Analyse many films in one call: go on after errors, write a report each, and say at the end what became of each."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ...console import ExitCode, exit_code_for
from ...errors import EmotionError, ScanCancelled, SettingsError
from ...expression.selection import requested_engine
from ...jobs import runner, scan_status, scans, supervisor
from ...library import Library, job_table
from ...library.queue import running, waiting_ids
from ..progress import failure
from .adding import ENDS_ALL, Adding, Begun
from .bars import Bars
from .film_files import films_named
from .outcome import Outcome, State, exit_code, summary
from .report_files import ReportFolder

if TYPE_CHECKING:
    from ...settings import ReportSettings, ScanSettings

LOOK = 0.2
"""Seconds between two looks at the films under way."""
INDEX_EVERY = 30.0
"""Seconds between two writings of the list of films."""


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """What a call says beside the films and their settings."""

    csv_dir: Path | None
    recursive: bool
    workers: int
    """Films analysed at once on this machine."""

    def __post_init__(self) -> None:
        if not 1 <= self.workers <= job_table.MOST_AT_ONCE:
            raise SettingsError(f"--workers was {self.workers}.", f"It goes from 1 to {job_table.MOST_AT_ONCE}.")


def run_batch(
    library: Library,
    words: Sequence[Path],
    settings: ScanSettings,
    report_settings: Callable[[ReportSettings], ReportSettings],
    options: BatchOptions,
) -> ExitCode:
    """Analyse the films that `words` name; return the exit code. Raises ScanCancelled after Ctrl-C, EmotionError where
    no film could be analysed like this.
    """
    requested_engine(settings.engine)  # raises here, and not for each film
    reports = None if options.csv_dir is None else ReportFolder(options.csv_dir, library)
    named = films_named(words, recursive=options.recursive)
    batch = _Batch(library, reports)
    for word, why in named.nothing:
        batch.end(Outcome(word, "failed", why, code=ExitCode.REFUSED))
    adding = Adding(library, named.files, settings, report_settings, options.workers)
    try:
        with Bars(len(named.files)) as bars:
            batch.follow(adding, bars)
    except (KeyboardInterrupt, _NoUseError) as stopped:
        adding.stop()
        batch.take_back(adding)
        if isinstance(stopped, KeyboardInterrupt):
            batch.conclude(named.files)
            raise ScanCancelled(
                "The analysis of the films was cancelled.", "Run the same command again to go on from there."
            ) from stopped
    batch.conclude(named.files)
    return exit_code(batch.outcomes)


class _NoUseError(Exception):
    """The next film would fare no better, as on a full disk."""


class _Batch:
    """The films of one call that are under way, and what became of the others."""

    def __init__(self, library: Library, reports: ReportFolder | None) -> None:
        self._library, self._reports = library, reports
        self._under_way: list[Begun] = []
        """In the order in which they were requested."""
        self._known: set[str] = set()
        """Scans that were finished before."""
        self.outcomes: list[Outcome] = []

    def follow(self, adding: Adding, bars: Bars) -> None:
        """Follow the films until all have ended."""
        submitted = indexed = time.monotonic()
        is_adding, ended_before = True, len(self.outcomes)
        while is_adding or self._under_way:
            is_adding = self._take_in(adding) if is_adding else False
            shares = self._look(adding, bars)
            bars.show_all(len(self.outcomes) - ended_before, shares, adding.current)
            now = time.monotonic()
            if self._under_way and now - submitted > supervisor.EVERY:  # the worker may have been killed
                submitted = now
                runner.create(self._library.home).submit(self._under_way[0].scan_id)
            if self._reports is not None and now - indexed > INDEX_EVERY:
                indexed = now
                self._reports.write_index()
            time.sleep(LOOK)

    def _take_in(self, adding: Adding) -> bool:
        """Take what the adding thread has; False once it has ended."""
        while True:
            try:
                result = adding.results.get_nowait()
            except queue.Empty:
                return True
            if result is None:
                return False
            if isinstance(result, Outcome):
                self.end(result)
                adding.film_ended()
            else:
                if self._library.store(result.scan_id).sealed and result.is_own:
                    self._known.add(result.scan_id)
                self._under_way.append(result)

    def _look(self, adding: Adding, bars: Bars) -> float:
        """Show the films that run, and end those that ended; the sum of what is done of those that run."""
        with self._library.database() as database:
            under_way, waiting = {job.id: job for job in running(database)}, waiting_ids(database)
        events = runner.create(self._library.home).events
        shares, shown = 0.0, set[str]()
        for begun in list(self._under_way):
            if begun.scan_id in waiting:
                continue
            job = under_way.get(begun.scan_id)
            if job is None:
                self._under_way.remove(begun)
                bars.remove(begun.scan_id)
                if self._conclude(begun):
                    adding.film_ended()
                else:
                    self._under_way.append(begun)  # frames are added that its report needs
            else:
                status = scan_status.running(job, events(job.id))
                bars.show(begun.scan_id, begun.path.name, status)
                shown.add(begun.scan_id)
                if status.progress.total:
                    shares += min(1.0, status.progress.done / status.progress.total)
        bars.keep(shown)
        return shares

    def _conclude(self, begun: Begun) -> bool:
        """Write the report of a film whose analysis ended; False where its report needs further frames first."""
        try:
            status = scans.status(self._library, begun.scan_id)
            if status.state == "failed":
                raise failure(self._library, begun.scan_id, status.message)
            if status.state == "cancelled":
                raise ScanCancelled("The analysis was cancelled.")
            if status.state != "done" or scans.backfill(self._library, begun.scan_id, begun.settings):
                return False
            report = note = ""
            if self._reports is not None:
                from ...report import scene_csv

                analysis = self._library.analysis_of(self._library.scan(begun.scan_id), begun.settings)
                report, note = self._reports.write(begun.path, begun.film.id, scene_csv(analysis))
        except EmotionError as error:
            self.end(Outcome(begun.path, "failed", str(error), film_id=begun.film.id, code=exit_code_for(error)))
            if isinstance(error, ENDS_ALL):
                raise _NoUseError from error
            return True
        state: State = "known" if begun.scan_id in self._known else "done"
        self.end(Outcome(begun.path, state, note, report, begun.film.id))
        return True

    def end(self, outcome: Outcome) -> None:
        """Note what became of a film, and print it."""
        self.outcomes.append(outcome)
        if self._reports is not None:
            self._reports.note(outcome)
        print(outcome.line(), flush=True)

    def take_back(self, adding: Adding) -> None:
        """Cancel the analyses that this call requested and that have not ended. What they wrote stays."""
        self._take_in(adding)
        own = [begun.scan_id for begun in self._under_way if begun.is_own]
        with self._library.database() as database:
            active = {job.id: job for job in job_table.active(database)}
            for scan_id in own:
                if scan_id in active and active[scan_id].state == "queued":
                    job_table.cancel(database, scan_id)
        for scan_id in own:
            if scan_id in active and active[scan_id].state == "running":
                scans.cancel(self._library, scan_id)

    def conclude(self, files: Sequence[Path]) -> None:
        """Note which of `files` were not begun, print the summary, and write the list of films."""
        ended = {outcome.film for outcome in self.outcomes}
        self.outcomes += [Outcome(file, "not begun") for file in files if file not in ended]
        for line in summary(self.outcomes):
            print(line)
        if self._reports is not None:
            self._reports.write_index()
            print(f"What became of each film: {self._reports.folder / 'films.csv'}")
