"""The player on the Film page, in a real browser: pictures carry their frame number."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from emotion_core.library import Film, Library
from emotion_core.playback import proxies
from emotion_core.storage import Home, locked
from emotion_core.timecode import to_timecode
from tests.browser.library_page import wait_until_drawn
from tests.support import library_builder
from tests.support.films import FILM, NTSC, numbered, write_film
from tests.support.player_page import WITHIN, opened, press, shows

CUTS = (40, 71, 100)
FRAMES = 140
UNEVEN = [i * 40 + i // 3 * 80 for i in range(FRAMES)]
"""Milliseconds."""


def analysed(home: Path, path: Path) -> Film:
    """The film in the app's library, with a scan that knows its frames' times, and scenes at CUTS."""
    return library_builder.timed(Library.open(home), path, CUTS)


@pytest.fixture(scope="module")
def plain(home: Path, films: Path) -> Film:
    """An MP4 of 24000/1001 frames a second with B-frames: browsers play it as it is."""
    return analysed(home, write_film(films / "numbered.mp4", numbered(FRAMES), rate=FILM, timecode="01:00:00:00"))


@pytest.fixture(scope="module")
def uneven(home: Path, films: Path) -> Film:
    """An MP4 of variable frame rate without B-frames: every third frame stays three times as long."""
    film = write_film(films / "uneven.mp4", numbered(FRAMES), pts=UNEVEN, time_base=Fraction(1, 1000), b_frames=0)
    return analysed(home, film)


@pytest.fixture(scope="module")
def reordered(home: Path, films: Path) -> Film:
    """The same with B-frames, of which browsers show the wrong ones: they need a copy of it."""
    film = write_film(films / "reordered.mp4", numbered(FRAMES), pts=UNEVEN, time_base=Fraction(1, 1000))
    return analysed(home, film)


@pytest.fixture(scope="module")
def prores(home: Path, films: Path) -> Film:
    """ProRes of 30000/1001 frames a second, drop-frame from 00:59:58;00 on: browsers need a copy of it."""
    film = write_film(
        films / "numbered.mov", numbered(FRAMES), rate=NTSC, codec="prores_ks", pixel_format="yuv422p10le",
        timecode="00:59:58;00",
    )  # fmt: skip
    return analysed(home, film)


@pytest.mark.parametrize("kind", ["plain", "uneven", "reordered", "prores"])
def test_a_scene_is_shown_from_its_very_first_frame(
    page: Page, address: str, kind: str, request: pytest.FixtureRequest
) -> None:
    """Opened at a scene, and stepped from there, the picture on screen carries the number that the player says, and at
    an even rate its timecode. From the slider's end the last frame is shown, and a step further stays there.
    """
    film: Film = request.getfixturevalue(kind)
    player = opened(page, address, film, scene=3)
    shows(page, 71)
    for name, frame in (("One frame back", 70), ("One frame forward", 71), ("One frame forward", 72)):
        press(page, name)
        shows(page, frame)
    press(page, "The next scene")
    shows(page, 100)
    press(page, "First frame of the scene, or the scene before")
    shows(page, 71)
    if kind in ("uneven", "reordered"):  # it has no timecode of its own
        return
    shows_its_own_timecode(page, film)
    player.get_by_role("slider").fill(str(FRAMES - 1))
    shows(page, FRAMES - 1)
    press(page, "One frame forward")
    shows(page, FRAMES - 1)
    player.get_by_role("slider").press(",")
    shows(page, FRAMES - 2)


def shows_its_own_timecode(page: Page, film: Film) -> None:
    """Beside the picture stands the film's timecode, drop-frame where it counts so, also across a dropped number."""
    player = page.get_by_role("group", name="Player")
    media = film.media
    for frame in (71, 59, 60, 61):
        player.get_by_role("slider").fill(str(frame))
        shows(page, frame)
        expected = to_timecode(media.start_frame + frame, media.rate, drop_frame=media.drop_frame)
        expect(player.get_by_text(expected)).to_be_visible()
    expect(player.get_by_text("Scene 2")).to_be_visible()


LATE = """
const asked = HTMLVideoElement.prototype.requestVideoFrameCallback;
HTMLVideoElement.prototype.requestVideoFrameCallback = function (call) {
  return asked.call(this, (now, picture) => setTimeout(() => call(now, picture), 2000));
};
"""


def test_a_late_word_of_an_earlier_picture_changes_nothing(page: Page, address: str, plain: Film) -> None:
    """Where the browser reports pictures seconds late, as on a busy machine, the sought frame stays current."""
    page.add_init_script(LATE)
    player = opened(page, address, plain, scene=3)
    shows(page, 71)
    page.wait_for_timeout(3000)
    expect(player).to_have_attribute("data-frame", "71")
    for frame in (72, 73):
        press(page, "One frame forward")
        shows(page, frame)
    page.wait_for_timeout(3000)
    expect(player).to_have_attribute("data-frame", "73")


def test_a_page_drawn_anew_goes_on_to_the_frame_that_was_sought(page: Page, address: str, plain: Film) -> None:
    """Left before its picture came, the film is shown at the frame that was asked for, not at its first one."""
    page.route("**/api/media/*", lambda _: None)  # never answered
    player = opened(page, address, plain)
    expect(player).to_have_attribute("data-frame", "0")
    player.get_by_role("slider").fill("71")
    page.get_by_test_id("stTopNav").get_by_role("link", name="Library").click()
    card = page.locator("[class*='st-key-film-']").filter(has_text=plain.name)
    page.unroute("**/api/media/*")
    card.get_by_role("button", name="Open", exact=True).click()
    shows(page, 71)


def test_the_player_obeys_keys_and_the_page_and_plays_to_the_end(page: Page, address: str, plain: Film) -> None:
    """With the player in focus, or nothing, keys do what their buttons do, and J K L play. The film is not loaded again
    for it, and the chart stays as it is. Played, the film moves on by itself to its end and shows the last frame's
    number.
    """
    player = opened(page, address, plain, scene=2)
    shows(page, 40)
    player.focus()
    for key, frame in ((".", 41), ("ArrowRight", 42), (",", 41), ("ArrowLeft", 40)):
        page.keyboard.press(key)
        shows(page, frame)
    player.evaluate("player => player.blur()")
    for key, frame in (
        ("ArrowDown", 71),
        (".", 72),
        ("ArrowUp", 71),
        ("End", FRAMES - 1),
        ("Home", 0),
        ("ArrowDown", 40),
    ):
        page.keyboard.press(key)
        shows(page, frame)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys").get_by_text("Previous or next cut")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.keyboard.press("Home")  # all of the film is left to play: a busy machine may take seconds between two keys
    shows(page, 0)
    for key, speed in (("l", 1), ("l", 2), ("k", 1)):
        page.keyboard.press(key)
        assert page.locator("video").evaluate("video => video.playbackRate") == speed
    expect(player.get_by_role("button", name="Play", exact=True)).to_be_visible()
    page.keyboard.press("j")
    expect(player).to_have_attribute("data-frame", "0")
    expect(player.get_by_role("button", name="Play", exact=True)).to_be_visible()
    page.keyboard.press("ArrowDown")
    shows(page, 40)
    page.keyboard.press("Space")
    expect(player.get_by_role("button", name="Pause")).to_be_visible()
    page.keyboard.press("Space")
    expect(player.get_by_role("button", name="Play", exact=True)).to_be_visible()
    page.locator("video").evaluate(
        "video => { video.kept = true; window.loads = 0;video.addEventListener('loadstart', () => window.loads++); }"
    )
    chart = page.locator(".js-plotly-plot").first
    page.keyboard.press("ArrowDown")
    shows(page, 71)
    wait_until_drawn(page)
    chart.evaluate("chart => { chart.kept = true; }")
    press(page, "The next scene")
    shows(page, 100)
    press(page, "One frame forward")
    shows(page, 101)
    press(page, "Play")
    wait_until_drawn(page)
    expect(player).to_have_attribute("data-frame", str(FRAMES - 1))
    expect(player.get_by_role("button", name="Play", exact=True)).to_be_visible()
    assert page.locator("video").evaluate("video => video.kept") is True
    assert page.evaluate("window.loads") == 0
    assert page.locator(".js-plotly-plot").first.evaluate("chart => chart.kept") is True


def test_an_expired_link_is_renewed(page: Page, address: str, plain: Film) -> None:
    """Where the server refuses the link, the page gives another one by itself and the frame is shown."""
    refused: list[str] = []

    def refuse_once(route: Any) -> None:
        if len(refused) < 2:
            refused.append(route.request.url)
            route.fulfill(status=403, body="This link has expired.")
        else:
            route.continue_()

    page.route("**/api/media/*", refuse_once)
    opened(page, address, plain, scene=3)
    shows(page, 71)
    assert len(refused) == 2


@pytest.mark.parametrize("kind", ["media", "frames", "*"])
def test_a_link_refused_for_good_is_told(page: Page, address: str, plain: Film, kind: str) -> None:
    """Where new links are refused too, the player asks for a few and then says, as plain text, what the server said;
    once the server takes them, a page loaded anew shows the scene.
    """
    refused: list[str] = []

    def refuse(route: Any) -> None:
        refused.append(route.request.url)
        route.fulfill(status=403, body="You are <b>not</b> signed in.")

    page.route(f"**/api/{kind}/*", refuse)
    player = opened(page, address, plain, scene=2)
    expect(player.get_by_role("status")).to_have_text("You are <b>not</b> signed in.")
    so_far = -1
    while so_far != len(refused):  # those on their way still come
        so_far = len(refused)
        assert so_far <= 20, "it asks without end"
        page.wait_for_timeout(3_000)
    expect(player.get_by_role("status")).to_have_text("You are <b>not</b> signed in.")
    page.unroute(f"**/api/{kind}/*")
    page.reload()
    shows(page, 40)
    expect(player.get_by_role("status")).to_be_hidden()


def test_the_page_says_that_a_copy_is_being_made(page: Page, address: str, home: Path, films: Path) -> None:
    """While it is missing the page says so and why; as soon as it is there the player stands in its place."""
    film = analysed(
        home, write_film(films / "ten.mkv", numbered(FRAMES), codec="libx265", pixel_format="yuv420p10le",
                         options={"x265-params": "log-level=none"}),
    )  # fmt: skip
    with locked(Home(home).proxy_lock):
        page.goto(f"{address}/film?film={film.id}&scene=2")
        expect(page.get_by_text("A copy for the browser is being made")).to_be_visible(timeout=WITHIN)
        expect(page.get_by_text("HEVC does not play in every browser.")).to_be_visible()
        expect(page.locator("video")).to_have_count(0)
    expect(page.get_by_role("group", name="Player")).to_be_visible(timeout=WITHIN)
    expect(page.get_by_text("A copy for the browser")).to_have_count(0)
    shows(page, 40)
    assert proxies.status(Library.open(home), film).state == "ready"
