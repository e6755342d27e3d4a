"""The record of a possible cut of any kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["hard", "plain", "dissolve"]


@dataclass(frozen=True, slots=True)
class Transition:
    """A place where one shot may become another."""

    kind: Kind
    """"plain" passes through a plain picture (black, white, a title card), or into or out of one that lasts."""
    frame: int
    """First frame of the new shot; of a dissolve its middle."""
    first: int
    """First frame of the transition."""
    last: int
    """Last frame of the transition."""
    is_exact: bool
    """Whether it lies at a step between two frames."""
    strength: float
    """Evidence, in units of the threshold: 1 is the default threshold."""


def frame_of(transition: Transition) -> int:
    """Key for sorting and bisection by frame."""
    return transition.frame
