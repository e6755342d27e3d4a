"""Plotly's script for browsers, served by the app so that no page loads it from another host.

GET /api/scripts/plotly-cartesian.min.js. It is public code under its own licence, so its route needs no token.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

PLOTLY = Path(__file__).with_name("assets") / "plotly-cartesian.min.js"
"""The release's bundle for plane charts: a third of the whole script, which a browser needs a second and more for."""
PLOTLY_SHA256 = "79542150855a52c567260e3137095dbe2b744e6d702a5cabe67da246942fba7a"
"""Of the release file of plotly.js-cartesian-dist-min 4.1.1."""
_PATH = f"/api/scripts/{PLOTLY.name}"
PLOTLY_ADDRESS = f"{_PATH}?v={PLOTLY_SHA256[:16]}"
"""Changes with each release, so that browsers may cache the file for a year."""


@cache
def _content() -> bytes:
    return PLOTLY.read_bytes()


async def _plotly(request: Request) -> Response:
    del request
    return Response(
        _content(),  # in one piece: a file's pieces would come through a thread each
        media_type="text/javascript",
        headers={
            "Cache-Control": "public, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
            "Content-Encoding": "identity",  # else the server compresses the file anew for each browser
        },
    )


def routes() -> list[BaseRoute]:
    """The route of the file, for the app's server."""
    return [Route(_PATH, _plotly)]
