"""The charts of a film's page.

GET {link}/figure/outline     what places scenes, times and frames: `charts.film_outline`
GET {link}/figure/timeline    ?from=&to=&width=&curve=    `charts.timeline_document`
GET {link}/figure/heatmap     ?from=&to=&width=&axis=     `charts.heatmap_document`
GET {link}/figure/targets     ?width=                     the target arc of the whole film as a figure, as these

`from` and `to` are seconds, by default the whole film; `width` is in pixels, by default 1,200; `curve` is the curve's
smoothing in seconds, by default 0 for none; `axis` is “time”, the default, or “scenes”.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...errors import SettingsError
from ...library import Library
from ...parsing import parse_fraction, parse_int, quote
from ..guard import Guard
from .access import film_route
from .reading_ahead import timeline_is_made

if TYPE_CHECKING:  # the server answers before NumPy is loaded
    from ...analysis import Analysis

WIDTHS = (200, 10_000)
"""Least and largest width of a chart, pixels."""


def routes(guard: Guard) -> list[BaseRoute]:
    """The routes of the charts."""
    answers = {"outline": _outline, "timeline": _timeline, "heatmap": _heatmap, "targets": _targets}
    return [film_route(guard, f"/figure/{name}", answer) for name, answer in answers.items()]


def _outline(library: Library, film_id: str, _request: Request) -> Response:
    from ...charts import film_outline

    return json_response(film_outline(library.analysis(film_id)))


def _timeline(library: Library, film_id: str, request: Request) -> Response:
    from ...charts import SMOOTHINGS, timeline_document

    analysis = library.analysis(film_id)
    smoothing = choice_of(request, "curve", tuple(map(str, SMOOTHINGS)))
    response = json_response(timeline_document(analysis, *part_of(request, analysis), smoothing=int(smoothing)))
    timeline_is_made(film_id)
    return response


def _heatmap(library: Library, film_id: str, request: Request) -> Response:
    from ...charts import heatmap_document

    analysis = library.analysis(film_id)
    axis: Literal["time", "scenes"] = "scenes" if choice_of(request, "axis", ("time", "scenes")) == "scenes" else "time"
    return json_response(heatmap_document(analysis, *part_of(request, analysis), axis=axis))


def part_of(request: Request, analysis: Analysis) -> tuple[float, float, int]:
    """Start and end of the part that is asked for, inside the film, and the width. Raises SettingsError."""
    query, film_end = request.query_params, max(float(analysis.observations.media.duration), 0.001)
    start = float(parse_fraction(query.get("from", "0"), "The start of a chart"))
    end = float(parse_fraction(query["to"], "The end of a chart")) if "to" in query else film_end
    width = parse_int(query.get("width", "1200"), "The width of a chart", *WIDTHS)
    start = min(max(start, 0.0), film_end)
    end = min(end, film_end)
    if end <= start:
        raise SettingsError(f"A chart from {start:g} to {end:g} s shows nothing.", "Let it end after it begins.")
    return start, end, width


def choice_of(request: Request, name: str, allowed: tuple[str, ...]) -> str:
    """A parameter that is one of `allowed`, by default the first. Raises SettingsError."""
    value = request.query_params.get(name, allowed[0])
    if value not in allowed:
        raise SettingsError(f"{name} was {quote(value)}.", f"Allowed are {', '.join(allowed)}.")
    return value


def _targets(library: Library, film_id: str, request: Request) -> Response:
    from ...charts import axis_time, target_arc_figure

    analysis = library.analysis(film_id)
    *_, width = part_of(request, analysis)
    figure = json.loads(target_arc_figure(analysis, width=width).to_json())
    return json_response({"figure": figure, "axis": "time", "zero": axis_time(0)})


def json_response(document: dict[str, Any]) -> Response:
    """A document as a response."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Response(text.encode("utf-8", "replace"), media_type="application/json")
