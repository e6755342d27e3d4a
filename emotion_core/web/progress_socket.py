"""Progress of analyses for open pages: a WebSocket at /api/analyses/TOKEN that sends a message at every change.

A message is JSON. `state` is a text that changes whenever a page that lists films should be drawn again. `analyses`
holds, by scan id, the analyses that have not ended, each with its `film`, `done` (share, 0 to 1), `words`, and
`segments` (how many are written). Pages do not poll, because a request costs the browser and the app many times what a
message does.
"""

from __future__ import annotations

import contextlib
import json
import math
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import anyio
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.status import WS_1000_NORMAL_CLOSURE, WS_1011_INTERNAL_ERROR
from starlette.websockets import WebSocket, WebSocketDisconnect

from ..errors import EmotionError
from ..jobs import Status, scan_status
from ..library import Library
from ..storage import Home
from .guard import Guard

PATH = "/api/analyses"
POLL_INTERVAL = 0.1
"""Seconds between two looks at the library, however many pages are connected; one takes half a millisecond."""
CHANGE_INTERVAL = 0.02
"""Seconds between two glances at whether its database was changed, as by the end of an analysis: that is looked at at
once. A glance reads the time stamp of a file.
"""
REPEAT_INTERVAL = 5.0
"""Seconds without a change after which a message is repeated: a page that gets none knows that the app is gone."""
CONNECTION_SECONDS = 60.0
"""Seconds until a page has to connect again: access is checked at the start of a connection, and may be withdrawn."""


def routes(guard: Guard) -> list[BaseRoute]:
    """The WebSocket's route, for the app's server."""
    library = Library(guard.home)

    def message() -> str:
        state = library.change_token()  # first: a later change is then found the next time
        analyses = {
            job.id: {"film": job.film_id, **progress_fields(status)} for job, status in scan_status.active(library)
        }
        return json.dumps({"state": state, "analyses": analyses})

    latest = _LatestMessage(message, partial(_stamp, guard.home))

    async def listen(socket: WebSocket) -> None:
        if await guard.admitted(socket, "analyses") is None:
            return
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_until_disconnect, socket, tasks.cancel_scope)
            await _send_messages(socket, latest)
            tasks.cancel_scope.cancel()

    return [WebSocketRoute(f"{PATH}/{{token}}", listen)]


def progress_fields(status: Status) -> dict[str, object]:
    """An analysis as messages and pages show it."""
    return {"done": status.progress.share, "words": scan_status.progress_text(status), "segments": status.segments}


def _stamp(home: Path) -> int:
    """Another number once the database of a library was written; 0 without one."""
    try:
        return Home(home).database.stat().st_mtime_ns
    except OSError:
        return 0


class _LatestMessage:
    """The newest message, shared by all connections: the first one that waits looks at the library for all."""

    def __init__(self, look: Callable[[], str], stamp: Callable[[], int]) -> None:
        """`stamp()` gives another number where `look()` may give another text before POLL_INTERVAL is over."""
        self._look, self._stamp = look, stamp
        self._seen = 0
        """The stamp before the last look."""
        self._lock = anyio.Lock()
        self._updated = -math.inf
        self._text = ""

    async def after(self, previous: str) -> str:
        """The message as soon as it differs from `previous`."""
        while self._age() >= POLL_INTERVAL or self._text == previous:
            async with self._lock:
                if self._age() < POLL_INTERVAL:
                    if self._text != previous:
                        break
                    await self._until_due()
                self._seen = self._stamp()
                self._text = await anyio.to_thread.run_sync(self._look)
                self._updated = time.monotonic()
        return self._text

    async def _until_due(self) -> None:
        while (left := POLL_INTERVAL - self._age()) > 0:
            await anyio.sleep(min(left, CHANGE_INTERVAL))
            if self._stamp() != self._seen:
                return

    def _age(self) -> float:
        return time.monotonic() - self._updated


async def _send_messages(socket: WebSocket, latest: _LatestMessage) -> None:
    text = ""
    code = WS_1000_NORMAL_CLOSURE
    with contextlib.suppress(WebSocketDisconnect):
        with anyio.move_on_after(CONNECTION_SECONDS):
            try:
                while True:
                    with anyio.move_on_after(REPEAT_INTERVAL):
                        text = await latest.after(text)
                    if text:  # empty before the first look has ended
                        await socket.send_text(text)
            except EmotionError:  # the page runs again and shows what is wrong with the library
                code = WS_1011_INTERNAL_ERROR
        await socket.close(code)


async def _until_disconnect(socket: WebSocket, sending: anyio.CancelScope) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass  # pages send nothing
    sending.cancel()
