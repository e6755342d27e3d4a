"""How analyses go, for pages that look on: GET /api/analyses, once a second from each.

The answer is JSON: `state`, another text whenever a page that lists films should be drawn anew, and `analyses`, by scan
those that are yet to end, each with `done` (share, 0 to 1), `words`, and `open` (whether it can be looked at so far).
"""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from .. import scan_status, wording
from ..library import Library
from ..scan_status import Status
from .guard import Guard, told

PATH = "/api/analyses"


def routes(guard: Guard) -> list[BaseRoute]:
    """For the app's server."""
    library = Library(guard.home)

    def found(request: Request) -> dict[str, object]:
        guard.token(request, "analyses")
        state = library.state()  # first: what changes in between is seen the next time
        return {"state": state, "analyses": {scan: shown(how) for scan, how in scan_status.active(library).items()}}

    async def looked(request: Request) -> Response:
        return JSONResponse(await asyncio.to_thread(found, request), headers={"Cache-Control": "no-store"})

    return [Route(PATH, told(looked), methods=["GET"])]


def shown(status: Status) -> dict[str, object]:
    """What a page shows of an analysis."""
    return {"done": status.done, "words": wording.progress(status), "open": status.segments > 0}
