"""The Versions page without a browser: projects, their order, the board, and what other pages offer."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from emotion_core.library import Library
from pages.parts.versions import background
from tests.support.pages import button_labels, component_data, figures, library, open_page, page_text
from tests.support.planted_versions import Piece, in_library

__all__ = ["library"]


def whole(*takes: int) -> list[Piece]:
    return [(take, 20, 100) for take in takes]


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page waits for the comparison."""
    monkeypatch.setattr(background, "SOON", 60.0)


def press(app: AppTest, key: str) -> AppTest:
    return next(button for button in app.button if button.key == key).click().run()


def board(app: AppTest) -> dict[str, Any]:
    (data,) = [each for each in component_data(app) if "rows" in each]
    return data


def test_from_no_project_to_the_history_of_each_scene(library: Library, tmp_path: Path) -> None:
    """A project is made, films are added, moved, taken out and put back; the board says what became of each scene."""
    app = open_page("versions")
    assert "Make a project, then add its films" in page_text(app)
    cuts = in_library(library, tmp_path, whole(0, 1, 2), whole(0, 2), whole(0, 1, 2, 3))
    project = library.add_project("Feature <b>", [cuts[0].id])
    app = open_page("versions", project=project.id)
    assert "Add two films or more" in page_text(app)
    app.multiselect[0].set_value([cuts[1].id, cuts[2].id]).run()
    app = press(app, "version-add")
    assert not app.exception
    assert library.project(project.id).films == tuple(film.id for film in cuts)
    assert [row["told"] for row in board(app)["rows"]] == [
        "unchanged", "left out in 2, reinstated in 3", "unchanged", "new in 3",
    ]  # fmt: skip
    assert [version["name"] for version in board(app)["versions"]] == ["cut 1.mp4", "cut 2.mp4", "cut 3.mp4"]
    assert [cell["tone"] for cell in board(app)["rows"][1]["cells"]] == ["same", "gone", "back"]
    assert "1 left out, 1 new, 1 reinstated over 3 versions; 2 of 4 scenes unchanged in all" in page_text(app)
    (figure,) = figures(app)
    assert len(figure["data"]) == 7
    app = press(app, "icon-version-earlier-3")
    assert library.project(project.id).films == (cuts[0].id, cuts[2].id, cuts[1].id)
    app = press(app, "icon-version-out-1")
    assert [version["name"] for version in board(app)["versions"]] == ["cut 3.mp4", "cut 2.mp4"]
    app = press(press(app, "project-Undo"), "project-Undo")
    assert library.project(project.id).films == tuple(film.id for film in cuts)
    assert "Redo" in button_labels(app)


def test_versions_that_cannot_be_compared_are_named(library: Library, tmp_path: Path) -> None:
    """A film without an analysis is left out and said, the others are compared; so is one that shares nothing."""
    cuts = in_library(library, tmp_path, whole(0, 1), whole(4, 5), whole(0, 1))
    library.delete_scan(library.scan_ids(cuts[1].id)[0])
    project = library.add_project("Feature", [film.id for film in cuts])
    app = open_page("versions", project=project.id)
    assert not app.exception
    assert "Version 2 is left out: cut 2.mp4 has not been analysed yet" in page_text(app)
    assert "6.4 s · not analysed yet" in page_text(app)
    assert [version["number"] for version in board(app)["versions"]] == [1, 3]
    (other,) = in_library(library, tmp_path, whole(6, 7))
    library.add_version(project.id, other.id)
    app = open_page("versions", project=project.id)
    assert "they share no footage" in page_text(app)
    assert [row["told"] for row in board(app)["rows"]].count("new in 4") == 2


def test_a_comparison_that_was_stopped_goes_on_when_asked(library: Library, tmp_path: Path) -> None:
    """Work in the background says how far it is, ends where it is stopped, and begins anew."""
    asked_to_stop = Event()

    def make(_: Library, tell: background.Tell) -> None:
        tell(1, 4, "first")
        asked_to_stop.wait(30)
        tell(2, 4, "second")

    work = background.Work(make, library)
    assert not work.is_done(0.05)
    work.stop()
    asked_to_stop.set()
    assert work.is_done(30)
    assert (work.share, work.sentence) == (0.25, "first")
    with pytest.raises(background.Stopped, match="stopped"):
        work.result.result()
    works = background.works
    one = works.get("a key", lambda *_: 1, library)
    assert works.get("a key", lambda *_: 2, library) is one
    works.forget("a key")
    assert works.get("a key", lambda *_: 3, library).result.result(30) == 3
    works.clear()


def offered(film_id: str) -> AppTest:
    """The film's page once it is known which films share footage with it."""
    open_page("film", film=film_id)
    (work,) = [each for each in background.works.all() if isinstance(each.result.result(60), list)]
    assert work.is_done()
    return open_page("film", film=film_id)


def test_a_film_that_came_in_is_offered_as_the_next_version(library: Library, tmp_path: Path) -> None:
    """Its page and its card in the Library name the film that shares footage; a press makes it a version. One that
    shares nothing is offered nothing, and nothing of it is compared.
    """
    cuts = in_library(library, tmp_path, whole(0, 1, 2), whole(6, 7), whole(0, 1))
    background.works.clear()
    app = offered(cuts[2].id)
    assert "Shares footage with **cut 1.mp4**" in page_text(app)
    assert "Shares footage with **cut 1.mp4**" in page_text(open_page())
    app = press(app, f"offer-add-{cuts[2].id}")
    (project,) = library.projects()
    assert (project.name, project.films) == ("cut 1", (cuts[0].id, cuts[2].id))
    assert "This is version 2 of “cut 1” now" in page_text(app)
    assert "Shares footage" not in page_text(app)
    background.works.clear()
    assert "Shares footage" not in page_text(offered(cuts[1].id))
    (again,) = in_library(library, tmp_path, whole(1, 2))
    background.works.clear()
    app = offered(again.id)
    assert "Add as version 3 of “cut 1”" in button_labels(app)
    app = press(app, f"icon-offer-no-{again.id}")
    assert "Shares footage" not in page_text(app)
