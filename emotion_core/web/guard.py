"""Who may use the app's own routes: this app's pages, on a host that is meant, signed in where signing in is on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response

from .. import bounded
from ..errors import AccessError, EmotionError
from . import tokens

Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Guard:
    """What every own route asks before it does anything."""

    home: Path
    host_allowed: Callable[[str | None], bool]
    """Whether a Host header names this server: another name that leads here is a stranger's (DNS rebinding)."""
    sign_in_needed: Callable[[], bool] = lambda: False
    signed_in: Callable[[HTTPConnection], str | None] = lambda _: None
    """Who is signed in by the request's cookies and may come in, or None."""

    def token(self, request: HTTPConnection, purpose: tokens.Purpose) -> tokens.Token:
        """The request's token, once all else is right. Raises AccessError.

        It comes as the path's `token` or as the header `Authorization: Bearer TOKEN`.
        """
        host, origin = request.headers.get("host"), request.headers.get("origin")
        if not self.host_allowed(host):
            raise AccessError(
                f"This server is not {bounded.shown(host or '')}.", "Open the app under the address it printed."
            )
        if origin is not None and _host_of(origin) != host:
            raise AccessError("Another site's page asked for this.", "Only the app's own pages may.")
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            raise AccessError("Another site's page asked for this.", "Only the app's own pages may.")
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        given = request.path_params.get("token") or (bearer if scheme.lower() == "bearer" else "")
        token = tokens.read(self.home, purpose, given)
        if self.sign_in_needed():
            user = self.signed_in(request)
            if not user or user != token.user:
                raise AccessError("You are not signed in.", "Sign in on the app's page.")
        return token


def _host_of(origin: str) -> str:
    """With its port; empty where `origin` is no address, and that is the name of no host."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def sentence(error: Exception, status: int) -> Response:
    """What `error` says, as plain text; half a surrogate pair in it, which no answer can carry, becomes “?”."""
    return PlainTextResponse(str(error).encode("utf-8", "replace"), status)


def told(handler: Handler) -> Handler:
    """`handler` whose EmotionErrors become plain text for a person: 403 where access was refused, else 400."""

    async def answering(request: Request) -> Response:
        try:
            return await handler(request)
        except AccessError as error:
            return sentence(error, 403)
        except EmotionError as error:
            return sentence(error, 400)

    return answering
