"""The body of an upload's request, written to the upload as it arrives."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import anyio
from starlette.requests import Request

from ...incoming.request_body import chunks
from ...ingest import Writer

REMOVAL_POLL_INTERVAL = 0.5
"""Seconds between two looks at whether the upload is to be removed."""


async def write(request: Request, writer: Writer, in_thread: Callable[[Callable[[], Any]], Awaitable[Any]]) -> None:
    """Write a request's body until it ends, its sender is silent, or the upload is to be removed.

    `in_thread` calls a function that uses the disk. Raises EmotionError where the bytes cannot be written.
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
