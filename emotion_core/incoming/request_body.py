"""The body of an upload's request, in pieces that are worth a write to the disk."""

from __future__ import annotations

from collections.abc import AsyncIterator

import anyio
from starlette.requests import ClientDisconnect, Request

WRITE_SIZE = 1_000_000
"""Bytes of one write, and so what a request holds in memory."""
SILENCE_TIMEOUT = 60.0
"""Seconds without a byte after which a request ends: a laptop that is closed does not end its connection."""


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
