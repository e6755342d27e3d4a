"""A film's cut list: `analyze --cuts` for a film that was analysed."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from ...interchange import MAX_BYTES
from ...jobs import report_edits
from .. import models
from .shared import In, analysed_film, bearer, problems

router = APIRouter(tags=["reports"], dependencies=[bearer])
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.put(
    "/films/{film_id}/cuts",
    max_body_size=MAX_BYTES,
    openapi_extra=_BODY,
    responses=problems(400, 404, 409, 413, 422, 507),
)
async def set_cuts(
    shared: In,
    film_id: models.FilmId,
    request: Request,
    name: Annotated[
        str, Query(min_length=1, max_length=255, description="The list's file name: its ending tells the format.")
    ],
    cuts_track: Annotated[
        str | None, Query(max_length=200, description="The list's picture track, by name or number; else the first.")
    ] = None,
) -> models.CutListFacts:
    """Take the film's scenes from a cut list, which is the request's body: EDL, OpenTimelineIO, AAF, FCPXML, CSV, text.

    It is kept as the film's, as a step that its page can undo; `detector` of `analyze` goes back to detected cuts.
    """
    content = await request.body()

    def store() -> models.CutListFacts:
        from ...interchange import conform_to_film, read_cut_list
        from ...scenes import cuts_of
        from ...settings import ShotSettings

        library = shared.library()
        analysed_film(library, film_id)
        observations = library.analysis(film_id).observations
        edit_list = read_cut_list(content, name, track=cuts_track)
        conformed = conform_to_film(edit_list, observations.media, cuts_of(observations, ShotSettings()))
        stored = library.report_settings(film_id)
        shots = replace(stored.shots, detector="cuts", threshold=None, cuts=conformed.cuts, cut_notes=conformed.notes)
        report_edits.save_settings(library, film_id, stored, replace(stored, shots=shots), "cut list of the HTTP API")
        return models.CutListFacts(
            scenes=len({0} | {frame for frame, _ in conformed.cuts}), notes=list(conformed.notes)
        )

    return await shared.slow(store)
