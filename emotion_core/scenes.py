"""Scenes: the rows of every report. One shot each, or the shots of a group."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .shots import Shot
from .timecode import Span


@dataclass(frozen=True, slots=True)
class Scene:
    """Neighbouring shots under one name."""

    id: str
    """Stays with the scene when numbers shift: its first and last frame as detected."""
    number: int
    """Its place in the film, from 1."""
    shots: tuple[Shot, ...]
    name: str = ""

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


def of_groups(groups: Iterable[tuple[Shot, ...]]) -> tuple[Scene, ...]:
    """Each group of neighbouring shots as a scene, with the first name that a cut list gave one of them."""
    return tuple(
        Scene(
            f"{shots[0].frame_in}-{shots[-1].frame_out}",
            number,
            shots,
            next((shot.name for shot in shots if shot.name), ""),
        )
        for number, shots in enumerate(groups, start=1)
    )
