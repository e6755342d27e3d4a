"""The scripts of a folder, sent at once.

A page's first opening asks for eighty of Streamlit's scripts. Each would go through all of its middleware and routes,
and through several threads, which wait for each other while a film is read.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_HEADERS = {"Cache-Control": "public, immutable, max-age=31536000"}
"""As Streamlit sends them: the names change with the content."""
_OF_COPIES = {"range", "if-none-match", "if-modified-since"}


class Scripts:
    """ASGI middleware that answers for the scripts in `folder`, below the address `path`, for allowed hosts.

    They are read when they are asked for. Every other request is passed on, and each that is about a copy or a part.
    """

    def __init__(self, app: ASGIApp, folder: Path, path: str, is_host_allowed: Callable[[str | None], bool]) -> None:
        self._app, self._is_host_allowed = app, is_host_allowed
        self._files = {f"{path}/{file.name}": file for file in folder.glob("*.js")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        await (self._script(scope) or self._app)(scope, receive, send)

    def _script(self, scope: Scope) -> Response | None:
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] not in self._files:
            return None
        headers = Headers(scope=scope)
        if not self._is_host_allowed(headers.get("host")) or not _OF_COPIES.isdisjoint(headers.keys()):
            return None
        try:
            content = self._files[scope["path"]].read_bytes()  # at most a megabyte that the system holds in memory
        except OSError:
            return None
        return Response(content, media_type="text/javascript", headers=_HEADERS)
