"""The body of an upload's request, written to the upload as it arrives; and the removal of one that is written."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any, Protocol

import anyio
from starlette.requests import ClientDisconnect, Request

from ..errors import UploadBusy, UploadGone

WRITE_SIZE = 1_000_000
"""Bytes of one write, and so what a request holds in memory."""
SILENCE_TIMEOUT = 60.0
"""Seconds without a byte after which a request ends: a laptop that is closed does not end its connection."""
REMOVAL_POLL_INTERVAL = 0.5
"""Seconds between two looks at whether the upload is to be removed."""
REMOVAL_TIMEOUT = 5.0
"""Seconds that a removal waits for the request that writes to the upload to stop."""

InThread = Callable[[Callable[[], Any]], Awaitable[Any]]
"""Calls a function that uses the disk."""


class _Writer(Protocol):
    """What a body is written to."""

    @property
    def is_removal_requested(self) -> bool: ...

    def append(self, chunk: bytes | bytearray) -> None: ...


class _Uploads(Protocol):
    """Where an upload is removed from."""

    def remove_from_writer(self, upload_id: str) -> None: ...

    def keep(self, upload_id: str) -> None: ...


async def write(request: Request, writer: _Writer, in_thread: InThread) -> None:
    """Write a request's body until it ends, its sender is silent, or the upload is to be removed.

    Raises EmotionError where the bytes cannot be written.
    """
    failure: Exception | None = None
    async with anyio.create_task_group() as tasks:

        async def stop_when_unwanted() -> None:
            while not await in_thread(lambda: writer.is_removal_requested):
                await anyio.sleep(REMOVAL_POLL_INTERVAL)
            tasks.cancel_scope.cancel()

        tasks.start_soon(stop_when_unwanted)
        try:
            async for chunk in chunks(request):
                await in_thread(partial(writer.append, chunk))
        except Exception as error:  # raised below: a task group would wrap it in an exception group
            failure = error
        tasks.cancel_scope.cancel()
    if failure is not None:
        raise failure


async def chunks(request: Request) -> AsyncIterator[bytearray]:
    """The request's body in chunks of WRITE_SIZE or a little more. A sender's end or silence ends the last chunk."""
    chunk = bytearray()
    stream = request.stream()
    try:
        while True:
            with anyio.fail_after(SILENCE_TIMEOUT):
                chunk += await anext(stream)
            if len(chunk) >= WRITE_SIZE:
                yield chunk
                chunk = bytearray()
    except (StopAsyncIteration, ClientDisconnect, TimeoutError):
        if chunk:
            yield chunk


async def remove(uploads: _Uploads, upload_id: str, in_thread: InThread) -> None:
    """Remove an upload, and have whoever writes to it stop. Raises UploadGone, LibraryError, UploadBusy where it is
    being taken in.
    """
    requested = False
    with anyio.move_on_after(REMOVAL_TIMEOUT):
        while True:
            try:
                await in_thread(partial(uploads.remove_from_writer, upload_id))
            except UploadBusy:
                requested = True
                await anyio.sleep(0.1)
                continue
            except UploadGone:
                if not requested:
                    raise
            return
    with anyio.CancelScope(shield=True):
        await in_thread(partial(uploads.keep, upload_id))
    raise UploadBusy("This film is being taken in.", "Wait until it is in the library, and delete it there.")
