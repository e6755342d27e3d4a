"""`python -m tests.benchmarks.open_compare`: how long Compare takes to open on two long cuts, in Chromium.

Two cuts are written as layouts, see aligning.py: shots trimmed, moved, left out and new. Their scans are written by
hand: a face on every fifteenth frame. The pictures are a short film again and again. Told are the seconds from the
navigation until both first pictures are there, until the list of changes is, and until the page's script has ended: on
a fresh server that never compared the two, once more, and after the server was started again.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from dataclasses import fields, replace
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from playwright.sync_api import Browser, sync_playwright

from emotion_core.ingest import sample_cut
from emotion_core.install.operating_system import BROWSERS
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.library import Film, Library
from emotion_core.media import Media
from emotion_core.observations import (
    CheckpointIdentity,
    EngineIdentity,
    Expression,
    Face,
    Layouts,
    Sample,
    Scores,
    Segment,
)
from emotion_core.playback import proxies
from emotion_core.processes.scan import keep_analysis
from emotion_core.settings import ReportSettings, ScanSettings, ShotSettings
from tests.benchmarks.aligning import RATE, film, recut
from tests.benchmarks.in_step import PICTURE
from tests.benchmarks.length import repeated
from tests.benchmarks.watched import machine
from tests.browser.conftest import FLAGS
from tests.support.app_server import serving
from tests.support.scans import even_scores, logits_of

SAMPLED, SEGMENT = 15, 1500
"""Frames from one that is looked at to the next, and frames of a segment."""
WAIT = 90_000


def main(
    minutes: Annotated[float, typer.Option(help="Length of the first cut.")] = 120.0,
    home: Annotated[Path | None, typer.Option(help="Keep the library here, and use it again.")] = None,
) -> None:
    """Print one line an opening."""
    print(f"Two cuts of {minutes:g} minutes on {machine()}:")
    with tempfile.TemporaryDirectory() as folder:
        root = home or Path(folder)
        root.mkdir(exist_ok=True)
        library = Library.open(root / "library")
        cuts = sorted(library.films(), key=lambda each: each.name) or written(library, root, minutes)
        link = f"/compare?before={cuts[0].id}&after={cuts[1].id}"
        for kept in library.home.glob("derived/*/with-*"):
            kept.unlink()
        with sync_playwright() as playwright:
            found = next(filter(None, map(shutil.which, BROWSERS)), None)
            browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
            for times in (("never compared", "again"), ("server started again", "again")):
                with serving(library.home) as address:
                    for which in times:
                        told(which, browser, address + link)


def told(which: str, browser: Browser, link: str) -> None:
    """Open the page in a window of its own, and print what it took."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    begun = time.monotonic()
    page.goto(link)
    for video in (page.locator(".pair video").nth(0), page.locator(".pair video").nth(1)):
        video.wait_for(timeout=WAIT)
        video.evaluate(PICTURE)
    pictures = time.monotonic() - begun
    page.locator(".changes .rows li").first.wait_for(timeout=WAIT)
    changes = time.monotonic() - begun
    page.get_by_role("heading", name="Scenes of both films").wait_for(timeout=WAIT)
    page.locator("[data-testid=stStatusWidget]").wait_for(state="detached", timeout=WAIT)
    whole = time.monotonic() - begun
    print(f"{which:20} both first pictures {pictures:6.2f} s, changes {changes:6.2f} s, all {whole:6.2f} s", flush=True)
    context.close()


def written(library: Library, folder: Path, minutes: float) -> list[Film]:
    """Both cuts, analysed."""
    random = np.random.default_rng(1)
    frames = round(minutes * 60 * RATE)
    shots, other = (film(frames, random) for _ in range(2))
    first, second, truth = recut(shots, other, random)
    starts = np.cumsum([0, *(len(shot) for shot in shots)])[:-1]
    is_cut = (np.diff(truth, prepend=-2) != 1) & ~((truth == -1) & (np.roll(truth, 1) == -1))
    is_cut |= np.isin(truth, starts)
    cuts = (starts, np.flatnonzero(is_cut))
    part = folder / "part.mp4"
    sample_cut.write(part, sample_cut.installed_pieces("cut"), rate=Fraction(RATE))
    films = []
    for number, (layouts, its) in enumerate(zip((first, second), cuts, strict=True)):
        path = repeated(part, folder / f"cut {number}.mp4", Fraction(len(layouts), RATE))
        films.append(_added(library, path, layouts, its))
    return films


def _added(library: Library, path: Path, layouts: Layouts, cuts: NDArray[np.int64]) -> Film:
    added = library.refer_to(path)
    proxies.status(library, added)  # as the app finds out, and keeps, when a film comes in
    scan = library.add_scan(added.id, ScanSettings(keep_pictures=False), "embedded")
    frames = len(layouts)
    media: Media = replace(added.media, duration=Fraction(frames, RATE), rate=Fraction(RATE))
    scores = replace(even_scores(frames, media.rate, media.time_base), layout=layouts)
    store = library.store(scan.id)
    identity = CheckpointIdentity("embedded", "folder", "", "embedded", REFERENCE_LABELS, "T")
    store.begin(media, scan.settings, identity, EngineIdentity("torch", "fp32", "torch 0", 2, "named"))
    bounds = range(0, frames, SEGMENT)
    random = np.random.default_rng(2)
    for number, start in enumerate(bounds):
        part = slice(start, min(start + SEGMENT, frames))
        own = Scores(*(getattr(scores, field.name)[part] for field in fields(Scores)))
        store.write(number, _segment(own, range(part.start, part.stop), scores, media, random))
    store.seal(len(bounds), media)
    at = tuple((int(cut), "") for cut in np.union1d([0], cuts))
    library.set_report_settings(added.id, ReportSettings(shots=ShotSettings(detector="cuts", cuts=at)))
    keep_analysis(library.home, store, library.report_settings(added.id))
    return added


def _segment(own: Scores, frames: range, scores: Scores, media: Media, random: np.random.Generator) -> Segment:
    at = [frame for frame in frames if frame % SAMPLED == 0]
    samples = [Sample(frame, int(scores.pts[frame]) * media.time_base, 0, None, 0, filled=False) for frame in at]
    label = REFERENCE_LABELS[int(random.integers(len(REFERENCE_LABELS)))]
    read = [Expression(n, logits_of(**{label: float(random.uniform(0.3, 0.95))})) for n in range(len(at))]
    faces = [Face(n, frame, (60.0, 40.0, 110.0, 140.0), (0.0,) * 10, 0.9) for n, frame in enumerate(at)]
    return Segment(own, tuple(samples), tuple(faces), tuple(read), b"")


if __name__ == "__main__":
    typer.run(main)
