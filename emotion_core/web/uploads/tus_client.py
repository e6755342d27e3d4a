"""The browser's half of the upload protocol: tus-js-client, served by the app so that no page loads from another host.

It is public code under its own licence, so its route needs no token.
"""

from __future__ import annotations

import base64
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

TUS = Path(__file__).parents[1] / "assets" / "tus.min.js"
TUS_SHA256 = "8cbb1b63fccc3bba0ae73ad1deb160ce046c3750851d0c3e94921ae3ef070eb8"
"""Of the release file of tus-js-client 4.3.1."""
TUS_ADDRESS = f"/api/assets/{TUS.name}?v={TUS_SHA256[:16]}"
"""Changes with each release, so that browsers may cache the file for a year."""
TUS_INTEGRITY = "sha256-" + base64.b64encode(bytes.fromhex(TUS_SHA256)).decode()
"""For the attribute `integrity` of a script: browsers check it before they run the file (W3C Subresource Integrity)."""


async def _tus(request: Request) -> Response:
    del request
    return FileResponse(
        TUS,
        media_type="text/javascript",
        headers={"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"},
    )


def routes() -> list[BaseRoute]:
    """The route of the file, for the app's server."""
    return [Route(f"/api/assets/{TUS.name}", _tus)]
