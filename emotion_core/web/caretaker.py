"""What looks after a library's uploads while the app runs."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

import anyio
import anyio.to_thread

from ..errors import EmotionError
from ..ingest.uploads import Uploads

LOOKS_AFTER = 3600.0
"""Seconds between two looks at what is whole or has expired."""


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
