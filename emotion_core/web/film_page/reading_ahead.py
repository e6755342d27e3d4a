"""What begins as soon as a browser asks for a film's page, a second before the page's own scripts ask for anything.

The server reads the film's numbers, and tells the browser to load Plotly's script (`Link`: RFC 8288; `preload`: HTML).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ...errors import EmotionError
from ...library import Library
from ..guard import Guard
from ..plotly_script import PLOTLY_ADDRESS

PATIENCE = 1.5
"""Seconds after which the rest of a page does not wait longer for a browser to ask for the timeline."""
_MOST = 50
_awaited: dict[str, threading.Event] = {}
"""By the ids of the latest _MOST films whose timeline is expected: set once its figure is made."""
_PRELOAD = f"<{PLOTLY_ADDRESS}>; rel=preload; as=script"


def wait_for_timeline(film_id: str, seconds: float = PATIENCE) -> None:
    """Wait until the figure of the timeline is made for a browser that has asked for the film's page, at most so many
    seconds and once. Where none has asked, this returns at once.

    What draws the rest of the page would take the machine from what draws the timeline.
    """
    if made := _awaited.get(film_id):
        made.wait(seconds)
        _awaited.pop(film_id, None)


def timeline_is_made(film_id: str) -> None:
    """End the wait for the figure: it is on its way to a browser."""
    if made := _awaited.get(film_id):
        made.set()


def expect_timeline(film_id: str) -> None:
    """Let `wait_for_timeline` wait: a page is shown that will ask for the film's timeline once there are numbers."""
    made = _awaited.pop(film_id, None)
    for oldest in list(_awaited)[: 1 - _MOST]:
        _awaited.pop(oldest, None)
    _awaited[film_id] = made if made and not made.is_set() else threading.Event()  # one for two windows at a time


class ReadingAhead:
    """ASGI middleware. It reads for those who may see the film; it never fails, and no response waits for it.

    `load()` is called in the same thread: it loads the modules that draw the page.
    """

    def __init__(self, app: ASGIApp, guard: Guard, load: Callable[[], object] = lambda: None) -> None:
        self._app, self._guard, self._load = app, guard, load
        self._library = Library(guard.home).sharing_memory()
        self._under_way = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request; every one is passed on."""
        film_id = self._film_asked_for(scope)
        if not film_id:
            await self._app(scope, receive, send)
            return
        expect_timeline(film_id)
        threading.Thread(target=self._read, args=(film_id,), name="read ahead", daemon=True).start()

        async def with_link(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                MutableHeaders(scope=message).append("Link", _PRELOAD)
            await send(message)

        await self._app(scope, receive, with_link)

    def _film_asked_for(self, scope: Scope) -> str:
        """The film whose page is asked for; empty for all other requests, and for people who may not see it."""
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].endswith("/film"):
            return ""
        film_id = parse_qs(scope["query_string"].decode("latin-1")).get("film", [""])[0]
        request = Request(scope)
        if not film_id or not self._guard.is_host_allowed(request.headers.get("host")):
            return ""
        if self._guard.is_sign_in_required() and not self._guard.user_of_request(request):
            return ""
        return str(film_id)

    def _read(self, film_id: str) -> None:
        """Read what the page shows first into memory. One film at a time: who comes second is not read for."""
        if not self._under_way.acquire(blocking=False):
            return
        try:
            self._read_numbers(film_id)
        except EmotionError:
            return  # the page says it
        except Exception:
            logging.getLogger(__name__).exception("A film could not be read ahead.")
        finally:
            self._under_way.release()
        if made := _awaited.get(film_id):
            made.wait(PATIENCE)
        self._load()  # what the page shows around the timeline

    def _read_numbers(self, film_id: str) -> None:
        from ...charts import film_outline, timeline_document

        analysis = self._library.analysis(film_id)
        timeline_document(analysis, 0, max(float(analysis.observations.media.duration), 0.001), 1200, smoothing=3)
        film_outline(analysis)
