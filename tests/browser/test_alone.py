"""What the app must not do in a browser, for any first page."""

from __future__ import annotations

from urllib.parse import urlsplit

import psutil
import pytest
from playwright.sync_api import Page, expect


@pytest.mark.parametrize("path", ["", "film", "compare", "live", "engines", "guide"])
@pytest.mark.usefixtures("ipex_tried")
def test_every_page_opens_first_and_calls_nobody(page: Page, address: str, requested: list[str], path: str) -> None:
    """Each address answers by itself with all pages in its menu, and asks this machine only."""
    page.goto(f"{address}/{path}")
    for name in ("Library", "Film", "Compare", "Live", "Engines", "Guide"):
        expect(page.get_by_test_id("stTopNav").get_by_role("link", name=name)).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert any(url.startswith("ws://127.0.0.1") for url in requested)


def test_it_listens_on_this_machine_only(address: str) -> None:
    """Started as the README says, the app has one listening socket, and that is 127.0.0.1's."""
    port = urlsplit(address).port
    listening = [connection for connection in psutil.net_connections("inet") if connection.status == psutil.CONN_LISTEN]
    (pid,) = {connection.pid for connection in listening if tuple(connection.laddr)[1:] == (port,)}
    app = psutil.Process(pid)
    family = {process.pid for process in (app, *app.children(recursive=True))}
    assert [tuple(connection.laddr) for connection in listening if connection.pid in family] == [("127.0.0.1", port)]


def test_an_address_of_no_film_is_one_message(page: Page, address: str) -> None:
    """An address with a film that is not here says so, without a traceback."""
    page.goto(f"{address}/film?film=nothing")
    expect(page.get_by_text("This film is not in the library.")).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
