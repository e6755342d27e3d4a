"""`python -m tests.benchmarks.in_step`: how near both players of the Compare page are to each other while they play.

Two cuts of one footage are written, whose pictures carry the number of their frame: the second begins later, lacks
three seconds and has two new ones. Chromium opens the page and plays them for a minute; ten times a second both are
read. Told are the time from the navigation until both first pictures are there, and by how many frames the pictures
differed wherever both cuts show the same footage.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
import typer
from numpy.typing import NDArray
from playwright.sync_api import Page, sync_playwright

from emotion_core.install.operating_system import BROWSERS
from emotion_core.library import Library
from tests.benchmarks.watched import machine
from tests.browser.conftest import FLAGS
from tests.support import library_builder
from tests.support.app_server import serving
from tests.support.films import BITS, numbered, write_film
from tests.support.planted_footage import synthetic_takes
from tests.support.player_page import PATIENCE, READ

RATE = 25
"""Frames a second of written films."""
FOOTAGE = 80 * RATE
SHOWN = (
    np.arange(0, 75 * RATE),
    np.r_[RATE : 20 * RATE, 23 * RATE : 40 * RATE, 75 * RATE : 77 * RATE, 40 * RATE : 75 * RATE],
)
NEW = (36.0, 38.0)
"""Seconds of the second cut that are not in the first."""
MARGIN = 0.5
"""Seconds after a splice in which the film that is sought may still be on its way: told apart."""
SPLICES = (0.0, 19.0, 36.0, 38.0)


PICTURE = """video => new Promise(done => {
    const there = () => video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? done() : setTimeout(there, 10);
    there();
})"""
"""Waits until a video has a picture."""


class Sample(NamedTuple):
    """Both pictures at one moment."""

    seconds: float
    """Of the second cut."""
    frames: int
    """By how many frames of the footage the second cut is ahead."""


def sampled(page: Page, seconds: float) -> list[Sample]:
    """What both players show, ten times a second, while they play."""
    found = page.locator(".pair").evaluate(
        f"""async (pair, seconds) => {{
            const [first, second] = pair.querySelectorAll("video");
            const read = {READ}, found = [], end = performance.now() + 1000 * seconds;
            while (performance.now() < end) {{
                found.push([second.currentTime, read(second) - read(first)]);
                await new Promise(done => setTimeout(done, 100));
            }}
            return found;
        }}""",
        seconds,
    )
    numbers = 1 << BITS
    return [Sample(at, (ahead + numbers // 2) % numbers - numbers // 2) for at, ahead in found]


def told(name: str, ahead: NDArray[np.int64]) -> None:
    off = np.abs(ahead)
    print(
        f"{name:44} {len(off):4} moments, within one frame {np.mean(off <= 1):6.1%}, "
        f"median {np.median(off):.0f}, 99 % within {np.quantile(off, 0.99):.0f}, most {off.max()}"
    )


def measured(address: str, link: str, browser_file: str | None, seconds: float) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_file, args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        for which in ("first", "again"):
            begun = time.monotonic()
            page.goto(f"{address}{link}")
            for video in (page.locator(".pair video").nth(0), page.locator(".pair video").nth(1)):
                video.wait_for(timeout=PATIENCE)
                video.evaluate(PICTURE)
            print(f"open until both first pictures, {which}: {time.monotonic() - begun:.2f} s")
        slider = page.get_by_role("slider", name="Place in the second film")
        slider.fill("0")
        page.wait_for_timeout(2_000)
        page.keyboard.press("l")
        samples = [sample for sample in sampled(page, seconds) if not NEW[0] - 0.1 <= sample.seconds < NEW[1] + 0.1]
        browser.close()
    at = np.array([sample.seconds for sample in samples])
    ahead = np.array([sample.frames for sample in samples])
    near = np.any([(at >= splice - 0.1) & (at < splice + MARGIN) for splice in SPLICES], axis=0)
    told("in step", ahead[~near])
    if near.any():
        told(f"the first {MARGIN:g} s after a splice or the start", ahead[near])


def main(seconds: Annotated[float, typer.Option(help="How long both play.")] = 60.0) -> None:
    print(machine())
    browser_file = next(filter(None, map(shutil.which, BROWSERS)), None)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "home")
        (layouts,) = synthetic_takes(1, FOOTAGE, 4)
        pictures = list(numbered(FOOTAGE, 640, 384))
        library = Library.open(home)
        cuts = [
            library_builder.timed(
                library,
                write_film(Path(folder, f"cut {number}.mp4"), (pictures[i] for i in shown)),
                [int(second * RATE) for second in SPLICES[1:]] if number else (),
                layouts[shown],
            )
            for number, shown in enumerate(SHOWN)
        ]
        del pictures
        with serving(home) as address:
            measured(address, f"/compare?before={cuts[0].id}&after={cuts[1].id}", browser_file, seconds)


if __name__ == "__main__":
    typer.run(main)
