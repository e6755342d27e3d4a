"""The numbers of screenings, kept in memory: a page and the routes of its charts read the same ones."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from ...errors import EmotionError
from ...expression.checkpoints import calibration
from .numbers import ScreeningNumbers, numbers_of_screening
from .viewer_reactions import reactions_key

if TYPE_CHECKING:
    from ..library import Library

MOST = 4
"""Screenings whose numbers are kept; those of 50 viewers of a long film take some 10 MB."""

_kept: OrderedDict[tuple[Path, str, str], ScreeningNumbers] = OrderedDict()
_lock = Lock()
"""Held while numbers are computed too: two requests for the same ones compute them once."""


def numbers_key(library: Library, screening_id: str) -> str:
    """Text that changes with the numbers of a screening. Raises LibraryError for a film without analysis."""
    from ...analysis import AnalysisKey

    film_id = library.screening(screening_id).film_id
    parts = [str(library.screening_revision(screening_id))]
    scan = library.newest_scan(film_id)
    if scan is not None:
        settings = library.report_settings(film_id).of_numbers
        temperature = calibration.resolve_temperature(settings.temperature, scan.checkpoint_hash, library.home)
        parts += [scan.id, str(AnalysisKey.of(library.store(scan.id).segment_count, settings, temperature))]
    for viewer in library.viewers(screening_id):
        try:
            parts.append(reactions_key(library, viewer))
        except EmotionError as error:  # `numbers_of_screening` leaves the viewer out and says why
            parts.append(str(error))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def kept_numbers(library: Library, screening_id: str, key: str = "") -> ScreeningNumbers:
    """The numbers of a screening as `numbers_of_screening`, computed once for a `key` of `numbers_key`.

    Where nothing is kept under `key`, they are the present ones. Raises LibraryError.
    """
    with _lock:
        if not key or (library.home, screening_id, key) not in _kept:
            key = numbers_key(library, screening_id)
        place = library.home, screening_id, key
        if place not in _kept:
            _kept[place] = numbers_of_screening(library, screening_id)
        _kept.move_to_end(place)
        while len(_kept) > MOST:
            _kept.popitem(last=False)
        return _kept[place]


def forget_numbers() -> None:
    """Forget all that is kept, as when a viewer is deleted."""
    with _lock:
        _kept.clear()
