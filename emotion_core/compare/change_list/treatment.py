"""How a scene of the second cut shows the footage of a scene of the first: as it was, or treated."""

from __future__ import annotations

import numpy as np

from ..altered import Match, Matches
from ..sound import Flags
from .footage_change import Treatment

_TREATMENTS: dict[Match, Treatment] = {
    Match.MIRRORED: "mirrored",
    Match.REFRAMED: "reframed",
    Match.RETIMED: "retimed",
    Match.SOUND: "sound only",
}


def treatments_of(how: Matches) -> tuple[Treatment, ...]:
    """The treatment of most of the matched steps of a scene; empty where most show the picture as it was."""
    counts = np.bincount(how[how > Match.NONE], minlength=len(Match))
    return tuple(word for match, word in _TREATMENTS.items() if 2 * counts[match] > counts.sum())


def has_other_sound(how: Matches, other_sound: Flags) -> bool:
    """Whether most of the matched pictures of a scene have another sound."""
    return bool(2 * np.count_nonzero(other_sound) > np.count_nonzero(how > Match.NONE))
