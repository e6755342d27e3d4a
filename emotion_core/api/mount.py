"""The API as a route of the app. FastAPI is imported with the first request that is let in."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import anyio
from anyio import to_thread
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..storage.configuration import ApiToken
from .access import STILL_ALLOWED, Gate
from .problems import Problem

PREFIX = "/api/v1"
RECHECK = 2.0
"""Seconds after which the token of a request that goes on, an upload or a stream of events, is looked at again."""


def api_routes(home: Path, is_host_allowed: Callable[[str | None], bool]) -> list[BaseRoute]:
    """The routes of the API, for the app's server: before routes that match more than they."""
    return [Mount(PREFIX, app=_Api(home, is_host_allowed))]


class _Api:
    """The ASGI application below PREFIX."""

    def __init__(self, home: Path, is_host_allowed: Callable[[str | None], bool]) -> None:
        self._home = home
        self._gate = Gate(home, is_host_allowed)
        self._loading = anyio.Lock()
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; a WebSocket is refused."""
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        path = scope["path"].removeprefix(scope.get("root_path", "")) or "/"
        try:
            token = await to_thread.run_sync(self._gate.check, scope, path)
        except Problem as problem:
            await problem.response()(scope, receive, send)
            return
        app = await self._loaded()
        still_allowed = _StillAllowed(self._gate, token)
        scope = {**scope, STILL_ALLOWED: still_allowed}

        async def received() -> Message:
            message = await receive()
            if message["type"] == "http.request" and message.get("more_body", False):  # a film may come for hours
                await still_allowed()
            return message

        is_answered = False

        async def watched(message: Message) -> None:
            nonlocal is_answered
            await send(message)
            is_answered = message["type"] == "http.response.body" and not message.get("more_body", False)

        try:
            await app(scope, received, watched)
        except Exception:
            logging.getLogger(__name__).exception("%s %s failed.", scope["method"], path)
            if not is_answered:  # the server then ends the connection, by which a client knows
                raise

    async def _loaded(self) -> ASGIApp:
        async with self._loading:
            if self._app is None:
                self._app = await to_thread.run_sync(_load, self._home)
            return self._app


class _StillAllowed:
    """Looks now and then whether the token of a request that goes on still holds."""

    def __init__(self, gate: Gate, token: ApiToken | None) -> None:
        self._gate, self._token = gate, token
        self._looked = monotonic()

    async def __call__(self) -> None:
        """Look, unless that was less than RECHECK ago. Raises Problem where the token was taken back or changed."""
        now = monotonic()
        if self._token is not None and now - self._looked >= RECHECK:
            self._looked = now
            await to_thread.run_sync(self._gate.check_again, self._token)


def _load(home: Path) -> ASGIApp:
    from .application import application

    return application(home)
