"""The Library page in a browser."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from emotion_core.ingest.uploads import Uploads
from emotion_core.library import Library

ANALYSED_WITHIN = 240_000
"""Milliseconds; ten seconds of small pictures, on a machine that may be busy."""
ARRIVES_WITHIN = 120_000
"""Milliseconds."""


def content_id(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def slowly(page: Page, speed: int) -> None:
    """What the page sends from now on goes at `speed` bytes a second; -1 lifts the limit."""
    _line(page, offline=False, speed=speed)


def close_amid_upload(page: Page) -> None:
    """Close a page while it sends. Its line is cut first: Chromium lifts the limit of a page that is closed, and until
    the page is gone the rest of a film may arrive.
    """
    _line(page, offline=True, speed=-1)
    expect(page.locator(".uploads")).to_contain_text("No connection")
    page.close()


def _line(page: Page, *, offline: bool, speed: int) -> None:
    session = page.context.new_cdp_session(page)
    line = {"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": speed}
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", line)


def drop_in(page: Page, *paths: Path) -> None:
    page.locator("input[type=file]").set_input_files(paths)


def upload_row(page: Page, name: str) -> Locator:
    """The row of an upload."""
    return page.locator(".uploads .row").filter(has_text=name)


def arrived(page: Page, library: Library, path: Path) -> None:
    """The film is in the library, every byte of it, and its upload has left the list."""
    expect(film_row(page, path.name)).to_be_visible(timeout=ARRIVES_WITHIN)
    expect(upload_row(page, path.name)).to_have_count(0)
    stored = library.film(content_id(path))
    assert content_id(stored.path) == stored.id
    assert path.name not in [left.name for left in Uploads(library.home).unfinished()]


def film_row(page: Page, name: str) -> Locator:
    """A film's box on the Library page."""
    return page.locator("[class*='st-key-film-']").filter(has_text=name)


def wait_until_drawn(page: Page) -> None:
    """Until the page is drawn: a click while it moves under the pointer goes astray."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
