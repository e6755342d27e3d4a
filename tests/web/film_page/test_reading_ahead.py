"""What begins as soon as a browser asks for a film's page."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from emotion_core.library import Film, Library
from emotion_core.web import PLOTLY_ADDRESS, Guard, ReadingAhead, expect_timeline, film_link, wait_for_timeline
from emotion_core.web.film_page import figure_routes
from tests.support import library_builder

PATIENCE = 60
"""Seconds."""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return Library.open(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def film(library: Library) -> Film:
    return library_builder.film(library, "bikes.mp4", ("sad", None))


class Page:
    """An app whose pages have the middleware; `read` is set once a film was read."""

    def __init__(self, home: Path, *, user: str | None = None, signed_in: bool = False) -> None:
        self.read = threading.Event()
        self.guard = Guard(
            home, lambda host: host == "testserver", lambda: user is not None or signed_in, lambda _: user
        )
        ahead = Middleware(ReadingAhead, guard=self.guard, load=self.read.set)
        self.asking = TestClient(Starlette(routes=[Route("/{page}", self._answer)], middleware=[ahead]))

    async def _answer(self, _request: Request) -> Response:
        return PlainTextResponse("page")

    def link(self, address: str, host: str = "testserver") -> str:
        answer = self.asking.get(address, headers={"Host": host})
        assert answer.text == "page"
        return str(answer.headers.get("link", ""))


def test_the_film_is_read_and_the_script_is_named(library: Library, film: Film) -> None:
    """The numbers are in memory afterwards: the analysis is the same object for all who share it."""
    page = Page(library.home)
    assert page.link(f"/film?film={film.id}&scene=2") == f"<{PLOTLY_ADDRESS}>; rel=preload; as=script"
    assert page.read.wait(PATIENCE)
    sharing = Library(library.home).sharing_memory()
    assert sharing.analysis(film.id) is sharing.analysis(film.id)


@pytest.mark.parametrize("address", ["/film", "/guide?film=1"])
def test_other_pages_are_passed_on(library: Library, address: str) -> None:
    """Nothing is read for them."""
    page = Page(library.home)
    assert page.link(address) == ""
    assert not page.read.is_set()


def test_nothing_is_read_for_strangers(library: Library, film: Film) -> None:
    """Where one must sign in, and for another host's name, the page answers as ever, and that is all."""
    stranger, guest = Page(library.home, signed_in=True), Page(library.home, user="her")
    assert stranger.link(f"/film?film={film.id}") == ""
    assert guest.link(f"/film?film={film.id}", host="elsewhere") == ""
    assert not stranger.read.is_set()
    assert not guest.read.is_set()
    assert guest.link(f"/film?film={film.id}") != ""


def test_a_film_that_is_not_there_stops_nothing(library: Library) -> None:
    """The page itself says what is wrong; the next one is read."""
    page = Page(library.home)
    assert page.link(f"/film?film={'0' * 64}") != ""


def test_the_page_waits_for_the_timeline_of_a_browser(library: Library, film: Film) -> None:
    """The wait ends with the figure, and is over for the next run of the page."""
    timeline = TestClient(Starlette(routes=figure_routes.routes(Page(library.home).guard)))
    Page(library.home).link(f"/film?film={film.id}")
    figure = threading.Timer(0.1, timeline.get, (f"{film_link(library.home, film.id)}/figure/timeline",))
    figure.start()
    started = time.monotonic()
    wait_for_timeline(film.id, PATIENCE)
    figure.join()
    wait_for_timeline(film.id, PATIENCE)
    assert 0.05 < time.monotonic() - started < PATIENCE / 2


def test_the_page_waits_for_nobody(library: Library) -> None:
    """A run of the page without a browser that came for it, and one for a browser that asks for no figure."""
    started = time.monotonic()
    wait_for_timeline("f" * 64, PATIENCE)
    Page(library.home).link(f"/film?film={'a' * 64}")
    wait_for_timeline("a" * 64, 0.05)
    wait_for_timeline("a" * 64, PATIENCE)
    assert time.monotonic() - started < PATIENCE / 2


def test_a_page_that_follows_an_analysis_shows_the_timeline_first() -> None:
    """It expects the timeline more than once while it is shown, and then waits for it once."""
    film_id = "c" * 64
    expect_timeline(film_id)
    expect_timeline(film_id)
    began = time.monotonic()
    wait_for_timeline(film_id, 0.2)
    assert time.monotonic() - began >= 0.2
    wait_for_timeline(film_id, PATIENCE)
    assert time.monotonic() - began < PATIENCE / 2
