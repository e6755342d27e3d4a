"""The charts of a film for its page, for signed links only."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from emotion_core.library import Film, Library
from emotion_core.web import Guard, all_routes, film_link, tokens
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


@pytest.mark.parametrize("query", ["timeline?curve=3", "heatmap?axis=time", "heatmap?axis=scenes", "targets?"])
def test_figures_are_plotlys(library: Library, film: Film, asking: TestClient, query: str) -> None:
    """A figure has nothing that Plotly does not know, and says which axis it is on."""
    answer = asking.get(film_link(library.home, film.id) + f"/figure/{query}&from=0&to=4&width=900")
    assert answer.status_code == 200, answer.text
    document = answer.json()
    assert go.Figure(document["figure"]).data
    assert document["axis"] == ("scenes" if "scenes" in query else "time")


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("from=x", "“x”"),
        ("from=3&to=2", "3 to 2"),
        ("width=1e9", "“1e9”"),
        ("width=5", "200"),
        ("curve=2", "0, 1, 3, 10"),
    ],
)
def test_what_cannot_be_drawn_is_named(
    library: Library, film: Film, asking: TestClient, query: str, named: str
) -> None:
    """A bad parameter is 400, with what was given or what is allowed."""
    answer = asking.get(film_link(library.home, film.id) + f"/figure/timeline?{query}")
    assert (answer.status_code, named in answer.text) == (400, True), answer.text


def test_the_outline_places_scenes_and_frames(library: Library, film: Film, asking: TestClient) -> None:
    """It has each scene's first frame and second, the film's end and its even rate."""
    rate = film.media.rate
    outline = asking.get(film_link(library.home, film.id) + "/figure/outline").json()
    assert outline["frames"] == [0, 30, 60, 90]
    assert outline["starts"] == pytest.approx([float(frame / rate) for frame in outline["frames"]], abs=0.001)
    assert outline["end"] == pytest.approx(float(120 / rate))
    assert outline["notes"] == []
    assert outline["rate"] == [rate.numerator, rate.denominator]


def test_only_with_the_films_link(library: Library, film: Film, asking: TestClient) -> None:
    """Another token is 403, a film that is not there 404, each with its reason."""
    token = tokens.sign(library.home, "media", film.id)
    assert asking.get(f"/api/film/{token}/figure/timeline").status_code == 403
    answer = asking.get(film_link(library.home, "0" * 64) + "/figure/timeline")
    assert (answer.status_code, "film" in answer.text) == (404, True)
