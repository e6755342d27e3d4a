"""A list of changes, found by the scenes of both versions."""

from __future__ import annotations

from collections.abc import Sequence

from ...analysis import SceneEmotion
from ..change_list import FootageChange


class ChangesByScene:
    """A list of changes by the scenes of both versions."""

    def __init__(self, changes: Sequence[FootageChange]) -> None:
        self.joined = [each for each in changes if each.before and each.after and each.kind != "replaced"]
        """The changes of scenes that share footage."""
        self._by_before: dict[int | None, list[FootageChange]] = {}
        self._by_after: dict[int | None, list[FootageChange]] = {}
        for change in changes:
            self._by_before.setdefault(number_of(change.before), []).append(change)
        for change in self.joined:
            self._by_after.setdefault(number_of(change.after), []).append(change)

    def of(self, before: int) -> Sequence[FootageChange]:
        """The changes of a scene of the first version."""
        return self._by_before.get(before, ())

    def joined_to(self, after: int) -> Sequence[FootageChange]:
        """The changes of a scene of the second version that shares footage with others."""
        return self._by_after.get(after, ())


def number_of(row: SceneEmotion | None) -> int | None:
    """A scene's number; None without a scene."""
    return None if row is None else row.scene.number
