"""`python -m tests.benchmarks.live [--reference]`: a viewer before the camera, while a film plays beside it.

Prints readings a second, and how long after its picture a reading is on the page. Headless Chromium plays the sample
cut and has a camera that shows a clip of a face, 640 x 480 at 30 pictures a second. With --reference the model has the
reference model's architecture (ViT-B/16 at 224 px, 86 M parameters) with random weights, as costly.
The first opening tries engines and sizes, which takes minutes. Random weights answer much the same to every face: how
near they come at fewer pixels says nothing of a trained model.
"""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer
from playwright.sync_api import Page, expect, sync_playwright

from emotion_core.expression.checkpoints import REFERENCE, untrained
from emotion_core.expression.selection import trial_store
from emotion_core.ingest import sample_cut
from emotion_core.install.operating_system import BROWSERS
from emotion_core.library import Film, Library
from emotion_core.settings import EngineName
from tests.browser.conftest import FLAGS
from tests.support.app_server import serving
from tests.support.face_clip import camera_flags, write_mjpeg

OPENS_WITHIN = 600_000
"""Milliseconds: engines are tried the first time."""


def main(
    seconds: Annotated[float, typer.Option(help="Of the film that are measured.")] = 25.0,
    *,
    engine: Annotated[EngineName | None, typer.Option(help="The one to measure, without its trial only torch.")] = None,
    reference: Annotated[bool, typer.Option("--reference", help="A model of the reference's size.")] = False,
) -> None:
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        home = Path(name, "home")
        film = sample_cut.make(Library.open(home), "cut")
        if engine is not None:
            os.environ["EMOTION_HOME"] = str(home)
            trial_store.set_user_default(engine)
        if reference:
            put_reference(home / "hub")
        flags = [*FLAGS, *camera_flags(write_mjpeg(Path(name, "face.mjpeg"))), "--mute-audio"]
        with serving(home) as address:
            browser = playwright.chromium.launch(executable_path=chromium, args=flags)
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.set_default_timeout(OPENS_WITHIN)
            delays, words, spent = measured(page, address, film, seconds)
            browser.close()
    late = statistics.quantiles(delays, n=100)[-1]
    median = statistics.median(delays)
    print(f"{len(delays) / spent:.1f} readings a second; {median:.0f} ms behind the picture, 99 % within {late:.0f}")
    print(f"{words}; load before and after: {LOAD[0]:.1f}, {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


LOAD: list[float] = []
"""Of the machine, when the measurement began."""


def measured(page: Page, address: str, film: Film, seconds: float) -> tuple[list[float], str, float]:
    """Milliseconds from each picture to its numbers, the page's own figures, and the seconds that were measured."""
    page.goto(f"{address}/live?film={film.id}")
    page.get_by_text("I have read this").click()
    page.get_by_label("Name or initials").fill("A")
    page.get_by_label("Name or initials").press("Enter")
    page.get_by_role("button", name="Open the camera").click()
    live = page.get_by_role("group", name="Film and camera")
    expect(live.locator(".movie")).to_have_js_property("controls", True, timeout=OPENS_WITHIN)
    page.wait_for_timeout(3000)
    live.locator(".movie").evaluate("movie => movie.play()")
    page.wait_for_timeout(1000)
    LOAD.append(os.getloadavg()[0])
    began = time.monotonic()
    live.evaluate("root => { root.live.measured = []; }")
    page.wait_for_timeout(seconds * 1000)
    delays: list[float] = live.evaluate("root => root.live.measured")
    return delays, "; ".join(filter(None, live.locator(".figures, .size").all_inner_texts())), time.monotonic() - began


def put_reference(hub: Path) -> None:
    """Put a checkpoint of the reference's architecture, under its name, into a hub's cache."""
    cached = hub / f"models--{REFERENCE.replace('/', '--')}"
    folder = cached / "snapshots" / "random"
    folder.mkdir(parents=True)
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text("random")
    model, processor = untrained().load_model()
    model.save_pretrained(folder)
    processor.save_pretrained(folder)


if __name__ == "__main__":
    typer.run(main)
