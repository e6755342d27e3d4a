"""A film as the body of a request, written to the library's disk as it arrives."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Query, Request, Response

from ... import parsing
from ...errors import EmotionError
from ...incoming.request_body import chunks
from ...ingest import Uploads, Writer
from .. import models
from ..problems import Problem
from .films import KNOWN, added_film
from .shared import In, Shared, answers, bearer

router = APIRouter(tags=["films"], dependencies=[bearer])
MAX_FILM = 1 << 50
"""Bytes; the library's quota is checked as the film is announced."""
MAX_NAME = 255
"""Characters."""
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post(
    "/uploads",
    status_code=201,
    max_body_size=MAX_FILM,
    openapi_extra=_BODY,
    responses=answers(400, 404, 409, 411, 413, 422, 507, known=models.AddedFilm, known_words=KNOWN),
)
async def upload_film(
    shared: In,
    request: Request,
    response: Response,
    name: Annotated[str, Query(min_length=1, max_length=MAX_NAME, description="The film's file name.")],
) -> models.AddedFilm:
    """Add a film whose bytes are the request's body. They are written to the library's disk as they arrive.

    What arrived of an upload that broke off is deleted. `POST /films` adds a film without copying it.
    """
    length = _length(request)
    uploads = Uploads(shared.home)
    upload = await shared.quick(lambda: uploads.announce(name, length))
    try:
        writer = await shared.quick(lambda: uploads.open(upload.id, 0))
        try:
            await _write(shared, request, writer)
            outcome = await shared.slow(writer.finish)
            if not outcome.film_id:
                raise Problem(422, outcome.problem)
        finally:
            with anyio.CancelScope(shield=True):
                await shared.quick(writer.close)
    except BaseException:
        with anyio.CancelScope(shield=True), contextlib.suppress(EmotionError):
            await shared.quick(lambda: uploads.remove(upload.id))
        raise
    response.status_code = 200 if outcome.known else 201
    library = shared.library()
    return await shared.quick(lambda: added_film(library, library.film(outcome.film_id), known=outcome.known))


def _length(request: Request) -> int:
    text = request.headers.get("content-length")
    if text is None:
        raise Problem(411, "The film's length was not sent. Send it in Content-Length, not in chunks.")
    length = parsing.parse_int(text, "Content-Length", 0)
    if not length:
        raise Problem(422, "The film is empty (0 bytes). Copy or export it again.")
    return length


async def _write(shared: Shared, request: Request, writer: Writer) -> None:
    """Write the body. Raises Problem where it ends before its length or is removed, EmotionError where it cannot be
    written.
    """

    def append(chunk: bytearray) -> None:
        if writer.is_removal_requested:  # the page Library shows it while it arrives
            raise Problem(404, "The upload was removed on the app's page. Send the film again if it is still wanted.")
        writer.append(chunk)

    async for chunk in chunks(request):
        await shared.quick(partial(append, chunk))
    if not writer.is_complete:
        raise Problem(400, f"{writer.offset:,} of {writer.upload.length:,} bytes came. Send the film again.")
