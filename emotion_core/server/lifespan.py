"""Background tasks of the app's server."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager

import anyio

Starter = Callable[[], Awaitable[object]]
"""Coroutine function that is started with the server and cancelled at its end. It must not block the event loop."""


def lifespan_of(starters: Sequence[Starter]) -> Callable[[object], AbstractAsyncContextManager[None]]:
    """Starlette lifespan that runs all `starters` concurrently. A failure is logged, and the app continues."""

    @contextlib.asynccontextmanager
    async def running(_: object) -> AsyncIterator[None]:
        async with anyio.create_task_group() as tasks:
            for starter in starters:
                tasks.start_soon(_run, starter)
            yield
            tasks.cancel_scope.cancel()

    return running


async def _run(starter: Starter) -> None:
    try:
        await starter()
    except Exception:
        logging.getLogger(__name__).exception("A part of the app did not start.")
