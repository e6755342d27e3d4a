"""The upload protocol's browser half is the named release, and comes from the app itself."""

from __future__ import annotations

from hashlib import sha256

from starlette.applications import Starlette
from starlette.testclient import TestClient

from emotion_core.web.uploads import tus_client


def test_the_released_file_is_unchanged() -> None:
    """The file has the release's hash, and its licence is beside it."""
    assert sha256(tus_client.TUS.read_bytes()).hexdigest() == tus_client.TUS_SHA256
    assert "MIT License" in tus_client.TUS.with_name("tus.LICENSE").read_text()
    assert tus_client.TUS_SHA256 in tus_client.TUS.with_name("README.md").read_text()


def test_the_app_serves_it_to_be_kept() -> None:
    """The address contains the file's hash, so that a browser may cache it for long."""
    answer = TestClient(Starlette(routes=tus_client.routes())).get(tus_client.TUS_ADDRESS)
    assert answer.content == tus_client.TUS.read_bytes()
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    assert tus_client.TUS_SHA256.startswith(tus_client.TUS_ADDRESS.partition("?v=")[2])
