"""A library with every kind of file in it, of which one byte or digit after another is changed, looked at and put back.

`python -m tests.faults.flips --times 200` draws so many and prints what came of each; exit code 1 if a number was wrong
or a damaged file was not named.
"""

from __future__ import annotations

import hashlib
import io
import os
import random
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from unittest import mock

import numpy as np
import typer

from emotion_core.errors import EmotionError
from emotion_core.expression import compiled_cache
from emotion_core.expression.checkpoints.calibration import Calibration, Fit, keep, stored_at
from emotion_core.expression.selection import trial_store
from emotion_core.incoming import upload_store
from emotion_core.jobs import scans
from emotion_core.library import Library, contents, copies
from emotion_core.maintenance import check
from emotion_core.observations import Observations, ObservationStore
from emotion_core.playback import proxies
from emotion_core.processes import proxy
from emotion_core.report import csv_bytes, scene_table
from emotion_core.settings import ReportSettings, ScanSettings
from tests.support import library_builder
from tests.support.clips import CARPHONE
from tests.support.films import write_film
from tests.support.trials import trial
from tests.support.truth_film import SHOTS, pictures

REPORT = "-*-*-v*.json"
"""How a cached report's name ends."""
KINDS = {
    "a cached report": f"derived/*/*{REPORT}",
    "cached cuts": "derived/*/cuts-*.json",
    "an analysis' description": "scans/*/scan.json",
    "what was read": "scans/*/read.json",
    "a seal": "scans/*/sealed.json",
    "numbers": "scans/*/segments/*.npz",
    "pictures": "scans/*/segments/*.jpgs",
    "a film": "films/*/original*",
    "a copy for browsers": "films/*/proxy*.mp4",
    "the copy's hash": "films/*/proxy*.json",
    "whether it plays": "films/*/playable*.json",
    "a calibration": "calibrations/*.json",
    "the engines": "engines/*.json",
    "a network": "networks/*/*",
    "an upload": "incoming/*/upload.json",
    "what a job was asked": "jobs/*.request",
    "what a job said": "jobs/*.events",
    "the database": "library.sqlite",
    "a copy of the database": "copies/*.sqlite",
}
"""Every kind of file of a library, and where those of it lie."""
UNNAMED = {"what was read of a finished analysis", "what a job was asked", "what a job said", *list(KINDS)[-2:]}
"""No number is read from these once the work is done; of the database SQLite checks the form only."""

Numbers = dict[str, Any]
"""What the readers give, each by its name."""


def analysed(home: Path) -> Library:
    """A library with the truth film in it, analysed by the embedded checkpoint."""
    library = Library.open(home)
    file = write_film(home.parent / "truth.mp4", pictures(), quality=4)
    with file.open("rb") as content:
        film = library.add_film(content, "Truth.mp4")
    library.set_report_settings(film.id, ReportSettings(shots=SHOTS))
    scan_id = scans.start(library, film.id, ScanSettings(engine="torch", checkpoint="embedded"))
    from tests.support.running_scans import wait_for

    assert wait_for(library, scan_id).state == "done"
    return library


def filled(library: Library) -> None:
    """Put every other kind of file beside the one analysed film of `library`, whose folder EMOTION_HOME names."""
    (film,) = library.films()
    scan = library.newest_scan(film.id)
    assert scan is not None
    store = library.store(scan.id)
    observations = store.read()
    fit = Fit(1.5, 100, 100, 0.05, 0.02, 0.02)
    file = stored_at(library.home, observations.checkpoint.hash)
    keep(Calibration(observations.checkpoint.hash, "faces", "ab" * 32, 1, 15, "2026-01-01", fit, fit), file)
    library_builder.film(library, CARPHONE, ["happy", None, "sad"])
    stopped = library.add_scan(film.id, ScanSettings(engine="torch", batch=2), observations.checkpoint.hash)
    shutil.copytree(store.folder, library.store(stopped.id).folder)
    (library.store(stopped.id).folder / "sealed.json").unlink()
    proxies.status(library, film)
    request = library.home / "request.json"
    proxies.request_of(library, film).write(request)
    with mock.patch.object(proxy, "NICE", 0):  # this process is to keep its priority
        assert proxy.main(request, io.StringIO()) == 0
    request.unlink()
    trial_store.remember([trial("torch", 30.0)], trial_store.machine())
    compiled_cache.write("key", "network", "packages", bytes(range(256)) * 8)
    upload = upload_store.create(library.home, "coming.mp4", 4096, ScanSettings())
    upload_store.part_path(library.home, upload.id).write_bytes(b"\0" * 1000)
    numbers(library)  # the reports that are kept
    copies.create(library.home / "library.sqlite")


def numbers(library: Library) -> Numbers:
    """Everything that is read of `library`: as it is, or the refusal where there is one."""
    result: Numbers = {}

    def read(name: str, give: Callable[[], Any]) -> None:
        try:
            result[name] = give()
        except EmotionError as error:
            result[name] = error

    read("films", lambda: [film.id for film in library.films()])
    if isinstance(result["films"], EmotionError):
        return result
    for film_id in result["films"]:
        for settings in (None, ReportSettings()):
            read(f"{film_id} {settings is None}", partial(_report, library, film_id, settings))
        for scan_id in library.scan_ids(film_id):
            store = library.store(scan_id)
            read(f"{scan_id} numbers", partial(_digest, store))
            read(f"{scan_id} pictures", partial(_pictures, store))
            read(f"{scan_id} beside", partial(_beside, store))
    for folder in (library.home / "incoming").iterdir():
        if folder.is_dir():
            read("upload", partial(upload_store.read, library.home, folder.name))
    read("trials", lambda: trial_store.all_trials(trial_store.machine()) or EmotionError("none are known"))
    network = compiled_cache.read("key", "network", "packages")
    result["network"] = EmotionError("it is made anew") if network is None else network
    return result


def _report(library: Library, film_id: str, settings: ReportSettings | None) -> Any:
    """The film's report as CSV; a refusal where it says itself that its temperature was not to be read."""
    if settings is None:
        analysis = library.analysis(film_id)
    else:
        scan = library.newest_scan(film_id)
        assert scan is not None
        analysis = library.analysis_of(scan, settings)
    if any("is damaged and was passed over" in note for note in analysis.notes):
        return EmotionError("its calibration is passed over, and a note says so")
    return csv_bytes(scene_table(analysis)), analysis.notes


def _digest(store: ObservationStore) -> str:
    observations = _seen_by(store)
    scores = [
        np.ascontiguousarray(getattr(observations.scores, name)).tobytes() for name in observations.scores.__slots__
    ]
    rest = repr(
        (
            observations.media,
            observations.scan_settings,
            observations.checkpoint,
            observations.engine,
            observations.samples,
            observations.faces,
        )
    )
    more = repr(
        (
            observations.expressions,
            observations.damaged_frames,
            observations.damaged_from,
            observations.claimed,
            observations.shapes,
        )
    )
    return hashlib.sha256(b"".join([*scores, rest.encode(), more.encode()])).hexdigest()


def _seen_by(store: ObservationStore) -> Observations:
    return store.read() if store.sealed else store.read_partial()


def _beside(store: ObservationStore) -> contents.ScanFacts | EmotionError:
    return contents.scan_facts(store.folder) or EmotionError("it says nothing")


def _pictures(store: ObservationStore) -> list[bytes]:
    thumbnails = [sample.thumbnail for sample in _seen_by(store).samples if sample.thumbnail is not None]
    return [hashlib.sha256(store.picture(thumbnail)).digest() for thumbnail in thumbnails]


@dataclass(frozen=True, slots=True)
class Flip:
    """One byte of one file that was changed, and what came of it."""

    kind: str
    file: str
    """From the library's folder on."""
    place: int
    before: int
    after: int
    named: bool
    """Whether the check names the file."""
    refused: tuple[str, ...]
    wrong: tuple[str, ...]
    """Values that were read as something else without an error."""

    @property
    def well(self) -> bool:
        rests = self.kind not in UNNAMED
        return self.kind.endswith("database") or (not self.wrong and (self.named or not rests))


def flips(library: Library, times: int, seed: int) -> Iterator[Flip]:
    """Change so many bytes, one at a time, of each kind of file in turn; each is put back before the next."""
    draw, home = random.Random(seed), library.home
    for report in home.glob(KINDS["a cached report"]):  # those of earlier settings or frames are read no more
        report.unlink()
    truth = numbers(Library(home))
    assert not [value for value in truth.values() if isinstance(value, EmotionError)], truth
    reports = set(home.glob("derived/*/*"))
    for number in range(times):
        kind = list(KINDS)[number % len(KINDS)]
        file = draw.choice(sorted(home.glob(KINDS[kind])))
        whole, facts = file.read_bytes(), file.stat()
        place, after = _drawn(whole, draw)
        file.write_bytes(whole[:place] + bytes([after]) + whole[place + 1 :])
        os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))
        if kind == "cached cuts":  # they are read where a report is made
            for report in file.parent.glob(f"*{REPORT}"):
                report.unlink()
        yield _inspect(Library(home), kind, file, place, whole[place], after, truth)
        if kind in ("a cached report", "cached cuts"):
            assert file.read_bytes() == whole, "it was not made anew"
        file.write_bytes(whole)
        os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))
        for other in set(home.glob("derived/*/*")) - reports:  # made without the calibration
            other.unlink()
    # An analysis that was written by hand has the numbers of no film.
    assert [issue for issue in check.find(Library(home), hashes=True) if issue.kind != "other film"] == []
    assert numbers(Library(home)) == truth


def _drawn(whole: bytes, draw: random.Random) -> tuple[int, int]:
    """A byte's place and what it becomes: half of the time a digit becomes another one, else a bit is turned."""
    digits = [place for place, byte in enumerate(whole) if 48 <= byte <= 57] if whole[:1] in (b"{", b"[") else []
    if digits and draw.random() < 0.5:
        place = draw.choice(digits)
        return place, draw.choice([digit for digit in range(48, 58) if digit != whole[place]])
    place = draw.randrange(len(whole))
    return place, whole[place] ^ 1 << draw.randrange(8)


def _inspect(library: Library, kind: str, file: Path, place: int, before: int, after: int, truth: Numbers) -> Flip:
    path = file.relative_to(library.home).as_posix()
    try:
        issues = check.find(library, hashes=True)
    except (EmotionError, sqlite3.Error):  # as the command says of a database that cannot be read at all
        if kind != "the database":
            raise
        return Flip(kind, path, place, before, after, named=True, refused=("all",), wrong=())
    named = any(issue.subject in path or path in issue.what for issue in issues)
    now = numbers(library)
    refused = tuple(name for name, value in now.items() if isinstance(value, EmotionError))
    wrong = tuple(name for name in truth if name not in refused and now.get(name) != truth[name])
    if kind == "what was read" and (file.parent / "sealed.json").exists():
        kind = "what was read of a finished analysis"
    return Flip(kind, path, place, before, after, named, refused, wrong)


def main(
    times: Annotated[int, typer.Option(help="How many bytes.")] = 200,
    seed: Annotated[int, typer.Option(help="Draws files, places and bits.")] = 5,
) -> None:
    """Change bytes of a library's files."""
    print(f"seed {seed}")
    with tempfile.TemporaryDirectory() as folder:
        home = (Path(folder) / "home").resolve()
        os.environ["EMOTION_HOME"] = str(home)
        library = analysed(home)
        filled(library)
        outcomes = []
        for flip in flips(library, times, seed):
            outcomes.append(flip)
            if not flip.well:
                print(f"NOT WELL: {flip}", flush=True)
    for kind, count in Counter(flip.kind for flip in outcomes).items():
        of_it = [flip for flip in outcomes if flip.kind == kind]
        named, refused = sum(flip.named for flip in of_it), sum(bool(flip.refused) for flip in of_it)
        wrong = sum(bool(flip.wrong) for flip in of_it)
        print(f"{kind:<36} {count:>3} changed, {named:>3} named, {refused:>3} with a refusal, {wrong:>3} otherwise")
    sys.exit(0 if all(flip.well for flip in outcomes) else 1)


if __name__ == "__main__":
    typer.run(main)
