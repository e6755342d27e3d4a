"""Loading of what pages need before it is asked for."""

from __future__ import annotations

import re
import subprocess
import sys
from types import SimpleNamespace

import pytest
from streamlit.components.v2 import manifest_scanner

from emotion_core.errors import LibraryError
from emotion_core.web import PLOTLY_ADDRESS
from pages.services import page_cache, preload
from tests.support.repository import ROOT

FIRST = "anyio.run(preload.load_for_first_page)"
FURTHER = "preload.load_for_further_pages(); preload.load_for_further_pages()"


@pytest.mark.parametrize(("load", "names"), [(FIRST, "_FIRST_PAGE"), (FURTHER, "_FURTHER_PAGES")])
def test_it_is_loaded_behind_the_page(load: str, names: str) -> None:
    """Nothing waits for it, and some time later all of it is there."""
    program = (
        "import anyio, sys, time\n"
        "from pages.services import preload\n"
        "assert 'pandas' not in sys.modules and 'numpy' not in sys.modules\n"
        f"{load}\n"
        "until = time.monotonic() + 60\n"
        f"while not all(name in sys.modules for name in preload.{names}) and time.monotonic() < until:\n"
        "    time.sleep(0.1)\n"
        f"print(sorted(set(preload.{names}) - set(sys.modules)))"
    )
    completed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert completed.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("near", "gives_way", "waits"),
    [
        ([False], 10.0, 0),
        ([True, True, False, False, False], 10.0, 4),  # two seconds after the analysis its numbers are drawn
        ([True] * 20, 10.0, 10),  # the analysis lasts longer
        ([True], 0.0, 0),
    ],
)
def test_what_draws_reports_gives_way_to_an_analysis(
    monkeypatch: pytest.MonkeyPatch, near: list[bool], gives_way: float, waits: int
) -> None:
    """It waits for an analysis and while its numbers are drawn, for a while; then all is loaded."""
    now, events, looks = [0.0], [], iter(near)

    def wait(_: float) -> None:
        now[0] += 1.0
        events.append("waits")

    monkeypatch.setattr(preload, "_is_analysis_near", lambda: next(looks, False))
    monkeypatch.setattr("time.sleep", wait)
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    monkeypatch.setattr(preload, "import_module", events.append)
    monkeypatch.setattr(preload, "GIVES_WAY", gives_way)
    preload._load_calmly(("a", "b"))
    assert events == ["waits"] * waits + ["a", "b"]


def _markup(path: str, query: bytes = b"") -> str:
    return preload.head_markup({"type": "http", "path": path, "query_string": query})


def test_charts_are_prepared_where_some_are_shown() -> None:
    """Plotly's script is named as the charts' own script names it, and each preloaded script is one of Streamlit's."""
    markup = _markup("/film", b"film=1")
    assert f'src="{PLOTLY_ADDRESS}"' in markup
    names = re.findall(r'href="\./static/js/([^"]+)"', markup)
    assert {name.partition(".")[0] for name in names} >= {"BidiComponent", "Html"}
    assert len(names) == len(set(names))


@pytest.mark.parametrize("path", ["/film", "/library"])
def test_other_pages_learn_where_the_server_is_and_load_no_charts(path: str) -> None:
    """They load what every page shows."""
    markup = _markup(path, b"film=1" if path == "/library" else b"")
    assert markup.startswith('<script>window.__streamlit={BACKEND_BASE_URL:location.origin+"/"}</script><link')
    assert PLOTLY_ADDRESS not in markup
    assert "TextInput" not in markup


def test_the_first_page_loads_its_fields_beside_the_other_scripts() -> None:
    """Each name is one of the installed release: a script that is called otherwise there would be loaded late."""
    markup = _markup("/")
    for name in preload._LATE + preload._LATE_OF_FIRST_PAGE:
        assert re.search(rf'href="\./static/js/{name}\.[^"]+\.js"', markup), name
    assert PLOTLY_ADDRESS not in markup


def test_films_are_read_before_the_first_page_lists_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those listed first; one that cannot be read is left to the page."""
    films = [SimpleNamespace(id=str(number)) for number in range(preload.MOST + 5)]
    asked: list[str] = []

    def film_summary(film_id: str) -> None:
        asked.append(film_id)
        if film_id == "1":
            raise LibraryError("It is damaged.", "Check the library.")

    monkeypatch.setattr(page_cache, "library", lambda: SimpleNamespace(films=lambda: films))
    monkeypatch.setattr(page_cache, "film_summary", film_summary)
    preload._read_films()
    assert asked == [film.id for film in films[: preload.MOST]]


def test_streamlit_looks_through_no_installed_distributions() -> None:
    """Its own start calls what is replaced: a release that calls another function fails here."""
    program = (
        "import importlib.metadata\n"
        "from pages.services import preload\n"
        "from streamlit.components.v2.component_manager import BidiComponentManager\n"
        "preload.skip_component_search()\n"
        "def fail(*_, **__): raise SystemExit('searched')\n"
        "importlib.metadata.distributions = fail\n"
        "BidiComponentManager().discover_and_register_components(start_file_watching=False)\n"
        "print('started')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "started"
    assert "Failed" not in done.stderr


def test_what_is_replaced_is_there() -> None:
    """The name that the guard looks for is one of the installed release."""
    assert callable(manifest_scanner.scan_component_manifests)
