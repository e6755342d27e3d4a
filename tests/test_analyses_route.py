"""What the app's own route tells pages of analyses."""

from __future__ import annotations

import os
from pathlib import Path

import psutil
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from emotion_core.library import Library
from emotion_core.settings import ScanSettings
from emotion_core.web import analyses, hosts, tokens
from emotion_core.web.guard import Guard
from tests import shelf
from tests.clips import BIKES, CARPHONE, clip

PROGRESS = {"event": "progress", "frames": 60, "frames_total": 120, "frames_per_second": 42.0, "seconds_left": 75.0,
            "scenes": 2, "faces": 1, "segments": 1}  # fmt: skip


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "home")


def server(library: Library, token: str = "") -> TestClient:
    """The app's routes, asked by a page that has `token`, or the right one."""
    guard = Guard(library.home, lambda host: hosts.allowed(host, ("127.0.0.1",)))
    bearer = token or tokens.sign(library.home, "analyses")
    app = Starlette(routes=analyses.routes(guard))
    return TestClient(app, base_url="http://127.0.0.1:8501", headers={"authorization": f"Bearer {bearer}"})


def test_an_empty_library_has_none(library: Library) -> None:
    """No analyses, the library's state, and nothing for a browser to keep."""
    answer = server(library).get(analyses.PATH)
    assert answer.json() == {"state": library.state(), "analyses": {}}
    assert answer.headers["cache-control"] == "no-store"


def test_one_that_runs_and_one_that_waits(library: Library) -> None:
    """Both are told with what a page shows of them; what is over is not."""
    here = psutil.Process(os.getpid())
    shelf.unfinished(library, CARPHONE, PROGRESS, pid=here.pid, pid_started=here.create_time())
    shelf.film(library, BIKES, ["happy"])
    asking = server(library)
    running = library.scans(next(film.id for film in library.films() if film.name == CARPHONE))[0].id
    told = asking.get(analyses.PATH).json()
    assert told["analyses"] == {
        running: {
            "done": 0.5,
            "words": "Reading the film · 60 of 120 frames · 2 scenes so far · 1 face · 42 frames/s · 1:15 left",
            "open": True,
        }
    }
    film = library.refer_to(clip(BIKES))
    waiting = shelf.asked(library, library.add_scan(film.id, ScanSettings(), "weights")).id
    both = asking.get(analyses.PATH).json()
    assert list(both["analyses"]) == [running, waiting]
    assert both["analyses"][waiting] == {"done": 0.0, "words": "Waiting for 1 analysis before it", "open": False}
    assert both["state"] != told["state"]


@pytest.mark.parametrize("purpose", ["upload", "media"])
def test_only_a_page_of_this_app_is_told(library: Library, purpose: tokens.Purpose) -> None:
    """Another purpose's token, or another host, gets a refusal and no numbers."""
    refused = server(library, tokens.sign(library.home, purpose)).get(analyses.PATH)
    assert (refused.status_code, refused.headers["content-type"]) == (403, "text/plain; charset=utf-8")
    assert server(library).get(analyses.PATH, headers={"host": "evil.example"}).status_code == 403
