"""The upload routes alone on a server of their own: `python -m tests.upload_server HOME PORT`. It can be killed."""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from emotion_core.server import hosts
from emotion_core.server.lifespan import lifespan
from emotion_core.web import upload_routes
from emotion_core.web.caretaker import caretaker
from emotion_core.web.guard import Guard


def app(home: Path) -> Starlette:
    """As app.py puts them together."""
    guard = Guard(home, lambda host: hosts.allowed(host, ("127.0.0.1",)))
    return Starlette(routes=upload_routes.routes(guard), lifespan=lifespan([caretaker(home)]))


if __name__ == "__main__":
    uvicorn.run(app(Path(sys.argv[1])), host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
