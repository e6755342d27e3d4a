"""A possible cut, of whatever kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["hard", "plain", "dissolve"]


@dataclass(frozen=True, slots=True)
class Transition:
    """A place where one shot may become another."""

    kind: Kind
    """"plain" leads through a plain picture (black, white, a title card), or into or out of one that lasts."""
    frame: int
    """First frame of the new shot; of a dissolve its middle."""
    first: int
    """First frame that belongs to it."""
    last: int
    """Last frame that belongs to it."""
    is_exact: bool
    """Whether it lies at a step between two frames."""
    strength: float
    """1 at the default threshold."""


def frame_of(transition: Transition) -> int:
    """Key to sort and search by."""
    return transition.frame
