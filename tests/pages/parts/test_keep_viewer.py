"""A live session is kept as a viewer of a screening, with all that belongs to it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emotion_core.errors import SettingsError
from emotion_core.ingest import sample_screening
from emotion_core.library import Library
from pages.parts import keep_viewer
from pages.parts.keep_viewer import parse_groups
from tests.support import library_builder
from tests.support.live_reading import session
from tests.support.pages import library as library  # noqa: PLC0414  # the fixture


def test_groups_as_typed() -> None:
    """Names and values without their spaces; a colon in a value stays."""
    assert parse_groups("") == {}
    assert parse_groups(" age : 18-29, seat: A4, ratio: 16:9,") == {"age": "18-29", "seat": "A4", "ratio": "16:9"}


@pytest.mark.parametrize("text", ["young", "age:", ": A4", "age: 1, age: 2"])
def test_what_are_no_groups(text: str) -> None:
    """One clear message that shows how to write them."""
    with pytest.raises(SettingsError, match="age: 18-29, seat: A4"):
        parse_groups(text)


def test_a_session_that_is_not_kept_leaves_no_screening(library: Library) -> None:
    """A new name beside another screening that is chosen, and too many groups, are refused before anything is added."""
    film = library_builder.film(library, "bikes.mp4", ["sad"])
    live, groups = replace(session(), film_id=film.id), {f"group {number}": "x" for number in range(30)}
    chosen = library.add_screening(film.id, "Monday")
    with pytest.raises(SettingsError, match="“Tuesday” is the name of a new screening, but another one is chosen"):
        keep_viewer._keep(live, chosen.id, "Tuesday", "Ann", {})
    with pytest.raises(SettingsError, match="30 groups"):
        keep_viewer._keep(live, "", "Tuesday", "Ann", groups)
    assert library.screenings() == [chosen]


def test_the_sample_screening_is_not_where_a_viewer_goes(library: Library) -> None:
    """Whoever was before the camera is kept among synthetic viewers only by one's own choice."""
    film = library_builder.film(library, "bikes.mp4", ["sad"])
    sample = sample_screening.make(library, film.id)
    assert keep_viewer._in_order(library, [sample.id]) == ["", sample.id]
    other = library.add_screening(film.id, "Monday")
    assert keep_viewer._in_order(library, [sample.id, other.id]) == [other.id, "", sample.id]
