"""Signed addresses of one film's data, and what every route below them does first.

A link is /api/film/{token}; the token's subject is the film's id. Its routes lie below it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...errors import EarlierVersion, LibraryError, OutOfDescriptors
from ...library import Library
from .. import tokens
from ..guard import Guard
from ..responses import UNCACHED, Unavailable, with_headers

_THREADS = CapacityLimiter(8)
"""Requests that may work at once, in threads apart from those in which Streamlit serves its files."""

Answer = Callable[[Library, str, Request], Response]
"""Library, the film's id and the request to its response; runs in a thread."""


def film_link(home: Path, film_id: str, user: str = "") -> str:
    """The address on this server below which a film's data lie; it expires.

    Raises LibraryError where the library's key cannot be stored.
    """
    return f"/api/film/{tokens.sign(home, 'film', film_id, user)}"


def film_route(
    guard: Guard,
    path: str,
    answer: Answer,
    headers: Mapping[str, str] = UNCACHED,
    limiter: CapacityLimiter = _THREADS,
) -> Route:
    """The route /api/film/{token}`path`: `answer` is called for those who may see the film, as `limiter` allows.

    Without a film, an analysis or a readable one, the response is 404 with the reason; 503 without free descriptors.
    """
    library = Library(guard.home).sharing_memory()

    def work(request: Request) -> Response:
        film_id = guard.token(request, "film").subject
        try:
            return answer(library, film_id, request)
        except (LibraryError, EarlierVersion) as error:
            raise Unavailable(503 if isinstance(error, OutOfDescriptors) else 404, str(error)) from error

    async def handle(request: Request) -> Response:
        return await to_thread.run_sync(work, request, limiter=limiter)

    return Route(f"/api/film/{{token}}{path}", with_headers(handle, headers), methods=["GET"])
