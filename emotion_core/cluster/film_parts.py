"""A film's file in parts of one size: what of it a range needs travels, each part once, and lies sparse at a worker."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO

from ..errors import ClusterError, DiskFull, FilmChanged
from ..storage import os_errors
from .exchange import FILMS, Exchange
from .leases import Part

PART_BYTES = 4 << 20
"""Bytes of a part: a minute of a film at 3 Mbit/s is six of them."""

Span = tuple[int, int]
"""First byte of a part of a file, and the byte after its last."""


def folder_of(scan: str) -> str:
    """The exchange's folder of the film's parts for a scan: no other scan's end deletes them."""
    return f"{FILMS}/{scan}"


def numbers(spans: Iterable[Span] | None, size: int) -> list[int]:
    """Numbers of the parts that hold these spans of a file; None: all."""
    count = -(-size // PART_BYTES)
    if spans is None:
        return list(range(count))
    return sorted(
        {
            number
            for start, end in spans
            for number in range(max(0, start) // PART_BYTES, min(count, -(-end // PART_BYTES)))
        }
    )


class Sender:
    """Sends the parts of one film, each once."""

    def __init__(self, film: Path, scan: str, exchange: Exchange) -> None:
        self._film, self._scan, self._exchange = film, scan, exchange
        self.size = film.stat().st_size
        self._sent: dict[int, Part] = {}

    def send(
        self, wanted: Sequence[int], after_each: Callable[[], object] = lambda: None, *, again: bool = False
    ) -> tuple[Part, ...]:
        """Send the parts of these numbers; `after_each` may raise to end it. `again`: what is there may be damaged.

        Raises ClusterError, FilmChanged.
        """
        with self._film.open("rb", buffering=0) as file:
            for number in wanted:
                if again or number not in self._sent:
                    self._sent[number] = self._send(file.fileno(), number, again=again)
                    after_each()
        return tuple(self._sent[number] for number in wanted)

    def _send(self, descriptor: int, number: int, *, again: bool) -> Part:
        start = number * PART_BYTES
        size = min(PART_BYTES, self.size - start)
        content = os.pread(descriptor, size, start)
        if len(content) != size:
            raise FilmChanged("The film's file became shorter while it was sent to the workers.", "Add it again.")
        digest = hashlib.sha256(content).hexdigest()
        self._exchange.put(folder_of(self._scan), lambda: iter([content]), digest, size, again=again)
        return start, size, digest


class FetchedAhead:
    """Parts of a film that were fetched before its file may change: a file each, in a folder that ends with them."""

    def __init__(self, folder: Path, scan: str, exchange: Exchange) -> None:
        self._folder, self._scan, self._exchange = folder, scan, exchange

    def fetch(self, parts: Sequence[Part], after_each: Callable[[], object]) -> None:
        """Fetch parts; one that cannot be fetched now ends it, and is fetched when it is needed. `after_each` may raise
        to end it.
        """
        for part in parts:
            _, size, digest = part
            file = self._folder / digest
            partial = file.with_suffix(".part")
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                with partial.open("wb") as opened:

                    def target(opened: IO[bytes] = opened) -> Callable[[bytes], object]:
                        opened.seek(0)
                        opened.truncate()
                        return opened.write

                    self._exchange.fetch(folder_of(self._scan), digest, size, target)
                partial.replace(file)
            except (ClusterError, DiskFull, OSError):
                with contextlib.suppress(OSError):
                    partial.unlink(missing_ok=True)
                return
            after_each()

    def take(self, part: Part) -> bytes | None:
        """The bytes of a part; None where it was not fetched."""
        _, size, digest = part
        try:
            content = (self._folder / digest).read_bytes()
        except OSError:
            return None
        return content if len(content) == size else None

    def end(self) -> None:
        """Delete what is there."""
        shutil.rmtree(self._folder, ignore_errors=True)


class Receiver:
    """The file of a film at a worker, in which the parts are that were fetched; the rest are holes."""

    def __init__(self, file: Path, scan: str, exchange: Exchange) -> None:
        self.file, self._scan, self._exchange = file, scan, exchange
        self._here: set[Part] = set()

    def missing(self, parts: Sequence[Part]) -> list[Part]:
        """Those of `parts` that are not here."""
        return [part for part in parts if part not in self._here]

    def fetch(
        self,
        parts: Sequence[Part],
        size: int,
        after_each: Callable[[], object] = lambda: None,
        *,
        ahead: FetchedAhead | None = None,
    ) -> None:
        """Fetch what is missing of `parts` of a file of `size` bytes; what is in `ahead` is taken from there.

        Raises ClusterError, DiskFull, LibraryError.
        """
        try:
            with self.file.open("r+b" if self.file.exists() else "w+b", buffering=0) as file:
                os.truncate(file.fileno(), size)
                for part in parts:
                    if part not in self._here:
                        content = None if ahead is None else ahead.take(part)
                        if content is None:
                            self._fetch(file.fileno(), part)
                        else:
                            os.lseek(file.fileno(), part[0], os.SEEK_SET)
                            _write(file.fileno(), content)
                        self._here.add(part)
                        after_each()
        except OSError as error:
            raise os_errors.from_os_error(error, self.file) from error

    def _fetch(self, descriptor: int, part: Part) -> None:
        start, size, digest = part

        def target() -> Callable[[bytes], object]:
            os.lseek(descriptor, start, os.SEEK_SET)
            return lambda chunk: _write(descriptor, chunk)

        self._exchange.fetch(folder_of(self._scan), digest, size, target)


def _write(descriptor: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(descriptor, view) :]
