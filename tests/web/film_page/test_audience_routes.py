"""The charts of a screening, for signed links of its film only."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.testclient import TestClient

from emotion_core.ingest import sample_screening
from emotion_core.library import Library
from emotion_core.web import Guard, all_routes, film_link
from tests.support import library_builder


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
