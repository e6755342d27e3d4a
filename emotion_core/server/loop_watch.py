"""Watchdog of the app's event loop: log when the loop was blocked, for how long and by which code.

While its loop is blocked the app answers no request. A coroutine in the loop sets a heartbeat, and a thread checks it.
Code that blocks all threads (a computation in C that holds the GIL) blocks the watchdog too; the log then names the
code that the loop's thread executes when the watchdog continues.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from pathlib import Path
from types import FrameType

import anyio

BLOCKED_AFTER = 1.0
"""Seconds without a heartbeat after which the loop counts as blocked."""
HEARTBEAT_INTERVAL = 0.1
"""Seconds between two heartbeats, and between two checks."""
LOG_INTERVAL = 10.0
"""Minimum seconds between two log lines; the next line gives the number of those left out."""
HANGS_AFTER = 30.0
"""Seconds after which a loop that is still blocked is logged: it may never continue."""

_ROOT = Path(__file__).parents[2]
_LOG = logging.getLogger(__name__)


async def watch_loop() -> None:
    """Run the watchdog until cancelled: log each time that the loop is blocked for more than BLOCKED_AFTER seconds."""
    watch = _Watch(threading.get_ident())
    thread = threading.Thread(target=watch.check, name="loop watch", daemon=True)
    thread.start()
    try:
        while True:
            watch.beat()
            await anyio.sleep(HEARTBEAT_INTERVAL)
    finally:
        watch.stopped.set()


class _Watch:
    """Heartbeats of one loop, and the log lines about them."""

    def __init__(self, thread: int) -> None:
        self.stopped = threading.Event()
        self._thread = thread
        """Identifier of the thread that the loop runs in."""
        self._last_beat = time.monotonic()
        self._blocked_for = 0.0
        """Seconds of the longest blockage that was not logged yet."""
        self._last_logged = float("-inf")
        self._left_out = 0

    def beat(self) -> None:
        """Set a heartbeat; called in the loop."""
        now = time.monotonic()
        if now - self._last_beat > BLOCKED_AFTER + HEARTBEAT_INTERVAL:
            self._blocked_for = max(self._blocked_for, now - self._last_beat)
        self._last_beat = now

    def check(self) -> None:
        """Check the heartbeats until stopped; runs in a separate thread."""
        where, is_logged = "", False
        while not self.stopped.wait(HEARTBEAT_INTERVAL):
            elapsed = time.monotonic() - self._last_beat
            if elapsed > BLOCKED_AFTER:
                where = where or place(sys._current_frames().get(self._thread))
                if elapsed > HANGS_AFTER and not is_logged:
                    is_logged = True
                    self._log(f"The event loop has stood still for {elapsed:.0f} s{where}.")
            elif self._blocked_for:
                self._log(f"The event loop stood still for {self._blocked_for:.1f} s{where}.")
                self._blocked_for, where, is_logged = 0.0, "", False
            else:
                where, is_logged = "", False

    def _log(self, line: str) -> None:
        """Log a line, unless another was logged within LOG_INTERVAL seconds."""
        now = time.monotonic()
        if now - self._last_logged < LOG_INTERVAL:
            self._left_out += 1
            return
        more = f" {self._left_out} more times were not logged." if self._left_out else ""
        self._last_logged, self._left_out = now, 0
        _LOG.warning("%s%s", line, more)


def place(frame: FrameType | None) -> str:
    """Clause “, in FUNCTION (FILE)” for a frame, with the caller in this project if the function is elsewhere."""
    if frame is None:
        return ""
    inner, caller = frame, frame
    while caller.f_back is not None and not _is_own_code(caller):
        caller = caller.f_back
    clause = f", in {_name(inner)}"
    is_own_function = caller is inner or not _is_own_code(caller)
    return clause if is_own_function else f"{clause}, called by {_name(caller)}"


def _is_own_code(frame: FrameType) -> bool:
    """Whether a frame executes code of this project."""
    file = Path(frame.f_code.co_filename)
    return file.is_relative_to(_ROOT) and "site-packages" not in file.parts


def _name(frame: FrameType) -> str:
    return f"{frame.f_code.co_name} ({Path(frame.f_code.co_filename).name})"
