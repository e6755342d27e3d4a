"""The records of a scene's history over versions."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, get_args

from ...analysis import SceneEmotion
from ..change_list import KINDS, ChangeKind

HistoryKind = Literal[ChangeKind, "first", "reinstated", "not yet", "out"]
"""What became of a scene in a version, against the one before. "first": it is in the first version. "reinstated": it
was left out, and is back. "not yet": no version so far has it. "out": it was left out in an earlier version."""
HISTORY_KINDS: tuple[HistoryKind, ...] = (*KINDS, *(kind for kind in get_args(HistoryKind) if kind not in KINDS))


@dataclass(frozen=True, slots=True)
class Cell:
    """A scene in one version."""

    kinds: tuple[HistoryKind, ...]
    """What became of it, the main kind first."""
    scenes: tuple[SceneEmotion, ...] = ()
    """The version's scenes that show it, the main one first; none where it is out, or in parts of many scenes."""
    size: str = ""
    """How much was trimmed, extended or slipped, in words."""

    @property
    def kind(self) -> HistoryKind:
        """The main kind."""
        return self.kinds[0]

    @property
    def is_shown(self) -> bool:
        """Whether the version shows the scene."""
        return self.kind not in ("left out", "replaced", "out", "not yet")

    @property
    def seconds(self) -> Fraction:
        """Length of the scenes that show it."""
        return sum((row.scene.span.seconds for row in self.scenes), Fraction(0))


@dataclass(frozen=True, slots=True)
class SceneHistory:
    """The same footage through all versions."""

    cells: tuple[Cell, ...]
    """One a version."""

    @property
    def has_changed(self) -> bool:
        """Whether any version did anything to it."""
        return any(cell.kind not in ("unchanged", "first") or len(cell.kinds) > 1 for cell in self.cells)

    @property
    def last(self) -> SceneEmotion | None:
        """The scene in the latest version that shows it."""
        return next((cell.scenes[0] for cell in reversed(self.cells) if cell.scenes), None)
