"""The scenes of a film for its page: GET {link}/scenes, JSON as `scene_data` describes it."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...library import Library
from ..guard import Guard
from .access import film_route

if TYPE_CHECKING:  # the server answers before NumPy is loaded
    from ...analysis import Analysis

_documents: WeakKeyDictionary[Analysis, bytes] = WeakKeyDictionary()
"""JSON by analysis, for as long as the analysis is in memory: a megabyte for 2,000 scenes, once for all windows."""
_lock = threading.Lock()


def routes(guard: Guard) -> list[BaseRoute]:
    """The route of the scenes."""
    return [film_route(guard, "/scenes", _scenes)]


def _scenes(library: Library, film_id: str, _request: Request) -> Response:
    return Response(scenes_json(library.analysis(film_id)), media_type="application/json")


def scenes_json(analysis: Analysis) -> bytes:
    """The document of an analysis, UTF-8; the same object while the analysis is in memory."""
    from .scene_data import scenes_document

    with _lock:
        document = _documents.get(analysis)
        if document is None:
            text = json.dumps(scenes_document(analysis), ensure_ascii=False, separators=(",", ":"))
            document = _documents[analysis] = text.encode("utf-8", "replace")
        return document
