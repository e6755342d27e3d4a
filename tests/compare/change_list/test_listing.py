"""The list of changes, on re-cuts with a change of every kind planted in them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from emotion_core.analysis import analyse
from emotion_core.compare import align, pair
from emotion_core.compare.change_list import KINDS, ChangeList, list_changes
from tests.support import planted_footage, planted_recuts
from tests.support.planted_footage import Footage
from tests.support.planted_recuts import EDITS, Planted
from tests.support.scans import by_cuts, media, observations


def planted(seed: int, edits: int) -> tuple[Planted, ChangeList]:
    """Two cuts with each kind of change `edits` times, in some order, and what the list of changes says of them."""
    random = np.random.default_rng(seed)
    kinds = [EDITS[i] for i in random.permutation(len(EDITS) * edits) % len(EDITS)]
    lengths = random.integers(90, 150, 3 * len(kinds) + 4).tolist()
    takes = [
        take[:n] for take, n in zip(planted_footage.synthetic_takes(len(lengths), 150, seed), lengths, strict=True)
    ]
    recut = planted_recuts.plant(lengths, kinds, seed)
    return recut, planted_footage.found(recut, Footage(takes))


@pytest.fixture(scope="module")
def told() -> tuple[Planted, ChangeList]:
    return planted(1, 2)


def test_every_kind_is_told(told: tuple[Planted, ChangeList]) -> None:
    """Every scene has its kind and its counterpart; trims, extensions and slips are exact to the frame."""
    judged = planted_recuts.judged(*told)
    assert judged.wrong == ()
    assert (judged.kinds, judged.pairs, judged.trims) == (1.0, 1.0, 1.0)


def test_each_scene_is_listed(told: tuple[Planted, ChangeList]) -> None:
    """No scene of either cut is lost, and none is invented."""
    recut, changes = told
    for side, pieces in (("before", recut.before), ("after", recut.after)):
        rows = [getattr(change, side) for change in changes.changes]
        assert {row.scene.number for row in rows if row is not None} == set(range(1, len(pieces) + 1))


def test_places_and_shift_fit(told: tuple[Planted, ChangeList]) -> None:
    """What is shown again, or is a part of a split scene, has the range that is shown in both cuts, and its shift."""
    _, changes = told
    parts = [change for change in changes.changes if change.kind in ("split", "merged", "repeated")]
    assert parts
    for change in parts:
        first, second = change.place_before, change.place_after
        assert first is not None
        assert second is not None
        assert abs((first.frame_out - first.frame_in) - (second.frame_out - second.frame_in)) <= 2
        assert change.shift is not None
        assert abs(second.span.start - first.span.start - change.shift) <= 0.1


def test_a_grade_of_the_whole_cut_is_no_change_of_each_scene() -> None:
    """Where the second cut as a whole has other tones, that is told once; a scene with its old tones stands out."""
    lengths = [100] * 8
    takes = planted_footage.synthetic_takes(8, 100, 7)
    recut = planted_recuts.plant(lengths, ["trimmed", "slipped"], 7)
    copies = [planted_footage.graded(take) for take in takes]
    changes = planted_footage.found(recut, Footage(takes, {"": copies}))
    assert changes.grade is not None
    assert changes.grade.gain == pytest.approx(0.85, abs=0.03)
    assert changes.grade.offset == pytest.approx(18, abs=3)
    assert changes.of_kind("regraded") == ()
    assert planted_recuts.judged(recut, changes).wrong == ()


def test_films_that_share_nothing_have_no_list() -> None:
    """Between films without common footage no change is told."""
    recut = planted_recuts.plant([100] * 8, ["new", "left out"], 3)
    takes = planted_footage.synthetic_takes(8, 100, 3)
    changes = planted_footage.found(recut, Footage(takes, {"": planted_footage.synthetic_takes(8, 100, 11)}))
    assert changes.changes == ()


SLOW = Fraction(1, 40)
"""Frames a second of a film that is hardly one."""


@pytest.mark.parametrize("is_still", [False, True], ids=["moving", "still"])
@pytest.mark.parametrize(
    "films",
    [((25, 1), (12, 50)), ((12, 50), (25, 1)), ((SLOW, 50), (25, 50)), ((240, 50), (SLOW, 50)), ((1, 40), (1, 9))],
)
def test_films_of_few_steps_are_compared(films: tuple[tuple[Fraction, int], ...], is_still: bool) -> None:
    """Films of one frame, or of a frame in a second or less, beside others: their lists are made."""
    takes, cuts = planted_footage.synthetic_takes(2, 50, 4), []
    for take, (rate, frames) in zip(takes, films, strict=True):
        scan = observations({0: []}, frames=frames, film=media(rate=Fraction(rate), duration=frames / Fraction(rate)))
        layout = np.concatenate([takes[0][: frames // 2], take[frames // 2 : frames]])
        layout = np.repeat(takes[0][:1], frames, axis=0) if is_still else layout
        cuts.append(analyse(replace(scan, scores=replace(scan.scores, layout=layout)), by_cuts()))
    before, after = cuts
    shared = align(before.observations, after.observations)
    listed = list_changes(before, after, shared, pair(before, after, shared))
    assert {change.kind for change in listed.changes} <= set(KINDS)
