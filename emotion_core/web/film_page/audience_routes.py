"""The numbers of a screening for the views of its film's page, and its charts.

GET {link}/audience                     what each scene's audience shows: see `audience_data`
GET {link}/figure/timeline-audience     the film's timeline with the audience over it; `curve` as in figure_routes
GET {link}/figure/audience              the audience's curves
GET {link}/figure/audience-scenes       scenes by expressions
GET {link}/figure/audience-synchrony    synchrony by scene
GET {link}/figure/audience-viewers      viewers by time

`screening` is its id; `from`, `to` and `width` as in figure_routes. `rows` are the curves: label numbers from 0 and “i”
for intensity, with commas; of the last two charts the first one counts. `groups` are those drawn beside, as “0.1”,
column and group from 0, with “b” for the column's group-balanced mean. `cast` is “1” for the film's own curve, or “0”.
`numbers` is the key of the numbers that the page shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...errors import LibraryError
from ...library import Library, kept_numbers, numbers_key
from ..guard import Guard
from .access import Answer, film_route
from .figure_routes import choice_of, json_response, part_of

if TYPE_CHECKING:
    from ...audience import Screening, ScreeningSummary

_COMPUTING = CapacityLimiter(2)
"""Requests that may wait for numbers, which can take seconds: the film's own data do not wait behind them."""

KINDS = ("audience", "audience-scenes", "audience-synchrony", "audience-viewers")


def routes(guard: Guard) -> list[BaseRoute]:
    """The routes of the numbers and of the charts."""
    return [
        film_route(guard, "/audience", _scenes, limiter=_COMPUTING),
        film_route(guard, "/figure/timeline-audience", _timeline),
        *(film_route(guard, f"/figure/{kind}", _answer(kind)) for kind in KINDS),
    ]


def _scenes(library: Library, film_id: str, request: Request) -> Response:
    from .audience_data import audience_document

    screening = _screening_of(library, film_id, request)
    key = numbers_key(library, screening.id)
    summary = kept_numbers(library, screening.id, key).summary
    return json_response(audience_document(library.analysis(film_id), summary, key))


def _timeline(library: Library, film_id: str, request: Request) -> Response:
    from ...charts import SMOOTHINGS, timeline_with_audience

    summary, analysis = _summary_of(library, film_id, request), library.analysis(film_id)
    if [scene.start for scene in summary.scenes] != [float(row.scene.span.start) for row in analysis.scenes]:
        summary = kept_numbers(library, _screening_of(library, film_id, request).id).summary  # of other scenes
    smoothing = int(choice_of(request, "curve", tuple(map(str, SMOOTHINGS))))
    return json_response(timeline_with_audience(analysis, summary, *part_of(request, analysis), smoothing))


def _screening_of(library: Library, film_id: str, request: Request) -> Screening:
    """The screening that a request names. Raises LibraryError for one of another film."""
    screening = library.screening(request.query_params.get("screening", ""))
    if screening.film_id != film_id:
        raise LibraryError("This screening is of another film.", "Open its page again.")
    return screening


def _summary_of(library: Library, film_id: str, request: Request) -> ScreeningSummary:
    """The numbers that a request names. Raises LibraryError."""
    screening = _screening_of(library, film_id, request)
    return kept_numbers(library, screening.id, request.query_params.get("numbers", "")).summary


def _answer(kind: str) -> Answer:
    def answer(library: Library, film_id: str, request: Request) -> Response:
        from ... import charts  # loaded with the first chart

        query, summary = request.query_params, _summary_of(library, film_id, request)
        cast = choice_of(request, "cast", ("1", "0")) == "1"
        chosen = charts.chosen_from_text(summary, query.get("rows", ""), query.get("groups", ""), cast=cast)
        start, end, width = part_of(request, library.analysis(film_id))
        if kind == "audience":
            return json_response(charts.audience_curves_document(summary, start, end, width, chosen))
        if kind == "audience-scenes":
            return json_response(charts.audience_scenes_document(summary, start, end, width))
        if kind == "audience-synchrony":
            return json_response(charts.synchrony_document(summary, start, end, width, chosen.rows[0]))
        return json_response(charts.viewers_document(summary, start, end, width, chosen.rows[0]))

    return answer
