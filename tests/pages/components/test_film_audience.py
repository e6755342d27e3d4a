"""What the components of the film's page are told of its audience."""

from __future__ import annotations

from typing import Any

import pytest

from emotion_core.ingest import sample_screening
from emotion_core.library import Library
from emotion_core.web.film_page import audience_routes
from tests.support import library_builder
from tests.support.pages import component_data, library, open_page
from tests.support.screenings import CONSENT, readings

__all__ = ["library"]


def told(film_id: str) -> list[Any]:
    """What each component that shows the audience is told; the page runs without an error."""
    app = open_page("film", film=film_id)
    assert not app.exception
    data = [each for each in component_data(app) if "audience" in each and each.get("kind") != "heatmap"]
    assert len(data) == 3  # timeline, panel and list
    return [each["audience"] for each in data]


def test_a_film_with_viewers_tells_where_its_numbers_are(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Timeline, panel and list are told the same; no number is computed for the page. Without a screening, or without
    viewers, there is nothing.
    """
    film = library_builder.film(library, "bikes.mp4", ["sad", None, "happy"])
    monkeypatch.setattr(audience_routes, "kept_numbers", None)
    assert told(film.id) == [None, None, None]
    empty = library.add_screening(film.id)
    assert told(film.id) == [None, None, None]
    screening = sample_screening.make(library, film.id)
    first, *others = told(film.id)
    assert others == [first, first]
    assert first["screening"] == screening.id != empty.id
    assert first["page"] == f"screening?film={film.id}&screening={screening.id}"
    library.set_screening_settings(screening.id, {"scene_floor": 0.5})
    assert told(film.id)[0]["state"] != first["state"]


def test_of_several_screenings_one_is_chosen(library: Library) -> None:
    """The page shows it from then on, and its address names it. Empty ones are no choice."""
    film = library_builder.film(library, "bikes.mp4", ["sad", None, "happy"])
    first, second = (library.add_screening(film.id, name) for name in ("Monday *", "Tuesday"))
    library.add_live_viewer(first.id, readings(40), consent=CONSENT)
    library.add_screening(film.id, "Empty")
    assert not open_page("film", film=film.id).radio
    library.add_live_viewer(second.id, readings(40), consent=CONSENT)
    app = open_page("film", film=film.id)
    (choice,) = [radio for radio in app.radio if radio.label == "Screening on this page"]
    assert (choice.value, choice.options) == (second.id, [r"Monday \* (1 viewer)", "Tuesday (1 viewer)"])
    app = choice.set_value(first.id).run()
    assert not app.exception
    assert app.query_params["screening"] == first.id
    assert told_of(app) == {first.id}
    again = open_page("film", film=film.id, screening=first.id)
    assert told_of(again) == {first.id}


def told_of(app: Any) -> set[str]:
    return {each["audience"]["screening"] for each in component_data(app) if each.get("audience")}
