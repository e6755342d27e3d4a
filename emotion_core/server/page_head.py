"""Markup in the head of the app's HTML documents: what a browser does while it still loads the app's own scripts."""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_END = b"</head>"
_ABOUT_COPIES = ("accept-encoding", "if-none-match", "if-modified-since")
"""Request headers after which there would be no document to add to, or a compressed one."""


class PageHead:
    """ASGI middleware that puts `markup(scope)` at the end of the head of each document that a browser opens.

    A document without a head, and every other answer, is passed on as it is.
    """

    def __init__(self, app: ASGIApp, markup: Callable[[Scope], str]) -> None:
        self._app, self._markup = app, markup

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http" or not _is_navigation(scope):
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        parts: list[bytes] = []

        async def with_markup(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_document(message):
                start = message
            elif start is None or message["type"] != "http.response.body":
                await send(message)
            else:
                parts.append(message.get("body", b""))
                if not message.get("more_body", False):
                    body = b"".join(parts).replace(_END, self._markup(scope).encode() + _END, 1)
                    MutableHeaders(scope=start)["content-length"] = str(len(body))
                    await send(start)
                    await send({"type": "http.response.body", "body": body})

        headers = [(name, value) for name, value in scope["headers"] if name.decode("latin-1") not in _ABOUT_COPIES]
        await self._app({**scope, "headers": headers}, receive, with_markup)


def _is_navigation(scope: Scope) -> bool:
    return scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", "")


def _is_document(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    return (
        start["status"] == 200
        and headers.get("content-type", "").startswith("text/html")
        and "content-encoding" not in headers
    )
