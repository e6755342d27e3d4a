"""Who gets how many threads."""

from __future__ import annotations

import os

import pytest

from emotion_core.threads import DEAR, in_words, share, usable_cores


@pytest.mark.parametrize(
    ("cores", "cheap", "dear"),
    [(1, 1, 1), (2, 1, 2), (3, 1, 3), (4, 2, 4), (8, 4, 8), (16, 4, 16), (64, 4, 16)],
)
def test_a_dear_checkpoint_gets_every_core(cores: int, cheap: int, dear: int) -> None:
    """Below so many parameters the model runs beside the decoder on half the cores, four at most; from there on it
    gets them all, sixteen at most, and nothing else changes.
    """
    below, above = share(cores, parameters=DEAR - 1), share(cores, parameters=DEAR)
    assert (below.inference, above.inference) == (cheap, dear)
    assert below == share(cores)
    assert (below.decode, below.detection) == (above.decode, above.detection) == (min(16, cores + 4), cheap)


def test_it_counts_the_cores_that_it_may_use() -> None:
    """Without a number it is the cores of this process, of which there is one at least."""
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)
    assert share() == share(usable_cores())


def test_it_is_told_in_words() -> None:
    """The words hold the numbers of this machine, with a large checkpoint too."""
    usual, dear = share(), share(parameters=DEAR)
    told = in_words()
    assert told.startswith(f"{usual.decode} threads decode, {usual.detection} look for faces, {usual.inference} read")
    assert f"({dear.inference} with a large model)" in told
