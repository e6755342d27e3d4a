"""The one moment of the film's page: in its address, for Python and in every view; pictures carry their number."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, WebSocket, expect

from emotion_core.library import Film, Library
from tests.browser.library_page import wait_until_drawn
from tests.support import library_builder
from tests.support.app_server import serving
from tests.support.films import FILM, numbered, write_film
from tests.support.player_page import opened, press, shows

CUTS = (40, 71, 100)
FRAMES = 150


@pytest.fixture(scope="module")
def film(home: Path, films: Path) -> Film:
    """An MP4 of 24000/1001 frames a second with four scenes."""
    path = write_film(films / "moments.mp4", numbered(FRAMES), rate=FILM, timecode="01:00:00:00")
    return library_builder.timed(Library.open(home), path, CUTS)


class Traffic:
    """What a page and the server tell each other over the WebSocket."""

    def __init__(self, page: Page) -> None:
        self.sent = 0
        self.received = 0
        page.on("websocket", self._listen)

    def settle(self, page: Page) -> None:
        """Wait until nothing more comes: on a busy machine the answer to an earlier run may still be on its way."""
        so_far = -1
        while so_far != self.received:
            so_far = self.received
            page.wait_for_timeout(1000)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", self._note_sent)
        socket.on("framereceived", self._note_received)

    def _note_sent(self, _payload: str | bytes) -> None:
        self.sent += 1

    def _note_received(self, payload: str | bytes) -> None:
        self.received += len(payload)


def in_address(page: Page) -> dict[str, str]:
    """The query of the page's address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def test_a_link_leads_to_its_frame_on_a_fresh_server(page: Page, home: Path, film: Film, address: str) -> None:
    """Paused, sought and chosen, the frame is in the address. That address, opened on a server that was just started,
    and under another cut list, shows that frame.
    """
    opened(page, address, film, scene=2)
    shows(page, 40)
    for _ in range(3):
        page.keyboard.press(".")
    shows(page, 43)
    expect(page).to_have_url(f"{address}/film?film={film.id}&scene=2&t=1.793")
    link = page.url.removeprefix(address)
    page.goto("about:blank")
    library = Library.open(home)
    library.undo(film.id)
    with serving(home) as fresh:
        page.goto(fresh + link)
        shows(page, 43)
        expect(page.get_by_role("group", name="Player").get_by_text("Scene 1")).to_be_visible()
        expect(page).to_have_url(f"{fresh}/film?film={film.id}&scene=1&t=1.793")
    library.redo(film.id)


def test_the_page_runs_on_rest_only_and_little_is_sent(page: Page, address: str, film: Film) -> None:
    """While the film plays, nothing is sent. Paused, or at another scene by key, what Streamlit draws of the scene runs
    once: within 20 kB, and neither player nor views are drawn again. Another tab keeps the moment in the address.
    """
    traffic = Traffic(page)
    player = opened(page, address, film, t=1.7)
    shows(page, 41)
    wait_until_drawn(page)
    expect(page.get_by_role("heading", name="Scene 2")).to_be_visible()
    page.wait_for_timeout(500)
    page.locator("[role=tabpanel] > *").first.evaluate("view => { view.kept = true; }")
    so_far = traffic.sent
    press(page, "Play")
    while int(player.get_attribute("data-frame") or 0) <= 75:
        page.wait_for_timeout(100)
    assert traffic.sent == so_far
    press(page, "Pause")
    expect(page.get_by_role("heading", name="Scene 3")).to_be_visible()
    page.wait_for_timeout(500)
    assert traffic.sent == so_far + 1

    traffic.settle(page)
    before = traffic.received
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("heading", name="Scene 4")).to_be_visible()
    page.wait_for_timeout(1000)  # the panel shows the scene before Python hears of it
    wait_until_drawn(page)
    assert 0 < traffic.received - before < 20_000
    assert traffic.sent == so_far + 2
    assert page.locator("[role=tabpanel] > *").first.evaluate("view => view.kept") is True

    page.get_by_role("tab", name="Heatmap").click()
    expect(page.get_by_role("tab", name="Heatmap")).to_have_attribute("aria-selected", "true")
    wait_until_drawn(page)
    assert in_address(page) == {"film": film.id, "scene": "4", "t": "4.171", "view": "Heatmap"}
    page.keyboard.press("ArrowUp")
    shows(page, 71)
    page.wait_for_timeout(500)
    assert in_address(page) == {"film": film.id, "scene": "3", "t": "2.961", "view": "Heatmap"}


def test_keys_undo_and_redo(page: Page, address: str, home: Path, film: Film) -> None:
    """Ctrl+Z takes the last correction back and Ctrl+Shift+Z makes it again, wherever the focus is but in a field; the
    player stays at its frame.
    """
    library = Library.open(home)
    opened(page, address, film, t=3)
    shows(page, 72)
    page.get_by_text("Correct this scene").click()
    page.get_by_role("button", name="Merge with the next").click()
    expect(page.get_by_role("button", name="Corrections (1)")).to_be_visible()
    wait_until_drawn(page)
    page.get_by_role("textbox", name="Name").focus()
    page.keyboard.press("Control+z")
    page.get_by_role("tab", name="Scenes", exact=True).focus()
    page.wait_for_timeout(500)
    assert library.edit_history(film.id).undo == "merge of scenes 3 and 4"
    page.keyboard.press("Control+z")
    expect(page.get_by_role("button", name="Corrections (1)")).to_have_count(0)
    wait_until_drawn(page)
    page.keyboard.press("Control+Shift+z")
    expect(page.get_by_role("button", name="Corrections (1)")).to_be_visible()
    shows(page, 72)
    assert library.undo(film.id)
