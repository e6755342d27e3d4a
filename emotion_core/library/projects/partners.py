"""Films that share footage with a film that came in, by the cheap test of compare.footage_probe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...errors import EmotionError
from . import kept_links
from .kept_pairs import share_footage

if TYPE_CHECKING:
    from ..library import Library


def footage_partners(library: Library, film_id: str, others: Sequence[str]) -> list[str]:
    """Those of the `others` that share footage with a film, in their order. Each pair is tried once.

    Films without an analysis that can be read share none.
    """
    own = _scan(library, film_id)
    if not own:
        return []
    found = []
    for other in others:
        scan = _scan(library, other)
        if other != film_id and scan and _share(library, own, scan):
            found.append(other)
    return found


def _scan(library: Library, film_id: str) -> str:
    try:
        scan = library.newest_scan(film_id)
    except EmotionError:
        return ""
    return scan.id if scan is not None and library.store(scan.id).is_readable else ""


def _share(library: Library, one: str, other: str) -> bool:
    def test() -> bool:
        try:
            return share_footage(library, other, one)
        except EmotionError:  # it cannot be read: its own card says so
            return False

    return kept_links.kept(library.home, f"share {one} {other}", test)
