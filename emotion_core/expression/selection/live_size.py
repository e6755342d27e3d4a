"""At how many pixels faces of a live viewer are read: the rule, and what is told of it.

Only a viewer before a camera may be read at fewer pixels than a model was made for, since only there a face that is not
read in time is not read at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .agreement import Agreement
from .trial import Trial

QUICK = 10.0
"""Faces a second, with nothing beside, that a viewer before a camera needs: 5 readings beside a film that plays, each
at most a quarter of a second behind its picture. Readings of 280 ms were 350 ms behind in the middle, 540 for 1 %.
"""

SIDE, OWN, AGREEMENT = "pixels a side that were read", "pixels a side of the model", "agreement with the model's pixels"
"""Names of facts that are kept with readings."""


@dataclass(frozen=True, slots=True)
class LiveSize:
    """The size at which a live reader reads faces, measured on this machine."""

    side: int
    """Pixels a side; 0 where the model has no one size that is known."""
    own: int
    """Those that the model was made for; equal where nothing smaller is read."""
    faces_per_second: float
    """One face at a time, with nothing beside."""
    own_faces_per_second: float
    """The same at the model's own size."""
    agreement: Agreement | None = None
    """With fp32 at the model's own size; None at that."""

    @property
    def is_smaller(self) -> bool:
        return self.side < self.own

    @property
    def facts(self) -> dict[str, str]:
        """What is kept with readings: empty at the model's own size."""
        if not self.is_smaller or self.agreement is None:
            return {}
        return {SIDE: str(self.side), OWN: str(self.own), AGREEMENT: self.agreement.in_words()}

    @property
    def in_words(self) -> str:
        """A line for users."""
        own = f"{self.own_faces_per_second:.1f}"
        if not self.is_smaller or self.agreement is None:
            at = f" at its {self.own} pixels" if self.own else ""
            return f"This machine reads about {own} faces a second with this model{at}, and less beside a film."
        rates = f"{self.faces_per_second:.0f} a second with nothing beside it, not {own}"
        return (
            f"Faces are read at {self.side} of the model's {self.own} pixels a side: {rates}. Against {self.own} "
            f"pixels here: {self.agreement.in_words()}."
        )


def chosen(own: Trial, smaller: Sequence[Trial]) -> Trial:
    """The trial of the size to read at: `own` if it is quick enough, else the largest that is and agrees with fp32 at
    the own size, else the fastest that agrees; `own` where none agrees.
    """
    if own.faces_per_second >= QUICK:
        return own
    fit = [trial for trial in smaller if trial.fit and trial.faces_per_second > own.faces_per_second]
    quick = [trial for trial in fit if trial.faces_per_second >= QUICK]
    if quick:
        return max(quick, key=lambda trial: trial.side)
    return max(fit, key=lambda trial: trial.faces_per_second, default=own)


def next_side(own: Trial, sides: Sequence[int], works: Sequence[float], tried: Sequence[Trial]) -> int | None:
    """The size to try after `tried`, of `sides` (descending); None where those tell which one `chosen` takes.

    `works` are the shares of the own size's work that a face takes at each. Sizes that may be quick enough come first,
    the largest before; where none of them will do, the others, the fastest before.
    """
    fit = [trial for trial in tried if trial.fit]
    if any(trial.faces_per_second >= QUICK for trial in fit):
        return None
    known = {trial.side for trial in tried}
    may = [side for side, work in zip(sides, works, strict=True) if own.faces_per_second / work >= 0.8 * QUICK]
    first = next((side for side in may if side not in known), None)
    if first is not None or fit:
        return first
    return next((side for side in reversed(sides) if side not in known), None)


def size_of(trial: Trial, own: Trial, pixels: int) -> LiveSize:
    """What is told of the size that was `chosen`; `pixels` a side are the model's own."""
    side = trial.side or pixels
    agreement = trial.agreement if trial.side else None
    return LiveSize(side, pixels, trial.faces_per_second, own.faces_per_second, agreement)
