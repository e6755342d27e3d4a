"""Pictures of a camera come to their session: who may send them, and that the newest wins."""

from __future__ import annotations

import contextlib
import json
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from emotion_core.errors import MediaError
from emotion_core.library import Library
from emotion_core.live import ReaderEndedError, Session, sessions_of
from emotion_core.server import is_allowed_host
from emotion_core.web import live_address, live_socket, tokens
from emotion_core.web.guard import Guard
from tests.support.live_reading import QuickReader

HOST = "127.0.0.1:8501"


@pytest.fixture
def reader() -> QuickReader:
    return QuickReader()


@pytest.fixture
def session(tmp_path: Path, reader: QuickReader) -> Iterator[Session]:
    """A session of Ann's in the library in `tmp_path`."""
    Library.open(tmp_path)
    sessions = sessions_of(tmp_path)
    sessions.reader = reader
    yield sessions.begin("film", "Film", "Notice", "A", user="ann")
    sessions.close()


@contextlib.contextmanager
def connected(home: Path, address: str, headers: dict[str, str] | None = None) -> Iterator[WebSocketTestSession]:
    """A page's connection; the routes belong to an app in which Ann is signed in."""
    guard = Guard(home, lambda host: is_allowed_host(host, ("127.0.0.1",)), lambda: True, lambda _: "ann")
    client = TestClient(Starlette(routes=live_socket.routes(guard)), base_url=f"http://{HOST}")
    with client.websocket_connect(address, headers={"host": HOST, **(headers or {})}) as page:
        yield page


def picture(number: int, film: float | None, jpeg: bytes = b"face") -> bytes:
    fields = {"number": number, "clock": 1000 + number / 10, "film": film, "dropped": 2, "delay": 80}
    stamp = json.dumps(fields).encode()
    return struct.pack(">I", len(stamp)) + stamp + jpeg


def ready(page: WebSocketTestSession) -> dict[str, Any]:
    """The first answer after the model is open."""
    while "opening" in (answer := page.receive_json()):
        pass
    return dict(answer)


def test_pictures_become_readings(tmp_path: Path, session: Session) -> None:
    """Labels and colours first, then an answer to each; events are noted; a second connection goes on with it."""
    address = live_address(tmp_path, session.id, "ann")
    with connected(tmp_path, address) as page:
        answer = ready(page)
        assert len(answer["labels"]) == len(answer["colours"]) == 7
        page.send_bytes(picture(1, 0.5))
        assert page.receive_json()["number"] == 1
        page.send_text(json.dumps({"event": "pause", "clock": 1001, "film": 0.5}))
        page.send_text("no event")
        page.send_bytes(b"no stamp")
        assert "without its stamp" in page.receive_json()["left_out"]
        assert session.is_connected
    assert not session.is_connected
    with connected(tmp_path, address) as page:
        ready(page)
        page.send_bytes(picture(2, 0.6, b"nobody"))
        assert page.receive_json()["viewer"] is None
    assert session.readings().seconds.tolist() == [0.5, 0.6]
    assert session.readings().events == ((1001.0, "pause", 0.5),)


def test_the_newest_picture_wins(tmp_path: Path, session: Session, reader: QuickReader) -> None:
    """Of pictures that come while one is read only the last is read: there is no queue."""
    reader.seconds = 0.5
    with connected(tmp_path, live_address(tmp_path, session.id, "ann")) as page:
        ready(page)
        page.send_bytes(picture(0, 0.0))
        time.sleep(0.2)
        for number in range(1, 20):
            page.send_bytes(picture(number, number / 10))
        assert [page.receive_json()["number"] for _ in range(2)] == [0, 19]
    assert len(reader.pictures) == 2


def test_a_picture_that_cannot_be_read_is_left_out(tmp_path: Path, session: Session, reader: QuickReader) -> None:
    """The session goes on. Where the reader ended, one message says so, and a new connection goes on."""
    address = live_address(tmp_path, session.id, "ann")
    with connected(tmp_path, address) as page:
        ready(page)
        reader.error = MediaError("A picture of the camera cannot be read.")
        page.send_bytes(picture(0, 0.0))
        assert "cannot be read" in page.receive_json()["left_out"]
        reader.error = ReaderEndedError("The process that reads faces ended.")
        page.send_bytes(picture(1, 0.1))
        assert "ended" in page.receive_json()["problem"]
        assert closed(page) == 1000
    assert session.trouble
    reader.error = None
    with connected(tmp_path, address) as page:
        ready(page)
        assert session.trouble == ""


def closed(page: WebSocketTestSession) -> int:
    """The code with which the server closes the connection next."""
    with pytest.raises(WebSocketDisconnect) as ended:
        page.receive_json()
    return ended.value.code


def test_only_its_own_page_may_send(tmp_path: Path, session: Session) -> None:
    """Other tokens, other people, another site's page and another host are refused; a session that is gone says so."""
    good = live_address(tmp_path, session.id, "ann")
    path = live_socket.PATH
    for address, headers, code in (
        (f"{path}/nonsense", {}, 4403),
        (f"{path}/{tokens.sign(tmp_path, 'media', session.id, 'ann')}", {}, 4403),
        (live_address(tmp_path, session.id, "bob"), {}, 4403),
        (good, {"origin": "http://elsewhere.example"}, 4403),
        (good, {"host": "rebound.example"}, 4403),
        (live_address(tmp_path, "gone", "ann"), {}, 4404),
    ):
        with connected(tmp_path, address, headers) as page:
            assert closed(page) == code
    assert not session.is_connected
