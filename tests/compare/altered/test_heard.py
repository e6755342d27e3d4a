"""Pictures are looked for where their sound is."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.compare import Match
from emotion_core.compare.altered import see_heard
from emotion_core.observations import Layouts
from tests.support.moving_pictures import footage, measured

TAKES = [footage(60, seed) for seed in range(3)]
FIRST = np.concatenate([measured(take, 1) for take in TAKES])


def seen(shown: Layouts) -> set[int]:
    """How a second cut, whose sound is that of the second take, shows it."""
    source, how = np.arange(60, 120), np.full(60, Match.SOUND, dtype=np.uint8)
    see_heard(FIRST, shown, source, how, 25.0)
    assert np.abs(source - np.arange(60, 120)).max() <= 2
    return set(how.tolist())


@pytest.mark.parametrize(
    ("shown", "kind"),
    [
        (measured(TAKES[1], 2), Match.PICTURE),
        (measured(TAKES[1], 2, 1.06), Match.REFRAMED),
        (measured(TAKES[1], 2, 1.2, 0.05, -0.04), Match.REFRAMED),
        (measured(TAKES[1][:, :, ::-1], 2), Match.MIRRORED),
    ],
)
def test_the_view_of_a_picture_whose_sound_is_known(shown: Layouts, kind: Match) -> None:
    assert kind in seen(shown) <= {kind, Match.SOUND}


def test_another_picture_stays_replaced() -> None:
    """Another take, black and a picture that is held."""
    for shown in (
        measured(TAKES[0], 2),
        np.full((60, 144), 16, dtype=np.uint8),
        measured(TAKES[2], 2)[:1].repeat(60, 0),
    ):
        assert seen(shown) == {Match.SOUND}
