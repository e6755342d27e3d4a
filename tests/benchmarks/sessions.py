"""`python -m tests.benchmarks.sessions FILM`: eight browser windows that look at two analyses, beside nobody looking.

Prints how far behind a page is, how often it changes, and how much longer the analysis takes, in turn within one run.
FILM is analysed twice a round, once as it is and once with a byte more, so that one runs and one waits.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from playwright.sync_api import Browser, Page, sync_playwright

from emotion_core import jobs
from emotion_core.library import Library
from emotion_core.settings import ScanSettings
from tests.benchmarks import watched
from tests.browser.conftest import FLAGS
from tests.serving import serving

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


def main(
    film: Annotated[Path, typer.Argument(help="A film of some minutes.")],
    windows: int = 8,
    rounds: int = 3,
) -> None:
    """Print the figures."""
    print(watched.machine())
    alone, looked = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        for _ in range(rounds):
            with _two(film) as library:
                alone.append(_to_its_end(library, _begun(library), [], {}))
            with _two(film) as library, serving(library.home) as address:
                pages = [_window(browser, address) for _ in range(windows)]
                written: dict[int, float] = {}
                seconds = _to_its_end(library, _begun(library), pages, written)
                looked.append(_judged(seconds, pages, written))
                for page in pages:
                    page.context.close()
    lags, gaps = ([value for one in looked for value in getattr(one, what)] for what in ("lags", "gaps"))
    print(f"behind by, s: median {statistics.median(lags):.2f}, 99 % {_most(lags):.2f}, at most {max(lags):.2f}")
    print(f"changes every, s: median {statistics.median(gaps):.2f}, 99 % {_most(gaps):.2f}, at most {max(gaps):.2f}")
    one, other = statistics.median(alone), statistics.median(run.seconds for run in looked)
    print(f"analysis, s: {one:.1f} alone, {other:.1f} with {windows} windows; ratio {other / one:.3f}")


@contextlib.contextmanager
def _two(film: Path) -> Iterator[Library]:
    """A library of two films; whatever is done to them is ended afterwards."""
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
                jobs.delete_film(library, each.id)


def _window(browser: Browser, address: str) -> Page:
    """A window of its own that shows the films, before any is analysed: what it then shows came by itself."""
    page = browser.new_context().new_page()
    page.goto(address)
    page.wait_for_selector("[class*=st-key-film-]")
    page.evaluate(NOTE)
    return page


def _begun(library: Library) -> str:
    """The scan that runs; that of the other film waits."""
    running, _waiting = (jobs.start(library, film.id, SETTINGS) for film in library.films())
    return running


def _to_its_end(library: Library, scan: str, pages: list[Page], written: dict[int, float]) -> float:
    """Seconds from the first frame read to the end; notes in `written` when each number of frames was written down."""
    events, begun = library.home / "jobs" / f"{scan}.events", 0.0
    while jobs.status(library, scan).active:
        for line in events.read_bytes().splitlines() if events.exists() else []:
            with contextlib.suppress(ValueError):
                said = json.loads(line)
                if said["event"] == "progress":
                    begun = begun or time.time()
                    written.setdefault(said["frames"], time.time())
        if pages:  # lets the driver breathe
            pages[0].wait_for_timeout(50)
        else:
            time.sleep(0.05)
    return time.time() - begun


def _judged(seconds: float, pages: list[Page], written: dict[int, float]) -> Watched:
    lags, gaps = [], []
    for page in pages:
        seen = [(at, words) for at, words in page.evaluate("window.seen") if " frames" in words]
        gaps += [b[0] - a[0] for a, b in itertools.pairwise(seen)]
        for at, words in seen:
            number = next((int(w.replace(",", "")) for w in words.split() if w.replace(",", "").isdecimal()), None)
            if number in written:
                lags.append(max(0.0, at - written[number]))
    return Watched(seconds, lags, gaps)


def _most(values: list[float]) -> float:
    return sorted(values)[int(0.99 * (len(values) - 1))]


if __name__ == "__main__":
    typer.run(main)
