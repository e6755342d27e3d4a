"""Messages on analyses: their content, their time, and who gets them."""

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

from emotion_core.jobs import scan_status, scans
from emotion_core.jobs.scan_status import Status
from emotion_core.library import Job, Library
from emotion_core.server import is_allowed_host
from emotion_core.settings import ScanSettings
from emotion_core.system import Progress
from emotion_core.web import progress_socket, tokens
from emotion_core.web.guard import REFUSED, Guard
from tests.support import library_builder
from tests.support.clips import BIKES, CARPHONE, clip

HOST = "127.0.0.1:8501"
PROGRESS = {"event": "progress", "frames": 60, "frames_total": 120, "frames_per_second": 42.0, "seconds_left": 75.0,
            "scenes": 2, "faces": 1, "segments": 1}  # fmt: skip


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "home")


def server(library: Library, signed_in: str | None = None, *, sign_in: bool = False) -> TestClient:
    """The app's routes; requests come from `signed_in`."""
    guard = Guard(
        library.home, lambda host: is_allowed_host(host, ("127.0.0.1",)), lambda: sign_in, lambda _: signed_in
    )
    return TestClient(Starlette(routes=progress_socket.routes(guard)), base_url=f"http://{HOST}")


def listening(
    library: Library, asking: TestClient, token: str = "", headers: dict[str, str] | None = None
) -> WebSocketTestSession:
    """A page's connection with `token`, or with a valid one."""
    good = token or tokens.sign(library.home, "analyses")
    return asking.websocket_connect(f"{progress_socket.PATH}/{good}", headers={"host": HOST, **(headers or {})})


def closed(page: WebSocketTestSession) -> int:
    """The code with which the server closes the connection next."""
    with pytest.raises(WebSocketDisconnect) as ended:
        page.receive_json()
    return ended.value.code


def test_an_empty_library_has_none(library: Library) -> None:
    """The message has no analyses, and the library's state."""
    with listening(library, server(library)) as page:
        assert page.receive_json() == {"state": library.change_token(), "analyses": {}}


def test_one_that_runs_and_one_that_waits(library: Library) -> None:
    """The message has both with the fields that a page shows, and no ended analysis; a change sends another message."""
    here = psutil.Process(os.getpid())
    library_builder.unfinished(library, CARPHONE, PROGRESS, pid=here.pid, pid_started=here.create_time())
    library_builder.film(library, BIKES, ["happy"])
    running = library.scans(next(film.id for film in library.films() if film.name == CARPHONE))[0].id
    with listening(library, server(library)) as page:
        messages = page.receive_json()
        assert messages["analyses"] == {
            running: {
                "film": library.scan(running).film_id,
                "done": 0.5,
                "words": "Reading the film · 60 of 120 frames · 2 scenes so far · 1 face · 42 frames/s · 1:15 left",
                "segments": 1,
            }
        }
        film = library.refer_to(clip(BIKES))
        waiting = library_builder.queued_job(library, library.add_scan(film.id, ScanSettings(), "weights")).id
        both = page.receive_json()
        while waiting not in both["analyses"]:  # the film may be told before its analysis is
            both = page.receive_json()
    assert list(both["analyses"]) == [running, waiting]
    assert both["analyses"][waiting] == {
        "film": film.id, "done": 0.0, "words": "Waiting for 1 analysis before it", "segments": 0
    }  # fmt: skip
    assert both["state"] != messages["state"]


def test_what_does_not_change_is_said_again_only_to_be_heard(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unchanged message is repeated after a while, not with every look, so that a page knows the app runs."""
    monkeypatch.setattr(progress_socket, "POLL_INTERVAL", 0.02)
    monkeypatch.setattr(progress_socket, "REPEAT_INTERVAL", 0.5)
    with listening(library, server(library)) as page:
        first = page.receive_json()
        started = time.monotonic()
        assert page.receive_json() == first
        assert time.monotonic() - started > 0.4


def test_a_change_of_the_database_is_told_before_the_next_look(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Films that come and analyses that end are told while the next regular look is far off."""
    monkeypatch.setattr(progress_socket, "POLL_INTERVAL", 3600.0)
    monkeypatch.setattr(progress_socket, "REPEAT_INTERVAL", 7200.0)
    with listening(library, server(library)) as page:
        before = page.receive_json()["state"]
        film = library.refer_to(clip(BIKES))
        assert page.receive_json()["state"] != before
        job = library_builder.queued_job(library, library.add_scan(film.id, ScanSettings(), "weights"))
        while job.id not in page.receive_json()["analyses"]:
            pass
        scans.cancel(library, job.id)
        assert page.receive_json()["analyses"] == {}


def test_many_pages_cost_one_look(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """For any number of pages the library is looked at once; without pages, never."""
    looks = 0
    look = scan_status.active

    def counted(library: Library) -> list[tuple[Job, Status]]:
        nonlocal looks
        looks += 1
        return look(library)

    monkeypatch.setattr(scan_status, "active", counted)
    monkeypatch.setattr(progress_socket, "POLL_INTERVAL", 0.2)
    with server(library) as asking:
        started = time.monotonic()
        with contextlib.ExitStack() as pages:
            for page in [pages.enter_context(listening(library, asking)) for _ in range(8)]:
                page.receive_json()
            time.sleep(1)
        assert 2 <= looks <= (time.monotonic() - started) / 0.2 + 1
        time.sleep(0.3)
        before = looks
        time.sleep(0.5)
        assert looks == before


@pytest.mark.parametrize("purpose", ["upload", "media"])
def test_only_a_page_of_this_app_is_told(library: Library, purpose: tokens.Purpose) -> None:
    """A token of another purpose, another host, or another site's page is refused without any message."""
    asking = server(library)
    with listening(library, asking, tokens.sign(library.home, purpose)) as page:
        assert closed(page) == REFUSED
    for header in ({"host": "evil.example"}, {"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}):
        with listening(library, asking, headers=header) as page:
            assert closed(page) == REFUSED


@pytest.mark.parametrize(("asks", "welcome"), [("ann", True), ("bob", False), (None, False)])
def test_where_people_sign_in_the_others_hear_nothing(library: Library, asks: str | None, welcome: bool) -> None:
    """A token is accepted only from the person it was given to, and only while that person is signed in."""
    token = tokens.sign(library.home, "analyses", user="ann")
    with listening(library, server(library, asks, sign_in=True), token) as page:
        if welcome:
            assert page.receive_json()["analyses"] == {}
        else:
            assert closed(page) == REFUSED


def test_a_page_has_to_come_again(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection ends after a while, so that access is checked again."""
    monkeypatch.setattr(progress_socket, "CONNECTION_SECONDS", 1.0)
    monkeypatch.setattr(progress_socket, "REPEAT_INTERVAL", 0.1)
    with listening(library, server(library)) as page:
        while (data := page.receive())["type"] == "websocket.send":
            pass
    assert (data["type"], data["code"]) == ("websocket.close", 1000)


def test_what_a_page_says_is_passed_over(library: Library) -> None:
    """Text or bytes from a page are ignored."""
    with listening(library, server(library)) as page:
        page.send_text("{}")
        page.send_bytes(b"\x00")
        assert page.receive_json()["analyses"] == {}


def test_a_slow_look_is_waited_for(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that waits for another's look sends nothing rather than an empty message."""
    look = scan_status.active

    def slow(library: Library) -> list[tuple[Job, Status]]:
        time.sleep(0.5)
        return look(library)

    monkeypatch.setattr(scan_status, "active", slow)
    monkeypatch.setattr(progress_socket, "REPEAT_INTERVAL", 0.1)
    with (
        server(library) as asking,
        listening(library, asking) as one,
        listening(library, asking) as other,
    ):
        assert one.receive_json() == other.receive_json() == {"state": library.change_token(), "analyses": {}}


@pytest.mark.parametrize("spoilt", ["library.sqlite", "links.key"])
def test_a_library_that_cannot_be_read_ends_it(library: Library, spoilt: str) -> None:
    """The connection closes with the code for trouble; the page shows the error."""
    token = tokens.sign(library.home, "analyses")
    (library.home / spoilt).unlink()
    (library.home / spoilt).mkdir()
    with listening(library, server(library), token) as page:
        assert closed(page) == 1011


def test_words_of_progress_say_nothing_of_time_once_all_frames_are_read() -> None:
    """What an engine's trial or the last faces still take is not known from the frames."""
    reading = Progress(done=240, total=480, per_second=95.2, seconds_left=72.0)
    text = scan_status.progress_text(Status("running", "reading the film", reading, scenes=3, faces=1))
    assert text == "Reading the film · 240 of 480 frames · 3 scenes so far · 1 face · 95 frames/s · 1:12 left"
    read = Progress(done=480, total=480, per_second=95.2, seconds_left=0.0)
    text = scan_status.progress_text(Status("running", "trying the engine", read, scenes=3, faces=1))
    assert text == "Trying the engine · 480 of 480 frames · 3 scenes so far · 1 face"
