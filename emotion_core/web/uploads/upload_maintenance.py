"""Maintenance of a library's uploads while the app runs."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

import anyio
import anyio.to_thread

from ...errors import EmotionError
from ...ingest import Uploads

INTERVAL = 3600.0
"""Seconds between two passes."""


def maintain_uploads(home: Path) -> Callable[[], Awaitable[None]]:
    """A task for the app's lifespan. It finishes uploads that are complete, and removes expired ones."""

    async def maintain() -> None:
        while True:
            try:
                # The app's end does not wait for a pass: the next start continues what it interrupts.
                await anyio.to_thread.run_sync(Uploads(home).finish_pending, abandon_on_cancel=True)
            except (EmotionError, OSError) as error:
                logging.getLogger(__name__).warning("Uploads were not looked after: %s", error)
            await anyio.sleep(INTERVAL)

    return maintain
