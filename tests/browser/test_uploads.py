"""Films come in whole, whatever comes between: in a real browser, against the real app, over a slowed line."""

from __future__ import annotations

import base64
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Dialog, Locator, Page, Request, Route, expect

from emotion_core.ingest.uploads import Uploads
from emotion_core.library.library import Library
from tests import shelf
from tests.browser.test_journey import ANALYSED_WITHIN
from tests.clips import BIKES, CARPHONE, clip
from tests.serving import App

MEGABYTES = 24
SLOW = 800_000
"""Bytes a second: so slow that there is time to come between, on any machine."""
ARRIVES_WITHIN = 120_000
"""Milliseconds."""
LIST = "**/api/uploads"
"""Asked for once the place for films is on the page."""


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A film of many bytes: a clip with a box behind it that players pass over."""
    return padded(tmp_path / "A cut.mp4")


def padded(path: Path, mark: int = 0) -> Path:
    """Films of other marks are other films."""
    size = MEGABYTES * 1_000_000
    with path.open("wb") as file:
        file.write(clip(CARPHONE).read_bytes())
        file.write(size.to_bytes(4, "big") + b"free" + bytes([mark]))
        file.truncate(clip(CARPHONE).stat().st_size + size)
    return path


def content_id(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def slowly(page: Page, speed: int = SLOW) -> None:
    """What the page sends from now on goes at `speed` bytes a second; -1 lifts the limit."""
    session = page.context.new_cdp_session(page)
    line = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": speed}
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", line)


def drop_in(page: Page, *paths: Path) -> None:
    page.locator("input[type=file]").set_input_files(paths)


def upload(page: Page, name: str) -> Locator:
    """The row of an upload."""
    return page.locator(".uploads .row").filter(has_text=name)


def film(page: Page, name: str) -> Locator:
    """The row of a film in the library."""
    return page.locator("[class*='st-key-film-']").filter(has_text=name)


def at_least(page: Page, name: str, percent: int) -> int:
    """Wait until so much of an upload was sent; how much it then is."""
    bar = upload(page, name).get_by_role("progressbar")
    expect(bar).to_be_visible()
    handle = bar.element_handle()
    far_enough = "([bar, least]) => Number(bar.getAttribute('aria-valuenow')) >= least"
    page.wait_for_function(far_enough, arg=[handle, percent], timeout=ARRIVES_WITHIN)
    return int(bar.get_attribute("aria-valuenow") or 0)


def arrived(page: Page, library: Library, path: Path) -> None:
    """The film is in the library, every byte of it, and its upload has left the list."""
    expect(film(page, path.name)).to_be_visible(timeout=ARRIVES_WITHIN)
    expect(upload(page, path.name)).to_have_count(0)
    kept = library.film(content_id(path))
    assert content_id(kept.path) == kept.id
    assert path.name not in [left.name for left in Uploads(library.home).unfinished()]


def test_two_films_at_once_arrive_and_are_analysed(page: Page, app: App, library: Library) -> None:
    """Both have a row of their own while they are sent; their analyses begin by themselves, with what was chosen."""
    page.goto(app.address)
    expect(page.get_by_text("Drop in films")).to_be_visible()
    page.get_by_text("The next film is read with").click()
    page.get_by_role("spinbutton", name="Frames looked at").fill("1")
    page.get_by_role("spinbutton", name="Frames looked at").press("Enter")
    option = page.get_by_role("option", name="PyTorch fp32")  # no engine has to be tried for it
    while not option.is_visible():  # a page that is run anew meanwhile closes the list
        page.get_by_role("combobox", name="Engine").click()
        page.wait_for_timeout(1000)
    option.click()
    chosen = "({samples_per_second: often, engine}) => often === '1' && engine === 'torch'"
    page.wait_for_function(f"() => ({chosen})(window.filmUploads.settings)")  # until the page has heard of it
    slowly(page, 100_000)
    drop_in(page, clip(BIKES), clip(CARPHONE))
    for name in (BIKES, CARPHONE):
        expect(upload(page, name).get_by_role("progressbar")).to_be_visible()
    slowly(page, -1)
    for name in (BIKES, CARPHONE):
        arrived(page, library, clip(name))
        expect(film(page, name).get_by_role("button", name="Open")).to_be_visible(timeout=ANALYSED_WITHIN)
        (scan,) = library.scans(content_id(clip(name)))
        assert scan.settings.samples_per_second == 1
        assert scan.settings.engine == "torch"


def test_an_upload_is_paused_and_goes_on(page: Page, app: App, library: Library, large: Path) -> None:
    """Paused it stands still and says so; it goes on from there and arrives."""
    page.goto(app.address)
    slowly(page)
    drop_in(page, large)
    at_least(page, large.name, 5)
    upload(page, large.name).get_by_role("button", name="Pause").click()
    expect(upload(page, large.name)).to_contain_text("Paused")
    stands = upload(page, large.name).inner_text()
    page.wait_for_timeout(1500)
    assert upload(page, large.name).inner_text() == stands
    slowly(page, -1)
    upload(page, large.name).get_by_role("button", name="Go on").click()
    arrived(page, library, large)


def test_a_lost_connection_is_waited_for(page: Page, app: App, library: Library, large: Path) -> None:
    """Without a network the upload says that it waits; with it back, it goes on by itself."""
    page.goto(app.address)
    slowly(page)
    drop_in(page, large)
    at_least(page, large.name, 5)
    page.context.set_offline(True)
    expect(upload(page, large.name)).to_contain_text("No connection")
    page.context.set_offline(False)
    slowly(page, -1)
    arrived(page, library, large)


def test_a_killed_app_is_waited_for(page: Page, app: App, library: Library, large: Path) -> None:
    """The app is ended by kill -9 in the middle and started again: the film arrives, each byte where it belongs."""
    page.goto(app.address)
    slowly(page)
    drop_in(page, large)
    at_least(page, large.name, 10)
    app.kill()
    expect(upload(page, large.name)).to_contain_text("No connection")
    slowly(page, -1)
    app.start()
    arrived(page, library, large)


def test_after_the_tab_was_closed_the_same_file_goes_on(page: Page, app: App, library: Library, large: Path) -> None:
    """A new tab says what is there and what to do; the file dropped in again is sent from there on, not anew."""
    context: BrowserContext = page.context
    page.goto(app.address)
    slowly(page)
    drop_in(page, large)
    at_least(page, large.name, 20)
    page.close()
    again = context.new_page()
    sent: list[Request] = []
    again.on("request", lambda request: sent.append(request) if request.method in ("POST", "PATCH") else None)
    again.goto(app.address)
    expect(upload(again, large.name)).to_contain_text(f"Drop in {large.name} again to go on")
    drop_in(again, large)
    arrived(again, library, large)
    patches = [request for request in sent if "/api/uploads" in request.url]
    assert [request.method for request in patches] == ["PATCH"]
    was_there = int(patches[0].headers["upload-offset"])
    assert was_there > 0.1 * large.stat().st_size
    assert int(patches[0].all_headers()["content-length"]) == large.stat().st_size - was_there


def test_what_was_left_can_be_thrown_away(page: Page, app: App, library: Library, large: Path) -> None:
    """What a closed tab left is removed after a second click, from the page and from the disk."""
    context: BrowserContext = page.context
    page.goto(app.address)
    slowly(page)
    drop_in(page, large)
    at_least(page, large.name, 5)
    page.close()
    again = context.new_page()
    again.goto(app.address)
    upload(again, large.name).get_by_role("button", name="Remove").click()
    expect(upload(again, large.name)).to_contain_text("Throw away")
    assert Uploads(app.home).unfinished()
    upload(again, large.name).get_by_role("button", name="Throw away").click()
    expect(upload(again, large.name)).to_have_count(0)
    with again.expect_response(LIST):  # what would be shown of it
        again.reload()
    expect(again.get_by_text("Drop in films")).to_be_visible()
    expect(upload(again, large.name)).to_have_count(0)
    assert Uploads(app.home).unfinished() == []


def test_a_film_is_sent_while_other_pages_are_looked_at(page: Page, app: App, library: Library, large: Path) -> None:
    """The upload goes on on another page, leaving the app is asked about, and back on the Library it is shown again."""
    page.goto(app.address)
    slowly(page)
    drop_in(page, large)
    before = at_least(page, large.name, 5)
    page.get_by_test_id("stTopNav").get_by_role("link", name="Compare").click()
    expect(page.get_by_role("heading", name="Compare")).to_be_visible()
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.close(run_before_unload=True)
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    page.get_by_test_id("stTopNav").get_by_role("link", name="Library").click()
    assert at_least(page, large.name, before + 1) > before
    slowly(page, -1)
    arrived(page, library, large)


def test_a_file_that_is_no_film_is_refused_in_its_row(page: Page, app: App, library: Library, tmp_path: Path) -> None:
    """Its message is said once, in words; dismissed, it does not come back; the next film is taken."""
    wrong = tmp_path / "shopping.mp4"
    wrong.write_text("milk, bread, apples\n" * 50)
    page.goto(app.address)
    drop_in(page, wrong)
    expect(upload(page, wrong.name)).to_contain_text("shopping.mp4 cannot be opened as a film: it is a text.")
    upload(page, wrong.name).get_by_role("button", name="Dismiss").click()
    expect(upload(page, wrong.name)).to_have_count(0)
    page.reload()
    drop_in(page, clip(CARPHONE))
    arrived(page, library, clip(CARPHONE))
    expect(upload(page, wrong.name)).to_have_count(0)


def test_a_refusal_waits_for_its_reader(page: Page, app: App, library: Library, tmp_path: Path) -> None:
    """Who reloads the page before the message was read finds it there."""
    wrong = tmp_path / "shopping.mp4"
    wrong.write_text("milk, bread, apples\n" * 50)
    page.goto(app.address)
    drop_in(page, wrong)
    expect(upload(page, wrong.name)).to_contain_text("cannot be opened as a film: it is a text.")
    page.reload()
    expect(upload(page, wrong.name)).to_contain_text("cannot be opened as a film: it is a text.")


def test_a_name_is_text(page: Page, app: App, library: Library, tmp_path: Path) -> None:
    """A name that would be a picture with a script is shown letter by letter, as an upload and as a film."""
    name = "<img src=x onerror=document.title='taken'>.mp4"
    (tmp_path / name).write_bytes(clip(CARPHONE).read_bytes())
    page.goto(app.address)
    slowly(page, 100_000)
    drop_in(page, tmp_path / name)
    expect(upload(page, name).get_by_text(name, exact=True)).to_be_visible()
    slowly(page, -1)
    arrived(page, library, tmp_path / name)
    assert page.locator("img[src=x]").count() == 0
    assert "taken" not in page.title()


def test_films_wait_for_settings_that_are_right(page: Page, app: App, library: Library) -> None:
    """With a model that is not there nothing is sent, and the row says why; once it is right, it is."""
    page.goto(app.address)
    page.get_by_text("The next film is read with").click()
    model = page.get_by_role("textbox", name="Model")
    model.fill("no/such-model")
    model.press("Enter")
    expect(page.get_by_test_id("stAlert")).to_contain_text("no/such-model")
    drop_in(page, clip(CARPHONE))
    expect(upload(page, CARPHONE)).to_contain_text("Waits until the model and sampling below are right.")
    assert Uploads(app.home).unfinished() == []
    model.fill("")
    model.press("Enter")
    arrived(page, library, clip(CARPHONE))


def test_a_link_that_is_no_longer_good_is_renewed(page: Page, app: App, library: Library, large: Path) -> None:
    """With tokens of another key the page fetches a new one by itself, and the upload goes on where it was."""
    page.goto(app.address)
    slowly(page)
    drop_in(page, large)
    at_least(page, large.name, 10)
    upload(page, large.name).get_by_role("button", name="Pause").click()
    (app.home / "links.key").unlink()
    slowly(page, -1)
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.method in ("POST", "PATCH") else None)
    upload(page, large.name).get_by_role("button", name="Go on").click()
    arrived(page, library, large)
    assert [request.method for request in sent if "/api/uploads" in request.url] == ["PATCH"]


def test_a_film_that_changed_meanwhile_is_not_mixed(page: Page, app: App, library: Library, large: Path) -> None:
    """Exported again while its upload stood still, it is told so; dropped in again it is sent anew and arrives."""
    page.goto(app.address)
    slowly(page)
    drop_in(page, large)
    at_least(page, large.name, 5)
    upload(page, large.name).get_by_role("button", name="Pause").click()
    padded(large, mark=1)
    slowly(page, -1)
    upload(page, large.name).get_by_role("button", name="Go on").click()
    expect(upload(page, large.name)).to_contain_text("was changed or moved since it was chosen. Drop it in again.")
    drop_in(page, large)
    expect(film(page, large.name)).to_be_visible(timeout=ARRIVES_WITHIN)
    assert content_id(library.film(content_id(large)).path) == content_id(large)
    upload(page, large.name).get_by_role("button", name="Remove").click()
    upload(page, large.name).get_by_role("button", name="Throw away").click()
    expect(upload(page, large.name)).to_have_count(0)


def test_an_answer_that_was_lost_is_asked_for(page: Page, app: App, library: Library, tmp_path: Path) -> None:
    """The line breaks after the last byte: nothing is sent again, and the page learns what became of it."""
    wrong = tmp_path / "shopping.mp4"
    wrong.write_text("milk, bread, apples\n" * 50)
    sent: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method != "PATCH":
            route.continue_()
            return
        sent.append(route.request.url)
        route.fetch(timeout=ARRIVES_WITHIN)
        route.abort()

    page.route("**/api/uploads/*", lose)
    page.goto(app.address)
    drop_in(page, wrong, clip(CARPHONE))
    arrived(page, library, clip(CARPHONE))
    expect(upload(page, wrong.name)).to_contain_text("shopping.mp4 cannot be opened as a film: it is a text.")
    assert len(sent) == len(set(sent)) == 2


def test_bytes_that_are_known_are_opened(page: Page, app: App, library: Library, tmp_path: Path) -> None:
    """A film that was analysed before leads to its page, which says so, whatever was refused beside it."""
    shelf.film(library, CARPHONE, ["happy", "sad"])
    renamed = tmp_path / "Another name.mp4"
    renamed.write_bytes(clip(CARPHONE).read_bytes())
    page.goto(app.address)
    (tmp_path / "empty.mp4").touch()
    drop_in(page, tmp_path / "empty.mp4")
    expect(upload(page, "empty.mp4")).to_contain_text("empty.mp4 is empty.")
    drop_in(page, renamed)
    expect(page.get_by_text(f"These are the bytes of {CARPHONE}, which was found in the library.")).to_be_visible()
    expect(page.get_by_role("heading", name=CARPHONE)).to_be_visible()
    assert len(library.films()) == 1


def test_a_film_is_dropped_anywhere_on_the_page(page: Page, app: App, library: Library) -> None:
    """A file let go of beside the place for it is taken all the same."""
    page.goto(app.address)
    expect(page.get_by_text("Drop in films")).to_be_visible()
    carried = page.evaluate_handle(
        """([name, content]) => {
            const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
            const carried = new DataTransfer();
            carried.items.add(new File([bytes], name));
            return carried;
        }""",
        [CARPHONE, base64.b64encode(clip(CARPHONE).read_bytes()).decode()],
    )
    heading = page.get_by_role("heading", name="Library")
    heading.dispatch_event("dragover", {"dataTransfer": carried})
    expect(page.locator(".zone.over")).to_be_visible()
    heading.dispatch_event("drop", {"dataTransfer": carried})
    expect(page.locator(".zone.over")).to_have_count(0)
    arrived(page, library, clip(CARPHONE))


def test_the_place_is_reached_by_keyboard(page: Page, app: App, library: Library) -> None:
    """The button that opens the file chooser takes focus, has a name, and opens it."""
    page.on("filechooser", lambda _: None)  # from here on; asked for only below, they could come after the key
    with page.expect_response(LIST):  # once the page is drawn: while it comes together, focus may be lost
        page.goto(app.address)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    place = page.get_by_label("Choose films")
    place.focus()
    expect(place).to_be_focused()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    assert chooser.value.is_multiple()
