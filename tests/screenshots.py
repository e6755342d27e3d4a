"""Make the pictures of the README and the guide: `python -m tests.screenshots`.

The app runs with a library that holds the sample cut and its re-cut, and headless Chromium looks at it.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from emotion_core.ingest import sample_cut
from emotion_core.jobs import scans
from emotion_core.library import Film, Library
from emotion_core.settings import ScanSettings
from tests.browser.conftest import FLAGS
from tests.support.app_server import serving
from tests.support.repository import ROOT
from tests.support.running_scans import wait_for

FOLDER = ROOT / "docs" / "images"
WIDTH = 1440
COLOURS = 256
"""Of a palette: a page with small pictures takes a quarter of the bytes that it has in full colour."""


def main() -> None:
    """Analyse both films, and write one picture of the film page and one of the Compare page."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder:
        cut, recut = analysed(Library.open(Path(folder)))
        with serving(Path(folder)) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
            page = browser.new_page(viewport={"width": WIDTH, "height": 1000})
            take(page, f"{address}/film?film={cut.id}&scene=3", "film-page.png", 1260)
            take(page, f"{address}/compare?before={cut.id}&after={recut.id}", "compare-page.png", 1100)
            browser.close()


def analysed(library: Library) -> tuple[Film, Film]:
    """The sample cut and its re-cut in `library`, analysed with the embedded checkpoint."""
    films = []
    for which in sample_cut.NAMES:
        film = sample_cut.make(library, which)
        state = wait_for(library, scans.start(library, film.id, ScanSettings(engine="torch", checkpoint="embedded")))
        if state.state != "done":
            raise SystemExit(f"The analysis of {film.name} ended as “{state.state}”.")
        films.append(film)
    cut, recut = films
    return cut, recut


def take(page: Page, address: str, name: str, height: int) -> None:
    """Write the upper `height` pixels of the page at `address` to docs/images."""
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.goto(address)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=90_000)
    expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=90_000)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=90_000)
    # Players show their first frames. The network is never idle on Compare, where both players ask for what follows.
    page.wait_for_timeout(6_000)
    picture = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    FOLDER.mkdir(exist_ok=True)
    # Median cut, the default, loses the colours of small marks: a label's green square turned black.
    picture.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(FOLDER / name, optimize=True)


if __name__ == "__main__":
    main()
