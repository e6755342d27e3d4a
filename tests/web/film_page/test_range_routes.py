"""The numbers of a range of frames for the film's page."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from emotion_core.library import Film, Library
from emotion_core.web import Guard, all_routes, film_link
from tests.support import library_builder


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path)


@pytest.fixture
def film(library: Library) -> Film:
    """Scenes of 30 frames at 25 a second, three sampled frames in each."""
    return library_builder.film(library, "bikes.mp4", ("sad", None, "happy"))


def test_a_range_has_its_own_numbers(library: Library, film: Film) -> None:
    """Over two scenes: the mean of both, in how many frames, and from when to when. What is no range is one message."""
    asking = TestClient(Starlette(routes=all_routes(Guard(library.home, lambda _: True))))
    link = film_link(library.home, film.id)
    numbers = asking.get(f"{link}/range?from=10&to=90").json()
    assert (numbers["first"], numbers["end"], numbers["tc_in"], numbers["length"]) == (10, 90, "00:00:00:10", "3.2 s")
    shares = dict(zip(numbers["labels"], numbers["shares"], strict=True))
    assert shares["happy"] > shares["sad"] > 0.2
    assert numbers["evidence"].startswith("5 usable faces on 5 of 8 sampled frames")
    assert numbers["leading"] == "mixed: happy, sad"
    assert asking.get(f"{link}/range?from=35&to=40").json()["shares"] is None
    for query in ("", "?from=5", "?from=9&to=9", "?from=-1&to=9", "?from=a&to=b"):
        answer = asking.get(f"{link}/range{query}")
        assert (answer.status_code, "Error" in answer.text) == (400, False), query
