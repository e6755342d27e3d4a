"""Events of the panel as corrections of faces."""

from __future__ import annotations

from typing import Any

import pytest

from emotion_core.errors import CorrectionError, EmotionError
from emotion_core.face_corrections import FaceAnchor, FaceCorrections
from emotion_core.observations import Observations
from pages.components.scene_panel.face_edits import correction
from tests.support.moving_faces import Moving, scan_of, shots_between, steady

NONE = FaceCorrections()
A, LATER, B = [0, 0.25, 0.5], [180, 0.25, 0.5], [0, 0.75, 0.5]


@pytest.fixture(scope="module")
def scan() -> Observations:
    """One is away for a while, another stays."""
    people = [Moving("a", steady(80, seen=[*range(4), *range(15, 20)]), 1), Moving("b", steady(240), 2)]
    return scan_of(people, 20)[0]


def made(scan: Observations, event: dict[str, Any], now: FaceCorrections = NONE) -> FaceCorrections:
    operation, what = correction(event)
    assert what
    return operation(now, scan, shots_between(scan))


def test_each_change_is_a_correction(scan: Observations) -> None:
    """What is done and taken back is nothing."""
    out = made(scan, {"change": "leave out", "anchor": A})
    assert len(out.left_out) == 2
    assert made(scan, {"change": "count", "anchor": A}, out) == NONE
    named = made(scan, {"change": "name", "anchor": A, "name": "Ada", "was": None})
    assert {name for _, name in named.names} == {"Ada"}
    assert made(scan, {"change": "name", "anchor": A, "name": "", "was": "Ada"}, named) == NONE
    whole = made(scan, {"change": "join", "anchor": LATER, "other": A})
    assert len(whole.joined) == 1
    assert made(scan, {"change": "split", "anchor": LATER}, whole) == NONE
    assert made(scan, {"change": "split", "anchor": [120, 0.75, 0.5]}).split == (FaceAnchor(120, 0.75, 0.5),)


def test_a_name_given_elsewhere_meanwhile_is_not_overwritten(scan: Observations) -> None:
    """The message says what it is."""
    named = made(scan, {"change": "name", "anchor": A, "name": "Ada", "was": None})
    with pytest.raises(CorrectionError, match="Ada"):
        made(scan, {"change": "name", "anchor": A, "name": "Bea", "was": None}, named)
    assert made(scan, {"change": "name", "anchor": A, "name": "Ada", "was": None}, named) == named


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"change": "leave out"},
        {"change": "dance", "anchor": A},
        {"change": "join", "anchor": A, "other": "there"},
        {"change": "name", "anchor": A, "name": "a\u0000"},
        {"change": "split", "anchor": [10**9, 0.5, 0.5]},
        {"change": "join", "anchor": A, "other": B},
    ],
)
def test_events_that_fit_nothing_are_refused(scan: Observations, event: dict[str, Any]) -> None:
    """With a message of the program's own."""
    with pytest.raises(EmotionError):
        made(scan, event)
