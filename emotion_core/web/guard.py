"""Access to the app's own routes: for pages of this app, under an allowed host name, by signed-in people."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import anyio
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response
from starlette.status import WS_1011_INTERNAL_ERROR
from starlette.websockets import WebSocket

from .. import parsing
from ..errors import AccessError, EmotionError
from . import tokens

Handler = Callable[[Request], Awaitable[Response]]

REFUSED = 4403
"""Close code of a WebSocket whose token is not accepted; from 4000 on they are the application's (RFC 6455, 7.4.2)."""


@dataclass(frozen=True, slots=True)
class Guard:
    """The checks that every own route makes before anything else."""

    home: Path
    is_host_allowed: Callable[[str | None], bool]
    """Whether a Host header names this server; any other name that leads here may be DNS rebinding."""
    is_sign_in_required: Callable[[], bool] = lambda: False
    user_of_request: Callable[[HTTPConnection], str | None] = lambda _: None
    """The id of the admitted person whom a request's cookies sign in, or None."""

    def token(self, request: HTTPConnection, purpose: tokens.Purpose) -> tokens.Token:
        """Check a request and return its token. Raises AccessError.

        The token is the path's `token`, or comes in the header `Authorization: Bearer TOKEN`.
        """
        host, origin = request.headers.get("host"), request.headers.get("origin")
        if not self.is_host_allowed(host):
            raise AccessError(
                f"This server is not {parsing.quote(host or '')}.", "Open the app under the address it printed."
            )
        if origin is not None and _host_of(origin) != host:
            raise AccessError("Another site's page asked for this.", "Only the app's own pages may.")
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            raise AccessError("Another site's page asked for this.", "Only the app's own pages may.")
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        text = request.path_params.get("token") or (bearer if scheme.lower() == "bearer" else "")
        token = tokens.verify(self.home, purpose, text)
        if self.is_sign_in_required():
            user = self.user_of_request(request)
            if not user or user != token.user:
                raise AccessError("You are not signed in.", "Sign in on the app's page.")
        return token

    async def admitted(self, socket: WebSocket, purpose: tokens.Purpose) -> tokens.Token | None:
        """Accept a WebSocket and return its token; None after closing one that is refused."""
        await socket.accept()  # first: a browser does not learn why a connection was never accepted
        try:
            return await anyio.to_thread.run_sync(self.token, socket, purpose)  # in a thread: it reads files
        except AccessError:
            await socket.close(REFUSED)
        except EmotionError:
            await socket.close(WS_1011_INTERNAL_ERROR)
        return None


def _host_of(origin: str) -> str:
    """Host and port of an origin; empty, which is no host's name, if it is no address."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def error_response(error: Exception, status: int) -> Response:
    """An error's message as plain text; unpaired surrogates, which UTF-8 cannot encode, become “?”."""
    return PlainTextResponse(str(error).encode("utf-8", "replace"), status)


def with_error_responses(handler: Handler) -> Handler:
    """Wrap `handler` to answer EmotionErrors with their message: status 403 for AccessError, else 400."""

    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except AccessError as error:
            return error_response(error, 403)
        except EmotionError as error:
            return error_response(error, 400)

    return handle
