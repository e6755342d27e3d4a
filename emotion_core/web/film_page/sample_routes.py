"""The sampled frames, shots and tracks of a film for its page, JSON as `samples` describes it.

GET {link}/samples?from=FRAME&to=FRAME    the sampled frames from one frame to before another, with their faces
GET {link}/shots?from=FRAME&to=FRAME      the shots that begin there
GET {link}/tracks?from=FRAME&to=FRAME     the tracks of the scenes there
"""

from __future__ import annotations

import json
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...library import Library
from ...parsing import parse_int
from ..guard import Guard
from .access import Answer, film_route


def routes(guard: Guard) -> list[BaseRoute]:
    """The routes of sampled frames, shots and tracks."""
    return [
        film_route(guard, "/samples", _in_range("samples")),
        film_route(guard, "/shots", _in_range("shots")),
        film_route(guard, "/tracks", _in_range("tracks")),
    ]


def _in_range(kind: Literal["samples", "shots", "tracks"]) -> Answer:
    """What answers with the document of the range of frames that a request names."""

    def answer(library: Library, film_id: str, request: Request) -> Response:
        from . import samples  # here: the server answers before NumPy is loaded

        documents = {
            "samples": samples.samples_document,
            "shots": samples.shots_document,
            "tracks": samples.tracks_document,
        }
        first = parse_int(request.query_params.get("from", ""), "The first frame (from)", 0)
        end = parse_int(request.query_params.get("to", ""), "The frame after the last one (to)", first)
        text = json.dumps(documents[kind](library.analysis(film_id), first, end), separators=(",", ":"))
        return Response(text.encode(), media_type="application/json")

    return answer
