"""The real app on a free port with an empty library, and headless Chromium in front of it.

Without Chromium these tests fail: skipped, they would look as if the app worked.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from emotion_core.expression.selection import trial_store
from emotion_core.ingest.uploads import Uploads
from emotion_core.jobs import scans
from emotion_core.library.library import Library
from tests.serving import App, serving

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PATIENCE = 90_000
"""Milliseconds that anything on a page may take."""

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the app keeps everything; its default engine is fp32, which has not to be tried first."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("EMOTION_HOME", str(folder))
        trial_store.choose("torch")
    return folder


@pytest.fixture(scope="session")
def address(home: Path) -> Iterator[str]:
    """Where the app listens; it is ended afterwards."""
    with serving(home) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.fail("There is no Chromium on this machine: install it (Debian: apt-get install chromium).")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture
def requested() -> list[str]:
    """Every address that the page asked for."""
    return []


@pytest.fixture
def page(browser: Browser, requested: list[str]) -> Iterator[Page]:
    """A fresh window. Whatever the test does, no host but this machine may have been asked for anything."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, accept_downloads=True)
    context.set_default_timeout(PATIENCE)
    context.on("request", lambda request: requested.append(request.url))
    context.on("page", lambda one: one.on("websocket", lambda websocket: requested.append(websocket.url)))
    yield context.new_page()
    context.close()
    elsewhere = [url for url in requested if urlsplit(url).hostname not in ("127.0.0.1", None)]
    assert not elsewhere, f"The page called other hosts: {elsewhere}"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app with a library of its own."""
    started = App(tmp_path_factory.mktemp("app"))
    started.start()
    yield started
    started.end()


@pytest.fixture
def library(app: App) -> Iterator[Library]:
    """The app's library; films and uploads of a test are gone after it."""
    its = Library.open(app.home)
    yield its
    for film in its.films():
        for scan in its.scans(film.id):
            scans.cancel(its, scan.id)
        its.delete_film(film.id)
    uploads = Uploads(app.home)
    for left in uploads.unfinished():
        uploads.remove(left.id)
    for refused in uploads.refusals():
        uploads.remove(refused.id)
