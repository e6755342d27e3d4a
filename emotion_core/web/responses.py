"""What the routes of films answer: what is not there, and headers that keep numbers and pictures on this machine."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from .guard import Handler, error_response, with_error_responses

UNCACHED = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}


class Unavailable(Exception):
    """What a link names is not there, or no longer; `status` is the response's."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


def with_headers(handler: Handler, headers: Mapping[str, str] = UNCACHED) -> Handler:
    """Wrap `handler` to answer errors with their message, never cached, and all else with `headers`."""

    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except Unavailable as error:
            return error_response(error, error.status)

    async def answer(request: Request) -> Response:
        response = await with_error_responses(handle)(request)
        response.headers.update(headers if response.status_code < 400 else UNCACHED)
        return response

    return answer
