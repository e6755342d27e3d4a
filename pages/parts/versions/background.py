"""Work on versions beside the page: pair by pair in one thread, with its progress."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from emotion_core.errors import EmotionError
from emotion_core.library import Library

from ...services import page_cache

MOST = 8
"""Results that are kept."""
SOON = 1.5
"""Seconds that a page waits for what may be done soon."""

Tell = Callable[[int, int, str], None]


class Stopped(EmotionError):
    """The work was stopped by the user."""


class Work:
    """A piece of work, and how far it is."""

    def __init__(self, make: Callable[[Library, Tell], Any], library: Library) -> None:
        self.share, self.sentence = 0.0, "Waiting for other work on versions"
        self._stop = threading.Event()
        # A library of its own: what the pages' analyses keep in memory is not pushed out.
        self.result: Future[Any] = _pool.submit(lambda: make(Library(library.home), self._tell))

    def _tell(self, done: int, of: int, sentence: str) -> None:
        if self._stop.is_set():
            raise Stopped("The comparison was stopped.", "What was compared so far is kept; go on when you like.")
        self.share, self.sentence = done / max(of, 1), sentence

    def stop(self) -> None:
        """End after the pair that is being compared."""
        self._stop.set()

    def is_done(self, within: float = 0.0) -> bool:
        """Whether it has ended, waiting so many seconds at most."""
        try:
            self.result.exception(within)
        except TimeoutError:
            return False
        return True


_pool = ThreadPoolExecutor(1, thread_name_prefix="versions")


class _Works:
    """Pieces of work by their keys; the last MOST of them are kept."""

    def __init__(self) -> None:
        self._by_key: OrderedDict[str, Work] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str, make: Callable[[Library, Tell], Any], library: Library) -> Work:
        """The work with this key, begun if it is new. `make` runs in another thread, and must not write to a page."""
        with self._lock:
            if key not in self._by_key:
                self._by_key[key] = Work(make, library)
                while len(self._by_key) > MOST:
                    self._by_key.popitem(last=False)[1].stop()
            self._by_key.move_to_end(key)
            return self._by_key[key]

    def known(self, key: str) -> Work | None:
        """The work with this key, if it was begun."""
        with self._lock:
            return self._by_key.get(key)

    def all(self) -> list[Work]:
        """All work that is kept."""
        with self._lock:
            return list(self._by_key.values())

    def forget(self, key: str) -> None:
        """Let the work with this key begin anew when it is asked for."""
        with self._lock:
            if (known := self._by_key.pop(key, None)) is not None:
                known.stop()

    def clear(self) -> None:
        """Forget all results, as when a film is deleted."""
        with self._lock:
            while self._by_key:
                self._by_key.popitem()[1].stop()


works = _Works()
page_cache.clear_with_films(works)
