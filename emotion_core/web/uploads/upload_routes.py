"""Resumable uploads over HTTP: tus 1.0.0 (https://tus.io/protocols/resumable-upload) with creation, termination and
expiration, for this app's own pages. Cross-origin requests are not offered.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from datetime import UTC
from email.utils import format_datetime
from functools import partial
from typing import TypeVar
from urllib.parse import quote

import anyio
import anyio.to_thread
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from ... import parsing
from ...errors import (
    DiskFull,
    EmotionError,
    LibraryError,
    NotAFilm,
    QuotaReached,
    ScreeningGone,
    SettingsError,
    UploadBusy,
    UploadError,
    UploadGone,
    UploadMismatch,
    UploadTooLong,
)
from ...incoming import Outcome, Upload, request_body, upload_store
from ...ingest import Uploads, Writer, expect_upload, problems
from ...storage import Configuration
from ..guard import Guard, error_response, with_error_responses
from . import upload_headers

PATH = "/api/uploads"
VERSION = "1.0.0"

_STATUS: tuple[tuple[type[EmotionError], int], ...] = (
    (UploadGone, 404),
    (ScreeningGone, 410),
    (UploadBusy, 423),
    (UploadMismatch, 409),
    (UploadTooLong, 413),
    (UploadError, 400),
    (SettingsError, 400),
    (DiskFull, 507),
    (QuotaReached, 507),
    (LibraryError, 500),
)

_Result = TypeVar("_Result")


def routes(guard: Guard) -> list[BaseRoute]:
    """The routes of uploads, for the app's server. Every request but OPTIONS needs a token of purpose "upload"."""
    uploading = _Uploading(guard)
    return [
        Route(PATH, uploading.respond, methods=["GET", "POST", "OPTIONS"]),
        Route(PATH + "/{id}", uploading.respond, methods=["HEAD", "PATCH", "DELETE", "OPTIONS"]),
    ]


class _Uploading:
    """The handlers of the routes. Work on the disk runs in threads, not in the event loop."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._uploads = Uploads(guard.home)
        self._threads = anyio.CapacityLimiter(12)
        """Apart from the threads in which Streamlit serves its files."""
        self._was_listed = False

    async def respond(self, request: Request) -> Response:
        """Respond to a request of any route."""
        response = await with_error_responses(self._dispatch)(request)
        response.headers["Tus-Resumable"] = VERSION
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"
        return response

    async def _dispatch(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            capabilities = {"Tus-Version": VERSION, "Tus-Extension": "creation,termination,expiration"}
            return Response(status_code=204, headers=capabilities)
        await self._in_thread(partial(self._guard.token, request, "upload"))
        if request.method != "GET" and request.headers.get("tus-resumable") != VERSION:
            version = parsing.quote(request.headers.get("tus-resumable", ""))
            message = f"Tus-Resumable was {version}; {VERSION} is spoken here."
            return PlainTextResponse(message, 412, {"Tus-Version": VERSION})
        methods: dict[str, Callable[[Request], Awaitable[Response]]] = {
            "GET": self._list,
            "POST": self._create,
            "HEAD": self._describe,
            "PATCH": self._append,
            "DELETE": self._remove,
        }
        try:
            return await methods[request.method](request)
        except (UploadError, SettingsError, LibraryError) as error:
            return error_response(error, next(status for kind, status in _STATUS if isinstance(error, kind)))

    async def _list(self, _: Request) -> Response:
        if not self._was_listed:  # the first page with a place for uploads was opened
            self._was_listed = True
            await self._in_thread(partial(expect_upload, self._guard.home))
        return await self._in_thread(self._unfinished)

    def _unfinished(self) -> Response:
        days, uploads = self._unfinished_days(), self._uploads.unfinished()
        why_not = problems(self._guard.home, uploads)
        return JSONResponse(
            [
                {
                    "id": upload.id,
                    "filename": upload.name,
                    "offset": upload.offset,
                    "length": upload.length,
                    "expires": upload.expires(days).isoformat(timespec="seconds"),
                    "active": self._uploads.active(upload.id),
                    "screening": None if upload.recording is None else upload.recording.screening_id,
                    "problem": why_not.get(upload.id, ""),
                }
                for upload in uploads
            ]
        )

    async def _create(self, request: Request) -> Response:
        return await self._in_thread(partial(self._create_upload, request.headers))

    def _create_upload(self, headers: Headers) -> Response:
        length = upload_headers.length(headers)
        name, settings, recording = upload_headers.metadata(headers.get("upload-metadata", ""))
        if length == 0:
            return error_response(NotAFilm(f"{name} is empty (0 bytes).", "Copy or export it again."), 422)
        try:
            upload = self._uploads.announce(name, length, settings, recording)
        except (DiskFull, QuotaReached) as error:
            return error_response(error, 413)
        except ScreeningGone as error:  # nothing was stored
            return error_response(error, 404)
        if settings is not None or recording is not None:
            expect_upload(self._guard.home)
        return Response(status_code=201, headers={"Location": f"{PATH}/{upload.id}", **self._expiry(upload)})

    async def _describe(self, request: Request) -> Response:
        return await self._in_thread(partial(self._describe_upload, request.path_params["id"]))

    def _describe_upload(self, upload_id: str) -> Response:
        upload = self._uploads.get(upload_id)
        headers = {"Upload-Offset": str(upload.offset), "Upload-Length": str(upload.length)}
        if not upload.is_complete:
            self._uploads.flush(upload.id)
            return Response(headers={**headers, **self._expiry(upload)})
        # The sender did not receive the response to its last byte: this one has the same content.
        try:
            outcome = self._finish(upload)
        except LibraryError:
            return Response(status_code=423)  # tus then does not send it again: it can be finished once there is room
        return Response(headers={**headers, **_film(outcome)}) if outcome.film_id else Response(status_code=410)

    def _finish(self, upload: Upload) -> Outcome:
        if upload.outcome is not None:
            return upload.outcome
        with self._uploads.open(upload.id, upload.offset) as writer:
            return writer.finish()

    async def _append(self, request: Request) -> Response:
        if request.headers.get("content-type", "") != "application/offset+octet-stream":
            return PlainTextResponse("Bytes come as application/offset+octet-stream.", 415)
        upload_id = request.path_params["id"]
        writer = await self._in_thread(partial(self._open, upload_id, request.headers))
        try:
            outcome = await self._receive(request, writer)
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

    def _open(self, upload_id: str, headers: Headers) -> Writer:
        with contextlib.ExitStack() as stack:
            writer = stack.enter_context(self._uploads.open(upload_id, upload_headers.offset(headers)))
            writer.check_length(upload_headers.content_length(headers))
            stack.pop_all()
        return writer

    async def _receive(self, request: Request, writer: Writer) -> Outcome | None:
        """Write the request's body, and take the film in if it is complete; None if it is not."""
        await request_body.write(request, writer, self._in_thread)
        if await self._in_thread(lambda: writer.is_removal_requested):
            raise upload_store.upload_gone()
        return await self._in_thread(writer.finish) if writer.is_complete else None

    async def _remove(self, request: Request) -> Response:
        await request_body.remove(self._uploads, request.path_params["id"], self._in_thread)
        return Response(status_code=204)

    def _expiry(self, upload: Upload) -> dict[str, str]:
        until = upload.expires(self._unfinished_days())
        return {"Upload-Expires": format_datetime(until.astimezone(UTC), usegmt=True)}

    def _unfinished_days(self) -> float:
        return Configuration.load(self._uploads.home).unfinished_days

    async def _in_thread(self, work: Callable[[], _Result]) -> _Result:
        return await anyio.to_thread.run_sync(work, limiter=self._threads)


def _film(outcome: Outcome) -> dict[str, str]:
    """Headers with the film that an upload became."""
    headers = {"X-Film-Id": outcome.film_id, "X-Film-Known": "true" if outcome.known else "false"}
    return {**headers, "X-Problem": quote(outcome.problem, errors="replace")} if outcome.problem else headers
