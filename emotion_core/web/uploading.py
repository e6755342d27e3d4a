"""Resumable uploads over HTTP: tus 1.0.0 (https://tus.io/protocols/resumable-upload) with creation, termination and
expiration, for this app's own pages. Cross-origin requests are not offered.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import anyio
import anyio.to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from ..configuration import Configuration
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
from ..incoming import Outcome, Upload
from ..uploads import Uploads, Writer
from . import announcement
from .guard import Guard, told

PATH = "/api/uploads"
VERSION = "1.0.0"

GATHERED = 1_000_000
"""Bytes that are written at once: what a request holds in memory."""
SILENCE = 60.0
"""Seconds without a byte after which a request is over: a laptop that was closed never says so."""
LOOKS_AFTER = 3600.0
"""Seconds between two looks at what is whole or has expired."""
REMOVING = 5.0
"""Seconds that a removal waits for the request that it overtook to end."""

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
            words = f"Tus-Resumable was “{request.headers.get('tus-resumable', '')}”; {VERSION} is spoken here."
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
            return PlainTextResponse(str(error), next(status for kind, status in _STATUS if isinstance(error, kind)))

    async def _list(self, _: Request) -> Response:
        return JSONResponse(await self._in_thread(self._unfinished))

    def _unfinished(self) -> list[dict[str, object]]:
        days = self._unfinished_days()
        return [
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

    async def _announce(self, request: Request) -> Response:
        length = announcement.length(request.headers)
        name, settings = announcement.metadata(request.headers.get("upload-metadata", ""))
        if length == 0:
            return PlainTextResponse(str(NotAFilm(f"{name} is empty (0 bytes).", "Copy or export it again.")), 422)
        try:
            upload = await self._in_thread(partial(self._uploads.announce, name, length, settings))
        except (DiskFull, QuotaReached) as error:
            return PlainTextResponse(str(error), 413)
        headers = {"Location": f"{PATH}/{upload.id}", **await self._expiry(upload)}
        return Response(status_code=201, headers=headers)

    async def _stands(self, request: Request) -> Response:
        upload = await self._in_thread(partial(self._uploads.get, request.path_params["id"]))
        headers = {"Upload-Offset": str(upload.offset), "Upload-Length": str(upload.length)}
        if not upload.whole:
            await self._in_thread(partial(self._uploads.flush, upload.id))
            return Response(headers={**headers, **await self._expiry(upload)})
        # Its sender missed the answer to its last byte, and gets it here.
        try:
            outcome = await self._in_thread(partial(self._finished, upload))
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
        offset, upload_id = announcement.offset(request.headers), request.path_params["id"]
        writer = await self._in_thread(partial(self._uploads.open, upload_id, offset))
        try:
            outcome = await self._received(request, writer)
        finally:
            with anyio.CancelScope(shield=True):
                await self._in_thread(writer.close)
        headers = {"Upload-Offset": str(writer.offset)}
        if outcome is None:
            upload = await self._in_thread(partial(self._uploads.get, upload_id))
            return Response(status_code=204, headers={**headers, **await self._expiry(upload)})
        if not outcome.film_id:
            return PlainTextResponse(outcome.problem, 422)
        return Response(status_code=204, headers={**headers, **_film(outcome)})

    async def _received(self, request: Request, writer: Writer) -> Outcome | None:
        """Keep what the request brings; what became of the film, once it is whole."""
        announced = request.headers.get("content-length", "")
        if announced.isdecimal():
            writer.must_take(int(announced))
        async for chunk in _gathered(request):
            await self._in_thread(partial(writer.append, chunk))
        return await self._in_thread(writer.finish) if writer.whole else None

    async def _remove(self, request: Request) -> Response:
        with anyio.move_on_after(REMOVING):
            while True:
                try:
                    await self._in_thread(partial(self._uploads.remove, request.path_params["id"]))
                    return Response(status_code=204)
                except UploadBusy:
                    await anyio.sleep(0.1)
        raise UploadBusy("This film is being sent or taken in.", "Stop sending it first.")

    async def _expiry(self, upload: Upload) -> dict[str, str]:
        until = upload.expires(await self._in_thread(self._unfinished_days))
        return {"Upload-Expires": format_datetime(until.astimezone(UTC), usegmt=True)}

    def _unfinished_days(self) -> float:
        return Configuration.of(self._uploads.home).unfinished_days

    async def _in_thread(self, work: Callable[[], _Answer]) -> _Answer:
        return await anyio.to_thread.run_sync(work, limiter=self._threads)


def caretaker(home: Path) -> Callable[[], Awaitable[None]]:
    """What looks after the uploads while the app runs: takes in what was whole when it ended, removes what expired."""

    async def looking_after() -> None:
        while True:
            try:
                # Not waited for when the server ends; what the process' end then interrupts goes on at its next start.
                await anyio.to_thread.run_sync(Uploads(home).finish_pending, abandon_on_cancel=True)
            except (EmotionError, OSError) as error:
                logging.getLogger(__name__).warning("Uploads were not looked after: %s", error)
            await anyio.sleep(LOOKS_AFTER)

    return looking_after


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
    return {**said, "X-Problem": quote(outcome.problem)} if outcome.problem else said
