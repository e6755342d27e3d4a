"""Resumable uploads over HTTP: tus 1.0.0 (https://tus.io/protocols/resumable-upload) with creation, termination and
expiration, for this app's own pages. Cross-origin requests are not offered.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC
from email.utils import format_datetime
from functools import partial
from typing import TypeVar
from urllib.parse import quote

import anyio
import anyio.to_thread
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from .. import bounded
from ..errors import (
    DiskFull,
    EmotionError,
    LibraryError,
    NotAFilm,
    QuotaReached,
    SettingsError,
    UploadBusy,
    UploadError,
    UploadGone,
    UploadMismatch,
    UploadTooLong,
)
from ..incoming import uploads_on_disk
from ..incoming.uploads_on_disk import Outcome, Upload
from ..ingest.uploads import Uploads, Writer
from ..storage.config import Configuration
from . import upload_headers
from .guard import Guard, sentence, told

PATH = "/api/uploads"
VERSION = "1.0.0"

GATHERED = 1_000_000
"""Bytes that are written at once: what a request holds in memory."""
SILENCE = 60.0
"""Seconds without a byte after which a request is over: a laptop that was closed never says so."""
REMOVING = 5.0
"""Seconds that a removal waits for the request that writes to the upload to give way."""
LOOKS_FOR_REMOVAL = 0.5
"""Seconds between two looks of such a request at whether it has to."""

_STATUS: tuple[tuple[type[EmotionError], int], ...] = (
    (UploadGone, 404),
    (UploadBusy, 423),
    (UploadMismatch, 409),
    (UploadTooLong, 413),
    (UploadError, 400),
    (SettingsError, 400),
    (DiskFull, 507),
    (QuotaReached, 507),
    (LibraryError, 500),
)

_Answer = TypeVar("_Answer")


def routes(guard: Guard) -> list[BaseRoute]:
    """For the app's server. Every request but OPTIONS needs a token of purpose "upload"."""
    uploading = Uploading(guard)
    return [
        Route(PATH, uploading.answer, methods=["GET", "POST", "OPTIONS"]),
        Route(PATH + "/{id}", uploading.answer, methods=["HEAD", "PATCH", "DELETE", "OPTIONS"]),
    ]


class Uploading:
    """The routes' work. What touches the disk is done in threads of its own, away from the event loop."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._uploads = Uploads(guard.home)
        self._threads = anyio.CapacityLimiter(12)
        """Not those that Streamlit serves its files with."""

    async def answer(self, request: Request) -> Response:
        """Any of the routes."""
        response = await told(self._answered)(request)
        response.headers["Tus-Resumable"] = VERSION
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"
        return response

    async def _answered(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            offered = {"Tus-Version": VERSION, "Tus-Extension": "creation,termination,expiration"}
            return Response(status_code=204, headers=offered)
        await self._in_thread(partial(self._guard.token, request, "upload"))
        if request.method != "GET" and request.headers.get("tus-resumable") != VERSION:
            given = bounded.shown(request.headers.get("tus-resumable", ""))
            words = f"Tus-Resumable was {given}; {VERSION} is spoken here."
            return PlainTextResponse(words, 412, {"Tus-Version": VERSION})
        methods: dict[str, Callable[[Request], Awaitable[Response]]] = {
            "GET": self._list,
            "POST": self._announce,
            "HEAD": self._stands,
            "PATCH": self._append,
            "DELETE": self._remove,
        }
        try:
            return await methods[request.method](request)
        except (UploadError, SettingsError, LibraryError) as error:
            return sentence(error, next(status for kind, status in _STATUS if isinstance(error, kind)))

    async def _list(self, _: Request) -> Response:
        return await self._in_thread(self._unfinished)

    def _unfinished(self) -> Response:
        days = self._unfinished_days()
        return JSONResponse(
            [
                {
                    "id": upload.id,
                    "filename": upload.name,
                    "offset": upload.offset,
                    "length": upload.length,
                    "expires": upload.expires(days).isoformat(timespec="seconds"),
                    "active": self._uploads.active(upload.id),
                }
                for upload in self._uploads.unfinished()
            ]
        )

    async def _announce(self, request: Request) -> Response:
        return await self._in_thread(partial(self._announced, request.headers))

    def _announced(self, headers: Headers) -> Response:
        length = upload_headers.length(headers)
        name, settings = upload_headers.metadata(headers.get("upload-metadata", ""))
        if length == 0:
            return sentence(NotAFilm(f"{name} is empty (0 bytes).", "Copy or export it again."), 422)
        try:
            upload = self._uploads.announce(name, length, settings)
        except (DiskFull, QuotaReached) as error:
            return sentence(error, 413)
        return Response(status_code=201, headers={"Location": f"{PATH}/{upload.id}", **self._expiry(upload)})

    async def _stands(self, request: Request) -> Response:
        return await self._in_thread(partial(self._standing, request.path_params["id"]))

    def _standing(self, upload_id: str) -> Response:
        upload = self._uploads.get(upload_id)
        headers = {"Upload-Offset": str(upload.offset), "Upload-Length": str(upload.length)}
        if not upload.whole:
            self._uploads.flush(upload.id)
            return Response(headers={**headers, **self._expiry(upload)})
        # Its sender missed the answer to its last byte, and gets it here.
        try:
            outcome = self._finished(upload)
        except LibraryError:
            return Response(status_code=423)  # not to be sent anew: it can be finished once there is room
        return Response(headers={**headers, **_film(outcome)}) if outcome.film_id else Response(status_code=410)

    def _finished(self, upload: Upload) -> Outcome:
        if upload.outcome is not None:
            return upload.outcome
        with self._uploads.open(upload.id, upload.offset) as writer:
            return writer.finish()

    async def _append(self, request: Request) -> Response:
        if request.headers.get("content-type", "") != "application/offset+octet-stream":
            return PlainTextResponse("Bytes come as application/offset+octet-stream.", 415)
        upload_id = request.path_params["id"]
        writer = await self._in_thread(partial(self._opened, upload_id, request.headers))
        try:
            outcome = await self._received(request, writer)
        finally:
            with anyio.CancelScope(shield=True):
                await self._in_thread(writer.close)
        headers = {"Upload-Offset": str(writer.offset)}
        if outcome is None:
            headers |= await self._in_thread(lambda: self._expiry(self._uploads.get(upload_id)))
            return Response(status_code=204, headers=headers)
        if not outcome.film_id:
            return PlainTextResponse(outcome.problem.encode("utf-8", "replace"), 422)
        return Response(status_code=204, headers={**headers, **_film(outcome)})

    def _opened(self, upload_id: str, headers: Headers) -> Writer:
        with contextlib.ExitStack() as held:
            writer = held.enter_context(self._uploads.open(upload_id, upload_headers.offset(headers)))
            writer.must_take(upload_headers.brings(headers))
            held.pop_all()
        return writer

    async def _received(self, request: Request, writer: Writer) -> Outcome | None:
        """Keep what the request brings; what became of the film, once it is whole."""
        trouble: Exception | None = None
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._until_unwanted, writer, tasks.cancel_scope)
            try:
                async for chunk in _gathered(request):
                    await self._in_thread(partial(writer.append, chunk))
            except Exception as error:  # raised below as itself: a task group would make a group of it
                trouble = error
            tasks.cancel_scope.cancel()
        if trouble is not None:
            raise trouble
        if await self._in_thread(lambda: writer.unwanted):
            raise uploads_on_disk.gone()
        return await self._in_thread(writer.finish) if writer.whole else None

    async def _until_unwanted(self, writer: Writer, others: anyio.CancelScope) -> None:
        """However long its sender says nothing, an upload that is to be deleted is let go of."""
        while not await self._in_thread(lambda: writer.unwanted):
            await anyio.sleep(LOOKS_FOR_REMOVAL)
        others.cancel()

    async def _remove(self, request: Request) -> Response:
        upload_id, asked = request.path_params["id"], False
        with anyio.move_on_after(REMOVING):
            while True:
                try:
                    await self._in_thread(partial(self._uploads.remove_from_writer, upload_id))
                except UploadBusy:
                    asked = True
                    await anyio.sleep(0.1)
                    continue
                except UploadGone:
                    if not asked:
                        raise
                return Response(status_code=204)
        with anyio.CancelScope(shield=True):
            await self._in_thread(partial(self._uploads.keep, upload_id))
        raise UploadBusy("This film is being taken in.", "Wait until it is in the library, and delete it there.")

    def _expiry(self, upload: Upload) -> dict[str, str]:
        until = upload.expires(self._unfinished_days())
        return {"Upload-Expires": format_datetime(until.astimezone(UTC), usegmt=True)}

    def _unfinished_days(self) -> float:
        return Configuration.of(self._uploads.home).unfinished_days

    async def _in_thread(self, work: Callable[[], _Answer]) -> _Answer:
        return await anyio.to_thread.run_sync(work, limiter=self._threads)


async def _gathered(request: Request) -> AsyncIterator[bytearray]:
    """The request's body in pieces worth a write; all that came, where its sender goes away or falls silent."""
    gathered = bytearray()
    stream = request.stream()
    try:
        while True:
            with anyio.fail_after(SILENCE):
                gathered += await anext(stream)
            if len(gathered) >= GATHERED:
                yield gathered
                gathered = bytearray()
    except (StopAsyncIteration, ClientDisconnect, TimeoutError):
        if gathered:
            yield gathered


def _film(outcome: Outcome) -> dict[str, str]:
    """Headers that say what became of a film."""
    said = {"X-Film-Id": outcome.film_id, "X-Film-Known": "true" if outcome.known else "false"}
    return {**said, "X-Problem": quote(outcome.problem, errors="replace")} if outcome.problem else said
