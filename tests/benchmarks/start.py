"""`python -m tests.benchmarks.start CLIP --before CHECKOUT`: how soon numbers of a short clip are there, in two builds.

Measured in turn, medians of so many rounds, each with its ratio:

- `help`, `message`: the command line where no model is needed;
- `analyze`: from the start of its process to the CSV, with the engine known and no process left from before;
- `first`: the same in a library that is a moment old, where an engine is tried first;
- `app`: the server's start, its first page in a browser that is open already, and the time from the last byte of an
  upload until the scenes' numbers are on the page; of the first upload in the moment in which the first page is there,
  of a second one, whose model may be in memory, and of the first one to a page that has been open for 5 s: an editor
  chooses a file first.

CHECKOUT is the root of another build, run by the same Python. CPU seconds and memory are of all processes of the
library, looked at twenty times a second.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import psutil
import typer
from playwright.sync_api import Page, sync_playwright

from emotion_core.install.operating_system import BROWSERS
from emotion_core.settings import EngineName, ScanSettings, to_json
from tests.benchmarks.watched import machine
from tests.browser.conftest import FLAGS
from tests.support.app_server import free_port
from tests.support.repository import ROOT
from tests.support.upload_client import Client

LOOK = 0.05
"""Seconds between two looks at the processes."""
PSS_EVERY = 0.25
"""Seconds between two looks at their memory, each of which walks all of it."""
PATIENCE = 180
"""Seconds after which something has hung."""
ANOTHER = 1000
"""Bytes that make another film of a copy; more than there are films in a run."""
CHOOSING = 5.0
"""Seconds that an editor needs to choose a file."""
MEASURES = ("help", "message", "analyze", "first", "app")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took."""

    seconds: float
    cpu: float
    """Seconds of processor time of all processes of the library."""
    peak: float
    """Their proportional set size at its highest, MB."""


class Family(threading.Thread):
    """All processes whose library is `home`, watched until `end`."""

    def __init__(self, home: Path) -> None:
        super().__init__(daemon=True)
        self._home, self._over = str(home), threading.Event()
        self._cpu: dict[int, float] = {}
        self._foreign: set[int] = set()
        self.peak = 0.0
        self.start()

    @property
    def cpu(self) -> float:
        return sum(self._cpu.values())

    def members(self) -> list[psutil.Process]:
        """Those that live."""
        living = []
        for process in psutil.process_iter():
            if process.pid in self._foreign:
                continue
            try:
                if process.environ().get("EMOTION_HOME") == self._home:
                    living.append(process)
                elif time.time() - process.create_time() > 1:  # a younger one may be between fork and exec
                    self._foreign.add(process.pid)
            except psutil.Error:
                continue
        return living

    def run(self) -> None:
        measured = 0.0
        while not self._over.wait(LOOK):
            memory, measures = 0, time.monotonic() - measured > PSS_EVERY
            for process in self.members():
                with contextlib.suppress(psutil.Error):
                    times = process.cpu_times()
                    self._cpu[process.pid] = times.user + times.system
                    memory += process.memory_full_info().pss if measures else 0
            if measures:
                measured, self.peak = time.monotonic(), max(self.peak, memory / 1e6)

    def end(self) -> None:
        self._over.set()
        self.join()

    def wait_until_gone(self) -> None:
        """A worker stays for a while after its last job."""
        until = time.monotonic() + PATIENCE
        while self.members():
            if time.monotonic() > until:
                raise SystemExit(f"Processes of {self._home} do not end.")
            time.sleep(0.2)


@dataclass(frozen=True, slots=True)
class Build:
    """A checkout, and a library for it in which its engine is known."""

    root: Path
    home: Path

    def environment(self, home: Path) -> dict[str, str]:
        return {**os.environ, "EMOTION_HOME": str(home), "HF_HUB_CACHE": str(home / "hub"), "PYTHONPATH": ""}

    def command(self, home: Path, *words: str) -> Cost:
        """Run `python -m emotion_core WORDS`; the processes it leaves are waited for, which does not count."""
        family = Family(home)
        started = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "emotion_core", *words],
            cwd=self.root, env=self.environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        _, trouble = process.communicate(timeout=PATIENCE)
        seconds = time.monotonic() - started
        if words[0] == "analyze" and "--csv" in words and not Path(words[-1]).exists():
            raise SystemExit(f"{self.root}: {trouble.decode()}")
        family.wait_until_gone()
        family.end()
        return Cost(seconds, family.cpu, family.peak)

    def analyze(self, home: Path, film: Path, engine: EngineName = "default") -> Cost:
        """From the start of the command to its CSV."""
        csv = film.with_suffix(".csv")
        csv.unlink(missing_ok=True)
        words = ("--checkpoint", "embedded", "--engine", engine, "--csv", str(csv))
        return self.command(home, "analyze", str(film), *words)

    @contextlib.contextmanager
    def app(self, home: Path) -> Iterator[str]:
        """The address of the app of this build, once its server answers."""
        port = free_port()
        command = [
            sys.executable, "-m", "streamlit", "run", "app.py",
            f"--server.port={port}", "--server.headless=true",
        ]  # fmt: skip
        with (home / "app.log").open("ab") as log:
            process = subprocess.Popen(
                command, cwd=self.root, env=self.environment(home), stdout=log, stderr=subprocess.STDOUT
            )
        try:
            wait_for_answer(process, port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(PATIENCE)


def wait_for_answer(process: subprocess.Popen[bytes], port: int) -> None:
    """Until a server of Streamlit answers. Raises SystemExit where it does not."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2):
            return
        time.sleep(0.02)
    raise SystemExit("The app did not answer.")


def main(
    clip: Annotated[Path, typer.Argument(help="A film of about 20 seconds.")],
    before: Annotated[Path | None, typer.Option(help="The root of another build's checkout.")] = None,
    rounds: Annotated[int, typer.Option(min=1)] = 3,
    only: Annotated[str, typer.Option(help=f"Some of {', '.join(MEASURES)}, joined by commas.")] = ",".join(MEASURES),
) -> None:
    """Print a line for each thing measured."""
    costs: dict[tuple[str, str], list[Cost]] = defaultdict(list)
    measures = only.split(",")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        builds = {"now": Build(ROOT, folder / "now")}
        if before is not None:
            builds = {"before": Build(before.resolve(), folder / "before"), **builds}
        if {"analyze", "app"} & set(measures):
            for build in builds.values():
                build.analyze(build.home, copy_of(clip, folder, 0))  # the engine is tried and the code is compiled
        number = 0
        for _ in range(rounds):
            for measure in measures:
                for called, build in builds.items():
                    number += 1
                    film = copy_of(clip, folder, number)
                    for part, cost in _measure(measure, build, folder, film):
                        costs[part, called].append(cost)
                        typer.echo(f"{called:7} {part:46} {json.dumps(asdict(cost))}", err=True)
                    film.unlink()
    print(f"Medians of {rounds} on {machine()}:\n")
    print(f"| {'':46} | before, s | now, s | ratio | before, CPU s | now, CPU s | before, MB | now, MB |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for part in dict.fromkeys(part for part, _ in costs):
        print(_row(part, costs[part, "before"], costs[part, "now"]))


def _row(part: str, before: list[Cost], now: list[Cost]) -> str:
    def median(costs: list[Cost], of: Callable[[Cost], float]) -> float:
        return statistics.median(map(of, costs)) if costs else float("nan")

    seconds = [median(costs, lambda cost: cost.seconds) for costs in (before, now)]
    cpu = [median(costs, lambda cost: cost.cpu) for costs in (before, now)]
    peak = [median(costs, lambda cost: cost.peak) for costs in (before, now)]
    return (
        f"| {part:46} | {seconds[0]:.2f} | {seconds[1]:.2f} | {seconds[1] / seconds[0]:.3f} "
        f"| {cpu[0]:.1f} | {cpu[1]:.1f} | {peak[0]:.0f} | {peak[1]:.0f} |"
    )


def copy_of(clip: Path, folder: Path, number: int) -> Path:
    """The same film with other bytes at its end, so that it has not been analysed yet."""
    path = folder / f"film {number}{clip.suffix}"
    shutil.copy(clip, path)
    with path.open("ab") as file:
        file.write(b"\0" * number)
    return path


def _measure(measure: str, build: Build, folder: Path, film: Path) -> Iterator[tuple[str, Cost]]:
    match measure:
        case "help":
            yield "`--help`", build.command(build.home, "--help")
        case "message":
            yield "a message", build.command(build.home, "analyze", str(folder / "missing.mp4"))
        case "analyze":
            yield "analyze, engine known", build.analyze(build.home, film)
        case "first":
            home = Path(tempfile.mkdtemp(dir=folder))
            yield "first analysis of a library", build.analyze(home, film)
        case "app":
            yield from _app(build, film)
        case _:
            raise typer.BadParameter(f"{measure} is none of {', '.join(MEASURES)}")


def _app(build: Build, film: Path) -> Iterator[tuple[str, Cost]]:
    """Start, first page, and the time from an upload's last byte to numbers; then the same after a pause."""
    content = film.read_bytes()
    with _watched(build) as (family, seconds), _first_page(build, seconds) as (address, page):
        client = Client(address, build.home)
        seconds["app: last byte to numbers"] = _upload(client, page, film.name, content)
        page.goto(address)
        page.locator("[class*=st-key-film-]", has_text=film.name).first.wait_for()
        again = _upload(client, page, f"again, {film.name}", content + b"\0" * ANOTHER)
        seconds["app: last byte to numbers, again"] = again
    for part, took in seconds.items():
        yield part, Cost(took, family.cpu, family.peak)
    with _watched(build) as (family, seconds), _first_page(build, seconds) as (address, page):
        page.wait_for_timeout(CHOOSING * 1000)
        client = Client(address, build.home)
        took = _upload(client, page, f"later, {film.name}", content + b"\0" * 2 * ANOTHER)
    yield f"app: last byte to numbers, page open for {CHOOSING:.0f} s", Cost(took, family.cpu, family.peak)


@contextlib.contextmanager
def _watched(build: Build) -> Iterator[tuple[Family, dict[str, float]]]:
    """The processes of the library, whose end is waited for, and what was measured, by its name in seconds."""
    family = Family(build.home)
    yield family, {}
    family.wait_until_gone()
    family.end()


@contextlib.contextmanager
def _first_page(build: Build, seconds: dict[str, float]) -> Iterator[tuple[str, Page]]:
    """The address of an app that was just started, and its first page; `seconds` tells how long both took."""
    with _browser() as page:
        started = time.monotonic()
        with build.app(build.home) as address:
            seconds["app: server start"] = time.monotonic() - started
            asked = time.monotonic()
            page.goto(address)
            page.get_by_role("heading", name="Library").first.wait_for()
            page.locator("[class*=st-key-film-]").first.wait_for()
            seconds["app: first page"] = time.monotonic() - asked
            yield address, page


def _upload(client: Client, page: Page, name: str, content: bytes) -> float:
    """Seconds from the last byte of an upload until the scenes' numbers are on the page; `page` lists films."""
    settings = json.dumps(to_json(ScanSettings(checkpoint="embedded", level_faces=False)))  # as older builds do
    path = client.announce(len(content), name, settings=settings)
    client.send(path, 0, content[:-1], len(content) - 1)
    last = time.monotonic()
    client.send(path, len(content) - 1, content[-1:], 1)
    row = page.locator("[class*=st-key-film-]", has_text=re.compile(f"^{re.escape(name)}"))
    row.get_by_role("button", name=re.compile("Open|Look so far")).click()  # whichever comes first
    page.locator(".js-plotly-plot").first.wait_for()
    return time.monotonic() - last


@contextlib.contextmanager
def _browser() -> Iterator[Page]:
    with sync_playwright() as playwright:
        chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        page = browser.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        yield page
        browser.close()


if __name__ == "__main__":
    typer.run(main)
