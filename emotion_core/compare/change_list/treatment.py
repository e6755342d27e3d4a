"""How a scene of the second cut shows the footage of a scene of the first: as it was, or treated."""

from __future__ import annotations

import numpy as np

from ..altered import Match, Matches
from ..sound import Flags
from .footage_change import MAIN_KINDS, ChangeKind, ChangeList, Treatment

_TREATMENTS: dict[Match, Treatment] = {
    Match.MIRRORED: "mirrored",
    Match.REFRAMED: "reframed",
    Match.RETIMED: "retimed",
    Match.SOUND: "sound only",
}
ALTERED: tuple[ChangeKind, ...] = ("regraded", *MAIN_KINDS.values())
"""Kinds of what was done to a scene's pictures or sound, whatever became of its length and place."""


def treatments_of(how: Matches) -> tuple[Treatment, ...]:
    """The treatment of most of the matched steps of a scene; empty where most show the picture as it was."""
    counts = np.bincount(how[how > Match.NONE], minlength=len(Match))
    return tuple(word for match, word in _TREATMENTS.items() if 2 * counts[match] > counts.sum())


def has_other_sound(how: Matches, other_sound: Flags) -> bool:
    """Whether most of the matched pictures of a scene have another sound."""
    return bool(2 * np.count_nonzero(other_sound) > np.count_nonzero(how > Match.NONE))


def altered_scenes(listed: ChangeList) -> dict[tuple[int, int], tuple[ChangeKind, ...]]:
    """Which of ALTERED hold of each two scenes, by their numbers; scenes of which none does are left out."""
    return {
        (change.before.scene.number, change.after.scene.number): kinds
        for change in listed.changes
        if change.before is not None
        and change.after is not None
        and (kinds := tuple(kind for kind in ALTERED if kind in change.kinds))
    }
