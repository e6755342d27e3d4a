"""Every edit of report settings requests the frames that scenes then lack."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core.jobs import report_edits, scans, supervisor
from emotion_core.library import Film, Library, editing, job_table
from tests.support import library_builder
from tests.support.clips import CARPHONE


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library without a worker."""
    monkeypatch.setattr(supervisor, "ensure_worker", lambda _: False)
    return Library.open(tmp_path)


@pytest.fixture
def film(library: Library) -> Film:
    """An analysed film of six scenes of 30 frames."""
    return library_builder.film(library, CARPHONE, ["happy", None, "sad", "sad", "angry", None])


def split(library: Library, film: Film) -> report_edits.Backfill:
    """Split two frames off the first scene, too few for the samples that a scene needs."""
    scene = library.analysis(film.id).scenes[0].scene
    return report_edits.correct(library, film.id, editing.split(scene, 2), "split of scene 1")


def test_frames_of_scenes_that_became_short_are_requested(library: Library, film: Film) -> None:
    """An edit requests a backfill. While that is queued the next edit requests none, and there is nothing to redo."""
    assert split(library, film) == report_edits.Backfill(requested=True)
    with library.database() as database:
        assert [job.kind for job in job_table.active(database)] == ["top_up"]
    assert report_edits.undo(library, film.id) == report_edits.Backfill(requested=False)
    assert report_edits.redo(library, film.id) == report_edits.Backfill(requested=False)
    assert report_edits.redo(library, film.id) is None


def test_an_edit_is_stored_where_frames_cannot_be_requested(
    library: Library, film: Film, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the film's file the scene is split nevertheless; the error is returned, not raised."""
    monkeypatch.setattr(Library, "verify", lambda *_: None)
    monkeypatch.setattr(Film, "unchanged", False)
    backfill = split(library, film)
    assert backfill.error is not None
    assert str(backfill.error) == film.missing_message
    assert len(library.analysis(film.id).scenes) == 7
    assert scans.frames_to_add(library.analysis(film.id))
