"""What lies over one of the cuts is left out, also where hardly anything moves."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.compare import Match, match_layouts
from tests.support.talking_takes import burnt_in, recoded, talking_takes

RATE, FRAMES = 25.0, 80


@pytest.mark.parametrize("seed", range(4))
def test_takes_that_are_nearly_held_are_found_under_timecode(seed: int) -> None:
    """As they are, not reframed."""
    takes = talking_takes(4, FRAMES, seed)
    source, how = match_layouts(np.concatenate(takes), burnt_in(recoded(takes, seed)), RATE)
    assert np.mean(np.abs(source - np.arange(len(source))) <= 1) >= 0.95
    assert set(how.tolist()) <= {Match.PICTURE, Match.NONE}
