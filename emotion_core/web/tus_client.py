"""The one file that is not ours: the browser's half of the upload protocol, served by the app so that no other host is.

It is public code under its own licence, so no token is asked for.
"""

from __future__ import annotations

import base64
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

TUS = Path(__file__).with_name("assets") / "tus.min.js"
TUS_SHA256 = "8cbb1b63fccc3bba0ae73ad1deb160ce046c3750851d0c3e94921ae3ef070eb8"
"""Of the release file of tus-js-client 4.3.1."""
TUS_ADDRESS = f"/api/assets/{TUS.name}?v={TUS_SHA256[:16]}"
"""Another release has another address, so a browser may keep what it has for a year."""
TUS_INTEGRITY = "sha256-" + base64.b64encode(bytes.fromhex(TUS_SHA256)).decode()
"""What a browser compares the file with before it runs it."""


async def _tus(request: Request) -> Response:
    del request
    return FileResponse(
        TUS,
        media_type="text/javascript",
        headers={"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"},
    )


def routes() -> list[BaseRoute]:
    """For `routes.routes`."""
    return [Route(f"/api/assets/{TUS.name}", _tus)]
