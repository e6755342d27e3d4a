"""`python -m tests.benchmarks.pages --before CHECKOUT`: the film's page of long films in Chromium, in two builds.

Films of so many scenes, two seconds each at 30 frames a second, whose scans are written by hand (long_library.py).
Of each, in turn, on a fresh server:

- `open, first` and `open, again`: from the navigation until the timeline is drawn, in new windows;
- `next scene`: from a key (before: a button), or a click on a row or in the timeline, until the current scene's
  numbers and picture and the player are there; the bytes that come until a second of silence, without the video's;
- `playhead`: places that it takes a second while the film plays, and runs of the page meanwhile;
- `memory`: the server's proportional set size with three windows.

CHECKOUT is the root of another build, run by the same Python. Builds have other elements: `DRIVERS` says which.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from base64 import b64decode
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from emotion_core.ingest import sample_cut
from emotion_core.install.operating_system import BROWSERS
from tests.benchmarks.length import repeated
from tests.benchmarks.start import PATIENCE, Build
from tests.benchmarks.watched import machine
from tests.browser.conftest import FLAGS
from tests.support.repository import ROOT

SCENE_SECONDS = 2
SILENCE, PLAYED = 1.0, 3.0
"""Seconds without a byte after which nothing more comes; seconds of playing."""
REPEATS = 5
"""Next scenes a way, in one round."""

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


Values = dict[str, list[float]]


@contextlib.contextmanager
def served(build: Build) -> Iterator[tuple[str, psutil.Process]]:
    """The app of a build: its address, and its process."""
    with build.app(build.home) as address:
        port = f"--server.port={address.rsplit(':', 1)[1]}"
        yield (
            address,
            next(process for process in psutil.process_iter(["cmdline"]) if port in (process.info["cmdline"] or ())),
        )


def measured(build: Build, driver: Driver, film_id: str, scenes: int, browser: Browser) -> Iterator[tuple[str, float]]:
    """Everything of one build and film, by name."""
    with served(build) as (address, server):
        link = f"{address}/film?film={film_id}&scene=2"
        windows = [Window(browser, driver, link, scenes) for _ in range(3)]
        yield "open, first, s", windows[0].open()
        yield "open, again, s", windows[1].open()
        windows[2].open()
        for each in windows:
            each.settle()
        yield "memory, three windows, MB", server.memory_full_info().pss / 1e6
        for each in windows[1:]:
            each.context.close()
        window = windows[0]
        for turn in range(REPEATS):
            ways: dict[str, Callable[[], Callable[[], None]]] = {
                "key": partial(driver.following, window.page),
                "row": partial(driver.row, window.page, 3 + 2 * (turn % 2)),
                "timeline": partial(window.in_timeline, scenes // 2 + 5 * turn),
            }
            for way, prepared in ways.items():
                seconds, received = window.next_scene(prepared())
                yield f"next scene by {way}, s", seconds
                yield f"next scene by {way}, kB", received / 1e3
        moves, runs = window.play()
        yield "playhead, places a second", moves
        yield "playhead, runs of the page", runs
        window.context.close()


def main(
    before: Annotated[Path | None, typer.Option(help="The root of another build's checkout.")] = None,
    scenes: Annotated[list[int] | None, typer.Option(help="Scenes of a film; default 100, 500 and 2,000.")] = None,
    rounds: Annotated[int, typer.Option(min=1)] = 3,
) -> None:
    """Print a table of medians for each film."""
    checkouts = {"before": before.resolve()} if before is not None else {}
    checkouts["now"] = ROOT
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        part = Path(name) / "part.mp4"
        sample_cut.write(part, sample_cut.installed_pieces("cut"), rate=Fraction(30))
        print(f"Medians of {rounds} on {machine()}:")
        for count in scenes or [100, 500, 2000]:
            film = repeated(part, Path(name) / f"{count} scenes.mp4", Fraction(count * SCENE_SECONDS))
            builds = {called: Build(root, Path(name) / f"{called} {count}") for called, root in checkouts.items()}
            ids = {called: _library(build, film, count) for called, build in builds.items()}
            values: dict[str, Values] = defaultdict(lambda: defaultdict(list))
            for _ in range(rounds):
                for called, build in builds.items():
                    for what, value in measured(build, DRIVERS[called], ids[called], count, browser):
                        values[what][called].append(value)
                        typer.echo(f"{count:5} {called:7} {what:32} {value:10.2f}", err=True)
            print(f"\n| {count:,} scenes | before | now | ratio |\n| --- | --- | --- | --- |")
            for what, of in values.items():
                print(_row(what, of))
            film.unlink()
        browser.close()


def _library(build: Build, film: Path, scenes: int) -> str:
    """A library of this build with the film's analysis; the film's id."""
    build.home.mkdir()
    script = Path(__file__).with_name("long_library.py")
    done = subprocess.run(
        [sys.executable, "-P", str(script), str(build.home), str(film), str(scenes)],
        cwd=build.root, env={**os.environ, "PYTHONPATH": str(build.root)}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.strip()


def _row(what: str, of: Values) -> str:
    before, now = (statistics.median(of[called]) if of[called] else float("nan") for called in ("before", "now"))
    ratio = now / before if before else float("nan")
    return f"| {what} | {before:.2f} | {now:.2f} | {ratio:.3f} |"


if __name__ == "__main__":
    typer.run(main)
