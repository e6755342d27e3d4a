"""From logits to probabilities: temperature and matrix scaling."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.expression import Scaling, softmax

LOGITS = np.array([[1.0, -2.0, 0.5], [0.0, 0.0, 3.0]])
MATRIX = ((1.0, 0.2, 0.0), (-0.3, 0.9, 0.1), (0.0, 0.0, 1.5))
OFFSETS = (0.1, -0.4, 0.2)


def test_without_a_matrix_it_is_the_softmax_over_the_temperature() -> None:
    """The same numbers, bit by bit, as a temperature alone gave."""
    assert (Scaling(1.7).probabilities(LOGITS) == softmax(LOGITS, 1.7)).all()


def test_a_matrix_moves_logits_less_their_mean() -> None:
    """softmax((W (z - mean z) + b) / T), worked out by hand."""
    expected = np.exp((np.array(MATRIX) @ (np.array([1, -2, 0.5]) + 0.5 / 3) + OFFSETS) / 2)
    found = Scaling(2.0, MATRIX, OFFSETS).probabilities(LOGITS)
    assert found[0] == pytest.approx(expected / expected.sum())
    assert found.sum(axis=1) == pytest.approx([1, 1])


def test_a_constant_added_to_all_logits_changes_nothing() -> None:
    """As with a temperature alone: logits are only known up to a constant."""
    scaling = Scaling(0.8, MATRIX, OFFSETS)
    assert scaling.probabilities(LOGITS + 7.0) == pytest.approx(scaling.probabilities(LOGITS))


def test_infinite_logits_give_no_number() -> None:
    """A row with an infinite logit is not-a-number throughout; the others are not touched."""
    found = Scaling(1.0, MATRIX, OFFSETS).probabilities([[np.inf, 0.0, 0.0], *LOGITS])
    assert np.isnan(found[0]).all()
    assert np.isfinite(found[1:]).all()
