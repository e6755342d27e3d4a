"""Plotly's script is the named release, fits the installed package, and comes from the app itself."""

from __future__ import annotations

import re
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from starlette.applications import Starlette
from starlette.testclient import TestClient

from emotion_core.web import plotly_script


def test_the_released_file_is_unchanged() -> None:
    """The file has the release's hash, and its licence is beside it."""
    assert sha256(plotly_script.PLOTLY.read_bytes()).hexdigest() == plotly_script.PLOTLY_SHA256
    assert "MIT" in plotly_script.PLOTLY.with_name("plotly.LICENSE").read_text()
    assert plotly_script.PLOTLY_SHA256 in plotly_script.PLOTLY.with_name("README.md").read_text()


def test_it_has_the_version_of_the_installed_package() -> None:
    """Figures are written by the Python package and drawn by this script: both are of one plotly.js."""
    spec = find_spec("plotly")
    assert spec is not None
    assert spec.origin is not None
    installed = Path(spec.origin).with_name("package_data") / "plotly.min.js"
    assert _version(plotly_script.PLOTLY) == _version(installed)


def _version(script: Path) -> str:
    found = re.search(r"plotly\.js .*?v(\d+\.\d+\.\d+)", script.read_text(encoding="utf-8")[:200])
    assert found is not None
    return found[1]


def test_the_app_serves_it_to_be_kept() -> None:
    """It is served whole, without a token; its address contains its hash, so that a browser may cache it for long."""
    answer = TestClient(Starlette(routes=plotly_script.routes())).get(plotly_script.PLOTLY_ADDRESS)
    assert answer.content == plotly_script.PLOTLY.read_bytes()
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    assert plotly_script.PLOTLY_SHA256.startswith(plotly_script.PLOTLY_ADDRESS.partition("?v=")[2])
