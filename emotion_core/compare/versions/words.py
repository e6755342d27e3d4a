"""A scene's history in words."""

from __future__ import annotations

from collections.abc import Sequence

from ..change_list import WORDS
from .scene_history import Cell, HistoryKind, SceneHistory

_WORDS: dict[HistoryKind, str] = {
    "first": "there from the first version",
    "not yet": "not yet",
    "out": "left out before",
}
_QUIET: tuple[HistoryKind, ...] = ("first", "unchanged", "out", "not yet")
"""Kinds that are no event."""


def cell_words(cell: Cell) -> str:
    """“trimmed and moved”: what a version did to a scene."""
    *others, last = [_word(kind) for kind in cell.kinds]
    return f"{', '.join(others)} and {last}" if others else last


def history_words(history: SceneHistory, numbers: Sequence[int] = ()) -> str:
    """“new in 2, trimmed in 3, left out in 4, reinstated in 5”; “unchanged” where nothing happened to the scene.

    `numbers` are those of the versions; without them they count from 1.
    """
    events = [
        f"{cell_words(cell)} in {number}"
        for number, cell in zip(numbers or range(1, len(history.cells) + 1), history.cells, strict=True)
        if cell.kind not in _QUIET
    ]
    return ", ".join(events) or "unchanged"


def _word(kind: HistoryKind) -> str:
    return _WORDS.get(kind) or {str(k): word for k, word in WORDS.items()}.get(kind, kind)
