"""Scenes: the rows of every report. One shot each until shots are grouped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from .shots import Shot
from .timecode import Span

SceneKind = Literal["film", "black", "not film"]
KINDS: tuple[SceneKind, ...] = get_args(SceneKind)


@dataclass(frozen=True, slots=True)
class Scene:
    """Neighbouring shots under one name."""

    id: str
    """Stays with the scene when numbers shift: its first and last frame as detected."""
    number: int
    """Its place in the film, from 1."""
    shots: tuple[Shot, ...]
    name: str = ""
    kind: SceneKind = "film"
    """Only "film" counts in totals; what is black, or leader, bars or slate, has no expression."""

    @property
    def frame_in(self) -> int:
        return self.shots[0].frame_in

    @property
    def frame_out(self) -> int:
        """Exclusive."""
        return self.shots[-1].frame_out

    @property
    def frames(self) -> int:
        return self.frame_out - self.frame_in

    @property
    def span(self) -> Span:
        return Span(self.shots[0].span.start, self.shots[-1].span.end)

    @property
    def counts(self) -> bool:
        """Whether it is part of the film."""
        return self.kind == "film"


def one_per_shot(shots: tuple[Shot, ...]) -> tuple[Scene, ...]:
    """Each shot as a scene of its own, with the name its cut list gave it."""
    return tuple(
        Scene(f"{shot.frame_in}-{shot.frame_out}", number, (shot,), shot.name)
        for number, shot in enumerate(shots, start=1)
    )
