"""At how many pixels live faces are read: the rule, and its words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from emotion_core.expression.selection import Agreement, Trial, live_size
from tests.support.trials import AGREES, DISAGREES, trial

OWN = trial("openvino", 4.5)
NEAR = Agreement(faces=96, mean_error=0.018, high_error=0.12, top_same=0.96, clear_differ=0.04)


def at(side: int, rate: float, agreement: Agreement | None = NEAR) -> Trial:
    return replace(trial("openvino", rate, agreement, batch=1), side=side)


@pytest.mark.parametrize(
    ("smaller", "side"),
    [
        ([], 0),
        ([at(144, 9), at(128, 11), at(112, 20)], 128),
        ([at(128, 16, DISAGREES), at(112, 20)], 112),
        ([at(128, 16, None), at(112, 20, DISAGREES)], 0),
        ([at(128, 8), at(112, 9)], 112),
        ([at(128, 4), at(112, 4.4)], 0),
    ],
    ids=["none", "largest that is quick", "one disagrees", "none agrees", "none is quick", "none is faster"],
)
def test_the_largest_that_is_quick_enough_and_agrees(smaller: list[Trial], side: int) -> None:
    """Else the fastest that agrees; without one, or where the own size is quick enough, the own size stays."""
    assert live_size.chosen(OWN, smaller).side == side
    quick = trial("openvino", 15)
    assert live_size.chosen(quick, smaller) is quick


@pytest.mark.parametrize(
    ("change", "fits"),
    [({}, True), ({"mean_error": 0.021}, False), ({"high_error": 0.16}, False), ({"clear_differ": 0.06}, False)],
)
def test_a_smaller_size_may_differ_by_more_than_an_engine(change: dict[str, Any], fits: bool) -> None:
    """And not by more than that; an engine with such numbers is not taken. Without a comparison no size fits."""
    other = replace(NEAR, **change)
    assert at(112, 20, other).fit == fits
    assert not trial("openvino", 20, other).fit
    assert not at(112, 20, None).fit


@pytest.mark.parametrize(
    ("own", "tried", "side"),
    [
        (4.5, [], 144),
        (3, [], 128),
        (1, [], 112),
        (3, [at(128, 11)], None),
        (3, [at(128, 9)], 112),
        (3, [at(128, 11, DISAGREES)], 112),
        (3, [at(128, 9), at(112, 9.5)], None),
        (3, [at(128, 9), at(112, 12, DISAGREES)], None),
        (3, [at(128, 9, DISAGREES), at(112, 12, DISAGREES)], 144),
        (1, [at(112, 3)], None),
        (1, [at(112, 3, DISAGREES)], 128),
        (1, [at(112, 3, DISAGREES), at(128, 2.5, DISAGREES)], 144),
        (1, [at(112, 3, DISAGREES), at(128, 2.5, DISAGREES), at(144, 2, DISAGREES)], None),
    ],
)
def test_sizes_that_may_be_quick_enough_are_tried_first(own: float, tried: list[Trial], side: int | None) -> None:
    """Their rate is foreseen by the work, the largest first; where none of them agrees, the fastest other."""
    works = [82 / 197, 65 / 197, 50 / 197]
    assert live_size.next_side(trial("openvino", own), (144, 128, 112), works, tried) == side


def test_a_line_says_which_size_how_fast_and_how_near() -> None:
    """At the own size only that the machine is slow, and nothing is kept of it."""
    smaller = live_size.size_of(at(112, 16.6), OWN, 224)
    assert smaller.in_words == (
        "Faces are read at 112 of the model's 224 pixels a side: 17 a second with nothing beside it, not 4.5. "
        f"Against 224 pixels here: {NEAR.in_words()}."
    )
    assert set(smaller.facts.values()) == {"112", "224", NEAR.in_words()}
    own = live_size.size_of(OWN, OWN, 224)
    assert (own.is_smaller, own.facts) == (False, {})
    assert own.in_words.startswith("This machine reads about 4.5 faces a second with this model at its 224 pixels")
    assert " pixels" not in live_size.size_of(trial("ipex", 3, AGREES), OWN, 0).in_words
