"""The scenes of a film for its page: GET {link}/scenes, JSON as `scene_data` describes it."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...library import Library
from ..guard import Guard
from .access import film_route
from .scene_data import scenes_document


def routes(guard: Guard) -> list[BaseRoute]:
    """The route of the scenes."""
    return [film_route(guard, "/scenes", _scenes)]


def _scenes(library: Library, film_id: str, _request: Request) -> Response:
    text = json.dumps(scenes_document(library.analysis(film_id)), ensure_ascii=False, separators=(",", ":"))
    return Response(text.encode("utf-8", "replace"), media_type="application/json")
