"""Screenings of films: their names, settings and ratings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from emotion_core.audience import SceneSpan
from emotion_core.errors import LibraryError, SettingsError
from emotion_core.library import Film, Library, RatingsFile
from tests.support.screenings import CONSENT, readings, taken_in


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "home")


@pytest.fixture
def film(library: Library, tmp_path: Path) -> Film:
    file = tmp_path / "film.mp4"
    file.write_bytes(b"film")
    return taken_in(library, file, 240, role="film")


def test_screenings_are_added_named_and_deleted(library: Library, film: Film) -> None:
    """A film has screenings in the order in which they were added, each with a name of its own in it."""
    first = library.add_screening(film.id)
    second = library.add_screening(film.id, "  Test\nscreening, Köln ")
    assert [each.name for each in library.screenings(film.id)] == ["Screening 1", "Test screening, Köln"]
    assert library.screenings() == library.screenings(film.id)
    library.rename_screening(first.id, "Erste")
    assert library.screening(first.id).name == "Erste"
    assert library.add_screening(film.id).name == "Screening 3"
    for name in ("test SCREENING, Köln", " ", "x" * 201):
        with pytest.raises(SettingsError):
            library.rename_screening(first.id, name)
    library.forget_screening(second.id)
    with pytest.raises(LibraryError, match="not in the library"):
        library.screening(second.id)
    with pytest.raises(LibraryError, match="not in the library"):
        library.add_screening("0" * 64)


def test_each_change_is_seen(library: Library, film: Film) -> None:
    """The revision of a screening rises with each change, and the library's change token with it."""
    screening = library.add_screening(film.id)
    seen = [library.change_token()]
    changes: tuple[Callable[[], object], ...] = (
        lambda: library.rename_screening(screening.id, "Other"),
        lambda: library.set_screening_settings(screening.id, {"scene_floor": 0.5}),
        lambda: library.set_ratings(screening.id, "reviews.csv", "viewer,rating\nAnna,4\n"),
        lambda: library.remove_ratings(screening.id),
    )
    for number, change in enumerate(changes, start=1):
        change()
        assert library.screening_revision(screening.id) == number
        seen.append(library.change_token())
    assert len(set(seen)) == len(seen)


def test_settings_and_ratings_come_back_as_they_were(library: Library, film: Film) -> None:
    """JSON types and the user's file, whole; damage of either is one clear error."""
    screening = library.add_screening(film.id)
    assert library.screening_settings(screening.id) == {}
    assert library.ratings(screening.id) is None
    library.set_screening_settings(screening.id, {"targets": {"age": {"18-29": 0.4}}, "seed": 7})
    assert library.screening_settings(screening.id) == {"targets": {"age": {"18-29": 0.4}}, "seed": 7}
    text = 'viewer;rating\r\n"Zoë; A";4\r\n'
    library.set_ratings(screening.id, "/tmp/reviews.csv", text)
    assert library.ratings(screening.id) == RatingsFile("reviews.csv", text)
    scenes = (SceneSpan(1, 0.0, 1.5, "Opening"), SceneSpan(2, 1.5, 4.0))
    library.set_ratings(screening.id, "reviews.csv", text, scenes)
    assert library.ratings(screening.id) == RatingsFile("reviews.csv", text, scenes)
    with library.database() as database:
        database.execute("UPDATE ratings SET file = replace(file, '4', '5')")
        database.execute("UPDATE screenings SET settings = replace(settings, '7', '8')")
    with pytest.raises(LibraryError, match="ratings of this screening cannot be read"):
        library.ratings(screening.id)
    with pytest.raises(LibraryError, match="settings of this screening cannot be read"):
        library.screening_settings(screening.id)


def test_a_films_page_shows_the_last_screening_with_viewers(library: Library, film: Film) -> None:
    """Without a screening there is none; else the one added last of those with viewers. What changes it changes its
    state.
    """
    assert library.film_audience(film.id) is None
    first, last = library.add_screening(film.id), library.add_screening(film.id, "Empty")
    empty = library.film_audience(film.id)
    assert empty is not None
    assert (empty.screening, empty.name, empty.viewers) == (last.id, "Empty", 0)
    library.add_live_viewer(first.id, readings(20), consent=CONSENT, name="Anna")
    shown = library.film_audience(film.id)
    assert shown is not None
    assert (shown.screening, shown.name, shown.viewers, shown.all_viewers) == (first.id, "Screening 1", 1, 1)
    library.set_screening_settings(first.id, {"scene_floor": 0.5})
    changed = library.film_audience(film.id)
    assert changed is not None
    assert changed.state != shown.state
    library.add_live_viewer(last.id, readings(20), consent=CONSENT)
    for asked, found in ((first.id, first.id), (last.id, last.id), ("", last.id), ("gone", last.id)):
        chosen = library.film_audience(film.id, asked)
        assert chosen is not None
        assert chosen.screening == found
        assert chosen.choices == ((first.id, "Screening 1", 1), (last.id, "Empty", 1))
