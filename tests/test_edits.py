"""What the editor set for a film, step by step: undo, redo, and what is left when something is killed."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from emotion_core.analysis.analyse import analyse
from emotion_core.corrections import Corrections
from emotion_core.decoding import decoder
from emotion_core.errors import CorrectionError
from emotion_core.jobs import scans
from emotion_core.library import database as schema, edit_history
from emotion_core.library.library import Library
from emotion_core.library.records import Film
from emotion_core.report import csv_file, table as report
from emotion_core.scenes.edit_operations import marked, merged, moved, renamed, split
from emotion_core.settings import ReportSettings, ShotSettings
from tests import shelf
from tests.clips import CARPHONE
from tests.conftest import Analysed, wait_for

FLOORS = [ReportSettings(coverage_floor=floor / 100) for floor in range(1, 10)]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path)


@pytest.fixture
def film(library: Library) -> Film:
    """An analysed film of six scenes."""
    return shelf.film(library, CARPHONE, ["happy", None, "sad", "sad", "angry", None])


def csv(library: Library, film: Film) -> bytes:
    """The report as a fresh process would make it, without any cache."""
    seen = library.analysis(film.id).observations
    return csv_file.csv(report.table(analyse(seen, library.report_settings(film.id))))


def correct(library: Library, film: Film, corrections: Corrections) -> None:
    settings = library.report_settings(film.id)
    library.set_report_settings(film.id, replace(settings, corrections=corrections))


def anything(library: Library, film: Film, chance: random.Random) -> Corrections:
    """A correction that an editor might make."""
    scenes = tuple(row.scene for row in library.analysis(film.id).scenes)
    made, number = library.report_settings(film.id).corrections, chance.randint(1, len(scenes))
    scene = scenes[number - 1]
    frame = chance.randrange(scene.frame_in, scene.frame_out)
    match chance.randrange(5):
        case 0:
            return merged(made, scenes, number, number + 1)
        case 1:
            return split(made, scenes, number, frame)
        case 2:
            return moved(made, scenes, number, frame)
        case 3:
            return renamed(made, scenes, number, chance.choice("ABC"))
    return marked(made, scenes, number, chance.choice(["film", "not film"]))


@pytest.mark.parametrize("seed", range(4))
def test_every_correction_can_be_undone_and_redone(library: Library, film: Film, seed: int) -> None:
    """After any sequence of corrections, each undo gives the CSV from before that correction, byte for byte, and each
    redo the one after it, also when the library is opened anew in between.
    """
    chance, reports = random.Random(seed), [csv(library, film)]
    while len(reports) < 12:
        try:
            corrections = anything(library, film, chance)
        except CorrectionError:
            continue
        if corrections != library.report_settings(film.id).corrections:
            correct(library, film, corrections)
            reports.append(csv(library, film))
            assert csv_file.csv(report.table(library.analysis(film.id))) == reports[-1]
    for before in reversed(reports[:-1]):
        assert library.undo(film.id)
        assert csv(library, film) == before
    library = Library.open(library.home)
    for after in reports[1:]:
        assert library.redo(film.id)
        assert csv(library, film) == after
    assert not library.redo(film.id)


def test_undo_ends_at_what_was_before(library: Library, film: Film) -> None:
    """The first settings a film had, here the defaults, are the last that undo gives; then there is nothing to undo."""
    assert library.edit_history(film.id).undo is not None
    assert library.undo(film.id)
    assert library.report_settings(film.id) == ReportSettings()
    assert not library.undo(film.id)
    assert library.edit_history(film.id).undo is None


def test_history_says_what_each_step_did(library: Library, film: Film) -> None:
    """Undo and redo are told in the words of their step; a new step takes the place of what was undone."""
    for settings, what in zip(FLOORS, ("one", "two", "three"), strict=False):
        library.set_report_settings(film.id, settings, what)
    library.set_report_settings(film.id, FLOORS[2], "nothing new")
    assert library.edit_history(film.id) == edit_history.History("three", None)
    library.undo(film.id)
    assert library.edit_history(film.id) == edit_history.History("two", "three")
    library.set_report_settings(film.id, FLOORS[5], "another")
    assert library.edit_history(film.id) == edit_history.History("another", None)
    library.undo(film.id)
    assert library.report_settings(film.id) == FLOORS[1]


def test_history_is_bounded(library: Library, film: Film) -> None:
    """Only so many steps are kept; the newest can all be undone."""
    for number in range(edit_history.STEPS + 20):
        library.set_report_settings(film.id, ReportSettings(coverage_floor=number / 1000))
    with library.database() as database:
        assert database.execute("SELECT count(*) FROM edit_history").fetchone()[0] == edit_history.STEPS
    undone = 0
    while library.undo(film.id):
        undone += 1
    assert undone == edit_history.STEPS - 1
    assert library.report_settings(film.id) == ReportSettings(coverage_floor=0.02)


def test_each_film_has_its_own_history(library: Library, film: Film) -> None:
    """Undo of one film leaves another's settings alone, and a deleted film's history goes with it."""
    other = shelf.film(library, "bikes.mp4", ["happy"])
    library.set_report_settings(other.id, FLOORS[0])
    library.undo(film.id)
    assert library.report_settings(other.id) == FLOORS[0]
    scans.delete_film(library, other.id)
    with library.database() as database:
        rows = database.execute("SELECT DISTINCT film_id FROM edit_history").fetchall()
    assert [row[0] for row in rows] == [film.id]


def test_settings_of_an_older_library_are_kept_and_can_be_gone_back_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row from before there were corrections is read as it was; the first correction after it can be undone."""
    monkeypatch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
    database = schema.connect(tmp_path / "library.sqlite")
    database.execute(
        "INSERT INTO films (id, name, path, managed, bytes, modified_ns, added_at, media) "
        "VALUES ('a', 'Film', '/a', 0, 1, 1, 'now', '{}')"
    )
    database.execute(
        "INSERT INTO edits VALUES ('a', ?, 'now')",
        (
            '{"shots": {"detector": "cuts", "threshold": null, "min_scene_frames": 15, "cuts": [[0, "One"], [7, ""]]}, '
            '"min_face_score": 0.5, "coverage_floor": 0.25, "confidence": 0.9, "resamples": 1000, "temperature": 1.0}',
        ),
    )
    database.close()
    monkeypatch.undo()
    library = Library.open(tmp_path)
    old = ReportSettings(min_face_score=0.5, shots=ShotSettings(detector="cuts", cuts=((0, "One"), (7, ""))))
    assert library.report_settings("a") == old
    assert library.edit_history("a") == edit_history.History(None, None)
    library.set_report_settings("a", replace(old, corrections=Corrections(begins=(5,))), "split")
    assert library.edit_history("a") == edit_history.History("split", None)
    assert library.undo("a")
    assert library.report_settings("a") == old


KILLED = """
import os, sys
from pathlib import Path
from emotion_core.library import edit_history
from emotion_core.library.library import Library
from emotion_core.settings import ReportSettings

library = Library.open(Path(sys.argv[1]))
setattr(edit_history, sys.argv[2], lambda *given: os._exit(9))
library.set_report_settings(sys.argv[3], ReportSettings(coverage_floor=0.9), "cut short")
"""


@pytest.mark.parametrize("where", ["_write", "_set"])
def test_a_step_that_is_cut_short_never_was(library: Library, film: Film, where: str) -> None:
    """A process that dies in the middle of saving leaves settings and history as they were."""
    library.set_report_settings(film.id, FLOORS[0], "before")
    done = subprocess.run([sys.executable, "-c", KILLED, str(library.home), where, film.id], check=False)
    assert done.returncode == 9
    assert library.report_settings(film.id) == FLOORS[0]
    assert library.edit_history(film.id) == edit_history.History("before", None)
    library.set_report_settings(film.id, FLOORS[1], "after")
    assert library.edit_history(film.id) == edit_history.History("after", None)


def test_two_editors_at_once_lose_nothing(library: Library, film: Film) -> None:
    """Two that save at once have each their step in the history, whoever came last."""
    one, two = Library.open(library.home), Library.open(library.home)
    one.set_report_settings(film.id, FLOORS[0], "one")
    two.set_report_settings(film.id, FLOORS[1], "two")
    assert one.report_settings(film.id) == FLOORS[1]
    assert one.edit_history(film.id).undo == "two"
    assert one.undo(film.id)
    assert two.report_settings(film.id) == FLOORS[0]


def test_a_correction_decodes_nothing(analysed: Analysed, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the film gone and every decoder forbidden, all corrections give their report from what is stored."""
    library, film = analysed.library, analysed.film
    film.path.unlink()

    def forbidden(*given: object, **more: object) -> None:
        raise AssertionError("something was decoded or another process was started")

    monkeypatch.setattr(decoder, "opened", forbidden)
    monkeypatch.setattr(subprocess, "Popen", forbidden)
    scenes = tuple(row.scene for row in library.analysis(film.id).scenes)
    before = csv_file.csv(report.table(library.analysis(film.id)))
    for corrections, frames_in in (
        (merged(Corrections(), scenes, 4, 6), [0, 50, 80, 81, 171, 184]),
        (split(Corrections(), scenes, 1, 25), [0, 25, 50, 80, 81, 121, 146, 171, 184]),
        (moved(Corrections(), scenes, 2, 45), [0, 45, 80, 81, 121, 146, 171, 184]),
        (renamed(Corrections(), scenes, 1, "Limousine"), [0, 50, 80, 81, 121, 146, 171, 184]),
        (marked(Corrections(), scenes, 8, "not film"), [0, 50, 80, 81, 121, 146, 171, 184]),
    ):
        correct(library, film, corrections)
        table = report.table(library.analysis(film.id))
        assert table["frame_in"].tolist() == frames_in
        correct(library, film, Corrections())
        assert csv_file.csv(report.table(library.analysis(film.id))) == before


def test_a_split_scene_is_filled_up(analysed: Analysed) -> None:
    """Frames that a split leaves too few are added by seeking, and every scene then has three or all it has."""
    library, film = analysed.library, analysed.film
    scenes = tuple(row.scene for row in library.analysis(film.id).scenes)
    corrections = split(Corrections(), scenes, 1, 2)
    correct(library, film, corrections)
    assert len(scans.lacking(library.analysis(film.id))) == 1
    assert scans.top_up(library, analysed.scan_id, library.report_settings(film.id))
    assert wait_for(library, analysed.scan_id).state == "done"
    assert scans.lacking(library.analysis(film.id)) == ()
    rows = library.analysis(film.id).scenes
    assert [row.frames_sampled for row in rows[:2]] == [2, 3]
    assert scans.why_lacking(library, analysed.scan_id) == ""


def test_a_database_that_refuses_leaves_no_transaction(library: Library, film: Film) -> None:
    """A step that the database refuses is undone as a whole, and the next one is taken."""
    with library.database() as database:
        with pytest.raises(sqlite3.IntegrityError):
            edit_history.save(database, "no such film", ReportSettings(coverage_floor=0.1), "")
        edit_history.save(database, film.id, FLOORS[0], "next")
        assert edit_history.history(database, film.id).undo == "next"
