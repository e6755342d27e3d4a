"""Pages that were closed: what the server keeps for a browser that comes back is let go of soon.

Streamlit keeps the last 128 disconnected sessions, and drops those of two minutes only when another one comes. Each
holds an event loop of its own, which is three open files.
"""

from __future__ import annotations

import asyncio
import time

from streamlit import runtime
from streamlit.runtime.session_manager import SessionInfo

KEPT = 16
"""Disconnected sessions that are kept at most: of browsers whose connection broke, and that come back by themselves."""
KEPT_SECONDS = 60.0
"""For so long at most."""
LOOKS_EVERY = 1.0
"""Seconds between two looks."""


async def let_go() -> None:
    """Close what was disconnected for too long, or is too much, as long as the app runs."""
    since: dict[str, float] = {}
    while True:
        if runtime.exists():
            look(since, time.monotonic())
        await asyncio.sleep(LOOKS_EVERY)


def look(since: dict[str, float], now: float) -> None:
    """One look, at the time `now`, seconds; `since` says from when on each session was seen disconnected."""
    server = runtime.get_instance()
    away = [info.session.id for info in _sessions(server) if not server.is_active_session(info.session.id)]
    for gone in since.keys() - set(away):
        del since[gone]
    for session in away:
        since.setdefault(session, now)
    newest_first = sorted(since, key=lambda session: since[session], reverse=True)
    for place, session in enumerate(newest_first):
        if place >= KEPT or now - since[session] > KEPT_SECONDS:
            server.close_session(session)
            del since[session]


def _sessions(server: runtime.Runtime) -> list[SessionInfo]:
    """All of them, connected or not; Streamlit has no public name for the list."""
    return server._session_mgr.list_sessions()
