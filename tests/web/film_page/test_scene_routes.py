"""The scenes of a film for the views of its page, for signed links only."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from emotion_core.analysis import analyse
from emotion_core.annotations import Annotations, Note, Target
from emotion_core.library import Film, Library
from emotion_core.report import json_document
from emotion_core.settings import ReportSettings
from emotion_core.web import Guard, all_routes, film_link, tokens
from emotion_core.web.film_page.scene_routes import scenes_json
from tests.support import library_builder


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return Library.open(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def film(library: Library) -> Film:
    return library_builder.film(library, "bikes.mp4", ("sad", None, "happy", "black"))


@pytest.fixture(scope="module")
def asking(library: Library) -> TestClient:
    return TestClient(Starlette(routes=all_routes(Guard(library.home, lambda _: True))))


def test_the_scenes_are_those_of_the_report(library: Library, film: Film, asking: TestClient) -> None:
    """Every number that the report has is the report's; what is missing is null."""
    document = asking.get(film_link(library.home, film.id) + "/scenes").json()
    report = json_document(library.analysis(film.id))
    assert document["labels"] == report["labels"]
    for shown, row in zip(document["scenes"], report["scenes"], strict=True):
        assert shown["number"] == row["scene"]
        for column in ("faces", "dominant", "coverage", "intensity", "tc_in", "certainty"):
            assert shown[column] == row[column], column
        assert shown["shares"] == (None if row["sad"] is None else [row[label] for label in report["labels"]])
    assert [scene["leading"] for scene in document["scenes"]] == ["sad", "not enough faces", "happy", "black"]
    assert [scene["picture"] for scene in document["scenes"]] == [15, 45, 75, 105]


def test_notes_and_targets_are_the_editors(library: Library, film: Film, asking: TestClient) -> None:
    """Each scene has its number of notes, its target and its distance from it; the document has the notes."""
    before = library.report_settings(film.id)
    written = Annotations(
        (Note(0, "Slow", of_scene=True), Note(41, "<b>")), (Target(0, "happy"), Target(30, None, 0.5))
    )
    library.set_report_settings(film.id, replace(before, annotations=written))
    document = asking.get(film_link(library.home, film.id) + "/scenes").json()
    library.set_report_settings(film.id, before)
    assert [scene["notes"] for scene in document["scenes"]] == [1, 1, 0, 0]
    assert [(note["frame"], note["text"], note["scene"]) for note in document["notes"]] == [
        (0, "Slow", 1),
        (41, "<b>", 2),
    ]
    assert [scene["target"] for scene in document["scenes"]] == ["happy", "intensity 0.50", None, None]
    assert [scene["deviation"] for scene in document["scenes"]] == [0.95, None, None, None]
    assert [scene["target_result"] for scene in document["scenes"]] == ["missed", None, None, None]


def test_only_with_the_films_link(library: Library, film: Film, asking: TestClient) -> None:
    """Another token is 403, a film that is not there or not analysed 404, each with its reason and never cached."""
    for token in ("x", tokens.sign(library.home, "media", film.id)):
        assert asking.get(f"/api/film/{token}/scenes").status_code == 403
    answer = asking.get(film_link(library.home, "0" * 64) + "/scenes")
    assert (answer.status_code, answer.headers["cache-control"]) == (404, "private, no-store")
    assert "film" in answer.text


def test_pages_and_routes_share_their_analyses(library: Library, film: Film) -> None:
    """Two openings of a library in a process have an analysis in memory once."""
    pages, routes = (Library(library.home).sharing_memory() for _ in range(2))
    assert pages.analysis(film.id) is routes.analysis(film.id)


def test_windows_share_the_document_while_its_analysis_is_in_memory(library: Library, film: Film) -> None:
    """It is made once; after a correction there is another one, and with its analysis it goes."""
    shared = Library(library.home).sharing_memory()
    document = scenes_json(shared.analysis(film.id))
    assert scenes_json(shared.analysis(film.id)) is document
    other = analyse(shared.analysis(film.id).observations, ReportSettings())
    gone = weakref.ref(other)
    assert scenes_json(other) is not document
    del other
    gc.collect()
    assert gone() is None
