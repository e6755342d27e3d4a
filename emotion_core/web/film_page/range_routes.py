"""The numbers of a range of frames for the film's page: GET {link}/range?from=FRAME&to=FRAME, JSON.

`to` is exclusive. Shares and intervals are in the order of `labels`, from 0 to 1; None is missing, never zero. Texts
are plain, never HTML.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...formatting import hms
from ...labels import colour
from ...library import Library
from ...parsing import parse_int
from ..guard import Guard
from .access import film_route

if TYPE_CHECKING:  # the server answers before NumPy is loaded
    from ...analysis import Analysis


def routes(guard: Guard) -> list[BaseRoute]:
    """The route of a range's numbers."""
    return [film_route(guard, "/range", _range)]


def _range(library: Library, film_id: str, request: Request) -> Response:
    first = parse_int(request.query_params.get("from", ""), "The first frame (from)", 0)
    end = parse_int(request.query_params.get("to", ""), "The frame after the last one (to)", first + 1)
    text = json.dumps(_document(library.analysis(film_id), first, end), ensure_ascii=False, separators=(",", ":"))
    return Response(text.encode(), media_type="application/json")


def _document(analysis: Analysis, first: int, end: int) -> dict[str, Any]:
    from ...analysis import certainty_of, summarize_range
    from ...report import wording
    from ...report.table import round_share

    row = summarize_range(analysis, first, end)
    tc_in, tc_out, _ = wording.scene_timecodes(analysis, row)
    return {
        "labels": list(analysis.labels),
        "colours": [colour(label, analysis.labels) for label in analysis.labels],
        "first": row.scene.frame_in,
        "end": row.scene.frame_out,  # exclusive
        "tc_in": tc_in,
        "tc_out": tc_out,
        "length": hms(row.scene.span.seconds),
        "leading": wording.dominant_or_reason(analysis, row),
        "certainty": certainty_of(analysis, row),
        "shares": None if row.shares is None else [round_share(share) for share in row.shares],
        "intervals": None
        if row.intervals is None
        else [[round_share(low), round_share(high)] for low, high in row.intervals],
        "evidence": wording.evidence_text(row),
    }
