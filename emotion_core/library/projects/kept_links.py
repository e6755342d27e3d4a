"""What is computed of versions, kept in memory: each film's scenes, and what joins it to the one before."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

MOST = 400
"""Films, links and sketches that are kept. A link of two films of two hours takes about 1 MB, and what one of both
lacks."""

_Kept = TypeVar("_Kept")
_kept: OrderedDict[tuple[Path, str], Any] = OrderedDict()
_lock = Lock()


def kept(home: Path, key: str, make: Callable[[], _Kept]) -> _Kept:
    """What was made under this key, else what `make` makes now."""
    place = home, key
    with _lock:
        if place in _kept:
            _kept.move_to_end(place)
            return _kept[place]  # type: ignore[no-any-return]
    made = make()
    with _lock:
        _kept[place] = made
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return made


def has(home: Path, key: str) -> bool:
    """Whether something is kept under this key."""
    with _lock:
        return (home, key) in _kept


def forget_links() -> None:
    """Forget all of it, as when a film is deleted."""
    with _lock:
        _kept.clear()
