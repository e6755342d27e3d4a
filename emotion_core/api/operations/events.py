"""What happens to analyses, as server-sent events (HTML Standard, 9.2): one film's until it ends, or all."""

from __future__ import annotations

import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Query, Request
from fastapi.sse import format_sse_event
from starlette.responses import StreamingResponse

from ...errors import EmotionError
from ...jobs import scan_status, scans
from ...library import Library
from ...library.queue import film_names
from .. import models
from ..access import STILL_ALLOWED
from ..problems import Problem
from .films import analysis_status
from .shared import In, Shared, bearer, film_of, problems

router = APIRouter(tags=["events"], dependencies=[bearer])
POLL_INTERVAL = 0.5
"""Seconds between two looks at the library; one takes a millisecond."""
HEARTBEAT = 15.0
"""Seconds without an event after which a comment is sent: a client that gets none knows that the app is gone."""
MOST_LISTENERS = 32
LONGEST = 3600
"""Seconds after which a stream ends; a client connects again."""
_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events named “status”; the data is the film's id and the status of its analysis, as JSON.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}
_Seconds = Annotated[int, Query(ge=1, le=LONGEST, description="The stream ends after so many seconds at most.")]


@router.get(
    "/films/{film_id}/events", response_class=StreamingResponse, responses={**_ANSWER, **problems(404, 409, 422)}
)
async def film_events(
    shared: In, request: Request, film_id: models.FilmId, seconds: _Seconds = LONGEST
) -> StreamingResponse:
    """Each change of a film's newest analysis. The stream ends with it; where none runs or waits, after one event."""

    def look() -> dict[str, models.AnalysisStatus]:
        library = shared.library()
        film = film_of(library, film_id)
        latest = scans.latest(library, film_id)
        if latest is None:
            raise Problem(409, f"{film.name} has no analysis. POST /films/{film_id}/analysis asks for one.")
        return {film_id: analysis_status(*latest)}

    await shared.quick(look)  # raises before the answer begins
    return _stream(request, _Watch(shared, look), seconds, until_end=True)


@router.get("/events", response_class=StreamingResponse, responses={**_ANSWER, **problems(422)})
async def all_events(shared: In, request: Request, seconds: _Seconds = LONGEST) -> StreamingResponse:
    """Each change of each analysis of a film that runs or waits, its end included. The stream goes on."""
    known: dict[str, str] = {}

    def look() -> dict[str, models.AnalysisStatus]:
        return _active(shared.library(), known)

    return _stream(request, _Watch(shared, look), seconds, until_end=False)


def _active(library: Library, known: dict[str, str]) -> dict[str, models.AnalysisStatus]:
    """Analyses that run or wait by film, and once each that did at the last look; `known` are those, scan by film."""
    active = scan_status.active(library)
    with library.database() as database:
        films = film_names(database, (job.film_id for job, _ in active))  # recordings of viewers have none
    now = {job.film_id: (job.id, status) for job, status in active if job.film_id in films}
    for film_id, scan_id in known.items():
        if film_id not in now:
            try:
                now[film_id] = scan_id, scans.status(library, scan_id)
            except EmotionError:  # it was deleted meanwhile
                continue
    known.clear()
    known.update({film_id: scan_id for film_id, (scan_id, status) in now.items() if status.active})
    return {film_id: analysis_status(*each) for film_id, each in now.items()}


class _Watch:
    """The changes between looks."""

    def __init__(self, shared: Shared, look: Any) -> None:
        self._shared, self._look = shared, look
        self._last: dict[str, models.AnalysisStatus] = {}

    async def changes(self) -> list[tuple[str, models.AnalysisStatus]]:
        now: dict[str, models.AnalysisStatus] = await self._shared.quick(self._look)
        changed = [(film_id, status) for film_id, status in now.items() if self._last.get(film_id) != status]
        self._last = now
        return changed


_listeners = anyio.Semaphore(MOST_LISTENERS)


def _stream(request: Request, watch: _Watch, seconds: int, *, until_end: bool) -> StreamingResponse:
    try:
        _listeners.acquire_nowait()
    except anyio.WouldBlock as error:
        raise Problem(
            429,
            f"{MOST_LISTENERS} programs listen already. Try again, or ask now and then.",
            headers={"Retry-After": "30"},
        ) from error
    return _Stream(_events(watch, seconds, request.scope[STILL_ALLOWED], until_end=until_end))


class _Stream(StreamingResponse):
    """Events, of whose listener the place is free again however the answer ends."""

    def __init__(self, content: AsyncIterator[bytes]) -> None:
        super().__init__(content, media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    async def __call__(self, *arguments: Any) -> None:
        try:
            await super().__call__(*arguments)
        finally:
            _listeners.release()


async def _events(
    watch: _Watch, seconds: int, still_allowed: Callable[[], Awaitable[None]], *, until_end: bool
) -> AsyncIterator[bytes]:
    until, sent = time.monotonic() + seconds, -math.inf
    while time.monotonic() < until:
        try:
            await still_allowed()
            changed = await watch.changes()
        except (EmotionError, Problem) as error:  # the token was taken back, the film deleted, or the library is away
            yield format_sse_event(event="problem", data_str=str(error))
            return
        for film_id, status in changed:
            data = models.StatusEvent(film=film_id, analysis=status).model_dump_json()
            yield format_sse_event(event="status", data_str=data)
            sent = time.monotonic()
        if until_end and all(not is_active(status) for _, status in changed) and changed:
            return
        if time.monotonic() - sent > HEARTBEAT:
            yield b": waiting\n\n"
            sent = time.monotonic()
        await anyio.sleep(min(POLL_INTERVAL, max(0.0, until - time.monotonic())))


def is_active(status: models.AnalysisStatus) -> bool:
    """Whether an analysis runs or waits."""
    return status.state in ("waiting", "running")
