"""The sessions of a library, in this process' memory only."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from ..errors import SettingsError
from .reader import Reader
from .session import Session

KEEP_MINUTES = 10
"""Time for which a session whose page was closed can still be kept; then it is discarded."""
MOST = 64
"""Sessions at once."""


class Sessions:
    """Sessions by id, and the reader that all of them share. Threads may share it."""

    def __init__(self, home: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.reader = Reader(home)
        self._clock = clock
        self._lock = threading.Lock()
        self._sessions: dict[str, Session] = {}

    def begin(self, film_id: str | None, film_name: str, notice: str, agreed_by: str, user: str = "") -> Session:
        """A new session of a viewer who has agreed to `notice` now. Raises SettingsError where there are too many."""
        self.sweep()
        with self._lock:
            if len(self._sessions) >= MOST:
                raise SettingsError(
                    f"{MOST} sessions are open, and no more can be.",
                    f"End one, or wait: those that were left are discarded after {KEEP_MINUTES} minutes.",
                )
            agreed_at = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
            session = Session(
                secrets.token_urlsafe(12),
                user,
                film_id,
                film_name,
                notice,
                agreed_by,
                agreed_at,
                self.reader,
                self._clock,
                self._clock(),
            )
            self._sessions[session.id] = session
            return session

    def find(self, session_id: str, user: str = "") -> Session | None:
        """The session of that id, if it is this person's and still there; its time begins again."""
        self.sweep()
        with self._lock:
            session = self._sessions.get(session_id)
            if session is None or session.user != user:
                return None
            session.left_at = self._clock()
            return session

    def left(self, user: str = "") -> list[Session]:
        """Sessions of this person that have readings of a film and no page, the newest first."""
        self.sweep()
        with self._lock:
            mine = [each for each in self._sessions.values() if each.user == user and each.film_id is not None]
        return [each for each in reversed(mine) if not each.is_connected and each.summary().readings > 0]

    def minutes_left(self, session: Session) -> float:
        """Minutes until the session is discarded if nobody looks after it."""
        return max(0.0, KEEP_MINUTES - (self._clock() - session.left_at) / 60)

    def discard(self, session_id: str) -> None:
        """Throw a session away, with all its readings."""
        with self._lock:
            self._sessions.pop(session_id, None)

    def sweep(self) -> None:
        """Discard sessions that were left too long ago; end the reader if nobody uses it."""
        late = self._clock() - KEEP_MINUTES * 60
        with self._lock:
            for each in list(self._sessions.values()):
                if not each.is_connected and each.left_at < late:
                    del self._sessions[each.id]
            is_watched = any(each.is_connected for each in self._sessions.values())
        if not is_watched:  # a window in the background sends nothing, and goes on at once
            self.reader.end_unused()

    def close(self) -> None:
        """Discard all, and end the reader."""
        with self._lock:
            self._sessions.clear()
        self.reader.close()


@cache
def sessions_of(home: Path) -> Sessions:
    """The sessions of the library in `home`: the same for pages and routes."""
    return Sessions(home)
