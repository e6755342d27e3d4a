"""No request holds the event loop for more than 0.1 s, with any value in any field of any own route."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings as effort, strategies as st
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin

from emotion_core.errors import SettingsError
from emotion_core.library import Library
from emotion_core.settings import ScanSettings, scan_from_json, to_json
from emotion_core.web import guard, progress_socket, signed_link, tokens
from tests.support.app_server import free_port
from tests.support.films import texture, write_film
from tests.support.repository import ROOT
from tests.support.upload_client import Client
from tests.support.waiting import until

MOST = 0.1
"""Seconds that the loop may stand still, and that an answer may take."""
TRIES = 5
"""Of which the quickest counts: other processes of a busy machine keep a loop waiting too."""

FIELDS = tuple(to_json(ScanSettings()))
"""Of the settings that come with an upload."""

DEEP = 6000
"""Levels of lists in each other that fit into a request's headers."""
NEVER_A_SETTING = [
    # JSON that is no value of any field
    "1e999999999", "-1e999999999", "1E+999999999", "1e-999999999", "9" * 4000, "-" + "9" * 4000, "9" * 9000,
    "1." + "9" * 9000, "NaN", "Infinity", "-Infinity", "1e308", "-1", "[]", "{}", "[1]", '{"a": 1}', '"\\ud800"',
    "[" * DEEP + "]" * DEEP, '{"a":' * 2000 + "1" + "}" * 2000, "[" * DEEP, '"' + "x" * 9000 + '"', "", "x", '"',
]  # fmt: skip
NEVER_A_NUMBER = [
    # text that is no value of a field that takes numbers
    "1e999999999", "-1e999999999", "1e-999999999", "1e99", "9" * 41, "9" * 4000, "9" * 9000, "1/" + "9" * 4000,
    "9" * 4000 + "/1", "1/0", "NaN", "inf", "-Infinity", "", " ", "1_0", "٣", "0x10", "1e", "e9", "1//2", "1/2/3",
]  # fmt: skip
HEADERS = [
    # values of a header that mean nothing
    b"", b"x", b"1e999999999", b"9" * 41, b"9" * 9000, b"-1", b"-0", b"1.5", b"NaN", b"\xff\xfe", "٣".encode(),
    b"[" * 9000, b"a," * 9000, b"=" * 9000, b"a b," * 4000, b"x" * 30_000,
]  # fmt: skip
TOKENS = [
    "x", "9" * 9000, "." * 9000, "..", "a.b.c", ".a.b", "-" * 9000, "e" * 30_000, "%ff%fe", "%ed%a0%80", "%00", "%0a",
    "1e999999999.1e999999999.1e999999999", "%F0%9F%8E%AC", "[" * 9000,
]  # fmt: skip
"""In the place of a token, as in an address."""
RANGES = [
    b"bytes=0-" + b"9" * 9000, b"bytes=" + b"9" * 9000 + b"-", b"bytes=-" + b"9" * 9000, b"bytes=" + b"0-0," * 9000,
    b"bytes=" + b"".join(b"%d-%d," % (n, n) for n in range(0, 8000, 2)), b"bytes=" + b"0-," * 99 + b"0-",
    b"bytes=1e999999999-", b"bytes=--", b"bytes=5-1", b"bytes", b"=", b"lines=1-2", b"bytes=" + b"-" * 9000, b"\xff",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """The response to one request."""

    status: int
    text: str
    seconds: float
    still: float
    """Seconds that the loop stood still meanwhile, at most."""


class Served:
    """The routes in another process."""

    def __init__(self, home: Path, film_id: str, port: int) -> None:
        self.home, self.film_id, self.port = home, film_id, port
        self.upload = {
            b"Host": b"127.0.0.1:%d" % port,
            b"Tus-Resumable": b"1.0.0",
            b"Authorization": b"Bearer " + tokens.sign(home, "upload").encode(),
        }

    def still(self) -> float:
        """The longest standstill of the loop since the last call, in seconds."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/standstill", timeout=60) as response:
            return float(response.read())

    def ask(self, method: str, path: str, headers: dict[bytes, bytes]) -> Answer:
        """The quickest of several tries."""
        tried: list[Answer] = []
        while len(tried) < TRIES and not (tried and quick(tried[-1])):
            self.still()
            started = time.monotonic()
            status, text = self._once(method, path, headers)
            tried.append(Answer(status, text, time.monotonic() - started, self.still()))
        return min(tried, key=lambda one: max(one.still, one.seconds))

    def _once(self, method: str, path: str, headers: dict[bytes, bytes]) -> tuple[int, str]:
        lines = [f"{method} {path} HTTP/1.1".encode(), *(name + b": " + value for name, value in headers.items())]
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as to:
            to.sendall(b"\r\n".join([*lines, b"Connection: close", b"", b""]))
            answer = http.client.HTTPResponse(to, method=method)
            answer.begin()
            return answer.status, answer.read().decode("utf-8", "replace")


def quick(answer: Answer) -> bool:
    return max(answer.still, answer.seconds) <= MOST


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """All routes, with a film that can be played; their log has neither a traceback nor a standstill."""
    folder = tmp_path_factory.mktemp("bounded")
    library = Library.open(folder / "home")
    film = library.refer_to(write_film(folder / "film.mp4", texture(1, 10)))
    port = free_port()
    command = [sys.executable, "-m", "tests.support.requests_server", str(library.home), str(port)]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, cwd=ROOT, stderr=log, stdout=log) as process:
        try:
            server = Served(library.home, film.id, port)
            until(lambda: _answers(server, process))
            yield server
        finally:
            process.terminate()
            process.wait(60)
    # What is no HTTP at all the server itself refuses, with this line.
    assert set((folder / "log").read_text().splitlines()) <= {"WARNING:  Invalid HTTP request received."}


def _answers(server: Served, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None
    with contextlib.suppress(OSError):
        return server.still() >= 0
    return False


def refused(answer: Answer, *allowed: int) -> None:
    """The response is a refusal in a sentence, or one of `allowed`, and was quick."""
    assert answer.status in allowed or 400 <= answer.status < 500, answer
    assert "Traceback" not in answer.text
    assert len(answer.text) < 1000 or answer.status in allowed, answer
    assert quick(answer), answer


def encoded(value: str) -> bytes:
    return base64.b64encode(value.encode("utf-8", "surrogatepass"))


def with_setting(field: str, raw: str) -> bytes:
    """Upload-Metadata with one setting as JSON text, and all others with their defaults."""
    others = {name: value for name, value in to_json(ScanSettings()).items() if name != field}
    text = json.dumps(others)[:-1] + f", {json.dumps(field)}: {raw}}}"
    return b"filename RmlsbS5tcDQ=,settings " + encoded(text)


def announced(served: Served, metadata: bytes) -> Answer:
    return served.ask(
        "POST", "/api/uploads", {**served.upload, b"Upload-Length": b"1000", b"Upload-Metadata": metadata}
    )


@pytest.mark.parametrize("field", FIELDS)
def test_every_setting_of_an_upload(served: Served, field: str) -> None:
    """An invalid value is refused at once in every setting."""
    for raw in NEVER_A_SETTING:
        answer = announced(served, with_setting(field, raw))
        assert answer.status == 400, (raw[:40], answer)
        refused(answer)
    if field == "checkpoint":  # a name, and so any text
        return
    for text in NEVER_A_NUMBER:
        answer = announced(served, with_setting(field, json.dumps(text)))
        assert answer.status == 400, (text[:40], answer)
        refused(answer)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=5),
    max_leaves=10,
)


@given(field=st.sampled_from(FIELDS), value=JSON)
@effort(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_json_in_every_setting(served: Served, field: str, value: Any) -> None:
    """JSON of every type is refused at once where it is no valid setting, and accepted where it is."""
    answer = announced(served, with_setting(field, json.dumps(value)))
    refused(answer, 201)
    if answer.status == 201:
        try:
            assert scan_from_json({**to_json(ScanSettings()), field: value})
        except (SettingsError, TypeError) as error:
            raise AssertionError(f"{field} = {value!r} was taken") from error


@given(value=JSON)
@effort(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_json_instead_of_the_settings(served: Served, value: Any) -> None:
    """Settings that are no object with the settings' names are refused."""
    answer = announced(served, b"settings " + encoded(json.dumps(value)))
    assert answer.status == 400
    refused(answer)


PLACES: list[tuple[str, str, bytes]] = [
    # method, path, header; the value is put in for “*”, or is the header's
    *(("POST", "/api/uploads", name) for name in (b"Upload-Length", b"Upload-Metadata", b"Upload-Defer-Length")),
    *(("PATCH", f"/api/uploads/{'0' * 32}", name) for name in (b"Upload-Offset", b"Content-Type", b"Host", b"Origin")),
    *(
        (method, f"/api/uploads/{'0' * 32}", name)
        for method in ("HEAD", "PATCH", "DELETE")
        for name in (b"Tus-Resumable", b"Authorization", b"Sec-Fetch-Site", b"Cookie", b"X-Anything")
    ),
    *((method, "/api/uploads/*", b"") for method in ("HEAD", "PATCH", "DELETE")),
    *(("GET", f"/api/{folder}/{token}", b"") for folder in ("media", "frames") for token in ("*", "a.*.b", "*.a.b")),
    *(("GET", f"/api/{folder}/x?*", name) for folder in ("media", "frames") for name in (b"Range", b"Cookie")),
]


@given(place=st.sampled_from(PLACES), value=JSON)
@effort(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_json_in_every_other_field(served: Served, place: tuple[str, str, bytes], value: Any) -> None:
    """JSON of every type as a header, a part of an address or a query is refused at once."""
    method, path, name = place
    text = json.dumps(value)
    headers = {**served.upload, b"Upload-Length": b"5", b"Upload-Offset": b"0"}
    if name:
        headers[name] = text.encode()
    answer = served.ask(method, path.replace("*", quote(text, safe="")), headers)
    refused(answer, *((201,) if method == "POST" else ()))  # a length, or metadata without anything known, may be right


@pytest.mark.parametrize("value", HEADERS, ids=lambda value: repr(value[:12]))
def test_every_header_of_an_upload(served: Served, value: bytes) -> None:
    """An invalid length, offset, type, token or metadata is refused at once, one field at a time."""
    place = f"/api/uploads/{'0' * 32}"
    sent = {**served.upload, b"Upload-Offset": b"0", b"Content-Type": b"application/offset+octet-stream"}
    for name in (b"Upload-Length", b"Upload-Defer-Length", b"Authorization", b"Origin", b"Tus-Resumable"):
        refused(served.ask("POST", "/api/uploads", {**served.upload, b"Upload-Length": b"x", name: value}))
    for name in (b"Upload-Offset", b"Content-Type", b"Authorization", b"Host", b"Sec-Fetch-Site"):
        refused(served.ask("PATCH", place, {**sent, name: value}))
    for name in (b"Cookie", b"Content-Length", b"If-Match", b"X-Anything"):
        refused(served.ask("PATCH", place, {**sent, b"Content-Length": b"0", name: value}))
    refused(announced(served, value), 201)  # without a name a film is called “untitled”
    refused(announced(served, b"filename " + base64.b64encode(value)), 201)
    refused(announced(served, b"filename " + value), 201)
    refused(announced(served, b"settings " + value), 201)
    refused(announced(served, b"settings " + base64.b64encode(value)), 201)


@pytest.mark.parametrize("value", TOKENS, ids=lambda value: repr(value[:12]))
def test_every_piece_of_an_address(served: Served, value: str) -> None:
    """An invalid token or upload id is refused at once; a query is ignored."""
    for method in ("HEAD", "PATCH", "DELETE"):
        refused(served.ask(method, f"/api/uploads/{value}", {**served.upload, b"Upload-Offset": b"0"}))
    good = tokens.sign(served.home, "media", f"{served.film_id}/original").split(".")
    pieces = [value, *(".".join([*good[:n], value, *good[n + 1 :]]) for n in range(len(good)))]
    for folder in ("media", "frames"):
        for piece in pieces:
            refused(served.ask("GET", f"/api/{folder}/{piece}", {b"Host": served.upload[b"Host"]}))
    subject = tokens.sign(served.home, "media", f"{value}/original")
    refused(served.ask("GET", f"/api/media/{subject}", {b"Host": served.upload[b"Host"]}))
    assert served.ask("GET", f"/api/uploads?{value}", served.upload).status in (200, 400)


@pytest.mark.parametrize("value", RANGES, ids=lambda value: repr(value[:12]))
def test_ranges(served: Served, value: bytes) -> None:
    """Every range of a film is served at once."""
    asked = {b"Host": served.upload[b"Host"], b"Range": value, b"If-None-Match": value}
    for address in (signed_link(served.home, served.film_id, "original"), "/api/assets/tus.min.js"):
        refused(served.ask("GET", address, asked), 200, 206)


def test_what_pages_ask_for(served: Served, tmp_path: Path) -> None:
    """Uploading, listing, playing and removing a film do not use the disk in the loop."""
    client = Client(f"http://127.0.0.1:{served.port}", served.home)
    film = write_film(tmp_path / "sent.mp4", texture(2, 10)).read_bytes()
    tried: list[float] = []
    while len(tried) < TRIES and not (tried and tried[-1] <= MOST):
        served.still()
        path = client.announce(len(film), settings=json.dumps(to_json(ScanSettings(checkpoint="none such"))))
        half = len(film) // 2
        assert client.send(path, 0, film[:half], half)[0] == 204
        assert client.offset(path) == half
        assert client.listed()
        assert client.send(path, half, film[half:], len(film) - half)[0] == 204
        assert client.ask("DELETE", path)[0] == 204
        for what in ("original", "frames"):
            assert client.ask("GET", signed_link(served.home, served.film_id, what))[0] in (200, 404)
        tried.append(served.still())
    assert min(tried) <= MOST


def test_what_a_listener_says(served: Served) -> None:
    """A socket with any token and any messages holds the loop no longer than a request."""
    address = f"ws://127.0.0.1:{served.port}{progress_socket.PATH}"
    origin = Origin(f"http://127.0.0.1:{served.port}")
    for value in (token for token in TOKENS if len(token) < 8000):  # a longer line is the WebSocket library's to end
        served.still()
        with connect(f"{address}/{value}", origin=origin) as page, pytest.raises(ConnectionClosed) as closed:
            page.recv(timeout=60)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == guard.REFUSED
        assert served.still() < 1
    tried = []
    for _ in range(TRIES):
        with connect(f"{address}/{tokens.sign(served.home, 'analyses')}", origin=origin) as page:
            page.recv(timeout=60)
            served.still()
            for data in ("[" * 500_000, "9" * 500_000, b"\xff" * 500_000, "", "null", '{"a": 1e999999999}'):
                page.send(data)
            with contextlib.suppress(TimeoutError):
                page.recv(timeout=0.2)
            tried.append(served.still())
        if tried[-1] <= MOST:
            break
    assert min(tried) <= MOST
