"""A window keeps receiving the progress of analyses through every kind of interruption."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, WebSocket, WebSocketRoute, expect

from emotion_core.jobs import scans
from emotion_core.library import Library
from emotion_core.settings import ScanSettings
from emotion_core.web import guard
from tests.browser.library_page import film_row, wait_until_drawn
from tests.support import library_builder, waiting
from tests.support.app_server import App
from tests.support.clips import CARPHONE, clip

HEARS = "**/api/analyses/*"


def until(page: Page, holds: Callable[[], object]) -> None:
    """Lets the page go on until something holds."""

    def looked() -> object:
        page.wait_for_timeout(100)
        return holds()

    waiting.until(looked)


def shows_what_comes(page: Page, library: Library) -> None:
    """A film that is added elsewhere appears by itself."""
    expect(film_row(page, CARPHONE)).to_have_count(0)
    library.refer_to(clip(CARPHONE))
    expect(film_row(page, CARPHONE)).to_be_visible()


def test_an_app_that_was_killed_is_heard_again(page: Page, app: App, library: Library) -> None:
    """The window connects by itself once the app is back."""
    heard: list[str | bytes] = []

    def listens(socket: WebSocket) -> None:
        if "/api/analyses/" in socket.url:
            socket.on("framereceived", lambda frame: heard.append(frame))  # noqa: PLW0108 - it takes no built-in

    page.on("websocket", listens)
    page.goto(app.address)
    until(page, lambda: heard)
    app.kill()
    before = len(heard)
    app.start()
    until(page, lambda: len(heard) > before)
    shows_what_comes(page, library)


def test_a_refused_token_is_renewed(page: Page, app: App, library: Library) -> None:
    """The page asks for another one, and listens with that."""
    requests: list[str] = []

    def between(socket: WebSocketRoute) -> None:
        requests.append(socket.url)
        if socket.url == requests[0]:
            socket.close(code=guard.REFUSED)
        else:
            socket.connect_to_server()

    page.route_web_socket(HEARS, between)
    page.goto(app.address)
    wait_until_drawn(page)
    until(page, lambda: len(set(requests)) > 1)
    wait_until_drawn(page)
    shows_what_comes(page, library)


def test_who_is_refused_for_good_asks_less_and_less(page: Page, app: App) -> None:
    """A page whose every token is refused is run again a few times, not without end."""
    requests: list[str] = []

    def refuses(socket: WebSocketRoute) -> None:
        requests.append(socket.url)
        socket.close(code=guard.REFUSED)

    page.route_web_socket(HEARS, refuses)
    page.goto(app.address)
    until(page, lambda: requests)
    page.wait_for_timeout(10_000)
    assert 2 <= len(requests) <= 5  # after 1, 2, 4 and 8 seconds


def test_a_film_s_page_shows_what_others_begin(page: Page, app: App, library: Library) -> None:
    """An analysis that another window or the terminal begins has its bar on the open page of its film."""
    film = library_builder.film(library, CARPHONE, ["happy", "sad"])
    page.goto(f"{app.address}/film?film={film.id}")
    expect(page.get_by_text("How scenes are found")).to_be_visible()
    wait_until_drawn(page)
    scan = scans.start(library, film.id, ScanSettings(engine="torch", checkpoint="embedded"))
    expect(page.get_by_role("progressbar", name="Analysis")).to_be_visible()
    scans.cancel(library, scan)
    expect(page.get_by_role("progressbar", name="Analysis")).to_have_count(0)


def test_a_silent_connection_is_given_up(page: Page, app: App, library: Library) -> None:
    """A connection that is silent for long is opened again: the machine slept, or the line broke without a close."""
    requests: list[str] = []

    def between(socket: WebSocketRoute) -> None:
        requests.append(socket.url)
        if len(requests) > 1:
            socket.connect_to_server()

    page.route_web_socket(HEARS, between)
    page.clock.install()
    page.goto(app.address)
    until(page, lambda: len(requests) == 1)
    wait_until_drawn(page)
    page.clock.run_for(50_000)
    shows_what_comes(page, library)
    assert len(requests) == 2


def test_what_a_component_asks_for_takes_no_click_away(page: Page, app: App, library: Library) -> None:
    """A component asks for a run of the page just after a click on Open: the film is opened nevertheless."""
    film = library_builder.film(library, CARPHONE, ["happy", None, "sad"])
    for milliseconds in (0, 20):
        page.goto(app.address)
        button = film_row(page, CARPHONE).get_by_role("button", name="Open")
        expect(button).to_be_visible()
        wait_until_drawn(page)
        button.evaluate(
            """(button, milliseconds) => {
                button.click();
                setTimeout(() => window.filmUploads.view?.changed(), milliseconds);
            }""",
            milliseconds,
        )
        expect(page.get_by_role("heading", name=film.name)).to_be_visible()
        expect(page.get_by_role("group", name="Emotion timeline")).to_be_visible()
