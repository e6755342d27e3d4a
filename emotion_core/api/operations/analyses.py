"""The analysis of a film: asked for, looked at, cancelled. There is one at a time a film."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

from fastapi import APIRouter, Body, Response

from ...errors import CheckpointError
from ...ingest import begin_film
from ...jobs import report_edits, scans
from ...library import Library
from ...settings import ScanSettings
from ...storage import Configuration
from .. import models
from ..problems import Problem
from ..report_options import with_report_options
from .films import analysis_status
from .shared import In, answers, bearer, film_of, problems

router = APIRouter(tags=["analyses"], dependencies=[bearer])
_DONE = "It was analysed with these settings before: there is nothing to wait for."


@router.post(
    "/films/{film_id}/analysis",
    status_code=202,
    responses=answers(400, 404, 409, 413, 422, 507, known=models.AnalysisStatus, known_words=_DONE),
)
async def analyze(
    shared: In,
    film_id: models.FilmId,
    response: Response,
    options: Annotated[models.AnalyzeOptions | None, Body()] = None,
) -> models.AnalysisStatus:
    """Ask for a film's analysis, which goes on in the background. The same film with the same settings is read once.

    Options of the report are kept as the film's: its page and `GET …/report.csv` then show the same.
    """
    asked = options or models.AnalyzeOptions()

    def begin() -> models.AnalysisStatus:
        library = shared.library()
        film = film_of(library, film_id)
        if asked.reuse_from is not None:
            film_of(library, asked.reuse_from)
        settings, stored = _scan_settings(library, asked), library.report_settings(film_id)
        wanted = with_report_options(stored, asked)
        scan_id = begin_film(
            library,
            film,
            settings,
            wanted,
            browser_copy=asked.browser_copy,
            reuse_from=asked.reuse_from,
            at_once=asked.workers,
        )
        if wanted != stored:
            report_edits.save_settings(library, film_id, stored, wanted, "settings of the HTTP API")
        return analysis_status(scan_id, scans.status(library, scan_id))

    status = await shared.slow(begin)
    response.status_code = 200 if status.state == "done" else 202
    return status


@router.get("/films/{film_id}/analysis", responses=problems(404, 409, 422))
async def get_analysis(shared: In, film_id: models.FilmId) -> models.AnalysisStatus:
    """Where a film's newest analysis is. `GET …/events` says each change."""

    def find() -> models.AnalysisStatus:
        library = shared.library()
        film = film_of(library, film_id)
        latest = scans.latest(library, film_id)
        if latest is None:
            raise Problem(404, f"{film.name} has no analysis. POST here asks for one.")
        return analysis_status(*latest)

    return await shared.quick(find)


@router.delete("/films/{film_id}/analysis", status_code=204, responses=problems(404, 409, 422))
async def cancel(shared: In, film_id: models.FilmId) -> None:
    """Cancel the analysis that runs or waits; asked for again, it goes on after what it has written."""

    def end() -> None:
        library = shared.library()
        film = film_of(library, film_id)
        latest = scans.latest(library, film_id)
        if latest is None or not latest[1].active:
            raise Problem(409, f"No analysis of {film.name} runs or waits.")
        scans.cancel(library, latest[0])

    await shared.slow(end)


def _scan_settings(library: Library, asked: models.AnalyzeOptions) -> ScanSettings:
    """The settings of a scan. Raises CheckpointError for a folder: a client names no path but a film's."""
    from ...expression.checkpoints import EMBEDDED, in_cache

    keep = asked.keep_pictures
    if asked.checkpoint not in (None, EMBEDDED) and in_cache(asked.checkpoint) is None:
        raise CheckpointError(
            f"There is no checkpoint “{asked.checkpoint}” in the hub cache of this machine.",
            f"Name one that its owner has fetched with `python -m emotion_core download`, or “{EMBEDDED}”.",
        )
    return ScanSettings(
        samples_per_second=Fraction(asked.samples_per_second).limit_denominator(1000),
        checkpoint=asked.checkpoint,
        engine=asked.engine,
        reuse_equal_crops=asked.reuse_equal_crops,
        level_faces=asked.level_faces,
        keep_pictures=Configuration.load(library.home).keep_pictures if keep is None else keep,
        reuse_faces=asked.reuse or asked.reuse_from is not None,
        people=asked.people,
        track=asked.track,
    )
