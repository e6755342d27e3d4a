"""Films: those of the library, those that could be added, and their end."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Response

from ...errors import LibraryError
from ...formatting import printable
from ...ingest import allowed_folders
from ...jobs import scans
from ...jobs.scan_status import Status
from ...library import Film, Library
from ...media import timecode_at
from ...storage import Configuration
from .. import models
from .shared import In, answers, bearer, film_of, problems

router = APIRouter(tags=["films"], dependencies=[bearer])
MOST = 1000
"""Films of one list."""
KNOWN = "The library had the same bytes before."


@router.get("/films", responses=problems(422))
async def list_films(
    shared: In,
    limit: Annotated[int, Query(ge=1, le=MOST, description="Films of this answer at most.")] = 100,
    skip: Annotated[int, Query(ge=0, le=10**9, description="Films that are passed over.")] = 0,
) -> models.FilmList:
    """List the library's films, the newest first. Recordings of viewers are none."""

    def find() -> models.FilmList:
        library = shared.library()
        ids, ahead, chosen = library.film_ids(), scans.places(library), []
        for film_id in ids[skip : skip + limit]:
            with contextlib.suppress(LibraryError):  # its row cannot be read, or it was deleted meanwhile
                chosen.append(film_facts(library, library.film(film_id), ahead))
        return models.FilmList(films=chosen, total=len(ids))

    return await shared.quick(find)


@router.post(
    "/films", status_code=201, responses=answers(400, 409, 413, 422, 507, known=models.AddedFilm, known_words=KNOWN)
)
async def add_film(shared: In, film: models.FilmPath, response: Response) -> models.AddedFilm:
    """Add a film that lies below one of the `folders` of config.toml; it is not copied.

    Its bytes are hashed first, which takes about a second a gigabyte from a local disk.
    """

    def add() -> models.AddedFilm:
        library = shared.library()
        before = set(library.film_ids())
        added = allowed_folders.refer(library, Configuration.load(shared.home), Path(film.path))
        return added_film(library, added, known=added.id in before)

    added = await shared.slow(add)
    response.status_code = 200 if added.known else 201
    return added


@router.get("/folders", responses=problems())
async def list_folders(shared: In) -> models.FilmsInFolders:
    """List the films below the `folders` of config.toml, which can be added by their path."""

    def find() -> models.FilmsInFolders:
        listing = allowed_folders.list_films(Configuration.load(shared.home))
        return models.FilmsInFolders(
            films=[
                models.FilmInFolder(
                    path=printable(film.path), name=film.name, bytes=film.bytes, modified_at=film.modified_at
                )
                for film in listing.films
            ],
            all_of_them=listing.all_of_them,
        )

    return await shared.slow(find)  # names of up to 100,000 files, perhaps on a share that hangs


@router.get("/films/{film_id}", responses=problems(404, 409, 422))
async def get_film(shared: In, film_id: models.FilmId) -> models.Film:
    """A film, and where its newest analysis is."""

    def find() -> models.Film:
        library = shared.library()
        return film_facts(library, film_of(library, film_id))

    return await shared.quick(find)


@router.delete("/films/{film_id}", status_code=204, responses=problems(404, 409, 422, 507))
async def delete_film(shared: In, film_id: models.FilmId) -> None:
    """Delete a film with everything about it: analyses, corrections, screenings. A file outside the library stays."""

    def delete() -> None:
        library = shared.library()
        film_of(library, film_id)
        scans.delete_film(library, film_id)

    await shared.slow(delete)


def added_film(library: Library, film: Film, *, known: bool) -> models.AddedFilm:
    """The answer to a film that was added."""
    return models.AddedFilm(**film_facts(library, film).model_dump(), known=known)


def film_facts(library: Library, film: Film, ahead: Mapping[str, int] | None = None) -> models.Film:
    """A film as answers show it. `ahead` is what `scans.places` gave, for many films."""
    media, latest = film.media, scans.latest(library, film.id, ahead)
    return models.Film(
        id=film.id,
        name=printable(film.name),
        bytes=film.bytes,
        seconds=round(float(media.duration), 6),
        rate=str(media.rate),
        width=media.display_width,
        height=media.display_height,
        start_timecode=timecode_at(media, media.duration * 0),
        added_at=film.added_at,
        copied=film.managed,
        analysis=None if latest is None else analysis_status(*latest),
    )


def analysis_status(scan_id: str, status: Status) -> models.AnalysisStatus:
    """An analysis' state as answers show it."""
    progress = status.progress
    return models.AnalysisStatus(
        id=scan_id,
        state=status.state,
        step=printable(status.step),
        share=1.0 if status.state == "done" else progress.share,
        frames=progress.done,
        frames_total=progress.total,
        seconds_left=progress.seconds_left,
        scenes=status.scenes,
        faces=status.faces,
        segments=status.segments,
        message=printable(status.message),
    )
