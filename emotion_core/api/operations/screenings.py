"""Screenings of a film: what its viewers' faces showed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from ... import export as exports
from ...formatting import printable
from .. import models
from ..problems import Problem
from .shared import In, analysed_film, bearer, file_response, film_of, problems

router = APIRouter(tags=["screenings"], dependencies=[bearer])


@router.get("/films/{film_id}/screenings", responses=problems(404, 409, 422))
async def list_screenings(shared: In, film_id: models.FilmId) -> models.ScreeningList:
    """List the screenings of a film, in the order in which they were added."""

    def find() -> models.ScreeningList:
        library = shared.library()
        film_of(library, film_id)
        return models.ScreeningList(
            screenings=[
                models.ScreeningFacts(
                    id=each.id,
                    name=printable(each.name),
                    viewers=len(library.viewer_ids(each.id)),
                    created_at=datetime.fromisoformat(each.created_at),
                )
                for each in library.screenings(film_id)
            ]
        )

    return await shared.quick(find)


@router.get("/films/{film_id}/screening", response_model=dict[str, Any], responses=problems(404, 409, 422))
async def screening_numbers(
    shared: In,
    film_id: models.FilmId,
    screening: Annotated[str, Query(max_length=200, description="Its name; else the last one with viewers.")] = "",
    names: Annotated[bool, Query(description="Names of viewers, too; else numbers only.")] = False,
) -> Response:
    """The numbers of a screening, a scene and a second; `export` has them as files, such as `to=audience-csv`."""

    def find() -> Response:
        library = shared.library()
        film = analysed_film(library, film_id)
        reported = exports.ReportedFilm.of(library, film_id, film.name, screening=screening, names=names)
        screened = reported.audience()
        if screened is None:
            raise Problem(404, f"{film.name} has no screening. Add one on its page, or with the command screening.")
        form = exports.FORMATS["audience-json"]
        return file_response(form.write_audience(screened), exports.file_name("audience-json", film.name), form.mime)

    return await shared.slow(find)
