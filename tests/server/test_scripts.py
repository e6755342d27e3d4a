"""Scripts that are sent at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from emotion_core.server import Scripts


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "index.abc.js").write_text("first()")
    (tmp_path / "key.js").write_text("secret")

    async def app(_: Request) -> Response:
        return PlainTextResponse("the app")

    scripts = Middleware(
        Scripts, folder=tmp_path / "js", path="/static/js", is_host_allowed=lambda host: host == "testserver"
    )
    return TestClient(Starlette(routes=[Route("/{path:path}", app)], middleware=[scripts]))


def test_a_script_is_sent_to_be_kept(client: TestClient) -> None:
    """Whole, and for good: another version has another name."""
    answer = client.get("/static/js/index.abc.js")
    assert answer.text == "first()"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize("path", ["/static/js/other.js", "/static/js/../key.js", "/static/js/%2e%2e/key.js", "/"])
def test_all_else_is_the_apps(path: str, client: TestClient) -> None:
    """Only what lies in the folder itself has an address."""
    assert client.get(path).text == "the app"


@pytest.mark.parametrize("header", [{"Range": "bytes=0-1"}, {"If-None-Match": "x"}, {"Host": "elsewhere"}])
def test_the_app_answers_about_copies_parts_and_foreign_hosts(header: dict[str, str], client: TestClient) -> None:
    """It knows their rules."""
    assert client.get("/static/js/index.abc.js", headers=header).text == "the app"
