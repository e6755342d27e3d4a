"""The connections of a worker to the cluster's database: each is one thread's at a time, and kept for the next one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from ..database import Database


class Databases:
    """To connect takes both machines longer than all that is asked of the database for a short film."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._free: list[Database] = []

    @contextlib.contextmanager
    def one(self) -> Iterator[Database]:
        """A connection for this thread; after an error it is closed."""
        try:
            database = self._free.pop()
        except IndexError:
            database = Database(self._url)
        try:
            yield database
        except BaseException:
            database.close()
            raise
        else:
            self._free.append(database)

    def close(self) -> None:
        """Close those that nobody has."""
        while self._free:
            self._free.pop().close()
