"""The charts of a screening, for signed links of its film only."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from emotion_core.ingest import sample_screening
from emotion_core.library import Library, kept_numbers
from emotion_core.web import Guard, all_routes, film_link
from tests.support import library_builder
from tests.support.screenings import CONSENT, readings


def test_charts_are_those_of_the_films_own_screening(tmp_path: Path) -> None:
    """Each chart comes as a document; a screening of another film, or none, is refused in a sentence."""
    library = Library.open(tmp_path)
    film = library_builder.film(library, "bikes.mp4", ["sad", None, "happy"])
    other = library_builder.film(library, "carphone_pristine.mp4", ["sad"])
    screening = sample_screening.make(library, film.id)
    asking = TestClient(Starlette(routes=all_routes(Guard(library.home, lambda _: True))))
    link = film_link(library.home, film.id)
    for kind in ("audience", "audience-scenes", "audience-synchrony", "audience-viewers"):
        answer = asking.get(f"{link}/figure/{kind}?screening={screening.id}&width=900&rows=i&groups=0.1&cast=1")
        assert answer.status_code == 200, answer.text
        assert len(answer.json()["readouts"]["starts"]) == (
            3 if kind in ("audience-scenes", "audience-synchrony") else 4
        )
    refused = asking.get(f"{film_link(library.home, other.id)}/figure/audience?screening={screening.id}")
    assert refused.status_code == 404
    assert "another film" in refused.text
    assert asking.get(f"{link}/figure/audience?screening=none").status_code == 404
    assert asking.get(f"{link}/figure/audience?screening={screening.id}&rows=77").status_code == 400


def test_the_films_page_has_what_each_scenes_audience_shows(tmp_path: Path) -> None:
    """Leading expression, interval and viewers are those of the summary; synthetic viewers are called so. The timeline
    with the audience takes the key that came with them.
    """
    library = Library.open(tmp_path)
    film = library_builder.film(library, "bikes.mp4", ["sad", None, "happy"])
    screening = sample_screening.make(library, film.id)
    asking = TestClient(Starlette(routes=all_routes(Guard(library.home, lambda _: True))))
    link = film_link(library.home, film.id)
    document = asking.get(f"{link}/audience?screening={screening.id}").json()
    summary = kept_numbers(library, screening.id, document["numbers"]).summary
    assert document["who"] == "12 synthetic viewers"
    assert document["enough"] is True
    assert [scene["id"] for scene in document["scenes"]] == [row.scene.id for row in library.analysis(film.id).scenes]
    for index, scene in enumerate(document["scenes"]):
        assert scene["viewers"] == summary.by_scene.viewers[index]
        assert scene["shares"] == pytest.approx(summary.by_scene.share[index].tolist(), abs=1e-4)
        leading = summary.by_scene.leading(index)
        assert leading is not None
        assert scene["leading"] == summary.labels[leading.label]
        assert f"{scene['leading']} {100 * leading.share:.0f}\u00a0% (" in scene["text"]
    query = f"screening={screening.id}&numbers={document['numbers']}&width=900&curve=3"
    timeline = asking.get(f"{link}/figure/timeline-audience?{query}").json()
    assert len(timeline["readouts"]["audience"]) == 3
    assert asking.get(f"{link}/figure/timeline-audience?screening=none").status_code == 404
    assert asking.get(f"{link}/audience?screening=none").status_code == 404


def test_too_few_viewers_are_no_numbers_and_none_is_said(tmp_path: Path) -> None:
    """With three viewers a scene has no leading expression, and says why; without any there is a sentence."""
    library = Library.open(tmp_path)
    film = library_builder.film(library, "bikes.mp4", ["sad", "happy"])
    screening = library.add_screening(film.id)
    asking = TestClient(Starlette(routes=all_routes(Guard(library.home, lambda _: True))))
    address = f"{film_link(library.home, film.id)}/audience?screening={screening.id}"
    nobody = asking.get(address)
    assert (nobody.status_code, "has numbers yet" in nobody.text) == (404, True)
    for _ in range(3):
        library.add_live_viewer(screening.id, readings(100), consent=CONSENT)
    document = asking.get(address).json()
    assert (document["who"], document["enough"]) == ("3 viewers", False)
    for scene in document["scenes"]:
        assert (scene["leading"], scene["shares"], scene["text"]) == (None, None, "not enough viewers")
        assert "of at least 5" in scene["why"]
