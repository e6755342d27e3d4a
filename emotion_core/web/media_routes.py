"""Films for the player: an original or a proxy by ranges, and when each frame is shown.

GET /api/media/{token}     the file; the token's subject is “<film id>/original”, “<film id>/proxy” or, of another video
                           track than the one read as a rule, “<film id>/proxy-2”
GET /api/frames/{token}    “<film id>/frames”: float64, little-endian, seconds from the first frame shown
"""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePath

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from ..errors import AccessError, LibraryError, OutOfDescriptors
from ..library import Library
from ..media import container_kind
from ..storage import Home, descriptors
from . import tokens
from .first_pictures import picture_is_there
from .guard import Guard
from .responses import Unavailable, with_headers

_THREADS = 12
"""Requests that may read files at once, in threads apart from those in which Streamlit serves its files."""

_VIDEO = re.compile("original|proxy(?:-([0-9]{1,2}))?")
_FRAMES = re.compile("frames")

# By content, never by file name: a film named like a page must not be served as one. All types are video/*, which the
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


def signed_link(home: Path, film_id: str, what: str, user: str = "") -> str:
    """An address on this server that expires; `what` is "frames", or a file as in proxies.Proxy.

    Raises LibraryError where the library's key cannot be stored.
    """
    folder = "frames" if what == "frames" else "media"
    return f"/api/{folder}/{tokens.sign(home, 'media', f'{film_id}/{what}', user)}"


def routes(guard: Guard) -> list[BaseRoute]:
    """The routes of films, for the app's server."""
    threads = CapacityLimiter(_THREADS)

    async def media(request: Request) -> Response:
        film_id, what = await to_thread.run_sync(_authorize, guard, request, _VIDEO, limiter=threads)
        return await to_thread.run_sync(_file_response, guard.home, film_id, what, limiter=threads)

    async def frames(request: Request) -> Response:
        film_id, _ = await to_thread.run_sync(_authorize, guard, request, _FRAMES, limiter=threads)
        return await to_thread.run_sync(_frame_times, guard.home, film_id, limiter=threads)

    return [
        Route("/api/media/{token}", with_headers(media), methods=["GET"]),
        Route("/api/frames/{token}", with_headers(frames), methods=["GET"]),
    ]


def _authorize(guard: Guard, request: Request, allowed: re.Pattern[str]) -> tuple[str, str]:
    """The film's id and the file that the request's token is for. Reads files. Raises AccessError."""
    film_id, _, file = guard.token(request, "media").subject.partition("/")
    if allowed.fullmatch(file):
        return film_id, file
    raise AccessError("This link is for something else.", "Reload the page for a new one.")


def _file_response(home: Path, film_id: str, what: str) -> Response:
    library = Library.open(home)
    try:
        film = library.film(film_id)
    except LibraryError as error:
        raise Unavailable(503 if isinstance(error, OutOfDescriptors) else 404, str(error)) from error
    track = what.partition("-")[2]
    path = film.path if what == "original" else Home(home).proxy(film_id, int(track) if track else None)
    if what == "original" and library.verify(film) is None:
        raise Unavailable(410, f"The file of {film.name} is gone or has changed. Add the film again.")
    try:
        kind, facts = container_kind(path), os.stat(path)  # noqa: PTH116 - what FileResponse takes
    except OSError as error:
        if descriptors.ran_out(error):
            raise Unavailable(503, str(descriptors.out_of_descriptors())) from error
        raise Unavailable(404, f"The copy of {film.name} for the browser is not there.") from error
    suffix = path.suffix if what == "original" else ".mp4"
    return FileResponse(
        path,
        media_type=_TYPES[kind],
        filename=f"{PurePath(film.name).stem}{suffix}",
        content_disposition_type="inline",
        stat_result=facts,
    )


def _frame_times(home: Path, film_id: str) -> Response:
    picture_is_there(film_id)
    library = Library.open(home).sharing_memory()
    try:
        library.film(film_id)
        scan = library.newest_scan(film_id)
        if scan is None:
            raise Unavailable(404, "This film has not been analysed yet.")
        # In memory as a rule: to read them again took 2 s of a busy server for a feature film.
        observations = library.analysis_of(scan, library.report_settings(film_id)).observations
    except LibraryError as error:
        raise Unavailable(503 if isinstance(error, OutOfDescriptors) else 404, str(error)) from error
    base = observations.media.time_base
    seconds = observations.scores.pts.astype("f8") * base.numerator / base.denominator
    return Response(seconds.astype("<f8").tobytes(), media_type="application/octet-stream")
