"""How analyses go, for pages that look on: a WebSocket at /api/analyses/TOKEN, which says it whenever it changes.

A message is JSON: `state`, another text whenever a page that lists films should be drawn anew, and `analyses`, by scan
those that are yet to end, each with its `film`, `done` (share, 0 to 1), `words`, and `segments` (so many can be looked
at).
Told rather than asked for, because a request costs a browser and the app many times what a message does.
"""

from __future__ import annotations

import contextlib
import json
import math
import time
from collections.abc import Callable

import anyio
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.status import WS_1000_NORMAL_CLOSURE, WS_1011_INTERNAL_ERROR
from starlette.websockets import WebSocket, WebSocketDisconnect

from ..errors import AccessError, EmotionError
from ..jobs import scan_status, scan_status as jobs_scan_status
from ..jobs.scan_status import Status
from ..library.library import Library
from .guard import Guard

PATH = "/api/analyses"
REFUSED = 4403
"""The close code for a token that is not good; 4000 and above are an application's own (RFC 6455, 7.4.2)."""
LOOKS_EVERY = 1.0
"""Seconds between two looks at the library, however many pages listen."""
SPEAKS_EVERY = 5.0
"""After so many seconds without a change it is said again: a page that hears nothing knows that the app is gone."""
ADMITTED_FOR = 60.0
"""Seconds until a page has to come again: who may listen is known from how it came, and may have changed."""


def routes(guard: Guard) -> list[BaseRoute]:
    """For the app's server."""
    library = Library(guard.home)

    def found() -> str:
        state = library.state()  # first: what changes in between is seen the next time
        analyses = {job.id: {"film": job.film_id, **shown(how)} for job, how in scan_status.active(library)}
        return json.dumps({"state": state, "analyses": analyses})

    news = _News(found)

    async def listened(socket: WebSocket) -> None:
        await socket.accept()  # first: a browser learns nothing of why it was never let in
        try:
            await anyio.to_thread.run_sync(guard.token, socket, "analyses")  # reads files, in a thread therefore
        except AccessError:
            await socket.close(REFUSED)
            return
        except EmotionError:
            await socket.close(WS_1011_INTERNAL_ERROR)
            return
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_until_it_leaves, socket, tasks.cancel_scope)
            await _tell(socket, news)
            tasks.cancel_scope.cancel()

    return [WebSocketRoute(f"{PATH}/{{token}}", listened)]


def shown(status: Status) -> dict[str, object]:
    """What a page shows of an analysis."""
    return {"done": status.done, "words": jobs_scan_status.progress(status), "segments": status.segments}


class _News:
    """What was found last. Whoever waits first looks again, for all who wait."""

    def __init__(self, look: Callable[[], str]) -> None:
        self._look = look
        self._one = anyio.Lock()
        self._looked = -math.inf
        self._text = ""

    async def after(self, known: str) -> str:
        """What is found as soon as it differs from `known`."""
        while self._age() >= LOOKS_EVERY or self._text == known:
            async with self._one:
                if (age := self._age()) < LOOKS_EVERY:
                    if self._text != known:
                        break
                    await anyio.sleep(LOOKS_EVERY - age)
                self._text = await anyio.to_thread.run_sync(self._look)
                self._looked = time.monotonic()
        return self._text

    def _age(self) -> float:
        return time.monotonic() - self._looked


async def _tell(socket: WebSocket, news: _News) -> None:
    text = ""
    code = WS_1000_NORMAL_CLOSURE
    with contextlib.suppress(WebSocketDisconnect):
        with anyio.move_on_after(ADMITTED_FOR):
            try:
                while True:
                    with anyio.move_on_after(SPEAKS_EVERY):
                        text = await news.after(text)
                    if text:  # else nothing was found yet
                        await socket.send_text(text)
            except EmotionError:  # the page is run anew, and says what is wrong with the library
                code = WS_1011_INTERNAL_ERROR
        await socket.close(code)


async def _until_it_leaves(socket: WebSocket, others: anyio.CancelScope) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass  # a page has nothing to say
    others.cancel()
