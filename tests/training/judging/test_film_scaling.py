"""The scaling for films: what its fit learns from stills and what it does not, and how it is stored."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from emotion_core.errors import CheckpointError
from emotion_core.expression import Scaling
from tests.support.late import Late

calibrate = Late("emotion_core.training.judging.calibrate")
film_scaling = Late("emotion_core.training.judging.film_scaling")
readings = Late("emotion_core.training.judging.readings")

pytestmark = pytest.mark.usefixtures("one_thread")

EVEN = (0.2, 0.1, 0.1, 0.2, 0.1, 0.1, 0.2)
NEUTRAL = (0.02, 0.02, 0.02, 0.7, 0.02, 0.02, 0.2)


def faces(shares: tuple[float, ...], seed: int, *, smiling: float = 0.0, n: int = 2000) -> Any:
    """Readings of faces whose labels have these shares; by `smiling` all look happier, as stills may to a network."""
    random = np.random.default_rng(seed)
    labels = random.choice(7, n, p=shares)
    logits = 1.5 * np.eye(7)[labels] + random.standard_normal((n, 7))
    logits[:, 6] += smiling
    return readings.Readings(logits, labels)


def right(scaling: Any, of: Any) -> float:
    return float((scaling.probabilities(of.logits).argmax(axis=1) == of.labels).mean())


def test_labels_weigh_the_same_when_balanced() -> None:
    """Of stills that are mostly neutral, rare labels are read better the more labels weigh the same."""
    fer, stills, others = faces(EVEN, 1), faces(NEUTRAL, 2), faces(EVEN, 3)
    whole, not_at_all = (
        film_scaling.fit(fer, stills, film_scaling.ScalingRecipe(stills_share=0.9, balancing=b)) for b in (1.0, 0.0)
    )
    assert right(whole, others) > right(not_at_all, others) + 0.05


def test_angry_is_raised() -> None:
    """A higher offset of “angry” reads more faces as angry; the matrix is the same."""
    fer, stills = faces(EVEN, 1), faces(NEUTRAL, 2)
    plain, raised = (film_scaling.fit(fer, stills, film_scaling.ScalingRecipe(angry=angry)) for angry in (0.0, 1.0))
    assert plain.matrix == raised.matrix
    assert np.array(raised.offsets) - plain.offsets == pytest.approx([0, 0, 1, 0, 0, 0, 0], abs=1e-6)
    read = [int((s.probabilities(fer.logits).argmax(axis=1) == 2).sum()) for s in (plain, raised)]
    assert read[1] > read[0]


def test_stills_teach_what_labels_look_like() -> None:
    """Stills that all look happier to the network are read better than by it, by stills of other people."""
    fer, stills, others = faces(EVEN, 1), faces(NEUTRAL, 2, smiling=2.0), faces(NEUTRAL, 4, smiling=2.0)
    fitted = film_scaling.fit(fer, stills, film_scaling.ScalingRecipe())
    assert right(fitted, others) > right(Scaling(), others) + 0.1


def test_probabilities_are_as_sure_as_they_are_right_on_faces_of_films() -> None:
    """On stills that were not fitted to the calibration error is small, and half of what it was or less."""
    fer, stills, others = faces(EVEN, 1), faces(NEUTRAL, 2, smiling=1.0), faces(NEUTRAL, 4, smiling=1.0)
    scaling = film_scaling.fit(fer, stills, film_scaling.ScalingRecipe())
    after, before = (calibrate.ece(s.probabilities(others.logits), others.labels) for s in (scaling, Scaling()))
    assert after < 0.03
    assert after < before / 2


def test_it_is_held_where_it_began() -> None:
    """However different the stills, with a large hold the matrix is the identity."""
    scaling = film_scaling.fit(faces(EVEN, 1), faces(NEUTRAL, 2), film_scaling.ScalingRecipe(hold=1e4))
    assert np.array(scaling.matrix) == pytest.approx(np.eye(7), abs=1e-3)


def test_labels_that_stills_lack_stay_finite() -> None:
    """Without a still of a label the fit ends, and the label is still read on faces of FER2013."""
    fer, stills = faces(EVEN, 1), faces((0.0, 0.0, 0.2, 0.4, 0.0, 0.2, 0.2), 2)
    scaling = film_scaling.fit(fer, stills, film_scaling.ScalingRecipe(stills_share=0.35))
    assert np.isfinite([*scaling.matrix, scaling.offsets]).all()
    assert (scaling.probabilities(fer.logits).argmax(axis=1) == 0).any()


def test_stills_that_are_all_read_rightly_are_refused() -> None:
    """No temperature fits stills that are all read rightly: an error says so."""
    labels = np.arange(70) % 7
    sure = readings.Readings(50 * np.eye(7)[labels], labels)
    with pytest.raises(CheckpointError, match="as sure as they are right"):
        film_scaling.fit(sure, sure, film_scaling.ScalingRecipe())


def test_it_is_stored_in_the_order_of_the_checkpoint() -> None:
    """For a checkpoint with its labels in another order, the stored scaling gives the same probabilities."""
    order = [3, 0, 6, 2, 5, 1, 4]  # of each label of the data the checkpoint's index
    fer, stills, others = faces(EVEN, 1), faces(NEUTRAL, 2, smiling=1.0), faces(NEUTRAL, 4, smiling=1.0)
    scaling = film_scaling.fit(fer, stills, film_scaling.ScalingRecipe())
    chances = scaling.probabilities(others.logits)
    stored = film_scaling.film_fit(scaling, len(stills.labels), others, chances, 1.3, order, "ab")
    own = np.empty_like(others.logits)
    own[:, order] = others.logits
    assert stored.scaling.probabilities(own)[:, order] == pytest.approx(scaling.probabilities(others.logits))
    assert (stored.fitted, stored.judged) == (2000, 2000)
    assert stored.ece_after == round(calibrate.ece(chances, others.labels), 4)
    assert stored.ece_before > stored.ece_after
