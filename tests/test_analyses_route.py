"""What the app's own route tells pages of analyses, and when."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

import psutil
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from emotion_core import scan_status
from emotion_core.library import Library
from emotion_core.settings import ScanSettings
from emotion_core.web import analyses, hosts, tokens
from emotion_core.web.guard import Guard
from tests import shelf
from tests.clips import BIKES, CARPHONE, clip

HOST = "127.0.0.1:8501"
PROGRESS = {"event": "progress", "frames": 60, "frames_total": 120, "frames_per_second": 42.0, "seconds_left": 75.0,
            "scenes": 2, "faces": 1, "segments": 1}  # fmt: skip


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "home")


def server(library: Library) -> TestClient:
    """The app's routes."""
    guard = Guard(library.home, lambda host: hosts.allowed(host, ("127.0.0.1",)))
    return TestClient(Starlette(routes=analyses.routes(guard)), base_url=f"http://{HOST}")


def listening(
    library: Library, asking: TestClient, token: str = "", headers: dict[str, str] | None = None
) -> WebSocketTestSession:
    """A page that has `token`, or the right one."""
    good = token or tokens.sign(library.home, "analyses")
    return asking.websocket_connect(f"{analyses.PATH}/{good}", headers={"host": HOST, **(headers or {})})


def closed(page: WebSocketTestSession) -> int:
    """The code with which the server ends the connection, next."""
    with pytest.raises(WebSocketDisconnect) as ended:
        page.receive_json()
    return ended.value.code


def test_an_empty_library_has_none(library: Library) -> None:
    """No analyses, and the library's state."""
    with listening(library, server(library)) as page:
        assert page.receive_json() == {"state": library.state(), "analyses": {}}


def test_one_that_runs_and_one_that_waits(library: Library) -> None:
    """Both are told with what a page shows of them; what is over is not; what changes is told by itself."""
    here = psutil.Process(os.getpid())
    shelf.unfinished(library, CARPHONE, PROGRESS, pid=here.pid, pid_started=here.create_time())
    shelf.film(library, BIKES, ["happy"])
    running = library.scans(next(film.id for film in library.films() if film.name == CARPHONE))[0].id
    with listening(library, server(library)) as page:
        told = page.receive_json()
        assert told["analyses"] == {
            running: {
                "done": 0.5,
                "words": "Reading the film · 60 of 120 frames · 2 scenes so far · 1 face · 42 frames/s · 1:15 left",
                "segments": 1,
            }
        }
        film = library.refer_to(clip(BIKES))
        waiting = shelf.asked(library, library.add_scan(film.id, ScanSettings(), "weights")).id
        both = page.receive_json()
        while waiting not in both["analyses"]:  # the film may be told before its analysis is
            both = page.receive_json()
    assert list(both["analyses"]) == [running, waiting]
    assert both["analyses"][waiting] == {"done": 0.0, "words": "Waiting for 1 analysis before it", "segments": 0}
    assert both["state"] != told["state"]


def test_what_does_not_change_is_said_again_only_to_be_heard(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not with every look, but after a while, so that a page knows that somebody is there."""
    monkeypatch.setattr(analyses, "LOOKS_EVERY", 0.02)
    monkeypatch.setattr(analyses, "SPEAKS_EVERY", 0.5)
    with listening(library, server(library)) as page:
        first = page.receive_json()
        begun = time.monotonic()
        assert page.receive_json() == first
        assert time.monotonic() - begun > 0.4


def test_many_pages_cost_one_look(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many listen, one looks for all; when all have left, nobody looks any more."""
    looks = 0

    def counted(library: Library) -> dict[str, scan_status.Status]:
        nonlocal looks
        looks += 1
        return {}

    monkeypatch.setattr(scan_status, "active", counted)
    monkeypatch.setattr(analyses, "LOOKS_EVERY", 0.2)
    with server(library) as asking:
        begun = time.monotonic()
        with contextlib.ExitStack() as pages:
            for page in [pages.enter_context(listening(library, asking)) for _ in range(8)]:
                page.receive_json()
            time.sleep(1)
        assert 2 <= looks <= (time.monotonic() - begun) / 0.2 + 1
        time.sleep(0.3)
        before = looks
        time.sleep(0.5)
        assert looks == before


@pytest.mark.parametrize("purpose", ["upload", "media"])
def test_only_a_page_of_this_app_is_told(library: Library, purpose: tokens.Purpose) -> None:
    """Another purpose's token, another host, or another site's page is refused and hears no number."""
    asking = server(library)
    with listening(library, asking, tokens.sign(library.home, purpose)) as page:
        assert closed(page) == analyses.REFUSED
    for header in ({"host": "evil.example"}, {"origin": "http://evil.example"}):
        with listening(library, asking, headers=header) as page:
            assert closed(page) == analyses.REFUSED


def test_a_page_has_to_come_again(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection ends after a while: who is no longer signed in hears nothing more."""
    monkeypatch.setattr(analyses, "ADMITTED_FOR", 0.3)
    with listening(library, server(library)) as page:
        page.receive_json()
        assert closed(page) == 1000


def test_a_library_that_cannot_be_read_ends_it(library: Library) -> None:
    """The connection says that something is wrong here; the page's own run says what."""
    (library.home / "library.sqlite").write_bytes(b"no database" * 1000)
    with listening(library, server(library)) as page:
        assert closed(page) == 1011
