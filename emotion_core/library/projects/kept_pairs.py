"""What is kept on disk of pairs of scans, in the folder of the second: whether both share footage, and alignments."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import INVALID_DATA_ERRORS, EmotionError, LibraryError
from ...storage import Home, hashed_json
from . import kept_links

if TYPE_CHECKING:
    from ...observations import Layouts, Observations
    from ..library import Library

ANSWERS = 200
"""Answers kept for each scan to whether it shares footage with another one: a hundred bytes each."""


def share_footage(
    library: Library, before: str, after: str, films: tuple[Observations, Observations] | None = None
) -> bool:
    """Whether two scans share footage, as the cheap test of compare.footage_probe tells. The answer is kept.

    `films` are what both scans observed, where that was read already. Raises EmotionError where one cannot be read.
    """
    file = _answer_file(library, before, after)
    kept = _answer(file)
    if kept is not None:
        return kept
    from ...compare import may_share_footage, shares_footage

    def read(side: int) -> Observations:
        return library.store((before, after)[side]).read() if films is None else films[side]

    sketches = [_sketch(library, scan, partial(read, side)) for side, scan in enumerate((before, after))]
    shares = may_share_footage(*sketches) and shares_footage(read(0), read(1))
    with contextlib.suppress(LibraryError):
        hashed_json.write(file, {"shares": shares})
        remove_oldest(file, "shares-*.json", ANSWERS)
    return shares


def is_known_to_share(library: Library, before: str, after: str) -> bool | None:
    """The kept answer of `share_footage`; None where there is none. Nothing is computed."""
    with contextlib.suppress(EmotionError):
        return _answer(_answer_file(library, before, after))
    return None


def forget_pairs(home: Path, scan: str) -> None:
    """Delete what other scans' folders hold of their pairs with this one."""
    for file in Home(home).derived.glob(f"*/*-{scan}-*"):
        with contextlib.suppress(OSError):
            file.unlink()


def _answer_file(library: Library, before: str, after: str) -> Path:
    from ...compare import FORMAT

    seals = " ".join(library.store(scan).seal_hash for scan in (before, after))
    digest = hashlib.sha256(f"{FORMAT} {seals}".encode()).hexdigest()[:16]
    return Home(library.home).analyses(after) / f"shares-{before}-{digest}.json"


def _answer(file: Path) -> bool | None:
    try:
        return bool(hashed_json.read(file, allow_unhashed=False)["shares"])
    except (OSError, *INVALID_DATA_ERRORS):
        return None


def _sketch(library: Library, scan: str, read: Callable[[], Observations]) -> Layouts:
    from ...compare import sketch

    return kept_links.kept(library.home, f"sketch {scan}", lambda: sketch(read()))


def remove_oldest(written: Path, pattern: str, most: int) -> None:
    """Remove all files of a kind but the one just written and the newest others."""
    with contextlib.suppress(OSError):
        others = (file for file in written.parent.glob(pattern) if file != written)
        for old in sorted(others, key=lambda file: file.stat().st_mtime_ns, reverse=True)[most - 1 :]:
            old.unlink()
