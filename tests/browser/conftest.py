"""The real app on a free port with an empty library, and headless Chromium in front of it.

Without Chromium these tests fail: skipped, they would look as if the app worked.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, Request, expect, sync_playwright

from emotion_core.expression.engines import availability
from emotion_core.expression.selection import trial_store
from emotion_core.ingest.uploads import Uploads
from emotion_core.install.operating_system import BROWSERS
from emotion_core.jobs import scans
from emotion_core.library import Library
from emotion_core.storage import Home
from tests.support.app_server import App
from tests.support.networks import give_networks
from tests.support.shared_files import build_once

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--process-per-site",
)
STILL = """
const still = new CSSStyleSheet();
still.replaceSync(`*, *::before, *::after {
    animation-duration: 1ms !important; animation-iteration-count: 1 !important;
}`);
document.adoptedStyleSheets.push(still);
"""
"""Ends each animation at once. Streamlit's placeholders shimmer without end while a page loads: drawn without a GPU,
their 60 pictures a second take a third of a page's CPU seconds, and more the longer a busy machine takes to load it.
Transitions stay as they are: given to every element, however short, they would carry a new colour from each element to
those inside it one picture after the other, which takes more than ten CPU seconds where a page has charts.
"""
PATIENCE = 90_000
"""Milliseconds that anything on a page may take."""

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def app(networks: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app. Its library has compiled networks, and is empty before each file of tests; its default engine is fp32,
    which has not to be tried first.
    """
    folder = tmp_path_factory.mktemp("app")
    give_networks(networks, folder)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("EMOTION_HOME", str(folder))
        trial_store.set_user_default("torch")
    started = App(folder)
    started.start()
    yield started
    started.end()


@pytest.fixture
def library(app: App) -> Iterator[Library]:
    """The app's library; films and uploads of a test are gone after it."""
    yield Library.open(app.home)
    empty(app.home)


@pytest.fixture(scope="module")
def home(app: App) -> Iterator[Path]:
    """The folder in which the app keeps everything; films and uploads of a file of tests are gone after it."""
    yield app.home
    empty(app.home)


@pytest.fixture(scope="module")
def address(app: App, home: Path) -> str:
    """Where the app listens."""
    return app.address


def empty(home: Path) -> None:
    """Remove all films and uploads of the library in the folder `home`."""
    library, uploads = Library.open(home), Uploads(home)
    for film in library.films():
        scans.delete_film(library, film.id)
    for upload in [left.id for left in uploads.unfinished()] + [refused.id for refused in uploads.refusals()]:
        uploads.remove(upload)


@pytest.fixture
def ipex_tried(app: App, shared: Path) -> None:
    """The app knows whether Intel's extension can be imported here, which takes long: one process of a run tries it."""
    tried, known = Home(build_once(shared / "ipex tried", _try_ipex)).ipex_imports, Home(app.home).ipex_imports
    if tried.exists() and not known.exists():  # where the packages do not fit each other, nothing is imported
        known.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(tried, known)


def _try_ipex(home: Path) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("EMOTION_HOME", str(home))
        availability.package_unavailable()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright itself, of which a process has one."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> str | None:
    """Where Chromium lies; None for Playwright's own."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None and not Path(playwright.chromium.executable_path).exists():  # Playwright's own, on Ubuntu
        pytest.fail("There is no Chromium on this machine: install it (Debian: apt-get install chromium).")
    return found


@pytest.fixture(scope="session")
def browser(
    playwright: Playwright, chromium: str | None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """Headless Chromium with one profile, so that it fetches the app's scripts once and not at every test.

    Its first page is empty and stays open: one process then shows all pages of this machine, and keeps what it compiled
    of the scripts (a quarter of the CPU seconds of a film's page).
    """
    started = playwright.chromium.launch_persistent_context(
        tmp_path_factory.mktemp("profile"),
        executable_path=chromium,
        args=list(FLAGS),
        viewport={"width": 1440, "height": 1000},
        accept_downloads=True,
    )
    started.set_default_timeout(PATIENCE)
    started.add_init_script(f"{{{STILL}}}")
    (first,) = started.pages
    first.route("http://127.0.0.1/", lambda route: route.fulfill(content_type="text/html"))
    first.goto("http://127.0.0.1/")
    yield started
    started.close()


@pytest.fixture
def requested() -> list[str]:
    """Every address that the page asked for."""
    return []


@pytest.fixture
def page(browser: BrowserContext, requested: list[str]) -> Iterator[Page]:
    """A fresh window that knows no site. During the test no request may go to another host than this machine."""

    def note_request(request: Request) -> None:
        requested.append(request.url)

    def note_sockets(opened: Page) -> None:
        opened.on("websocket", lambda websocket: requested.append(websocket.url))

    browser.on("request", note_request)
    browser.on("page", note_sockets)
    yield browser.new_page()
    browser.set_offline(False)
    for opened in browser.pages[1:]:
        opened.close()
    _forget_sites(browser, {f"{url.scheme}://{url.netloc}" for url in map(urlsplit, requested) if url.netloc})
    browser.remove_listener("request", note_request)
    browser.remove_listener("page", note_sockets)
    elsewhere = [url for url in requested if urlsplit(url).hostname not in ("127.0.0.1", None)]
    assert not elsewhere, f"The page called other hosts: {elsewhere}"


def _forget_sites(browser: BrowserContext, origins: set[str]) -> None:
    """Remove cookies and all that pages stored; only the cache of files stays."""
    browser.clear_cookies()
    session = browser.new_cdp_session(browser.pages[0])
    kinds = "cookies,local_storage,indexeddb,service_workers,cache_storage"
    for origin in origins:
        session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": kinds})
    session.detach()
