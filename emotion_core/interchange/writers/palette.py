"""An editing tool's marker colours, given to expressions: as near as may be to those of the charts."""

from __future__ import annotations

from dataclasses import dataclass

from ...labels import canonical


@dataclass(frozen=True, slots=True)
class Palette:
    """Names or numbers by which one tool knows its colours."""

    sad: str
    disgust: str
    angry: str
    neutral: str
    fear: str
    surprise: str
    happy: str
    contempt: str
    none: str
    """Not enough faces, or not film: never that of neutral."""

    def colour(self, emotion: str | None) -> str:
        """Of a checkpoint's label. One that is no known expression is told by its name alone, in `none`'s colour."""
        known = None if emotion is None else canonical(emotion)
        colour: str = getattr(self, known or "none")
        return colour
