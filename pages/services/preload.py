"""What pages need, loaded before it is asked for: modules by the server, scripts by the browser.

The head of a page's document tells the browser that the server is at the root of the address. By itself Streamlit's
script asks below the page first, `/film/_stcore/health`, and waits a tenth of a second after the refusal. The setting,
`window.__streamlit`, is made for sites that hold Streamlit's pages; without it the script guesses.

The browser loads those of Streamlit's scripts that show components, and on the first page fields, beside the others: it
would ask for one after the other once the first component has come. On pages with charts it also loads Plotly's script.

Streamlit's own start reads the metadata of every installed distribution, four times each, to find those that bring web
components: with two hundred of them that is a quarter of the processor time until the server answers. All components of
this app are in `pages/components`, made of their files when they are imported: the search is left out.
"""

from __future__ import annotations

import contextlib
import inspect
import math
import re
import sys
import time
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import Thread, Timer

from starlette.types import Scope

from emotion_core.errors import EmotionError
from emotion_core.web import PLOTLY_ADDRESS

DELAY = 1.0
"""Seconds after the page's script has ended: the browser gets and draws the page first."""
TABLES_DELAY = 10.0
"""Seconds until what makes tables is loaded."""
GIVES_WAY = 10.0
"""Seconds for which both wait, at most, while a film comes in or is analysed: a short clip's numbers are there by then.
"""
_LOOK = 0.5
"""Seconds between two looks at whether one is."""
_REST = 2.0
"""Seconds after an analysis during which both wait, too: its numbers are drawn then."""
_FIRST_PAGE = (
    "numpy",
    "PIL.Image",
    "PIL.BmpImagePlugin",  # with the next four, what it loads before it opens its first picture
    "PIL.GifImagePlugin",
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "PIL.PpmImagePlugin",
    "emotion_core.report.provenance",
    "emotion_core.ingest.sample_cut",
    "emotion_core.ingest.allowed_folders",
    "emotion_core.expression.checkpoints.download",
    "emotion_core.observations.segments",
    "emotion_core.analysis.readings.film_summary",
    "emotion_core.analysis.disk_cache",
    "pages.components.scan_progress",
    "pages.components.uploads",
    "pages.parts.local_folder",
    "pages.parts.scan_form",
    "pages.parts.versions.offer",
)
"""What lists films."""
MOST = 30
"""Films, those listed first, whose summaries are read before the first page asks for them."""
_TIMELINE = (
    "emotion_core.charts.film_page.outline",
    "emotion_core.charts.film_page.timeline_part",
    "emotion_core.jobs.scans",
    "pages.components.film_charts",
)
"""What draws the timeline of a film's page."""
_FURTHER_PAGES = (
    "plotly.graph_objects",
    "emotion_core.charts.film_page.heatmap_part",
    "emotion_core.charts.timeline",
    "emotion_core.export",
    "emotion_core.report.table",
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
_COMPARE_PAGE = ("emotion_core.compare.change_list", "emotion_core.library.projects", "pages.parts.compare.sections")
"""What compares two cuts, and shows what changed."""
_TABLES = ("pandas", "pandas.io.formats.style")
"""What a report's CSV, its targets and comparisons of cuts need."""

_ROOT = '<script>window.__streamlit={BACKEND_BASE_URL:location.origin+"/"}</script>'
_PLOTLY = f'<script async fetchpriority="high" src="{PLOTLY_ADDRESS}" onerror="this.remove()"></script>'
"""Where it does not come, the first chart tries again."""
_PLOTLY_LATER = f'<link rel="preload" as="script" fetchpriority="low" href="{PLOTLY_ADDRESS}">'
"""Loaded, but not run: a page whose players come first."""
_WITH_CHARTS = ("/film", "/screening")
_LATE = ("BidiComponent", "Html")
"""Names of Streamlit's scripts that it loads with the first element of a kind: those of which every page has one."""
_LATE_OF_FIRST_PAGE = ("TextInput", "NumberInput", "Selectbox", "Checkbox", "ImageList")
"""Those of the page that lists films."""
STATIC = Path(getattr(find_spec("streamlit"), "origin", None) or "").parent / "static"
"""Streamlit's folder of its document and scripts."""
_IMPORT = re.compile(r'(?:from|import)"\./([^"]+\.js)"')


def skip_component_search() -> None:
    """Let Streamlit find no components in installed distributions.

    Its function for that is not public: where a release has none of this name, it searches as it did.
    """
    with contextlib.suppress(ImportError):
        scanner = import_module("streamlit.components.v2.manifest_scanner")
        if hasattr(scanner, "scan_component_manifests"):
            scanner.scan_component_manifests = _no_manifests  # type: ignore[attr-defined]


def _no_manifests(max_workers: int | None = None) -> list[object]:
    """What a search without a hit returns, whatever the number of its threads."""
    del max_workers
    return []


async def load_for_first_page() -> None:
    """Begin to load what lists films and what draws a timeline, while the browser loads the app's scripts.

    A starter for the app's server.
    """
    Thread(target=_load_first, name="load for the first page", daemon=True).start()


@cache
def load_for_further_pages() -> None:
    """Load what draws reports, once in this process, as soon as the first page is shown."""
    for delay, names in ((DELAY, _FURTHER_PAGES), (TABLES_DELAY, _TABLES)):
        if not all(name in sys.modules for name in names):
            timer = Timer(delay, _load_calmly, (names,))
            timer.daemon = True
            timer.start()


def load_for_film_page() -> None:
    """Load what draws reports now: a browser asks for a film's page."""
    _load(_FURTHER_PAGES)


def load_for_compare_page() -> None:
    """Begin to load what shows a comparison, while the films are compared."""
    if _COMPARE_PAGE[-1] not in sys.modules:
        Thread(target=_load, args=(_COMPARE_PAGE,), name="load for comparisons", daemon=True).start()


def _load_first() -> None:
    _load(_FIRST_PAGE)
    inspect.stack()  # Streamlit does so at its first element; the files of all modules, once found, are kept
    with contextlib.suppress(Exception):  # the page says what cannot be read
        _read_films()
    _load(_TIMELINE)


def _read_films() -> None:
    """Read what the first page lists: the same calls that it makes, whose results are kept in memory."""
    from . import page_cache

    for film in page_cache.library().films()[:MOST]:
        with contextlib.suppress(EmotionError):
            page_cache.film_summary(film.id)


def _load_calmly(names: tuple[str, ...]) -> None:
    """As _load, but give way to an analysis before each module, for GIVES_WAY seconds in all."""
    until, near = time.monotonic() + GIVES_WAY, -math.inf
    for name in names:
        while name not in sys.modules and (now := time.monotonic()) < until:
            near = now if _is_analysis_near() else near
            if now - near > _REST:
                break
            time.sleep(_LOOK)
        _load((name,))


def _is_analysis_near() -> bool:
    from emotion_core.ingest import is_analysis_near

    from . import page_cache

    with contextlib.suppress(EmotionError):  # a library that cannot be read analyses nothing
        return is_analysis_near(page_cache.library().home)
    return False


def _load(names: tuple[str, ...]) -> None:
    """Import modules. One that cannot be loaded is reported where it is used."""
    for name in names:
        with contextlib.suppress(Exception):
            import_module(name)


def head_markup(scope: Scope) -> str:
    """What is added to the head of the document that is asked for."""
    if scope["path"].endswith(_WITH_CHARTS) and scope["query_string"]:
        return _ROOT + _PLOTLY + _preloads(_LATE)
    if scope["path"].endswith("/compare") and scope["query_string"]:
        return _ROOT + _preloads(_LATE) + _PLOTLY_LATER
    return _ROOT + _preloads(_LATE + _LATE_OF_FIRST_PAGE if scope["path"].endswith("/") else _LATE)


@cache
def _preloads(late: tuple[str, ...]) -> str:
    """Links to scripts by the beginnings of their names; empty where Streamlit keeps them elsewhere."""
    names: dict[str, None] = {}
    for name in late:
        for file in (STATIC / "static" / "js").glob(f"{name}.*.js"):
            _add(file, names, (STATIC / "index.html").read_text(encoding="utf-8"))
    return "".join(f'<link rel="modulepreload" crossorigin href="./static/js/{name}">' for name in names)


def _add(file: Path, names: dict[str, None], document: str) -> None:
    """Add the names of a script and of those that it imports, in the order in which it needs them, without those that
    the document loads by itself.
    """
    if file.name in names or file.name in document or not file.is_file():
        return
    names[file.name] = None
    for imported in _IMPORT.findall(file.read_text(encoding="utf-8")):
        _add(file.with_name(imported), names, document)
