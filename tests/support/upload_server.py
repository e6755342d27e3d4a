"""The upload routes alone on a server that can be killed: `python -m tests.support.upload_server HOME PORT`."""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from emotion_core.server import is_allowed_host, lifespan_of
from emotion_core.web import Guard, maintain_uploads
from emotion_core.web.uploads import upload_routes


def app(home: Path) -> Starlette:
    """As app.py puts them together."""
    guard = Guard(home, lambda host: is_allowed_host(host, ("127.0.0.1",)))
    return Starlette(routes=upload_routes.routes(guard), lifespan=lifespan_of([maintain_uploads(home)]))


if __name__ == "__main__":
    uvicorn.run(app(Path(sys.argv[1])), host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
