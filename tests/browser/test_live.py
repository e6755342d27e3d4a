"""A viewer before the camera, which is Chromium's own and shows a clip of a face."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, Playwright, expect

from emotion_core.library import Film, Library
from tests.browser.conftest import FLAGS, PATIENCE
from tests.support.clips import CARPHONE, clip
from tests.support.face_clip import camera_flags, write_mjpeg

SOME = re.compile("[1-9][0-9]+")
"""At least ten."""
JPEG = b"JFIF"
"""What every JPEG of a browser has near its beginning."""


REFUSE_ONCE = """
const devices = navigator.mediaDevices, real = devices.getUserMedia.bind(devices);
devices.getUserMedia = () => { devices.getUserMedia = real; throw new DOMException("", "NotAllowedError"); };
"""
"""The first question for the camera is answered with no."""


@pytest.fixture
def window(playwright: Playwright, chromium: str | None, tmp_path: Path) -> Iterator[Page]:
    """A window of a browser with a camera; it may call this machine only."""
    flags = [*FLAGS, *camera_flags(write_mjpeg(tmp_path / "face.mjpeg")), "--mute-audio"]
    browser = playwright.chromium.launch(executable_path=chromium, args=flags)
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    page.set_default_timeout(PATIENCE)
    page.add_init_script(REFUSE_ONCE)
    called: list[str] = []
    page.on("request", lambda request: called.append(request.url))
    page.on("websocket", lambda socket: called.append(socket.url))
    yield page
    browser.close()
    assert [url for url in called if urlsplit(url).hostname not in ("127.0.0.1", None)] == []
    assert any("/api/live/" in url for url in called)


@pytest.fixture
def film(home: Path) -> Film:
    """Five seconds that browsers play as they are."""
    return Library.open(home).refer_to(clip(CARPHONE))


def begun(page: Page, address: str, film: Film) -> Locator:
    """The film beside the camera, after the notice."""
    page.goto(f"{address}/live?film={film.id}")
    opening = page.get_by_role("button", name="Open the camera")
    opening.click()
    expect(page.get_by_text("The camera stays off until you agree")).to_be_visible()
    page.get_by_text("I have read this").click()
    page.get_by_label("Name or initials").fill("A. B.")
    page.get_by_label("Name or initials").press("Enter")
    opening.click()
    return page.get_by_role("group", name="Film and camera")


def test_a_viewer_is_read_and_kept(window: Page, address: str, home: Path, film: Film) -> None:
    """Without permission the page says so, and goes on once it is given. Readings bear the times of the film's own
    pictures; the camera goes half-way and comes back; a part seen again counts once; kept, they are a viewer with what
    was agreed to. No picture of the camera is on the disk.
    """
    began = time.time()
    live = begun(window, address, film)
    expect(live.get_by_role("alert")).to_contain_text("does not let this page use the camera")
    live.get_by_role("button", name="Try again").click()
    expect(live).to_have_attribute("data-readings", SOME, timeout=240_000)
    expect(live.get_by_role("list", name="Expressions").get_by_role("listitem")).to_have_count(7)
    expect(live.locator(".box")).to_be_visible()

    movie = live.locator(".movie")
    movie.evaluate("movie => movie.play()")
    expect(movie).to_have_js_property("paused", False)
    window.wait_for_timeout(2500)
    live.evaluate("root => root.live.source.stream.getTracks()[0].dispatchEvent(new Event('ended'))")
    expect(live.get_by_role("alert")).to_contain_text("readings so far stay")
    expect(movie).to_have_js_property("paused", True)
    live.get_by_role("button", name="Try again").click()
    expect(movie).to_have_js_property("controls", True)
    movie.evaluate("movie => { movie.currentTime = 0.5; movie.play() }")
    expect(live.get_by_role("status")).to_contain_text("You saw this part before")

    expect(window.get_by_role("button", name="Keep as a viewer")).to_be_visible()  # the film has ended
    expect(window.get_by_text("only the first time counts")).to_be_visible()
    window.get_by_role("textbox", name="Name of a new screening").fill("<b>Preview</b>")
    window.get_by_role("textbox", name="Viewer's name or number").fill("7")
    window.get_by_role("textbox", name="Groups").fill("age: 18-29")
    window.get_by_role("button", name="Keep as a viewer").click()
    expect(window.get_by_text("7 is a viewer of this film now.")).to_be_visible()

    library = Library.open(home)
    (screening,) = library.screenings(film.id)
    (viewer,) = library.viewers(screening.id)
    assert (screening.name, viewer.name, viewer.kind, viewer.groups) == (
        "<b>Preview</b>",
        "7",
        "live",
        {"age": "18-29"},
    )
    assert viewer.consent is not None
    assert viewer.consent.given_by == "A. B."
    assert "camera" in viewer.consent.notice
    readings = library.viewer_readings(viewer.id)
    assert len(readings.seconds) >= 4, "on a machine that can hardly follow"
    assert readings.usable > 0.8 * len(readings.seconds)
    frames = readings.seconds * float(film.media.rate)
    np.testing.assert_allclose(frames, frames.round(), atol=0.05)
    assert (np.diff(readings.seconds) < -0.2).sum() == 1, "one jump back"
    assert not [file for file in written_since(began, home) if JPEG in file.read_bytes()]


def written_since(began: float, home: Path) -> list[Path]:
    """Files below `home`, and those in folders for temporary files of the app's processes, changed since `began`."""
    folders = [home, *Path(tempfile.gettempdir()).glob("emotion-work-*")]
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    return [file for file in files if file.stat().st_mtime >= began - 1]
