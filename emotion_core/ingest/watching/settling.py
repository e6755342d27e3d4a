"""When files of a watched folder are whole: they have not grown or changed for a while.

A file that is copied into the folder grows, and a recorder or an export rests now and then: only time tells. Size and
time of modification are compared between two looks; a network share may have another clock than this machine, so its
times are never compared with the time here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...storage import stored_paths


@dataclass(frozen=True, slots=True)
class Seen:
    """A file at one look."""

    path: str
    bytes: int
    modified_ns: int

    @property
    def has_changed(self) -> bool:
        """Whether the file is another one now; False where that cannot be told, as of one that is gone."""
        try:
            now = stored_paths.from_text(self.path).lstat()
        except OSError:
            return False
        return (now.st_size, now.st_mtime_ns) != (self.bytes, self.modified_ns)


class Settling:
    """The files that were seen and have not been taken in yet."""

    def __init__(self) -> None:
        self._since: dict[str, tuple[Seen, float]] = {}
        """Each file as it was last, and the monotonic time from which on it was so."""

    def __len__(self) -> int:
        return len(self._since)

    def look(self, files: Iterable[Seen], now: float, settle_seconds: float) -> Iterator[Seen]:
        """Take in one look at the folders, at the monotonic time `now`; give the files that are whole.

        Such a file is given at each look until `taken` is called. Files that are gone are forgotten. An empty file is
        never whole: it is one that someone has just begun to write.
        """
        before, self._since = self._since, {}
        for file in files:
            was, since = before.get(file.path, (file, now))
            if was != file:
                since = now
            self._since[file.path] = file, since
            if file.bytes and now - since >= settle_seconds:
                yield file

    def taken(self, file: Seen) -> None:
        """Forget a file that was taken in."""
        self._since.pop(file.path, None)
