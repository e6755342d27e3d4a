"""All own routes on a server of their own, which tells how long its event loop stood still: `python -m
tests.support.requests_server HOME PORT`.

GET /standstill says the longest time, in seconds, between two turns of the loop since it was asked for last. A file
that is opened in the loop's own thread, once the server answers, is a line on standard error; one of a module is not.
"""

from __future__ import annotations

import sys
import threading
import time
from functools import partial
from pathlib import Path

import anyio
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from emotion_core.api import api_routes
from emotion_core.server import is_allowed_host, lifespan_of, watch_loop
from emotion_core.web import Guard, all_routes

TURNS_EVERY = 0.004
"""Seconds between two looks at the clock."""
TOUCHES = ("open", "os.listdir", "os.scandir", "os.mkdir", "os.remove", "os.rename", "sqlite3.connect", "time.sleep")
"""Events of the interpreter that wait for a disk, or for time to pass."""
MODULES = (".py", ".pyc", ".so")


class Ticker:
    """Looks at the clock in the loop, again and again."""

    def __init__(self) -> None:
        self._longest = 0.0
        self._asked = False

    async def run(self) -> None:
        sys.addaudithook(partial(self._note, threading.get_ident()))
        before = time.monotonic()
        while True:
            await anyio.sleep(TURNS_EVERY)
            now = time.monotonic()
            self._longest = max(self._longest, now - before - TURNS_EVERY)
            before = now

    async def tell(self, _: Request) -> Response:
        longest, self._longest, self._asked = self._longest, 0.0, True
        return JSONResponse(longest)

    def _note(self, loop: int, event: str, arguments: tuple[object, ...]) -> None:
        in_loop = self._asked and threading.get_ident() == loop
        if in_loop and event in TOUCHES and not str(arguments[0]).endswith(MODULES):
            print(f"In the loop: {event} {arguments}", file=sys.stderr, flush=True)


def app(home: Path) -> Starlette:
    """As app.py puts the routes together."""
    ticker = Ticker()
    guard = Guard(home, lambda host: is_allowed_host(host, ("127.0.0.1",)))
    return Starlette(
        routes=[*api_routes(home, guard.is_host_allowed), *all_routes(guard), Route("/standstill", ticker.tell)],
        lifespan=lifespan_of([watch_loop, ticker.run]),
    )


if __name__ == "__main__":
    uvicorn.run(app(Path(sys.argv[1])), host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
