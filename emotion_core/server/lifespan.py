"""What goes on beside the app's server while it runs."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager

import anyio

Starter = Callable[[], Awaitable[object]]
"""Begun when the server starts, and cancelled when it ends. It must not hold up the event loop."""


def lifespan(starters: Sequence[Starter]) -> Callable[[object], AbstractAsyncContextManager[None]]:
    """For the app's server: all `starters`, each on its own. One that fails is logged, and the app goes on."""

    @contextlib.asynccontextmanager
    async def running(_: object) -> AsyncIterator[None]:
        async with anyio.create_task_group() as tasks:
            for starter in starters:
                tasks.start_soon(_begun, starter)
            yield
            tasks.cancel_scope.cancel()

    return running


async def _begun(starter: Starter) -> None:
    try:
        await starter()
    except Exception:
        logging.getLogger(__name__).exception("A part of the app did not start.")
