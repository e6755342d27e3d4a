"""Films by ranges, for a page's signed links only."""

from __future__ import annotations

import contextlib
import threading
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.testclient import TestClient
from streamlit.web.server.starlette.starlette_gzip_middleware import SelectiveGZipMiddleware

from emotion_core.decoding import Decoder
from emotion_core.library import Film, Library
from emotion_core.server import is_allowed_host
from emotion_core.storage import Home
from emotion_core.web import Guard, all_routes, signed_link, tokens
from tests.support import event_loop, library_builder
from tests.support.films import NTSC, texture, write_film

LARGE = 100_000_000
"""Bytes of a file that must not come into memory."""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "home")


@pytest.fixture
def film(library: Library, tmp_path: Path) -> Film:
    """A film in the user's own folder."""
    return library.refer_to(write_film(tmp_path / "The “kitchen” é; x.mp4", texture(1, 30)))


def server(home: Path) -> TestClient:
    """The app's routes behind Streamlit's compression, addressed as 127.0.0.1."""
    guard = Guard(home, lambda host: is_allowed_host(host, ("127.0.0.1",)))
    app = Starlette(routes=all_routes(guard))
    app.add_middleware(SelectiveGZipMiddleware)
    return TestClient(app, base_url="http://127.0.0.1:8501", headers={"accept-encoding": "gzip"})


def test_a_whole_film_as_it_is(library: Library, film: Film) -> None:
    """The file comes byte for byte, uncompressed, with its type, to be shown rather than saved, and uncached."""
    answer = server(library.home).get(signed_link(library.home, film.id, "original"))
    assert (answer.status_code, answer.content) == (200, film.path.read_bytes())
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["content-disposition"].startswith("inline; filename*=utf-8''The%20%E2%80%9Ckitchen")
    assert "content-encoding" not in answer.headers


def test_its_size_is_told_without_it(library: Library, film: Film) -> None:
    """HEAD responds with the length and no body."""
    answer = server(library.home).head(signed_link(library.home, film.id, "original"))
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) == film.bytes


def test_ranges(library: Library, film: Film) -> None:
    """First, middle, last and open-ended ranges come as requested; several as parts; one beyond the end is 416."""
    asking, address, whole = (
        server(library.home),
        signed_link(library.home, film.id, "original"),
        film.path.read_bytes(),
    )
    end = len(whole)
    for requested, first, last in (
        ("0-0", 0, 1),
        ("0-99", 0, 100),
        (f"{end // 2}-{end // 2 + 9}", end // 2, end // 2 + 10),
        (f"{end - 1}-", end - 1, end),
        ("-5", end - 5, end),
        (f"100-{end + 1000}", 100, end),
    ):
        answer = asking.get(address, headers={"range": f"bytes={requested}"})
        assert (answer.status_code, answer.content) == (206, whole[first:last])
        assert answer.headers["content-range"] == f"bytes {first}-{last - 1}/{end}"
        assert "content-encoding" not in answer.headers
    parts = asking.get(address, headers={"range": "bytes=0-3,10-13"})
    assert parts.status_code == 206
    assert parts.headers["content-type"].startswith("multipart/byteranges")
    assert whole[:4] in parts.content
    assert whole[10:14] in parts.content
    beyond = asking.get(address, headers={"range": f"bytes={end}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{end}")


def test_only_with_the_right_token(library: Library, film: Film, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing or changed token, or one of another purpose, file or route, or an expired one, is 403."""
    asking, home = server(library.home), library.home
    address = signed_link(home, film.id, "original")
    folder, token = address.rsplit("/", 1)
    for wrong in ("x", "x" + token, token[:-1], tokens.sign(home, "upload", f"{film.id}/original")):
        assert asking.get(f"{folder}/{wrong}").status_code == 403
    assert asking.get(f"{folder}/").status_code == 404
    assert asking.get(f"/api/frames/{token}").status_code == 403
    for subject in (film.id, f"{film.id}/frames", f"{film.id}/../library.sqlite", "/etc/passwd", f"{film.id}/"):
        assert asking.get(f"{folder}/{tokens.sign(home, 'media', subject)}").status_code == 403
    assert asking.get(address).status_code == 200
    monkeypatch.setattr(tokens, "HOURS", -1)
    expired = asking.get(address)
    assert (expired.status_code, "expired" in expired.text) == (403, True)


def test_the_server_goes_on_while_a_link_is_looked_at(library: Library, film: Film) -> None:
    """The check of who is signed in runs outside the event loop, which serves other requests meanwhile."""
    requested: list[int] = []

    def signed_in(_: HTTPConnection) -> str:
        requested.append(threading.get_ident())
        return "ann"

    guard = Guard(library.home, lambda _: True, lambda: True, signed_in)

    @contextlib.asynccontextmanager
    async def noting(_: Starlette) -> AsyncIterator[None]:
        requested.append(threading.get_ident())
        yield

    with TestClient(Starlette(routes=all_routes(guard), lifespan=noting)) as asking:
        assert asking.get(signed_link(library.home, film.id, "original", "ann")).status_code == 200
        assert asking.get(signed_link(library.home, film.id, "frames", "ann")).status_code == 404
    loop, *others = requested
    assert len(others) == 2
    assert loop not in others


@pytest.mark.parametrize(
    "headers", [{"host": "evil.example"}, {"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}]
)
def test_only_to_this_apps_pages(library: Library, film: Film, headers: dict[str, str]) -> None:
    """Another site's page gets nothing with any link."""
    for what in ("original", "frames"):
        answer = server(library.home).get(signed_link(library.home, film.id, what), headers=headers)
        assert answer.status_code == 403


def test_a_film_that_is_gone(library: Library, film: Film) -> None:
    """The link of a changed or moved film is 410 with a message, that of a deleted one 404."""
    asking, address = server(library.home), signed_link(library.home, film.id, "original")
    film.path.write_bytes(film.path.read_bytes() + b"more")
    assert asking.get(address).status_code == 410
    film.path.unlink()
    response = asking.get(address)
    assert (response.status_code, film.name in response.text) == (410, True)
    assert response.headers["x-content-type-options"] == "nosniff"
    library.delete_film(film.id)
    for what in ("original", "proxy", "frames"):
        deleted = asking.get(signed_link(library.home, film.id, what))
        assert (deleted.status_code, "not in the library" in deleted.text) == (404, True)


def test_a_proxy(library: Library, film: Film) -> None:
    """A proxy is served as soon as it exists, also when the film itself is gone."""
    asking, address = server(library.home), signed_link(library.home, film.id, "proxy")
    missing = asking.get(address)
    assert (missing.status_code, "copy" in missing.text) == (404, True)
    proxy = Home(library.home).proxy(film.id)
    proxy.parent.mkdir()
    proxy.write_bytes(film.path.read_bytes()[:1000])
    film.path.unlink()
    answer = asking.get(address, headers={"range": "bytes=10-19"})
    assert (answer.status_code, answer.content) == (206, proxy.read_bytes()[10:20])
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["content-disposition"].endswith(".mp4")


def test_a_name_never_says_what_a_file_is(library: Library, tmp_path: Path) -> None:
    """A film named like a page is served as a film; one of unknown type is neither text nor compressed."""
    page = write_film(tmp_path / "film.mov", texture(1, 30)).rename(tmp_path / "film.html")
    with page.open("rb") as file:
        film = library.add_film(file, "<script>alert(1)</script>.html")
    assert film.path.suffix == ".html"
    asking = server(library.home)
    answer = asking.get(signed_link(library.home, film.id, "original"))
    assert answer.headers["content-type"] == "video/quicktime"
    assert "<" not in answer.headers["content-disposition"]
    film.path.write_bytes(b"<html>".ljust(film.bytes, b" "))
    answer = asking.get(signed_link(library.home, film.id, "original"))
    assert answer.headers["content-type"].startswith("video/")
    assert "content-encoding" not in answer.headers


def test_memory_does_not_grow_with_the_file(library: Library, film: Film) -> None:
    """A film of a hundred megabytes is sent in pieces."""
    proxy = Home(library.home).proxy(film.id)
    proxy.parent.mkdir()
    with proxy.open("wb") as file:
        file.truncate(LARGE)
    sent = 0
    asking, address = server(library.home), signed_link(library.home, film.id, "proxy")
    app, most = asking.app, 0

    async def send(message: dict[str, object]) -> None:
        nonlocal sent, most
        body = message.get("body", b"")
        assert isinstance(body, bytes)
        sent, most = sent + len(body), max(most, len(body))

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    headers = [(b"host", b"127.0.0.1:8501"), (b"range", b"bytes=0-")]
    scope = {"type": "http", "method": "GET", "path": address, "headers": headers, "query_string": b"",
             "asgi": {"version": "3.0", "spec_version": "2.4"}}  # fmt: skip
    tracemalloc.start()
    try:
        event_loop.run(app, scope, receive, send)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sent == LARGE
    assert most <= 1_000_000
    assert peak < 20_000_000


def test_the_times_of_all_frames(library: Library, tmp_path: Path) -> None:
    """The newest scan's times of all frames, in seconds from the first one shown; 404 before a scan is finished."""
    path = write_film(tmp_path / "film.ts", texture(1, 40), rate=NTSC)
    film = library.refer_to(path)
    asking, address = server(library.home), signed_link(library.home, film.id, "frames")
    assert asking.get(address).status_code == 404
    library_builder.timed(library, path, (10,))
    answer = asking.get(address)
    with Decoder(path, "") as decoder:
        true = [float(frame.ticks * decoder.media.time_base) for frame in decoder.frames()]
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/octet-stream")
    assert np.frombuffer(answer.content, dtype="<f8").tolist() == pytest.approx(true, abs=1e-9)
    assert true[0] == 0
