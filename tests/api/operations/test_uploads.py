"""Uploads in parts over the API: what arrived is gone on from, and nothing but the announced bytes becomes a film."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import anyio
import httpx2
import pytest
from starlette.testclient import TestClient

from emotion_core.api import client as client_module, mount
from emotion_core.api.client import ApiError, Client
from emotion_core.incoming import removal, upload_store
from emotion_core.ingest import Uploads
from emotion_core.jobs import runner
from emotion_core.library import Library
from emotion_core.storage import clock
from tests.support import api
from tests.support.apart import apart
from tests.support.clips import CARPHONE, clip
from tests.support.waiting_runner import WaitingRunner

FILM = clip(CARPHONE).read_bytes()
SHA256 = hashlib.sha256(FILM).hexdigest()


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setattr(runner, "create", WaitingRunner)
    api.configure(tmp_path)
    return Library.open(tmp_path)


@pytest.fixture
def client(library: Library) -> TestClient:
    return api.client(library.home)


def begin(client: TestClient, length: int = len(FILM), sha256: str = SHA256) -> str:
    """The id of a new upload."""
    about = {"name": "a cut.mp4", "sha256": sha256}
    answer = client.post("uploads/resumable", params=about, headers={"Upload-Length": str(length)})
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/api/v1/uploads/resumable/{answer.json()['id']}"
    return str(answer.json()["id"])


def send(client: TestClient, upload: str, offset: int, content: bytes | Iterator[bytes]) -> httpx2.Response:
    return client.patch(f"uploads/resumable/{upload}", headers={"Upload-Offset": str(offset)}, content=content)


def test_a_film_arrives_in_parts(library: Library, client: TestClient) -> None:
    """Each part goes on from the offset that GET and HEAD tell; the last byte makes it a film, later a known one."""
    upload, half = begin(client), len(FILM) // 2
    first = send(client, upload, 0, FILM[:half])
    assert (first.status_code, first.json()["offset"], first.json()["film"]) == (200, half, None)
    for method in ("HEAD", "GET"):
        told = client.request(method, f"uploads/resumable/{upload}").headers
        assert (told["upload-offset"], told["upload-length"]) == (str(half), str(len(FILM)))
    assert [each["id"] for each in client.get("uploads/resumable").json()["uploads"]] == [upload]
    wrong = send(client, upload, 5, FILM[5:])
    assert (wrong.status_code, wrong.json()["detail"]) == (
        409, f"Bytes from 5 on were sent, and {half} are here. Go on from there."
    )  # fmt: skip
    assert send(client, upload, half, FILM).status_code == 413
    last = send(client, upload, half, iter([FILM[half:]])).json()
    assert (last["offset"], last["film"], last["known"]) == (len(FILM), SHA256, False)
    assert library.film(SHA256).path.read_bytes() == FILM
    assert client.get("uploads/resumable").json() == {"uploads": []}
    assert client.get(f"uploads/resumable/{upload}").json() == last
    again = begin(client)
    assert send(client, again, 0, FILM).json()["known"] is True


def test_other_bytes_than_announced_are_refused(library: Library, client: TestClient) -> None:
    """A file that changed meanwhile, or one that was damaged on the way, becomes no film; nor does what is none."""
    for content, sha256, words in ((FILM, "0" * 64, "did not arrive as announced"), (b"notes", "", "cannot be opened")):
        upload = begin(client, len(content), sha256)
        refused = send(client, upload, 0, content)
        assert refused.status_code == 422
        assert words in refused.json()["detail"]
        assert words in client.get(f"uploads/resumable/{upload}").json()["problem"]
        assert not upload_store.part_path(library.home, upload).exists()
    assert library.films() == []


def test_uploads_have_the_quota_and_the_lifetime_of_the_app(
    library: Library, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is too large is refused when it is announced; what got no byte for a week is removed; one can be removed
    before, also by the app's page while it arrives.
    """
    over = client.post("uploads/resumable", params={"name": "a.mp4"}, headers={"Upload-Length": str(1 << 49)})
    assert over.status_code == 507
    removed, abandoned, unwanted = begin(client), begin(client), begin(client)
    assert client.delete(f"uploads/resumable/{removed}").status_code == 204
    assert send(client, removed, 0, FILM).status_code == 404
    assert client.delete(f"uploads/resumable/{removed}").status_code == 404

    def unwanted_film() -> Iterator[bytes]:
        yield FILM[:10]
        removal.request(library.home, unwanted)
        yield FILM[10:]

    assert send(client, unwanted, 0, unwanted_film()).status_code == 404
    now = clock.earliest() + timedelta(days=8).total_seconds()
    monkeypatch.setattr(clock, "earliest", lambda: now)
    Uploads(library.home).sweep()
    assert client.get(f"uploads/resumable/{abandoned}").status_code == 404


def test_an_upload_ends_soon_after_its_token(
    library: Library, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What arrived until then stays, and goes on with another token."""
    monkeypatch.setattr(mount, "RECHECK", 0.0)
    upload, file = begin(client), library.home / "config.toml"
    text = file.read_text()

    async def parts() -> AsyncIterator[bytes]:
        yield FILM[:10]
        file.write_text(text.replace("writer", "other"))
        yield FILM[10:20]
        yield FILM[20:]

    async def send_parts() -> httpx2.Response:
        transport = httpx2.ASGITransport(api.app(library.home))
        async with httpx2.AsyncClient(transport=transport, base_url=client.base_url, headers=client.headers) as own:
            return await own.patch(f"uploads/resumable/{upload}", headers={"Upload-Offset": "0"}, content=parts())

    refused = apart(anyio.run, send_parts)
    assert (refused.status_code, refused.json()["detail"][:40]) == (401, "The owner of this library has changed or")
    assert client.get(f"uploads/resumable/{upload}").json()["film"] is None


def test_the_client_goes_on_by_itself(
    library: Library, client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a connection that breaks off, within a call and by a further one; what is no film is not sent twice."""
    file = tmp_path / "a cut.mp4"
    file.write_bytes(FILM)
    monkeypatch.setattr(client_module, "PAUSES", (0.0,))
    begun = begin(client)
    breaks = [100, 300, 300, 0]
    requests: list[tuple[str, int]] = []

    def cut_off(request: httpx2.Request) -> httpx2.Response:
        """Hand a request to the app in this process; one that sends bytes breaks off now and then."""
        content = b"".join(request.stream)  # type: ignore[arg-type]
        if is_broken := request.method == "PATCH" and bool(breaks):
            content = content[: breaks.pop(0)]
        url = str(request.url).partition("/api/v1/")[2]
        headers = {name: value for name, value in request.headers.items() if name not in ("host", "content-length")}
        answer = client.request(request.method, url, headers=headers, content=content)
        requests.append((request.method, int(request.headers.get("upload-offset", 0))))
        if is_broken:
            raise httpx2.ReadError("cut off")
        return httpx2.Response(answer.status_code, headers=dict(answer.headers), content=answer.content)

    with Client("http://localhost", api.WRITE) as own:
        own._http = httpx2.Client(
            base_url="http://localhost/api/v1/", headers=own._http.headers, transport=httpx2.MockTransport(cut_off)
        )
        monkeypatch.setattr(client_module, "PAUSES", ())
        with pytest.raises(httpx2.ReadError):
            own.upload_film(file)
        monkeypatch.setattr(client_module, "PAUSES", (0.0, 0.0))
        film = own.upload_film(file)
        assert (film["id"], film["known"]) == (SHA256, False)
        assert [offset for method, offset in requests if method == "PATCH"] == [0, 100, 400, 700, 700]
        assert client.get(f"uploads/resumable/{begun}").json()["film"] == SHA256
        file.write_bytes(b"notes")
        with pytest.raises(ApiError, match="cannot be opened"):
            own.upload_film(file)
