"""How a worker that lives is told that a film is expected: an empty file, whose time stamp it looks at."""

from __future__ import annotations

import contextlib
from pathlib import Path

from ...storage import Home


class ExpectedFilms:
    """What a worker has seen of the file."""

    def __init__(self, home: Path) -> None:
        self._file = Home(home).expected
        self._seen = self._stamp()

    def is_newer(self) -> bool:
        """Whether a film was expected since the last look."""
        before, self._seen = self._seen, self._stamp()
        return self._seen != before

    def _stamp(self) -> int:
        """Nanoseconds since 1970; 0 without the file."""
        try:
            return self._file.stat().st_mtime_ns
        except OSError:
            return 0


def note(home: Path) -> None:
    """Tell the worker that a film is expected. What is in the way is ignored: the film is then begun without."""
    with contextlib.suppress(OSError):
        Home(home).expected.touch()
