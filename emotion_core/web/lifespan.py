"""What goes on beside the pages for as long as the app's server runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path

from ..worker_watch import watch_worker

BACKGROUND: tuple[Callable[[Path], Coroutine[object, object, None]], ...] = (watch_worker,)
"""Each is given the library's folder, runs until it is cancelled, and leaves the event loop free."""


@asynccontextmanager
async def lifespan(home: Path) -> AsyncIterator[None]:
    """Run all of BACKGROUND until the server stops."""
    tasks = [asyncio.create_task(work(home)) for work in BACKGROUND]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
