"""Pages of the app run without a browser, and what they show."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from emotion_core.library import Library
from emotion_core.web import Guard, all_routes
from tests.support.repository import ROOT

PAGES = ROOT / "pages"
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
"""Once a process: it reads the metadata of every installed package, and each AppTest asks for it."""


@contextlib.contextmanager
def found_by_pages(home: Path, patch: pytest.MonkeyPatch) -> Iterator[Library]:
    """The library in `home`, which pages find; what they cached of it is gone afterwards."""
    patch.setenv("EMOTION_HOME", str(home))
    patch.setenv("HF_HUB_CACHE", str(home / "hub"))
    yield Library.open(home)
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_prepared: None) -> Iterator[Library]:
    """An empty library that the pages find."""
    with found_by_pages(tmp_path, monkeypatch) as library:
        yield library


def open_page(page: str = "", **parameters: str) -> AppTest:
    """Run a page as its address opens it, with query `parameters`."""
    app = AppTest.from_file(PAGES / "router.py", default_timeout=30)
    if page:
        app.switch_page(f"{page}.py")  # each page's address is its file's name
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run()


def page_text(app: AppTest) -> str:
    """All the text of a page, in reading order."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "info", "warning", "error")
    return "\n".join(str(getattr(element, "value", "")) for kind in kinds for element in app.get(kind)).replace(
        "\\", ""
    )


def button_labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def figures(app: AppTest) -> list[dict[str, Any]]:
    """The figures of a page."""
    return [json.loads(element.proto.spec) for element in app.get("plotly_chart")]


def component_data(app: AppTest) -> list[dict[str, Any]]:
    """Data passed to the web components of a page."""
    return [json.loads(element.proto.json)[0] for element in app.get("bidi_component")]


def listed_scenes(app: AppTest) -> list[dict[str, Any]]:
    """The scenes that board and table load for the page as it is."""
    link = next(each["link"] for each in component_data(app) if "link" in each)
    guard = Guard(Path(os.environ["EMOTION_HOME"]), lambda _: True)
    scenes: list[dict[str, Any]] = (
        TestClient(Starlette(routes=all_routes(guard))).get(f"{link}/scenes").json()["scenes"]
    )
    return scenes


def upload_components(app: AppTest) -> list[dict[str, Any]]:
    """Data of the upload components."""
    return [each for each in component_data(app) if "settings" in each]


def progress_components(app: AppTest) -> list[dict[str, Any]]:
    """Data of the progress components."""
    return [each for each in component_data(app) if each.get("scan")]


def text_field(app: AppTest, label: str) -> str:
    """The key of a text field."""
    (field,) = (entry for entry in app.text_input if entry.label == label)
    assert field.key is not None
    return field.key
