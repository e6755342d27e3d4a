"""What is put into the head of the app's documents."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from emotion_core.server import PageHead

DOCUMENT = "<!DOCTYPE html><html><head><title>Film</title></head><body>" + "é" * 2000 + "</body></html>"
BROWSER = {"Accept": "text/html,*/*;q=0.8", "Accept-Encoding": "gzip"}


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    (tmp_path / "index.html").write_text(DOCUMENT, encoding="utf-8")

    async def document(_: Request) -> Response:
        return FileResponse(tmp_path / "index.html")

    async def numbers(_: Request) -> Response:
        return JSONResponse({"text": "</head>"})

    async def missing(_: Request) -> Response:
        return Response(DOCUMENT, 404, media_type="text/html")

    routes = [Route("/film", document), Route("/numbers", numbers), Route("/missing", missing)]
    head = Middleware(PageHead, markup=lambda scope: f"<script>{scope['path']}</script>")
    return TestClient(Starlette(routes=routes, middleware=[head, Middleware(GZipMiddleware)]))


def test_a_document_has_the_markup(client: TestClient) -> None:
    """It comes whole, also where the browser has a copy of the file and takes it compressed."""
    first = client.get("/film", headers=BROWSER)
    assert first.text == DOCUMENT.replace("</head>", "<script>/film</script></head>")
    assert int(first.headers["content-length"]) == len(first.content)
    assert client.get("/film", headers=BROWSER | {"If-None-Match": first.headers["etag"]}).text == first.text


@pytest.mark.parametrize("path", ["/numbers", "/missing", "/film"])
def test_all_else_stays_as_it_is(path: str, client: TestClient) -> None:
    """Data and errors, and a document that a script asks for."""
    headers = {"Accept": "*/*"} if path == "/film" else BROWSER
    assert "<script>" not in client.get(path, headers=headers).text
