"""The charts of a film's page.

GET {link}/figure/outline               what places scenes, times and frames: `charts.film_outline`
GET {link}/figure/timeline|heatmap      a figure for Plotly, made for a window of time and a width in pixels
GET {link}/figure/targets               the target arc as a figure, as these
"""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...library import Library
from ..guard import Guard
from .access import film_route


def routes(guard: Guard) -> list[BaseRoute]:
    """The routes of the charts."""
    answers = {"outline": _outline, "timeline": _timeline, "heatmap": _heatmap, "targets": _targets}
    return [film_route(guard, f"/figure/{name}", answer) for name, answer in answers.items()]


def _outline(library: Library, film_id: str, _request: Request) -> Response:
    from ...charts import film_outline

    return _json(film_outline(library.analysis(film_id)))


def _timeline(library: Library, film_id: str, _request: Request) -> Response:
    from ...charts import axis_time, timeline_figure

    figure = json.loads(timeline_figure(library.analysis(film_id)).to_json())
    return _json({"figure": figure, "axis": "time", "zero": axis_time(0)})


def _heatmap(library: Library, film_id: str, _request: Request) -> Response:
    from ...charts import axis_time, heatmap_figure

    figure = json.loads(heatmap_figure(library.analysis(film_id)).to_json())
    return _json({"figure": figure, "axis": "scenes", "zero": axis_time(0)})


def _targets(library: Library, film_id: str, _request: Request) -> Response:
    from ...charts import axis_time, target_arc_figure

    figure = json.loads(target_arc_figure(library.analysis(film_id)).to_json())
    return _json({"figure": figure, "axis": "time", "zero": axis_time(0)})


def _json(document: dict[str, Any]) -> Response:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Response(text.encode("utf-8", "replace"), media_type="application/json")
