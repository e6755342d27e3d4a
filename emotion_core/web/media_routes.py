"""Films for the player: an original or a proxy by ranges, and when each frame is shown.

GET /api/media/{token}     the file; the token's subject is “<film id>/original”, “<film id>/proxy” or, of another video
                           track than the one read as a rule, “<film id>/proxy-2”
GET /api/frames/{token}    “<film id>/frames”: float64, little-endian, seconds from the first frame shown
"""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePath

import numpy as np
from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from ..decoding import browser_support
from ..errors import AccessError, LibraryError, OutOfDescriptors
from ..library.library import Library
from ..storage import descriptors
from ..storage.paths import proxy_of
from . import tokens
from .guard import Guard, Handler, sentence, told

_THREADS = 12
"""So many requests at most read files at once. They are not the threads that Streamlit serves its files with."""

_PLAYED = re.compile("original|proxy(?:-([0-9]{1,2}))?")
_TIMES = re.compile("frames")

# Never by the file's name: what calls itself a page must not become one of this app's. All are video/*, which the
# server does not compress.
_TYPES = {
    "MP4": "video/mp4",
    "MOV": "video/quicktime",
    "WebM": "video/webm",
    "Matroska": "video/matroska",
    "MXF": "video/mxf",
    "AVI": "video/vnd.avi",
    "MPEG-TS": "video/mp2t",
    "MPEG-PS": "video/mp2p",
    "": "video/vnd.unknown",
}
_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}


class _Gone(Exception):
    """What was asked for is not there, or no longer; `status` is the answer's."""

    def __init__(self, status: int, sentence: str) -> None:
        self.status = status
        super().__init__(sentence)


def link(home: Path, film_id: str, what: str, user: str = "") -> str:
    """An address on this server, good for a while; `what` is "frames", or a file as in proxies.Proxy.

    Raises LibraryError where the key cannot be kept.
    """
    folder = "frames" if what == "frames" else "media"
    return f"/api/{folder}/{tokens.sign(home, 'media', f'{film_id}/{what}', user)}"


def media_routes(guard: Guard) -> list[BaseRoute]:
    """For the app's server."""
    threads = CapacityLimiter(_THREADS)

    async def media(request: Request) -> Response:
        film_id, what = await to_thread.run_sync(_subject, guard, request, _PLAYED, limiter=threads)
        return await to_thread.run_sync(_file, guard.home, film_id, what, limiter=threads)

    async def frames(request: Request) -> Response:
        film_id, _ = await to_thread.run_sync(_subject, guard, request, _TIMES, limiter=threads)
        return await to_thread.run_sync(_frames, guard.home, film_id, limiter=threads)

    return [
        Route("/api/media/{token}", _answered(media), methods=["GET"]),
        Route("/api/frames/{token}", _answered(frames), methods=["GET"]),
    ]


def _answered(handler: Handler) -> Handler:
    """`handler` whose refusals are told in a sentence; nothing of any answer is kept by the browser."""

    async def answering(request: Request) -> Response:
        try:
            return await handler(request)
        except _Gone as gone:
            return sentence(gone, gone.status)

    async def with_headers(request: Request) -> Response:
        response = await told(answering)(request)
        response.headers.update(_HEADERS)
        return response

    return with_headers


def _subject(guard: Guard, request: Request, allowed: re.Pattern[str]) -> tuple[str, str]:
    """Film and file that the request's token is for; reads files, in a thread therefore. Raises AccessError."""
    film_id, _, named = guard.token(request, "media").subject.partition("/")
    if allowed.fullmatch(named):
        return film_id, named
    raise AccessError("This link is for something else.", "Reload the page for a new one.")


def _file(home: Path, film_id: str, what: str) -> Response:
    shelf = Library.open(home)
    try:
        film = shelf.film(film_id)
    except LibraryError as error:
        raise _Gone(503 if isinstance(error, OutOfDescriptors) else 404, str(error)) from error
    track = what.partition("-")[2]
    path = film.path if what == "original" else proxy_of(home, film_id, int(track) if track else None)
    if what == "original" and shelf.holding(film) is None:
        raise _Gone(410, f"The file of {film.name} is gone or has changed. Add the film again.")
    try:
        kind, facts = browser_support.kind(path), os.stat(path)  # noqa: PTH116 - what FileResponse takes
    except OSError as error:
        if descriptors.ran_out(error):
            raise _Gone(503, str(descriptors.refused())) from error
        raise _Gone(404, f"The copy of {film.name} for the browser is not there.") from error
    suffix = path.suffix if what == "original" else ".mp4"
    return FileResponse(
        path,
        media_type=_TYPES[kind],
        filename=f"{PurePath(film.name).stem}{suffix}",
        content_disposition_type="inline",
        stat_result=facts,
    )


def _frames(home: Path, film_id: str) -> Response:
    shelf = Library.open(home)
    try:
        shelf.film(film_id)
        scan = shelf.scan_of(film_id)
        if scan is None:
            raise _Gone(404, "This film has not been analysed yet.")
        seen = shelf.store(scan.id).read()
    except LibraryError as error:
        raise _Gone(503 if isinstance(error, OutOfDescriptors) else 404, str(error)) from error
    base = seen.media.time_base
    seconds = seen.scores.pts.astype(np.float64) * base.numerator / base.denominator
    return Response(seconds.astype("<f8").tobytes(), media_type="application/octet-stream")
