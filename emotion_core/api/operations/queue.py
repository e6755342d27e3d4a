"""The queue: what is analysed now, what waits, what ended last; and a film moved before all others that wait."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query

from ...formatting import printable
from ...jobs.queue import Entry, move_film
from .. import models
from ..problems import Problem
from .films import analysis_status
from .shared import In, bearer, film_of, problems

router = APIRouter(tags=["queue"], dependencies=[bearer])
MOST = 1000
"""Waiting films of one answer."""


@router.get("/queue", responses=problems(422))
async def get_queue(
    shared: In, limit: Annotated[int, Query(ge=1, le=MOST, description="Waiting films of this answer at most.")] = 50
) -> models.Queue:
    """The films that are worked at, those that wait, in their order, and those that ended last, the last one first."""

    def find() -> models.Queue:
        from ...jobs.queue.overview import overview

        now = overview(shared.library(), count=limit)
        return models.Queue(
            running=[
                models.RunningFilm(**_entry(entry), analysis=analysis_status(entry.job.id, status))
                for entry, status in now.running
            ],
            waiting=[models.QueuedFilm(**_entry(entry)) for entry in now.waiting],
            waiting_total=now.waiting_count,
            ended=[
                models.EndedFilm(
                    **_entry(entry),
                    state="waiting" if entry.job.state == "queued" else entry.job.state,
                    message=printable(entry.job.message),
                    ended_at=None if entry.job.ended_at is None else datetime.fromtimestamp(entry.job.ended_at, UTC),
                )
                for entry in now.ended
            ],
            films_an_hour=now.throughput.films_an_hour,
            film_hours_an_hour=now.throughput.film_hours_an_hour,
        )

    return await shared.quick(find)


@router.post("/films/{film_id}/front", status_code=204, responses=problems(404, 409, 422, 507))
async def move_to_front(shared: In, film_id: models.FilmId) -> None:
    """Move a film that waits before all others that wait."""

    def move() -> None:
        library = shared.library()
        film = film_of(library, film_id)
        if not move_film(library, film_id, "front"):
            raise Problem(409, f"{film.name} does not wait, or is next already.")

    await shared.quick(move)


def _entry(entry: Entry) -> dict[str, Any]:
    """A film as the queue shows it; of a viewer's recording neither id nor name."""
    return {
        "film": entry.job.film_id if entry.is_film else None,
        "name": printable(entry.name),
        "work": printable(entry.work),
    }
