"""The charts of a screening of a film.

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

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...errors import LibraryError
from ...library import Library, kept_numbers
from ..guard import Guard
from .access import Answer, film_route
from .figure_routes import choice_of, json_response, part_of

KINDS = ("audience", "audience-scenes", "audience-synchrony", "audience-viewers")


def routes(guard: Guard) -> list[BaseRoute]:
    """The routes of the charts."""
    return [film_route(guard, f"/figure/{kind}", _answer(kind)) for kind in KINDS]


def _answer(kind: str) -> Answer:
    def answer(library: Library, film_id: str, request: Request) -> Response:
        from ... import charts  # loaded with the first chart

        query = request.query_params
        screening = library.screening(query.get("screening", ""))
        if screening.film_id != film_id:
            raise LibraryError("This screening is of another film.", "Open its page again.")
        summary = kept_numbers(library, screening.id, query.get("numbers", "")).summary
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
