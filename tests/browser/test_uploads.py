"""Films arrive whole through every kind of interruption: a real browser, the real app, a slowed line."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, Request, Route, expect

from emotion_core.ingest.uploads import Uploads
from emotion_core.library import Library
from emotion_core.storage import Home, locked
from tests.browser.library_page import (
    ARRIVES_WITHIN,
    arrived,
    close_amid_upload,
    content_id,
    drop_in,
    film_row,
    slowly,
    upload_row,
    wait_until_drawn,
)
from tests.support.app_server import App
from tests.support.clips import CARPHONE, clip

MEGABYTES = 12
SLOW = 400_000
"""Bytes a second: so slow that there is time to come between, on any machine."""
LIST = "**/api/uploads"
"""Asked for once the place for films is on the page."""


@pytest.fixture(scope="module", autouse=True)
def standing_queue(app: App) -> Iterator[None]:
    """No worker does the analyses of the films that arrive: tests of the journey follow those to their end."""
    with locked(Home(app.home).worker_lock):
        yield


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A film of many bytes: a clip with a box behind it that players pass over."""
    return padded(tmp_path / "A cut.mp4")


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A text that is called a film."""
    path = tmp_path / "shopping.mp4"
    path.write_text("milk, bread, apples\n" * 50)
    return path


def padded(path: Path, mark: int = 0) -> Path:
    """Films of other marks are other films."""
    size = MEGABYTES * 1_000_000
    with path.open("wb") as file:
        file.write(clip(CARPHONE).read_bytes())
        file.write(size.to_bytes(4, "big") + b"free" + bytes([mark]))
        file.truncate(clip(CARPHONE).stat().st_size + size)
    return path


def at_least(page: Page, name: str, percent: int) -> int:
    """Wait until so much of an upload was sent; how much it then is."""
    bar = upload_row(page, name).get_by_role("progressbar")
    expect(bar).to_be_visible()
    handle = bar.element_handle()
    far_enough = "([bar, least]) => Number(bar.getAttribute('aria-valuenow')) >= least"
    page.wait_for_function(far_enough, arg=[handle, percent], timeout=ARRIVES_WITHIN, polling=200)
    return int(bar.get_attribute("aria-valuenow") or 0)


def sendings(page: Page) -> list[Request]:
    """What the page sends to the uploads' route from now on."""
    sent: list[Request] = []

    def note(request: Request) -> None:
        if request.method in ("POST", "PATCH") and "/api/uploads" in request.url:
            sent.append(request)

    page.on("request", note)
    return sent


def test_an_upload_goes_on_after_a_pause_a_lost_connection_and_other_pages(
    page: Page, app: App, library: Library, large: Path
) -> None:
    """Paused it stands still and says so, and goes on from there. Without a network it says that it waits; with it
    back, it goes on by itself. It goes on on another page, leaving the app is asked about, and back on the Library it
    is shown again.
    """
    page.goto(app.address)
    slowly(page, SLOW)
    drop_in(page, large)
    at_least(page, large.name, 5)
    upload_row(page, large.name).get_by_role("button", name="Pause").click()
    expect(upload_row(page, large.name)).to_contain_text("Paused")
    stands = upload_row(page, large.name).inner_text()
    page.wait_for_timeout(1500)
    assert upload_row(page, large.name).inner_text() == stands
    paused_at = at_least(page, large.name, 5)
    upload_row(page, large.name).get_by_role("button", name="Go on").click()
    before = at_least(page, large.name, paused_at + 1)
    page.context.set_offline(True)
    expect(upload_row(page, large.name)).to_contain_text("No connection")
    page.context.set_offline(False)
    slowly(page, SLOW)
    before = at_least(page, large.name, before + 1)
    page.get_by_test_id("stTopNav").get_by_role("link", name="Compare").click()
    expect(page.get_by_role("heading", name="Compare")).to_be_visible()
    requests: list[str] = []

    def stay(dialog: Dialog) -> None:
        requests.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.close(run_before_unload=True)
    page.wait_for_timeout(500)
    assert requests == ["beforeunload"]
    page.get_by_test_id("stTopNav").get_by_role("link", name="Library").click()
    assert at_least(page, large.name, before + 1) > before
    slowly(page, -1)
    arrived(page, library, large)


def test_an_upload_goes_on_after_the_app_was_killed_and_its_link_expired(
    page: Page, app: App, library: Library, large: Path
) -> None:
    """The app is ended by kill -9 in the middle and started again: the upload goes on by itself. With tokens of another
    key the page fetches a new one by itself, and the upload goes on where it was: the film arrives, each byte where it
    belongs.
    """
    page.goto(app.address)
    slowly(page, SLOW)
    drop_in(page, large)
    before = at_least(page, large.name, 20)
    app.kill()
    expect(upload_row(page, large.name)).to_contain_text("No connection")
    app.start()
    expect(upload_row(page, large.name)).not_to_contain_text("No connection")
    at_least(page, large.name, before + 5)
    upload_row(page, large.name).get_by_role("button", name="Pause").click()
    (app.home / "links.key").unlink()
    slowly(page, -1)
    sent = sendings(page)
    upload_row(page, large.name).get_by_role("button", name="Go on").click()
    arrived(page, library, large)
    assert [request.method for request in sent] == ["PATCH"]


def test_what_a_closed_tab_left_is_thrown_away_or_goes_on(page: Page, app: App, library: Library, large: Path) -> None:
    """What a closed tab left is removed after a second click, from the page and from the disk. If it is not, a new tab
    lists what has arrived and what to do; the same file dropped in again continues from there.
    """
    context: BrowserContext = page.context
    page.goto(app.address)
    slowly(page, SLOW)
    drop_in(page, large)
    at_least(page, large.name, 5)
    close_amid_upload(page)
    second = context.new_page()
    second.goto(app.address)
    upload_row(second, large.name).get_by_role("button", name="Remove").click()
    expect(upload_row(second, large.name)).to_contain_text("Throw away")
    assert Uploads(app.home).unfinished()
    upload_row(second, large.name).get_by_role("button", name="Throw away").click()
    expect(upload_row(second, large.name)).to_have_count(0)
    with second.expect_response(LIST):  # what would be shown of it
        second.reload()
    expect(second.get_by_text("Drop in films")).to_be_visible()
    expect(upload_row(second, large.name)).to_have_count(0)
    assert Uploads(app.home).unfinished() == []
    slowly(second, SLOW)
    drop_in(second, large)
    at_least(second, large.name, 20)
    close_amid_upload(second)
    third = context.new_page()
    sent = sendings(third)
    third.goto(app.address)
    expect(upload_row(third, large.name)).to_contain_text(f"Drop in {large.name} again to go on")
    drop_in(third, large)
    arrived(third, library, large)
    assert [request.method for request in sent] == ["PATCH"]
    was_there = int(sent[0].headers["upload-offset"])
    assert was_there > 0.1 * large.stat().st_size
    assert int(sent[0].all_headers()["content-length"]) == large.stat().st_size - was_there


def test_a_file_that_is_no_film_is_refused_in_its_row(page: Page, app: App, library: Library, wrong: Path) -> None:
    """Who reloads the page before the message was read finds it there; dismissed, it does not come back; the next film
    is accepted.
    """
    page.goto(app.address)
    drop_in(page, wrong)
    expect(upload_row(page, wrong.name)).to_contain_text("shopping.mp4 cannot be opened as a film: it is a text.")
    page.reload()
    expect(upload_row(page, wrong.name)).to_contain_text("shopping.mp4 cannot be opened as a film: it is a text.")
    upload_row(page, wrong.name).get_by_role("button", name="Dismiss").click()
    expect(upload_row(page, wrong.name)).to_have_count(0)
    page.reload()
    drop_in(page, clip(CARPHONE))
    arrived(page, library, clip(CARPHONE))
    expect(upload_row(page, wrong.name)).to_have_count(0)


def test_a_film_is_dropped_anywhere_on_the_page_and_its_name_is_text(
    page: Page, app: App, library: Library, tmp_path: Path
) -> None:
    """A file let go of beside the place for it is taken all the same. A name that would be a picture with a script is
    shown letter by letter, as an upload and as a film.
    """
    name = "<img src=x onerror=document.title='taken'>.mp4"
    (tmp_path / name).write_bytes(clip(CARPHONE).read_bytes())
    page.goto(app.address)
    expect(page.get_by_text("Drop in films")).to_be_visible()
    slowly(page, 100_000)
    carried = page.evaluate_handle(
        """([name, content]) => {
            const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
            const carried = new DataTransfer();
            carried.items.add(new File([bytes], name));
            return carried;
        }""",
        [name, base64.b64encode(clip(CARPHONE).read_bytes()).decode()],
    )
    heading = page.get_by_role("heading", name="Library")
    heading.dispatch_event("dragover", {"dataTransfer": carried})
    expect(page.locator(".zone.over")).to_be_visible()
    heading.dispatch_event("drop", {"dataTransfer": carried})
    expect(page.locator(".zone.over")).to_have_count(0)
    expect(upload_row(page, name).get_by_text(name, exact=True)).to_be_visible()
    slowly(page, -1)
    arrived(page, library, tmp_path / name)
    assert page.locator("img[src=x]").count() == 0
    assert "taken" not in page.title()


def test_the_place_is_reached_by_keyboard_and_films_wait_for_right_settings(
    page: Page, app: App, library: Library
) -> None:
    """The button that opens the file chooser takes focus, has a name, and opens it. With a model that is not there
    nothing is sent, and the row says why; once it is right, it is.
    """
    page.on("filechooser", lambda _: None)  # from here on; asked for only below, they could come after the key
    with page.expect_response(LIST):  # once the page is drawn: while it comes together, focus may be lost
        page.goto(app.address)
    wait_until_drawn(page)
    place = page.get_by_label("Choose films")
    place.focus()
    expect(place).to_be_focused()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    assert chooser.value.is_multiple()
    page.get_by_text("The next film is read with").click()
    model = page.get_by_role("textbox", name="Model")
    model.fill("no/such-model")
    model.press("Enter")
    expect(page.get_by_test_id("stAlert")).to_contain_text("no/such-model")
    drop_in(page, clip(CARPHONE))
    expect(upload_row(page, CARPHONE)).to_contain_text("Waits until the model and sampling below are right.")
    assert Uploads(app.home).unfinished() == []
    model.fill("")
    model.press("Enter")
    arrived(page, library, clip(CARPHONE))


def test_a_film_that_changed_meanwhile_is_not_mixed(page: Page, app: App, library: Library, large: Path) -> None:
    """Exported again during a paused upload, the film counts as changed; dropped in again it is sent from its start."""
    page.goto(app.address)
    slowly(page, SLOW)
    drop_in(page, large)
    at_least(page, large.name, 5)
    upload_row(page, large.name).get_by_role("button", name="Pause").click()
    padded(large, mark=1)
    slowly(page, -1)
    upload_row(page, large.name).get_by_role("button", name="Go on").click()
    expect(upload_row(page, large.name)).to_contain_text("was changed or moved since it was chosen. Drop it in again.")
    drop_in(page, large)
    expect(film_row(page, large.name)).to_be_visible(timeout=ARRIVES_WITHIN)
    assert content_id(library.film(content_id(large)).path) == content_id(large)
    upload_row(page, large.name).get_by_role("button", name="Remove").click()
    upload_row(page, large.name).get_by_role("button", name="Throw away").click()
    expect(upload_row(page, large.name)).to_have_count(0)


def test_an_answer_that_was_lost_is_asked_for(page: Page, app: App, library: Library, wrong: Path) -> None:
    """The line breaks after the last byte: nothing is sent again, and the page learns what became of it."""
    sent: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method != "PATCH":
            route.continue_()
            return
        sent.append(route.request.url)
        route.fetch(timeout=ARRIVES_WITHIN)
        route.abort()

    page.goto(app.address)
    expect(page.get_by_text("Drop in films")).to_be_visible()
    page.route("**/api/uploads/*", lose)  # once the page is there: with a route the browser caches no file
    drop_in(page, wrong, clip(CARPHONE))
    arrived(page, library, clip(CARPHONE))
    expect(upload_row(page, wrong.name)).to_contain_text("shopping.mp4 cannot be opened as a film: it is a text.")
    assert len(sent) == len(set(sent)) == 2
