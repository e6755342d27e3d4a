"""Recordings of viewers through the upload routes: what comes with them, and how a refusal is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from emotion_core.ingest import background_alignment
from emotion_core.jobs import supervisor
from emotion_core.library import Library
from emotion_core.web import tokens
from tests.support.films import texture, write_film
from tests.support.screenings import CONSENT, taken_in
from tests.support.upload_client import BYTES, VERSION, metadata
from tests.support.upload_server import app

pytestmark = pytest.mark.usefixtures("read_in_process")

TOLD = {"notice": CONSENT.notice, "given_at": CONSENT.given_at, "given_by": CONSENT.given_by}


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library without a worker; no thread aligns."""
    monkeypatch.setattr(supervisor, "ensure_worker", lambda _: False)
    monkeypatch.setattr(supervisor, "prepare_worker", lambda _: None)
    monkeypatch.setattr(background_alignment, "align_soon", lambda _: None)
    return Library.open(tmp_path / "home")


@pytest.fixture
def screening(library: Library, tmp_path: Path) -> str:
    (tmp_path / "film.mp4").write_bytes(b"film")
    return library.add_screening(taken_in(library, tmp_path / "film.mp4", 24, "film").id).id


@pytest.fixture
def page(library: Library) -> TestClient:
    token = tokens.sign(library.home, "upload")
    headers = {**VERSION, "Authorization": f"Bearer {token}"}
    return TestClient(app(library.home), base_url="http://127.0.0.1:8501", headers=headers)


def announce(page: TestClient, length: int, viewer: Any) -> Any:
    told = metadata(filename="Anna.mp4", viewer=viewer if isinstance(viewer, str) else json.dumps(viewer))
    return page.post("/api/uploads", headers={"Upload-Length": str(length), "Upload-Metadata": told})


def test_a_recording_in_pieces(page: TestClient, library: Library, screening: str, tmp_path: Path) -> None:
    """It is listed with its screening while it is unfinished, and is a viewer with the consent at the end."""
    content = write_film(tmp_path / "Anna.mp4", texture(2, 5)).read_bytes()
    in_time = {"in_time": "typed", "offset": 2.5}
    answer = announce(page, len(content), {"screening": screening, **TOLD, "groups": {"seat": "A4"}, **in_time})
    assert answer.status_code == 201, answer.text
    path = answer.headers["location"]
    assert page.patch(path, headers={**BYTES, "Upload-Offset": "0"}, content=content[:50]).status_code == 204
    (listed,) = page.get("/api/uploads").json()
    assert (listed["screening"], listed["problem"], listed["offset"]) == (screening, "", 50)
    answer = page.patch(path, headers={**BYTES, "Upload-Offset": "50"}, content=content[50:])
    assert (answer.status_code, answer.headers.get("x-problem")) == (204, None)
    (anna,) = library.viewers(screening)
    assert (anna.name, anna.groups, anna.consent) == ("Anna", {"seat": "A4"}, CONSENT)
    assert (anna.alignment.method, anna.alignment.offset) == ("typed", 2.5)
    assert answer.headers["x-film-id"] == anna.recording
    assert page.head(path).headers["x-film-id"] == anna.recording


@pytest.mark.parametrize(
    ("viewer", "words"),
    [
        ("{", "cannot be read"),
        ([], "names no screening, or no consent"),
        ({"screening": "x"}, "names no screening, or no consent"),
        ({"screening": "x", **TOLD, "seat": "1"}, "names no screening, or no consent"),
        ({"screening": 3, **TOLD}, "is no text"),
        ({"screening": "x", **TOLD, "groups": ["A4"]}, "is no text"),
        ({"screening": "x", **TOLD, "groups": {"seat": 4}}, "is no text"),
        ({"screening": "x", **TOLD, "given_at": "yesterday"}, "given at"),
        ({"screening": "x", **TOLD, "given_at": "2026-01-01T00:00:00"}, "given at"),
        ({"screening": "x", **TOLD, "given_by": "x" * 501}, "501 characters"),
        ({"screening": "x", **TOLD, "given_by": ""}, "Nobody confirmed"),
        ({"screening": "x", **TOLD, "in_time": "guessed"}, "in time with the film was not understood"),
        ({"screening": "x", **TOLD, "in_time": "typed", "offset": "2"}, "in time with the film was not understood"),
        ({"screening": "x", **TOLD, "in_time": "typed", "offset": 1e9}, "in time with the film was not understood"),
    ],
)
def test_a_claim_is_checked_when_it_is_announced(page: TestClient, viewer: Any, words: str) -> None:
    answer = announce(page, 10, viewer)
    assert (answer.status_code, words in answer.text) == (400, True), answer.text
    assert page.get("/api/uploads").json() == []


def test_an_unknown_screening_is_refused(page: TestClient) -> None:
    """With the status after which a page sends nothing again."""
    answer = announce(page, 10, {"screening": "f" * 32, **TOLD})
    assert (answer.status_code, "not in the library any more" in answer.text) == (404, True)
    assert page.get("/api/uploads").json() == []


def test_a_screening_that_was_deleted_meanwhile(page: TestClient, library: Library, screening: str) -> None:
    """The sender is told, the list says why, and the bytes can be removed."""
    path = announce(page, 4, {"screening": screening, **TOLD}).headers["location"]
    page.patch(path, headers={**BYTES, "Upload-Offset": "0"}, content=b"12")
    library.forget_screening(screening)
    answer = page.patch(path, headers={**BYTES, "Upload-Offset": "2"}, content=b"34")
    assert (answer.status_code, "not in the library any more" in answer.text) == (410, True)
    (listed,) = page.get("/api/uploads").json()
    assert (listed["offset"], "was sent is not in the library" in listed["problem"]) == (2, True)
    assert page.delete(path).status_code == 204
    assert page.get("/api/uploads").json() == []
