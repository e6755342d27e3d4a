"""A scene's history in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from string import ascii_lowercase

from ...formatting import count
from ..change_list import COUNTED, WORDS
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


def history_sentence(histories: Sequence[SceneHistory], versions: int) -> str:
    """“2 left out, 3 new, 1 reinstated over 4 versions; 12 of 16 scenes unchanged in all.”: every kind, each time."""
    counts = Counter(kind for history in histories for cell in history.cells for kind in cell.kinds)
    words: list[tuple[HistoryKind, str]] = [*COUNTED.items(), ("reinstated", "reinstated")]
    parts = [f"{counts[kind]:,} {word}" for kind, word in words if counts[kind] and kind != "unchanged"]
    quiet, over = sum(not history.has_changed for history in histories), f"over {count(versions, 'version')}"
    unchanged = f"{quiet:,} of {count(len(histories), 'scene')} unchanged in all"
    return f"{', '.join(parts)} {over}; {unchanged}." if parts else f"{unchanged} {over}."


def scene_numbers(histories: Sequence[SceneHistory]) -> tuple[str, ...]:
    """“7” each: the number of the scene in the latest version that shows it; “–” where none does.

    Where one scene shows the footage of several, as after a merge, they are “7a” and “7b”, in the order of `histories`.
    """
    keys = [
        None if history.last is None else (history.last.scene.number, bool(history.cells[-1].scenes))
        for history in histories
    ]
    together, met = Counter(keys), Counter[tuple[int, bool] | None]()
    numbers = []
    for key in keys:
        part = _letters(met[key]) if together[key] > 1 else ""
        met[key] += 1
        numbers.append("–" if key is None else f"{key[0]}{part}")
    return tuple(numbers)


def _letters(place: int) -> str:
    """“a” to “z”, then “aa”: the place from 0 on."""
    first, last = divmod(place, len(ascii_lowercase))
    return (_letters(first - 1) if first else "") + ascii_lowercase[last]


def _word(kind: HistoryKind) -> str:
    return _WORDS.get(kind) or {str(k): word for k, word in WORDS.items()}.get(kind, kind)
