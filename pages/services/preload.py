"""What pages need, loaded in the background: it is there when it is asked for."""

from __future__ import annotations

import contextlib
import sys
from functools import cache
from importlib import import_module
from threading import Thread, Timer

DELAY = 0.5
"""Seconds after the page's script has ended: the browser gets the page first."""
_FIRST_PAGE = (
    "numpy",
    "PIL.Image",
    "emotion_core.report.provenance",
    "emotion_core.ingest.sample_cut",
    "emotion_core.ingest.allowed_folders",
    "emotion_core.expression.checkpoints.download",
    "emotion_core.observations.segments",
    "emotion_core.analysis.readings.film_summary",
    "emotion_core.analysis.disk_cache",
)
"""What lists films."""
_TIMELINE = (
    "emotion_core.charts.film_page.outline",
    "emotion_core.charts.film_page.timeline_part",
    "emotion_core.jobs.scans",
    "pages.components.film_charts",
)
"""What draws the timeline of a film's page."""
_FURTHER_PAGES = (
    "pandas",
    "plotly.graph_objects",
    "emotion_core.charts.film_page.heatmap_part",
    "emotion_core.charts.timeline",
    "emotion_core.export",
    "emotion_core.report.table",
    "pandas.io.formats.style",
    "pages.components.player",
    "pages.parts.film.correction_list",
    "pages.parts.film.export_menu",
    "pages.parts.film.film_head",
    "pages.parts.film.note_list",
    "pages.parts.film.partial_report",
    "pages.parts.film.scene_correction",
    "pages.parts.film.target_form",
    "pages.parts.marker_form",
    "pages.parts.film.missing_frames",
    "pages.parts.film.report_form",
    "pages.components.scene_panel",
    "pages.parts.film.scene_list",
)
"""What draws reports, and the sections of their page."""


async def load_for_first_page() -> None:
    """Begin to load what lists films and what draws a timeline, while the browser loads the app's scripts.

    A starter for the app's server.
    """
    Thread(target=_load, args=(_FIRST_PAGE + _TIMELINE,), name="load for the first page", daemon=True).start()


@cache
def load_for_further_pages() -> None:
    """Load what draws reports, once in this process, as soon as the first page is shown."""
    if all(name in sys.modules for name in _FURTHER_PAGES):
        return
    timer = Timer(DELAY, _load, (_FURTHER_PAGES,))
    timer.daemon = True
    timer.start()


def load_for_film_page() -> None:
    """Load what draws reports now: a browser asks for a film's page."""
    _load(_FURTHER_PAGES)


def _load(names: tuple[str, ...]) -> None:
    """Import modules. One that cannot be loaded is reported where it is used."""
    for name in names:
        with contextlib.suppress(Exception):
            import_module(name)
