"""No site frames the app's pages; they load nothing from elsewhere and make no link of a name."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import Page, expect

from emotion_core.library import Library
from tests.support import library_builder
from tests.support.app_server import App


def _answer(url: str) -> tuple[dict[str, str], bytes]:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return {name.lower(): value for name, value in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        return {name.lower(): value for name, value in error.headers.items()}, b""


@pytest.mark.parametrize("path", ["/", "/film", "/_stcore/health", "/api/media/none", "/nothing/here"])
def test_every_answer_carries_the_headers(path: str, app: App) -> None:
    """Pages, own routes and errors alike forbid framing, foreign sources and guessing of types."""
    headers, _ = _answer(app.address + path)
    policy = headers["content-security-policy"].split("; ")
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'self'" in policy
    assert not [source for rule in policy for source in rule.split()[1:] if "." in source or "*" in source]
    assert headers["x-content-type-options"] == "nosniff"


def test_no_foreign_host_may_message_the_app(app: App) -> None:
    """The list of origins whose messages a page obeys is empty."""
    _, body = _answer(f"{app.address}/_stcore/host-config")
    assert json.loads(body)["allowedOrigins"] == []


def test_no_page_can_frame_the_app(page: Page, app: App) -> None:
    """A page that frames the app, even from its own address, gets an empty frame."""
    frame = f"<iframe src='{app.address}'></iframe>"
    page.route("**/frames-it", lambda route: route.fulfill(body=frame, content_type="text/html"))
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        page.goto(f"{app.address}/frames-it")


def test_an_address_in_a_films_name_is_no_link(page: Page, app: App, library: Library) -> None:
    """A bare address in a name is shown as text, and no page breaks its own policy."""
    broken: list[str] = []
    page.on(
        "console", lambda message: broken.append(message.text) if "Content Security Policy" in message.text else None
    )
    film, _ = library_builder.recut(library)
    name = "www.example.com http://a.example/x me@b.example.mp4"
    with library.database() as database, database:
        database.execute("UPDATE films SET name = ? WHERE id = ?", (name, film.id))
    for path in ("/", f"/film?film={film.id}", "/compare"):
        page.goto(app.address + path)
        expect(page.get_by_text("www").first).to_be_visible()
        assert page.locator("a[href*='example'], a[href^='mailto']").count() == 0
    assert not [text for text in broken if "Content Security Policy" in text]
