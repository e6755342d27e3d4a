"""`python -m tests.benchmarks.sessions FILM`: eight browser windows that watch two analyses, beside none.

Prints how far behind a page is, how often it changes, and how much longer the analysis takes, in turn within one run.
FILM is analysed twice a round, once as it is and once with a byte more, so that one runs and one waits.
"""

from __future__ import annotations

import contextlib
import itertools
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import psutil
import typer
from playwright.sync_api import Browser, Page, sync_playwright

from emotion_core.jobs import events, scans
from emotion_core.library import Library
from emotion_core.settings import ScanSettings
from emotion_core.system.events import newest_progress
from tests.benchmarks import watched
from tests.browser.conftest import FLAGS
from tests.support.app_server import App

SETTINGS = ScanSettings(checkpoint="embedded")

# Notes in the page what the words above the bars say whenever they change; each bar has a root of its own.
NOTE = """() => {
    window.seen = [];
    const roots = new Set();
    let before = "";
    const looks = new MutationObserver(() => look());
    const watch = (root) => {
        if (roots.has(root)) return;
        roots.add(root);
        looks.observe(root, {subtree: true, childList: true, characterData: true});
    };
    const look = () => {
        const hosts = [...document.querySelectorAll("[data-testid=stBidiComponentIsolated]")];
        hosts.filter(host => host.shadowRoot).forEach(host => watch(host.shadowRoot));
        const lines = hosts.map(host => host.shadowRoot?.querySelector(".analysis:not([hidden]) .line")?.textContent);
        const words = lines.filter(line => line).join(" | ");
        if (words !== before) { window.seen.push([Date.now() / 1000, words]); before = words; }
    };
    watch(document.body);
    look();
}"""


@dataclass(frozen=True, slots=True)
class Watched:
    """One round with windows open."""

    seconds: float
    lags: list[float]
    """From when a number was written down until a page showed it, seconds."""
    gaps: list[float]
    """Between two changes of a page while the analysis went on, seconds."""
    server: float
    """Cores that the app's server took meanwhile, on average."""
    browser: float
    """Cores that the windows took: elsewhere they are other machines'."""


def main(
    film: Annotated[Path, typer.Argument(help="A film of some minutes.")],
    windows: int = 8,
    rounds: int = 3,
) -> None:
    """Print the figures."""
    print(watched.machine())
    alone: list[float] = []
    looked: list[Watched] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        for number in range(rounds):
            for with_windows in (False, True) if number % 2 == 0 else (True, False):
                with _two(film) as library:
                    if with_windows:
                        looked.append(_with_windows(library, browser, windows))
                    else:
                        alone.append(_to_its_end(library, _start_scan(library), {}))
            print(f"round {number + 1}: {alone[-1]:.1f} s alone, {looked[-1].seconds:.1f} s with windows", flush=True)
    lags, gaps = ([value for session in looked for value in getattr(session, what)] for what in ("lags", "gaps"))
    print(f"behind by, s: median {statistics.median(lags):.2f}, 99 % {_most(lags):.2f}, at most {max(lags):.2f}")
    print(f"changes every, s: median {statistics.median(gaps):.2f}, 99 % {_most(gaps):.2f}, at most {max(gaps):.2f}")
    session, other = statistics.median(alone), statistics.median(run.seconds for run in looked)
    server, browsers = (statistics.median(getattr(run, what) for run in looked) for what in ("server", "browser"))
    print(f"cores taken meanwhile: server {server:.2f}, windows {browsers:.2f}")
    print(f"analysis, s: {session:.1f} alone, {other:.1f} with {windows} windows; ratio {other / session:.3f}")


@contextlib.contextmanager
def _two(film: Path) -> Iterator[Library]:
    """A library of two films; their jobs are ended afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        again = Path(folder) / f"again{film.suffix}"
        shutil.copy(film, again)
        with again.open("ab") as file:
            file.write(b"\0")
        library = Library.open(Path(folder) / "home")
        for path in (film, again):
            library.refer_to(path)
        try:
            yield library
        finally:
            for each in library.films():
                scans.delete_film(library, each.id)


def _with_windows(library: Library, browser: Browser, windows: int) -> Watched:
    app = App(library.home)
    app.start()
    try:
        pages = [_window(browser, app.address) for _ in range(windows)]
        progress_seen = _looked_at(library, app, pages)
        for page in pages:
            page.context.close()
        return progress_seen
    finally:
        app.end()


def _window(browser: Browser, address: str) -> Page:
    """A fresh window that lists the films before any is analysed: what it shows later came by itself."""
    page = browser.new_context().new_page()
    page.goto(address)
    page.wait_for_selector("[class*=st-key-film-]")
    page.evaluate(NOTE)
    return page


def _start_scan(library: Library) -> str:
    """The scan that runs; that of the other film waits."""
    running, _waiting = (scans.start(library, film.id, SETTINGS) for film in library.films())
    return running


def _to_its_end(library: Library, scan: str, written: dict[int, float]) -> float:
    """Seconds from the first frame read to the end; notes in `written` when each number of frames was written down."""
    started_at = 0.0
    while scans.status(library, scan).active:
        for event in events.last(library.home, scan):
            if event["event"] == "progress":
                started_at = started_at or time.time()
                written.setdefault(event["frames"], time.time())
        time.sleep(0.05)
    return time.time() - started_at


def _looked_at(library: Library, app: App, pages: list[Page]) -> Watched:
    """An analysis with windows open, and what they showed of it."""
    server, here = psutil.Process(app.pid), psutil.Process()
    browser = [each for each in here.children(recursive=True) if "python" not in each.name()]  # not the worker's
    scan, written = _start_scan(library), dict[int, float]()
    while not newest_progress(events.last(library.home, scan)) and scans.status(library, scan).active:
        time.sleep(0.05)
    before = _processor_seconds([server]), _processor_seconds(browser)
    seconds = _to_its_end(library, scan, written)
    after = _processor_seconds([server]), _processor_seconds(browser)
    lags, gaps = [], []
    for page in pages:
        progress_seen = [(at, words) for at, words in page.evaluate("window.seen") if " frames" in words]
        gaps += [b[0] - a[0] for a, b in itertools.pairwise(progress_seen)]
        for at, words in progress_seen:
            number = next((int(w.replace(",", "")) for w in words.split() if w.replace(",", "").isdecimal()), None)
            if number in written:
                lags.append(max(0.0, at - written[number]))
    return Watched(seconds, lags, gaps, *((b - a) / seconds for a, b in zip(before, after, strict=True)))


def _processor_seconds(processes: list[psutil.Process]) -> float:
    seconds = 0.0
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            seconds += sum(process.cpu_times()[:2])
    return seconds


def _most(values: list[float]) -> float:
    return sorted(values)[int(0.99 * (len(values) - 1))]


if __name__ == "__main__":
    typer.run(main)
