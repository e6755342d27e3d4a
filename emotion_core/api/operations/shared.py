"""What the operations share: the library, threads for all that reads disks, and the errors of the document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import quote

import anyio
from anyio import to_thread
from fastapi import Depends, Request, Response
from fastapi.security import HTTPBearer

from ...formatting import in_one_line
from ...ingest import Uploads
from ...library import Film, Library
from ..models import Answer, FilmId, ProblemDetail
from ..problems import MEDIA_TYPE, Problem

THREADS = 8
"""Requests that are worked on at once, apart from the threads in which the app serves its pages."""
SLOW_THREADS = 3
"""Those among them that may take minutes, which hash a film or compare two: reading a disk faster helps nobody."""

_Result = TypeVar("_Result")


class Shared:
    """One library's means for all requests."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.uploads = Uploads(home)
        """Remembers the hashes of what arrived: the end of a film that was sent in parts reads none of it again."""
        self._quick = anyio.CapacityLimiter(THREADS)
        self._slow = anyio.CapacityLimiter(SLOW_THREADS)

    def library(self) -> Library:
        """The library, with the analyses in memory that the app's pages have. Raises LibraryError."""
        return Library.open(self.home).sharing_memory()

    async def quick(self, work: Callable[[], _Result]) -> _Result:
        """Call `work`, which takes seconds at most, beside the event loop."""
        return await to_thread.run_sync(work, limiter=self._quick)

    async def slow(self, work: Callable[[], _Result]) -> _Result:
        """Call `work`, which may take minutes, beside the event loop."""
        return await to_thread.run_sync(work, limiter=self._slow)


def _shared(request: Request) -> Shared:
    shared: Shared = request.app.state.shared
    return shared


In = Annotated[Shared, Depends(_shared)]
"""The parameter of an operation that is given Shared."""
bearer = Depends(HTTPBearer(auto_error=False, description="A token of config.toml. The app checks it before all else."))
"""Tells the document of the token, which access.Gate has checked."""

_REASONS = {
    400: "The request's body is no JSON.",
    401: "There is no token, or a wrong one.",
    403: "The API is off, the token does not allow this, or the path is not below an allowed folder.",
    404: "The library has no such thing.",
    409: "The library's state is in the way, such as a film that was not analysed yet.",
    411: "The upload's length was not sent.",
    413: "The request's body is too long.",
    422: "A part of the request is not as this document says, or the film cannot be read.",
    429: "Too many wrong tokens came from this address, or too many listen.",
    503: "The library is busy, or config.toml cannot be used. Try again.",
    507: "The disk is full, or the library has its quota.",
}
_ALWAYS = (401, 403, 429, 503)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors of an operation for the document: `statuses` and those that every operation has."""
    content = {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{ProblemDetail.__name__}"}}}
    return {status: {"description": _REASONS[status], "content": content} for status in sorted({*statuses, *_ALWAYS})}


def answers(
    *statuses: int, known: type[Answer] | None = None, known_words: str = ""
) -> dict[int | str, dict[str, Any]]:
    """`problems`, and the answer 200 of an operation that may have nothing to do."""
    if known is None:
        return problems(*statuses)
    return {200: {"model": known, "description": known_words}, **problems(*statuses)}


def files(*types: str, what: str) -> dict[int | str, dict[str, Any]]:
    """The answer 200 that is a file of one of these media types, for the document."""
    binary = {"type": "string", "format": "binary"}
    content = {each: {"schema": {} if each == "application/json" else binary} for each in types}
    return {200: {"description": what, "content": content}}


def file_response(content: bytes, name: str, mime: str) -> Response:
    """A file to keep, under this name."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\\\' else "_" for c in in_one_line(name))
    named = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(in_one_line(name), errors='replace')}"
    return Response(content, media_type=mime, headers={"Content-Disposition": named, "Cache-Control": "no-store"})


def film_of(library: Library, film_id: FilmId) -> Film:
    """The film with this id. Raises Problem for one that the library does not have, and for a viewer's recording."""
    if library.role_of(film_id) != "film":
        raise Problem(404, f"The library has no film {film_id}. GET /films lists those that it has.")
    return library.film(film_id)


def analysed_film(library: Library, film_id: FilmId) -> Film:
    """A film that was analysed. Raises Problem."""
    film = film_of(library, film_id)
    if library.newest_scan(film_id) is None:
        raise Problem(409, f"{film.name} has not been analysed yet. POST /films/{film_id}/analysis does it.")
    return film
