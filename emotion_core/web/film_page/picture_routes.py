"""The pictures of a film's sampled frames for its page, JPEG.

GET {link}/picture/FRAME?width=PIXELS    the small picture that the scan stored, 320 pixels wide at most; `width` makes
                                         it smaller. 404 where the frame was not sampled or no picture is kept, 410
                                         where the stored one is damaged or gone
GET {link}/full-picture/FRAME            the whole frame, read from the film itself; 410 where the film is gone
"""

from __future__ import annotations

import io
from bisect import bisect_left
from typing import TYPE_CHECKING

from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...errors import ScanError
from ...library import Library
from ...parsing import parse_int
from ..guard import Guard
from ..responses import UNCACHED, Unavailable
from .access import film_route

if TYPE_CHECKING:  # the server answers before NumPy is loaded
    from ...observations import Observations, Sample, Thumbnail

_KEPT = {**UNCACHED, "Cache-Control": "private, max-age=86400"}
"""Headers of a picture: the browser keeps it for a day."""
_FULL_PICTURES = CapacityLimiter(2)
"""Full pictures that are read at once: each takes a process."""
_NARROWEST = 16
_QUALITY = 76
"""JPEG quality of a picture made smaller."""


def routes(guard: Guard) -> list[BaseRoute]:
    """The routes of small and full pictures."""
    return [
        film_route(guard, "/picture/{frame}", _picture, _KEPT),
        film_route(guard, "/full-picture/{frame}", _full_picture, limiter=_FULL_PICTURES),
    ]


def _stored_picture(library: Library, film_id: str, picture: Thumbnail) -> bytes | None:
    """The stored picture of a sample of the film's newest scan, JPEG; None if it is damaged or missing."""
    from PIL import Image  # here, and below, so that the app starts without it

    scan = library.newest_scan(film_id)
    if scan is None:
        return None
    try:
        content = library.store(scan.id).picture(picture)
        if picture.checksum is None:  # written by an earlier version: decode it to see whether it is damaged
            with Image.open(io.BytesIO(content)) as image:
                image.load()
    except (ScanError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return content


def _picture(library: Library, film_id: str, request: Request) -> Response:
    sample = _sample(library.analysis(film_id).observations, request)
    if sample.thumbnail is None:
        raise Unavailable(404, "No pictures are kept of this film.")
    content = _stored_picture(library, film_id, sample.thumbnail)
    if content is None:
        raise Unavailable(410, "This picture is damaged or gone: run python -m emotion_core library check.")
    if (width := request.query_params.get("width")) is not None:
        content = _scaled(content, parse_int(width, "The width", _NARROWEST, 10_000))
    return Response(content, media_type="image/jpeg")


def _scaled(content: bytes, width: int) -> bytes:
    """A JPEG at most `width` pixels wide."""
    from PIL import Image

    smaller = io.BytesIO()
    with Image.open(io.BytesIO(content)) as image:
        if image.width <= width:
            return content
        size = width, max(1, round(image.height * width / image.width))
        image.convert("RGB").resize(size, Image.Resampling.LANCZOS).save(smaller, "JPEG", quality=_QUALITY)
    return smaller.getvalue()


def _full_picture(library: Library, film_id: str, request: Request) -> Response:
    from ...decoding import isolated

    film, observations = library.film(film_id), library.analysis(film_id).observations
    sample, path = _sample(observations, request), library.original(film_id)
    if path is None:
        kept = "no pictures were kept" if sample.thumbnail is None else "only the small pictures were kept"
        raise Unavailable(410, f"The original of {film.name} is gone: {kept}. Add the film again.")
    return Response(isolated.frame_jpeg(path, observations, sample.frame, film.name), media_type="image/jpeg")


def _sample(observations: Observations, request: Request) -> Sample:
    """The sampled frame that the request's path names."""
    frame = parse_int(request.path_params["frame"], "The frame", 0)
    place = bisect_left(observations.samples, frame, key=lambda sample: sample.frame)
    if place == len(observations.samples) or observations.samples[place].frame != frame:
        raise Unavailable(404, f"Frame {frame} is not a sampled frame.")
    return observations.samples[place]
