"""`python -m tests.benchmarks.pages --before CHECKOUT`: the film's page of long films in Chromium, in two builds.

Films of so many scenes, two seconds each at 30 frames a second, whose scans are written by hand (long_library.py).
Of each, in turn, on a fresh server:

- `open, first` and `open, again`: from the navigation until the timeline is drawn, and the same once more;
- `next scene`: from a key (before: a button), or a click on a row or in the timeline, until the current scene's
  numbers and picture and the player are there; the bytes that come until a second of silence, without the video's;
- `playhead`: places that it takes a second while the film plays, and runs of the page meanwhile;
- `memory`: the server's proportional set size with three windows;
- `empty page`: from the navigation until an app of Streamlit that shows one word shows it, on a fresh server and once
  more: what no page of this app can be faster than.

CHECKOUT is the root of another build, run by the same Python.
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
from collections import defaultdict
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Annotated

import psutil
import typer
from playwright.sync_api import Browser, sync_playwright

from emotion_core.ingest import sample_cut
from emotion_core.install.operating_system import BROWSERS
from tests.benchmarks.film_window import DRIVERS, SCENE_SECONDS, Driver, Window
from tests.benchmarks.length import repeated
from tests.benchmarks.start import PATIENCE, Build, wait_for_answer
from tests.benchmarks.watched import machine
from tests.browser.conftest import FLAGS
from tests.support.app_server import free_port
from tests.support.repository import ROOT

REPEATS = 5
"""Next scenes a way, in one round."""

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
        windows[0].settle()
        yield "open, again, s", windows[0].open()
        for each in windows[1:]:
            each.open()
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
    with empty_app(build.home) as address:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        for when in ("first", "again"):
            started = time.monotonic()
            page.goto(address)
            page.locator("[data-testid=stMarkdown]").first.wait_for(state="attached")
            yield f"empty page, {when}, s", time.monotonic() - started
        context.close()


@contextlib.contextmanager
def empty_app(folder: Path) -> Iterator[str]:
    """The address of an app of Streamlit that shows one word."""
    script, port = folder / "empty_app.py", free_port()
    script.write_text('import streamlit\n\nstreamlit.write("word")\n')
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}", "--server.headless=true"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_answer(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENCE)


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
