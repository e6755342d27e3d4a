"""A window of Chromium with the film's page, for `tests.benchmarks.pages`: when it is ready, and what it receives.

Builds have other elements: `DRIVERS` says which.
"""

from __future__ import annotations

import time
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.benchmarks.start import PATIENCE

SCENE_SECONDS = 2
SILENCE, PLAYED = 1.0, 3.0
"""Seconds without a byte after which nothing more comes; seconds of playing."""

DEEP = """
window.deep = (selector) => {
  const found = document.querySelector(selector);
  if (found) return found;
  window.shadows = (window.shadows ?? []).filter((host) => host.isConnected);
  const look = () => {
    for (const host of window.shadows) {
      const inside = host.shadowRoot.querySelector(selector);
      if (inside) return inside;
    }
    return null;
  };
  const inside = look();
  if (inside) return inside;
  window.shadows = [...document.querySelectorAll("*")].filter((element) => element.shadowRoot);
  return look();
};
window.shown = () => {  // the scene that the page shows beside the player
  for (const title of [deep(".panel h2"), ...document.querySelectorAll("h2, h3")]) {
    const scene = /^Scene (\\d+)/.exec(title?.textContent.trim() ?? "");
    if (scene) return Number(scene[1]);
  }
  return 0;
};
window.there = (before) => {  // whether the page shows another scene, and player and pictures are there
  const [scene, video] = [shown(), deep("video")];
  if (!scene || scene === before || !video || video.seeking || video.readyState < 2) return false;
  const inScene = Math.floor(video.currentTime / SECONDS) + 1 === scene;
  return inScene && ready(scene);
};
"""
"""Functions of the page. Components have shadow roots of their own."""


@dataclass(frozen=True, slots=True)
class Driver:
    """How a build's page is looked at and used."""

    timeline: str
    """What is there once the timeline is drawn."""
    ready: str
    """JavaScript of `scene`: whether its pictures are there too."""
    playhead: str
    plot: str
    """Where the timeline is clicked; scenes are equally wide in it."""
    following: Callable[[Page], Callable[[], None]]
    """Makes the step to the scene that follows."""
    row: Callable[[Page, int], Callable[[], None]]
    """Makes a click on a row near the top of the table or board of scenes, by its place from 0."""


def _row_of_table(page: Page, place: int) -> Callable[[], None]:
    """A row of Streamlit's table, which is drawn on a canvas."""
    canvas = page.locator('[data-testid="stDataFrame"] canvas').first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    at = box["x"] + 15, box["y"] + 38 + 56 * (place + 0.5)
    return lambda: page.mouse.click(*at)


def _row_of_browser(page: Page, place: int) -> Callable[[], None]:
    page.locator(".scenes .list").evaluate("(list) => list.scrollTo(0, 0)")  # it follows the film
    row = page.locator(f'.scenes [data-place="{place}"]')
    row.scroll_into_view_if_needed()
    page.wait_for_timeout(250)  # pictures of rows that came into view are asked for
    page.wait_for_function("[...deep('.scenes .list').querySelectorAll('img')].every((picture) => picture.complete)")
    box = row.bounding_box()
    assert box is not None
    at = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    return lambda: page.mouse.click(*at)


def _by_button(page: Page) -> Callable[[], None]:
    """The button beside the current scene: keys moved only the player."""
    button = page.locator(".st-key-scene-next button").first
    button.scroll_into_view_if_needed()
    return button.click


def _by_key(page: Page) -> Callable[[], None]:
    """The key for the next cut, pressed while no list has the focus."""
    page.evaluate(
        """() => {
          let element = document.activeElement;
          while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
          element.blur();
        }"""
    )
    return lambda: page.keyboard.press("ArrowDown")


DRIVERS = {
    "before": Driver(
        timeline=".st-key-film-timeline .cartesianlayer path",
        ready="document.querySelector('.stApp').dataset.testScriptState === 'notRunning'",
        playhead=".playhead.timeline > div:nth-child(2)",
        plot=".st-key-film-timeline .nsewdrag",
        following=_by_button,
        row=_row_of_table,
    ),
    "now": Driver(
        timeline=".st-key-film-timeline .cartesianlayer path",
        ready="[...(deep('.panel .strip')?.querySelectorAll('img') ?? [])].some((picture) => picture.complete)",
        playhead=".over .head",
        plot=".st-key-film-timeline .over",
        following=_by_key,
        row=_row_of_browser,
    ),
}


class Wire:
    """The bytes that a page receives, by the browser's own count, without those of the video."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.received, self.last = 0, time.monotonic()
        self._media: set[str] = set()
        session = context.new_cdp_session(page)
        session.on("Network.webSocketFrameReceived", self._frame)
        session.on("Network.responseReceived", self._response)
        session.on("Network.dataReceived", self._data)
        session.send("Network.enable")

    def _frame(self, event: dict[str, Any]) -> None:
        response = event["response"]
        payload = response["payloadData"]
        self._count(len(b64decode(payload)) if response["opcode"] == 2 else len(payload))

    def _response(self, event: dict[str, Any]) -> None:
        if event["type"] == "Media":
            self._media.add(event["requestId"])

    def _data(self, event: dict[str, Any]) -> None:
        if event["requestId"] not in self._media:
            self._count(event["encodedDataLength"])

    def _count(self, size: int) -> None:
        self.received, self.last = self.received + size, time.monotonic()

    def wait_for_silence(self, page: Page) -> None:
        until = time.monotonic() + PATIENCE
        self.last = time.monotonic()
        while time.monotonic() - self.last < SILENCE and time.monotonic() < until:
            page.wait_for_timeout(100)


class Window:
    """A browser's window with the film's page."""

    def __init__(self, browser: Browser, driver: Driver, address: str, scenes: int) -> None:
        self.context = browser.new_context(viewport={"width": 1440, "height": 900})
        self.page, self.driver, self.address, self.scenes = self.context.new_page(), driver, address, scenes
        self.page.set_default_timeout(PATIENCE * 1000)
        constants = f"const SECONDS = {SCENE_SECONDS}, ready = (scene) => {driver.ready};"
        self.page.add_init_script(f"{{ {constants} {DEEP} }}")
        self.wire = Wire(self.context, self.page)

    def open(self) -> float:
        """Seconds from the navigation until the timeline is drawn."""
        started = time.monotonic()
        self.page.goto(self.address)
        self.page.locator(self.driver.timeline).first.wait_for(state="attached")
        return time.monotonic() - started

    def settle(self) -> None:
        self.wait_for_scene(0)
        self.wire.wait_for_silence(self.page)

    def wait_for_scene(self, before: int) -> None:
        """Until another scene than `before` is there; looked at with each picture of the browser."""
        self.page.wait_for_function("(before) => there(before)", arg=before)

    def next_scene(self, act: Callable[[], None]) -> tuple[float, int]:
        """Seconds until another scene is there after `act`, and bytes received until all is still."""
        before, received = self.page.evaluate("() => shown()"), self.wire.received
        started = time.monotonic()
        act()
        self.wait_for_scene(before)
        seconds = time.monotonic() - started
        self.wire.wait_for_silence(self.page)
        return seconds, self.wire.received - received

    def in_timeline(self, scene: int) -> Callable[[], None]:
        """A click at the middle of a scene, once the pointer is there."""
        plot = self.page.locator(self.driver.plot).first
        plot.scroll_into_view_if_needed()
        box = plot.bounding_box()
        assert box is not None
        at = box["x"] + box["width"] * (scene - 0.5) / self.scenes, box["y"] + box["height"] / 2
        self.page.mouse.move(*at)
        self.page.wait_for_timeout(500)  # the build before takes a click where its hover has answered
        return lambda: self.page.mouse.click(*at)

    def play(self) -> tuple[float, int]:
        """Places of the playhead a second, and runs of the page, while the film plays."""
        self.page.locator(".player [data-does=play]").click()
        self.page.wait_for_timeout(500)
        moves, runs = self.page.evaluate(
            """async ([playhead, seconds]) => {
              const app = document.querySelector(".stApp");
              let [moves, runs, last] = [0, 0, ""];
              const watch = new MutationObserver(() => { runs += app.dataset.testScriptState === "running"; });
              watch.observe(app, { attributeFilter: ["data-test-script-state"] });
              const until = performance.now() + 1000 * seconds;
              while (performance.now() < until) {
                await new Promise(requestAnimationFrame);
                const place = deep(playhead)?.style.transform ?? "";
                moves += place !== last;
                last = place;
              }
              watch.disconnect();
              return [moves, runs];
            }""",
            [self.driver.playhead, PLAYED],
        )
        self.page.locator(".player [data-does=play]").click()
        return moves / PLAYED, runs
