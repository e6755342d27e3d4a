"""The target arc on a film's page, without a browser."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emotion_core.annotations import Annotations, Target
from emotion_core.library import Film, Library
from pages.components.target_strip.target_strip import read_stroke
from pages.parts.film.target_form import EXPRESSION, INTENSITY, drawn_targets, edited_targets
from tests.support import library_builder
from tests.support.clips import CARPHONE
from tests.support.pages import component_data, library as library, open_page, page_text  # noqa: PLC0414

SET = Annotations((), (Target(0, "contempt", 0.2), Target(60, "happy"), Target(75, "sad")))


@pytest.fixture
def man(library: Library) -> Film:
    """An analysed film of four scenes: happy, no face, sad, sad."""
    film = library_builder.film(library, CARPHONE, ["happy", None, "sad", "sad"])
    library.set_report_settings(film.id, replace(library.report_settings(film.id), annotations=SET))
    return film


def test_the_arc_is_drawn_and_what_waits_is_told(man: Film) -> None:
    """The chart, and the target whose scene is not there."""
    app = open_page("film", film=man.id, view="Target arc")
    assert not app.exception
    assert any(data.get("kind") == "targets" for data in component_data(app))
    assert "1 target waits for a scene that does not begin there now: sad at 00:00:02:15." in page_text(app)


def test_typed_cells_become_targets(library: Library, man: Film) -> None:
    """A typed cell replaces one field and keeps the other; an emptied one removes it."""
    analysis = library.analysis(man.id)
    scenes = [row.scene for row in analysis.scenes]
    edits: dict[int, dict[str, object]] = {0: {EXPRESSION: "sad"}, 1: {INTENSITY: 30}, 2: {EXPRESSION: None}}
    assert edited_targets(edits, scenes, analysis) == [
        Target(0, "sad", 0.2),
        Target(30, None, 0.3),
        Target(60),
    ]


def test_several_scenes_get_a_target_at_once(library: Library, man: Film) -> None:
    """A range of scenes gets the same target as one step, which can be undone."""
    app = open_page("film", film=man.id, view="Target arc")
    app.number_input(f"target-from-{man.id}").set_value(2)
    app.number_input(f"target-to-{man.id}").set_value(3)
    app.selectbox(f"target-expression-{man.id}").set_value("fear")
    app.number_input(f"target-intensity-{man.id}").set_value(50)
    app = next(button for button in app.button if button.label == "Set").click().run()
    assert not app.exception
    targets = library.report_settings(man.id).annotations.targets
    assert targets == (Target(0, "contempt", 0.2), Target(30, "fear", 0.5), Target(60, "fear", 0.5), Target(75, "sad"))
    assert library.edit_history(man.id).undo == "target of 2 scenes"


def test_strokes_become_targets(library: Library, man: Film) -> None:
    """Heights are intensities, a brush an expression, the eraser removes; what no browser draws is nothing."""
    analysis = library.analysis(man.id)

    def drawn(brush: str, *scenes: list[int | None]) -> list[Target]:
        stroke = read_stroke({"brush": brush, "scenes": [*scenes]}, analysis)
        assert stroke is not None
        return drawn_targets(stroke, analysis)

    assert drawn("intensity", [0, 40], [30, 45]) == [Target(0, "contempt", 0.4), Target(30, None, 0.45)]
    assert drawn("sad", [0, None]) == [Target(0, "sad", 0.2)]
    assert drawn("erase", [60, None]) == [Target(60)]
    for wrong in (None, {"brush": "sad", "scenes": []}, {"brush": "bored", "scenes": [[0, None]]}):
        assert read_stroke(wrong, analysis) is None
    for scene in ([7, 40], [0, 101], [0, -1], ["0", 1], [0]):
        assert read_stroke({"brush": "intensity", "scenes": [scene]}, analysis) is None
