"""A watchdog of the app's event loop: a loop that stood still is logged, with how long and where.

While the loop stands still the app answers nobody. A coroutine beats in the loop, and a thread of its own looks whether
it beats. Code that keeps every thread from running (a computation in C) stops the watchdog too; it then names what the
loop's thread is at when the watchdog runs again.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from pathlib import Path
from types import FrameType

import anyio

STILL = 1.0
"""Seconds after which a loop that does not beat stands still."""
BEATS_EVERY = 0.1
"""Seconds between two beats, and between two looks at them."""
SAYS_AGAIN_AFTER = 10.0
"""Seconds between two lines of the log at least; how many were left out is said in the next."""
HANGS = 30.0
"""Seconds after which it is said while the loop still stands: it may never go on."""

_ROOT = Path(__file__).parents[2]
_LOG = logging.getLogger(__name__)


async def watch_loop() -> None:
    """For as long as the app runs: log each time that the loop stood still for more than STILL seconds."""
    watch = _Watch(threading.get_ident())
    thread = threading.Thread(target=watch.look, name="loop watch", daemon=True)
    thread.start()
    try:
        while True:
            watch.beat()
            await anyio.sleep(BEATS_EVERY)
    finally:
        watch.over.set()


class _Watch:
    """Beats of one loop, and what the log was told of them."""

    def __init__(self, thread: int) -> None:
        self.over = threading.Event()
        self._thread = thread
        """Identifier of the thread that the loop runs in."""
        self._beat = time.monotonic()
        self._stood = 0.0
        """Seconds of the longest standstill that the log was not told of."""
        self._said = float("-inf")
        self._left_out = 0

    def beat(self) -> None:
        """The loop runs."""
        now = time.monotonic()
        if now - self._beat > STILL + BEATS_EVERY:
            self._stood = max(self._stood, now - self._beat)
        self._beat = now

    def look(self) -> None:
        """Until it is over, in a thread of its own."""
        where, hangs = "", False
        while not self.over.wait(BEATS_EVERY):
            stands = time.monotonic() - self._beat
            if stands > STILL:
                where = where or place(sys._current_frames().get(self._thread))
                if stands > HANGS and not hangs:
                    hangs = True
                    self._say(f"The event loop has stood still for {stands:.0f} s{where}.")
            elif self._stood:
                self._say(f"The event loop stood still for {self._stood:.1f} s{where}.")
                self._stood, where, hangs = 0.0, "", False
            else:
                where, hangs = "", False

    def _say(self, line: str) -> None:
        now = time.monotonic()
        if now - self._said < SAYS_AGAIN_AFTER:
            self._left_out += 1
            return
        more = f" {self._left_out} more times were not logged." if self._left_out else ""
        self._said, self._left_out = now, 0
        _LOG.warning("%s%s", line, more)


def place(frame: FrameType | None) -> str:
    """Where a thread is: “, in FUNCTION (FILE)”, and from where in this project it was called, if that is elsewhere."""
    if frame is None:
        return ""
    inner, own = frame, frame
    while own.f_back is not None and not _own(own):
        own = own.f_back
    words = f", in {_name(inner)}"
    return words if own is inner or not _own(own) else f"{words}, called by {_name(own)}"


def _own(frame: FrameType) -> bool:
    file = Path(frame.f_code.co_filename)
    return file.is_relative_to(_ROOT) and "site-packages" not in file.parts


def _name(frame: FrameType) -> str:
    return f"{frame.f_code.co_name} ({Path(frame.f_code.co_filename).name})"
