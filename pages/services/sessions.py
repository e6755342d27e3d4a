"""Closing of the sessions that browsers have left.

Streamlit keeps the last 128 disconnected sessions, and closes those of more than two minutes only when another one
comes. Each holds an event loop, which is three open files.
"""

from __future__ import annotations

import asyncio
import time

from streamlit import runtime
from streamlit.runtime.session_manager import SessionInfo

MAX_DISCONNECTED = 16
"""Disconnected sessions to keep: a browser whose connection broke comes back by itself."""
MAX_SECONDS = 60.0
"""How long to keep one."""
INTERVAL = 1.0
"""Seconds between two passes."""


async def close_abandoned() -> None:
    """Close sessions that were disconnected for too long, or are too many, while the app runs."""
    since: dict[str, float] = {}
    while True:
        if runtime.exists():
            close_once(since, time.monotonic())
        await asyncio.sleep(INTERVAL)


def close_once(since: dict[str, float], now: float) -> None:
    """One pass at the time `now`, in seconds; `since` holds when each session was first found disconnected."""
    server = runtime.get_instance()
    disconnected = [info.session.id for info in _sessions(server) if not server.is_active_session(info.session.id)]
    for session in since.keys() - set(disconnected):
        del since[session]
    for session in disconnected:
        since.setdefault(session, now)
    newest_first = sorted(since, key=lambda session: since[session], reverse=True)
    for place, session in enumerate(newest_first):
        if place >= MAX_DISCONNECTED or now - since[session] > MAX_SECONDS:
            server.close_session(session)
            del since[session]


def _sessions(server: runtime.Runtime) -> list[SessionInfo]:
    """All sessions, connected or not; Streamlit has no public name for the list."""
    return server._session_mgr.list_sessions()
