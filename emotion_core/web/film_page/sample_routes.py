"""The sampled frames of a film for its page: GET {link}/samples?from=FRAME&to=FRAME, JSON as `sample_data` describes.

`to` is exclusive. Views ask for ranges that begin and end at multiples of a fixed number of frames, which they share.
"""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...library import Library
from ...parsing import parse_int
from ..guard import Guard
from .access import film_route
from .sample_data import samples_document


def routes(guard: Guard) -> list[BaseRoute]:
    """The route of the sampled frames."""
    return [film_route(guard, "/samples", _samples)]


def _samples(library: Library, film_id: str, request: Request) -> Response:
    first = parse_int(request.query_params.get("from", ""), "The first frame (from)", 0)
    end = parse_int(request.query_params.get("to", ""), "The frame after the last one (to)", first)
    text = json.dumps(samples_document(library.analysis(film_id), first, end), separators=(",", ":"))
    return Response(text.encode(), media_type="application/json")
