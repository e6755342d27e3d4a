"""Films as bodies of requests, written to the library's disk as they arrive: in one request, or in parts, so that an
upload goes on after an interruption.

Both are uploads as the app's pages send them, with the same quota and lifetime.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Header, Query, Request, Response

from ... import parsing
from ...errors import EmotionError, UploadGone
from ...incoming import Outcome, Upload, request_body, upload_store
from ...ingest import Writer
from ...storage import Configuration
from .. import models
from ..problems import Problem
from ..upload_models import UploadFacts, UploadId, UploadList
from .films import KNOWN, added_film
from .shared import In, Shared, answers, bearer, problems

router = APIRouter(tags=["uploads"], dependencies=[bearer])
MAX_FILM = 1 << 50
"""Bytes; the library's quota is checked as the film is announced."""
MAX_NAME = 255
"""Characters."""
_BINARY = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": _BINARY}}
_PART: dict[str, Any] = {"requestBody": {"required": False, "content": _BINARY}}
_OFFSETS: dict[str, Any] = {
    "Upload-Offset": {"description": "Bytes that have arrived.", "schema": {"type": "integer"}},
    "Upload-Length": {"description": "Bytes that were announced.", "schema": {"type": "integer"}},
}
_Name = Annotated[str, Query(min_length=1, max_length=MAX_NAME, description="The film's file name.")]


@router.post(
    "/uploads",
    status_code=201,
    max_body_size=MAX_FILM,
    openapi_extra=_BODY,
    responses=answers(400, 404, 409, 411, 413, 422, 507, known=models.AddedFilm, known_words=KNOWN),
)
async def upload_film(shared: In, request: Request, response: Response, name: _Name) -> models.AddedFilm:
    """Add a film whose bytes are the request's body. They are written to the library's disk as they arrive.

    What arrived of an upload that broke off is deleted; `POST /uploads/resumable` begins one that goes on.
    `POST /films` adds a film without copying it.
    """
    length, uploads = _length(request), shared.uploads
    upload = await shared.quick(lambda: uploads.announce(name, length))
    try:
        writer = await shared.quick(lambda: uploads.open(upload.id, 0))
        async with _closing(shared, writer):
            outcome = await _received(shared, request, writer)
            if outcome is None:
                raise Problem(400, f"{writer.offset:,} of {length:,} bytes came. Send the film again.")
    except BaseException:
        with anyio.CancelScope(shield=True), contextlib.suppress(EmotionError):
            await shared.quick(lambda: uploads.remove(upload.id))
        raise
    response.status_code = 200 if outcome.known else 201
    library = shared.library()
    return await shared.quick(lambda: added_film(library, library.film(outcome.film_id), known=outcome.known))


@router.post("/uploads/resumable", status_code=201, responses=problems(422, 507))
async def begin_upload(
    shared: In,
    response: Response,
    name: _Name,
    length: Annotated[int, Header(alias="Upload-Length", ge=1, le=MAX_FILM, description="The film's length in bytes.")],
    sha256: Annotated[
        str, Query(pattern="^([0-9a-f]{64})?$", description="Of the film's bytes: others are refused then.")
    ] = "",
) -> UploadFacts:
    """Announce a film that is sent in parts, each from where the one before ended: by `PATCH` of the upload."""
    upload = await shared.quick(lambda: shared.uploads.announce(name, length, announced_id=sha256))
    response.headers["Location"] = f"/api/v1/uploads/resumable/{upload.id}"
    return await shared.quick(lambda: _facts(shared, upload))


@router.get("/uploads/resumable", responses=problems())
async def list_uploads(shared: In) -> UploadList:
    """List the films that have not arrived whole, those of the app's pages included. Recordings of viewers are none."""

    def find() -> UploadList:
        found = [each for each in shared.uploads.unfinished() if each.recording is None]
        return UploadList(uploads=[_facts(shared, each) for each in found])

    return await shared.quick(find)


@router.get("/uploads/resumable/{upload_id}", responses={200: {"headers": _OFFSETS}, **problems(404, 422)})
async def get_upload(shared: In, upload_id: UploadId, response: Response) -> UploadFacts:
    """How much of an upload has arrived, and the film that it became. It can be asked for a day after its end."""
    upload = await shared.quick(lambda: _stored(shared, upload_id))
    response.headers.update(_headers(upload))
    return await shared.quick(lambda: _facts(shared, upload))


@router.head(
    "/uploads/resumable/{upload_id}",
    response_class=Response,
    responses={200: {"headers": _OFFSETS}, **problems(404, 422)},
)
async def look_at_upload(shared: In, upload_id: UploadId) -> Response:
    """How much of an upload has arrived, in headers alone."""
    upload = await shared.quick(lambda: _stored(shared, upload_id))
    return Response(headers={**_headers(upload), "Cache-Control": "no-store"})


@router.patch(
    "/uploads/resumable/{upload_id}",
    max_body_size=MAX_FILM,
    openapi_extra=_PART,
    responses={200: {"headers": _OFFSETS}, **problems(404, 409, 413, 422, 507)},
)
async def send_part(
    shared: In,
    request: Request,
    response: Response,
    upload_id: UploadId,
    offset: Annotated[
        int, Header(alias="Upload-Offset", ge=0, le=MAX_FILM, description="Where in the film the body begins.")
    ],
) -> UploadFacts:
    """Send the film's bytes from an offset on, which is where those before ended: all that is left, or a part of it.

    What arrives stays, also where the request breaks off: ask for the offset then, and go on from there. With the last
    byte the film is in the library, and `film` names it; one that was complete before needs no byte more.
    """
    declared = parsing.parse_int(request.headers.get("content-length", "0"), "Content-Length", 0)
    writer = await shared.quick(lambda: _open(shared, upload_id, offset, declared))
    async with _closing(shared, writer):
        await _received(shared, request, writer)
    upload = await shared.quick(lambda: shared.uploads.get(upload_id))
    response.headers.update(_headers(upload))
    return await shared.quick(lambda: _facts(shared, upload))


@router.delete("/uploads/resumable/{upload_id}", status_code=204, responses=problems(404, 409, 422))
async def remove_upload(shared: In, upload_id: UploadId) -> None:
    """Remove an upload, and what arrived of it; a film that it became stays."""
    await shared.quick(lambda: _stored(shared, upload_id))
    await request_body.remove(shared.uploads, upload_id, shared.quick)


def _stored(shared: Shared, upload_id: str) -> Upload:
    """An upload of a film; its bytes are on the disk, so that the offset survives a power cut. Raises UploadGone."""
    upload = shared.uploads.get(upload_id)
    if upload.recording is not None:
        raise upload_store.upload_gone()
    if not upload.is_complete:
        shared.uploads.flush(upload_id)
    return upload


def _open(shared: Shared, upload_id: str, offset: int, declared: int) -> Writer:
    """Open an upload for so many bytes from an offset on."""
    _stored(shared, upload_id)
    with contextlib.ExitStack() as stack:
        writer = stack.enter_context(shared.uploads.open(upload_id, offset))
        writer.check_length(declared)
        stack.pop_all()
    return writer


@contextlib.asynccontextmanager
async def _closing(shared: Shared, writer: Writer) -> AsyncIterator[None]:
    """Close a writer in the end, which syncs what came to disk."""
    try:
        yield
    finally:
        with anyio.CancelScope(shield=True):
            await shared.quick(writer.close)


async def _received(shared: Shared, request: Request, writer: Writer) -> Outcome | None:
    """Write the body, and take the film in if it is complete; None if it is not. Raises Problem where it is no film."""
    await request_body.write(request, writer, shared.quick)
    if await shared.quick(lambda: writer.is_removal_requested):
        raise UploadGone("The upload was removed meanwhile.", "Send the film again if it is still wanted.")
    if not writer.is_complete:
        return None
    outcome = await shared.slow(writer.finish)
    if not outcome.film_id:
        raise Problem(422, outcome.problem)
    return outcome


def _headers(upload: Upload) -> dict[str, str]:
    return {"Upload-Offset": str(upload.offset), "Upload-Length": str(upload.length)}


def _facts(shared: Shared, upload: Upload) -> UploadFacts:
    """An upload as answers show it."""
    outcome = upload.outcome or Outcome()
    return UploadFacts(
        id=upload.id,
        name=upload.name,
        offset=upload.offset,
        length=upload.length,
        sha256=upload.announced_id,
        expires_at=upload.expires(Configuration.load(shared.home).unfinished_days),
        film=outcome.film_id or None,
        known=outcome.known,
        problem=outcome.problem,
    )


def _length(request: Request) -> int:
    text = request.headers.get("content-length")
    if text is None:
        raise Problem(411, "The film's length was not sent. Send it in Content-Length, not in chunks.")
    length = parsing.parse_int(text, "Content-Length", 0)
    if not length:
        raise Problem(422, "The film is empty (0 bytes). Copy or export it again.")
    return length
