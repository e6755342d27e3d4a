"""A film's report settings step by step: undo, redo, and their state after a kill."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from emotion_core.analysis import analyse
from emotion_core.corrections import Corrections
from emotion_core.decoding import picture_reader
from emotion_core.errors import CorrectionError
from emotion_core.jobs import scans
from emotion_core.library import Film, Library, database as schema, edit_history, migrations
from emotion_core.report import csv_bytes, scene_table
from emotion_core.scenes.editing import mark_scene, merge_scenes, move_scene, rename_scene, split_scene
from emotion_core.settings import FOR_NEW_FILMS, ReportSettings, ShotSettings
from tests.support import library_builder
from tests.support.clips import CARPHONE
from tests.support.running_scans import Analysed, wait_for

FLOORS = [ReportSettings(coverage_floor=floor / 100) for floor in range(1, 10)]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path)


@pytest.fixture
def film(library: Library) -> Film:
    """An analysed film of six scenes."""
    return library_builder.film(library, CARPHONE, ["happy", None, "sad", "sad", "angry", None])


def csv(library: Library, film: Film) -> bytes:
    """The report computed without any cache."""
    observations = library.analysis(film.id).observations
    return csv_bytes(scene_table(analyse(observations, library.report_settings(film.id))))


def correct(library: Library, film: Film, corrections: Corrections) -> None:
    settings = library.report_settings(film.id)
    library.set_report_settings(film.id, replace(settings, corrections=corrections))


def anything(library: Library, film: Film, chance: random.Random) -> Corrections:
    """A random valid correction."""
    scenes = tuple(row.scene for row in library.analysis(film.id).scenes)
    corrections, number = library.report_settings(film.id).corrections, chance.randint(1, len(scenes))
    scene = scenes[number - 1]
    frame = chance.randrange(scene.frame_in, scene.frame_out)
    match chance.randrange(5):
        case 0:
            return merge_scenes(corrections, scenes, number, number + 1)
        case 1:
            return split_scene(corrections, scenes, number, frame)
        case 2:
            return move_scene(corrections, scenes, number, frame)
        case 3:
            return rename_scene(corrections, scenes, number, chance.choice("ABC"))
    return mark_scene(corrections, scenes, number, chance.choice(["film", "not film"]))


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
            assert csv_bytes(scene_table(library.analysis(film.id))) == reports[-1]
    for before in reversed(reports[:-1]):
        assert library.undo(film.id)
        assert csv(library, film) == before
    library = Library.open(library.home)
    for after in reports[1:]:
        assert library.redo(film.id)
        assert csv(library, film) == after
    assert not library.redo(film.id)


def test_undo_ends_at_what_was_before(library: Library, film: Film) -> None:
    """The settings before the first step, here the defaults, are the last that undo restores."""
    assert library.edit_history(film.id).undo is not None
    assert library.undo(film.id)
    assert library.report_settings(film.id) == FOR_NEW_FILMS
    assert not library.undo(film.id)
    assert library.edit_history(film.id).undo is None


def test_history_says_what_each_step_did(library: Library, film: Film) -> None:
    """Undo and redo have the descriptions of their steps; a new step replaces those undone."""
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
    """At most STEPS steps are stored; the newest can all be undone."""
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
    """Undo for one film leaves other films alone, and a deleted film's history is deleted."""
    other = library_builder.film(library, "bikes.mp4", ["happy"])
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
    """A row from before corrections existed is readable, and the first correction after it can be undone."""
    monkeypatch.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:1])
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
from emotion_core.library import Library
from emotion_core.settings import ReportSettings

library = Library.open(Path(sys.argv[1]))
setattr(edit_history, sys.argv[2], lambda *given: os._exit(9))
library.set_report_settings(sys.argv[3], ReportSettings(coverage_floor=0.9), "cut short")
"""


@pytest.mark.parametrize("where", ["_write", "_set"])
def test_a_step_that_is_cut_short_never_was(library: Library, film: Film, where: str) -> None:
    """After a kill in the middle of saving, settings and history are as before."""
    library.set_report_settings(film.id, FLOORS[0], "before")
    completed = subprocess.run([sys.executable, "-c", KILLED, str(library.home), where, film.id], check=False)
    assert completed.returncode == 9
    assert library.report_settings(film.id) == FLOORS[0]
    assert library.edit_history(film.id) == edit_history.History("before", None)
    library.set_report_settings(film.id, FLOORS[1], "after")
    assert library.edit_history(film.id) == edit_history.History("after", None)


def test_two_editors_at_once_lose_nothing(library: Library, film: Film) -> None:
    """Two processes that save at once each add a step to the history."""
    first, second = Library.open(library.home), Library.open(library.home)
    first.set_report_settings(film.id, FLOORS[0], "one")
    second.set_report_settings(film.id, FLOORS[1], "two")
    assert first.report_settings(film.id) == FLOORS[1]
    assert first.edit_history(film.id).undo == "two"
    assert first.undo(film.id)
    assert second.report_settings(film.id) == FLOORS[0]


def test_a_correction_decodes_nothing(analysed: Analysed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the film's file and with decoding forbidden, all corrections give their report from stored data."""
    library, film = analysed.library, analysed.film
    film.path.unlink()

    def forbidden(*arguments: object, **more: object) -> None:
        raise AssertionError("something was decoded or another process was started")

    monkeypatch.setattr(picture_reader, "open_container", forbidden)
    monkeypatch.setattr(subprocess, "Popen", forbidden)
    scenes = tuple(row.scene for row in library.analysis(film.id).scenes)
    before = csv_bytes(scene_table(library.analysis(film.id)))
    for corrections, frames_in in (
        (merge_scenes(Corrections(), scenes, 4, 6), [0, 50, 80, 81, 171, 184]),
        (split_scene(Corrections(), scenes, 1, 25), [0, 25, 50, 80, 81, 121, 146, 171, 184]),
        (move_scene(Corrections(), scenes, 2, 45), [0, 45, 80, 81, 121, 146, 171, 184]),
        (rename_scene(Corrections(), scenes, 1, "Limousine"), [0, 50, 80, 81, 121, 146, 171, 184]),
        (mark_scene(Corrections(), scenes, 8, "not film"), [0, 50, 80, 81, 121, 146, 171, 184]),
    ):
        correct(library, film, corrections)
        table = scene_table(library.analysis(film.id))
        assert table["frame_in"].tolist() == frames_in
        correct(library, film, Corrections())
        assert csv_bytes(scene_table(library.analysis(film.id))) == before


@pytest.mark.usefixtures("in_process")
def test_a_split_scene_is_filled_up(analysed: Analysed) -> None:
    """Frames that a split scene lacks are added by seeking; every scene then has three samples or all it has."""
    library, film = analysed.library, analysed.film
    scenes = tuple(row.scene for row in library.analysis(film.id).scenes)
    corrections = split_scene(Corrections(), scenes, 1, 2)
    correct(library, film, corrections)
    assert len(scans.frames_to_add(library.analysis(film.id))) == 1
    assert scans.backfill(library, analysed.scan_id, library.report_settings(film.id))
    assert wait_for(library, analysed.scan_id).state == "done"
    assert scans.frames_to_add(library.analysis(film.id)) == ()
    rows = library.analysis(film.id).scenes
    assert [row.frames_sampled for row in rows[:2]] == [2, 3]
    assert scans.why_frames_are_missing(library, analysed.scan_id) == ""


def test_a_database_that_refuses_leaves_no_transaction(library: Library, film: Film) -> None:
    """A step that the database refuses is rolled back, and the next one is stored."""
    with library.database() as database:
        with pytest.raises(sqlite3.IntegrityError):
            edit_history.save(database, "no such film", ReportSettings(coverage_floor=0.1), "")
        edit_history.save(database, film.id, FLOORS[0], "next")
        assert edit_history.history(database, film.id).undo == "next"
