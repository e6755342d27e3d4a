"""The API as a route of the app. FastAPI is imported with the first request that is let in."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import anyio
from anyio import to_thread
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .access import Gate
from .problems import Problem

PREFIX = "/api/v1"


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
            await to_thread.run_sync(self._gate.check, scope, path)
        except Problem as problem:
            await problem.response()(scope, receive, send)
            return
        app = await self._loaded()
        is_answered = False

        async def watched(message: Message) -> None:
            nonlocal is_answered
            await send(message)
            is_answered = message["type"] == "http.response.body" and not message.get("more_body", False)

        try:
            await app(scope, receive, watched)
        except Exception:
            logging.getLogger(__name__).exception("%s %s failed.", scope["method"], path)
            if not is_answered:  # the server then ends the connection, by which a client knows
                raise

    async def _loaded(self) -> ASGIApp:
        async with self._loading:
            if self._app is None:
                self._app = await to_thread.run_sync(_load, self._home)
            return self._app


def _load(home: Path) -> ASGIApp:
    from .application import application

    return application(home)
