"""Many films in one call: what ends one ends no other, and Ctrl-C leaves the queue as it was found."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from emotion_core.cli.batch import BatchOptions, adding, run
from emotion_core.cli.batch.report_files import ReportFolder
from emotion_core.cli.main import app
from emotion_core.console import ExitCode
from emotion_core.errors import DiskFull, ScanCancelled, SettingsError
from emotion_core.jobs import scans, supervisor
from emotion_core.library import Film, Library, job_table
from emotion_core.settings import ReportSettings, ScanSettings
from tests.support import library_builder
from tests.support.clips import BIKES, CARPHONE, clip

SETTINGS = ScanSettings(checkpoint="embedded", engine="torch")


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library whose worker does nothing."""
    monkeypatch.setattr(supervisor, "COMMAND", [sys.executable, "-c", ""])
    monkeypatch.setattr(supervisor, "EVERY", 600.0)
    return Library.open(tmp_path / "home")


def unchanged(settings: ReportSettings) -> ReportSettings:
    return settings


def test_what_ends_one_film_ends_no_other(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of four files one is analysed, one fails, one is no film and one is missing: the one has its report, the others a
    reason, and the exit code says that some failed.
    """
    good = library_builder.film(library, CARPHONE, ["happy", "sad"])
    bad = library_builder.unfinished(
        library, BIKES, {"event": "error", "kind": "DamagedFilm", "problem": "It is torn.", "advice": "Glue it."}
    )
    text = tmp_path / "notes.mov"
    text.write_text("no film")

    def latest(library: Library, film: Film, *_: object, **__: Any) -> str:
        return library.scans(film.id)[0].id

    monkeypatch.setattr(adding, "begin_film", latest)
    words = [good.path, bad.path, text, tmp_path / "missing.mov"]
    code = run.run_batch(library, words, SETTINGS, unchanged, BatchOptions(tmp_path / "out", False, 1))
    said = capsys.readouterr().out
    assert code == ExitCode.PARTLY
    assert "4 films: 1 already known, 2 failed, 1 skipped as no film." in said
    assert "failed: It is torn. Glue it." in said
    assert "missing.mov: failed: " in said
    report = (tmp_path / "out" / f"{Path(CARPHONE).stem}.csv").read_text("utf-8-sig")
    assert len(report.splitlines()) == 3
    rows = (tmp_path / "out" / "films.csv").read_text("utf-8-sig").splitlines()
    assert len(rows) == 5


def test_ctrl_c_takes_back_what_this_call_asked_for(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After Ctrl-C no job that the call requested waits any more; one that was in the queue before stays."""
    before, own = (Path(shutil.copy(clip(name), tmp_path / name)) for name in (CARPHONE, BIKES))
    kept = scans.start(library, library.refer_to(before).id, SETTINGS)

    def stop(seconds: float) -> None:
        with library.database() as database:
            if len(job_table.active(database)) == 2:
                raise KeyboardInterrupt

    monkeypatch.setattr(run, "time", SimpleNamespace(monotonic=time.monotonic, sleep=stop))
    with pytest.raises(ScanCancelled, match="go on from there"):
        run.run_batch(library, [before, own], SETTINGS, unchanged, BatchOptions(None, False, 2))
    with library.database() as database:
        assert [job.id for job in job_table.active(database)] == [kept]
        cancelled = [job for film in library.films() for job in job_table.of_film(database, film.id) if not job.active]
    assert [(job.state, job.at_once) for job in cancelled] == [("cancelled", 2)]


def test_a_full_disk_ends_them_all(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a report finds no room no further film is begun, what was asked for is taken back, and the summary is told
    all the same.
    """
    good = library_builder.film(library, CARPHONE, ["happy", "sad"])
    other = Path(shutil.copy(clip(BIKES), tmp_path / "other.mp4"))

    def latest(library: Library, film: Film, *_: object, **__: Any) -> str:
        return library.scans(film.id)[0].id if film.id == good.id else scans.start(library, film.id, SETTINGS)

    def refuse(*_: object) -> tuple[str, str]:
        raise DiskFull("There is no space left.")

    monkeypatch.setattr(adding, "begin_film", latest)
    monkeypatch.setattr(ReportFolder, "write", refuse)
    code = run.run_batch(library, [other, good.path], SETTINGS, unchanged, BatchOptions(tmp_path / "out", False, 1))
    assert code == ExitCode.DISK_FULL
    assert "2 films: 1 failed, 1 not analysed." in capsys.readouterr().out
    with library.database() as database:
        assert job_table.active(database) == []


@pytest.mark.parametrize("workers", [0, 9])
def test_the_number_of_films_at_once_has_limits(workers: int) -> None:
    """A number outside of its range is refused with the range."""
    with pytest.raises(SettingsError, match="from 1 to 8"):
        BatchOptions(None, False, workers)


def test_options_of_one_film_are_refused_for_many(tmp_path: Path) -> None:
    """--csv with two films would write both to one file: it is refused, and names what to use."""
    words = [
        "--home",
        str(tmp_path / "home"),
        "analyze",
        "a.mov",
        "b.mov",
        "--csv",
        "x.csv",
        "--checkpoint",
        "embedded",
    ]
    with pytest.raises(SettingsError, match=r"--csv is for one film.*--csv-dir"):
        app(words, standalone_mode=False)
