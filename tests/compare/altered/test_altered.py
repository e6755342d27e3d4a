"""Footage that the second cut shows mirrored, reframed or at another speed."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.compare import Match, match_layouts
from emotion_core.compare.altered import find_altered
from emotion_core.compare.altered.finding import MAX_FAILURES
from emotion_core.compare.altered.fitting import Fitting
from emotion_core.compare.altered.lines import Line
from emotion_core.observations import LAYOUT, Layouts
from tests.support.moving_pictures import Footage, footage, measured

RATE = 25.0
TAKES = [footage(110, seed) for seed in range(5)]
FIRST = np.concatenate([measured(take, 1) for take in TAKES])


def second(altered: Layouts) -> Layouts:
    """A second cut: the takes but the third, in whose place the altered footage stands."""
    plain = [measured(take, 2) for take in TAKES]
    return np.concatenate([plain[0], plain[3], altered, plain[1], plain[4]])


def check(altered: Layouts, kind: Match, place: np.ndarray[tuple[int], np.dtype[np.int64]]) -> None:
    """The footage is found, as this kind, within two steps of its place; the rest is found as it is."""
    source, how = match_layouts(FIRST, second(altered), RATE)
    there = slice(220, 220 + len(altered))
    found = (np.abs(source[there] - place) <= 2) & (how[there] == kind)
    assert np.mean(found) > 0.9
    assert np.mean(source[there][found] == place[found]) > 0.7
    rest = np.ones(len(how), dtype=np.bool_)
    rest[there] = False
    assert (how[rest] == Match.PICTURE).all()


def test_mirrored_footage_is_found() -> None:
    width, height = LAYOUT
    flipped = measured(TAKES[2][:, :, ::-1], 2)
    assert flipped.shape == (110, width * height)
    check(flipped, Match.MIRRORED, np.arange(220, 330))


@pytest.mark.parametrize(("zoom", "x", "y"), [(1.2, -0.08, 0.05), (1.1, 0.0, 0.0), (0.87, 0.0, 0.0)])
def test_reframed_footage_is_found(zoom: float, x: float, y: float) -> None:
    """A crop in the corner, one about the middle, and a first cut that is the cropped one."""
    whole: Footage = TAKES[2]
    if zoom < 1:
        fine = np.pad(whole, ((0, 0), (12, 12), (20, 20)), mode="reflect")
        check(measured(fine, 2, zoom * fine.shape[2] / whole.shape[2]), Match.REFRAMED, np.arange(220, 330))
    else:
        check(measured(whole, 2, zoom, x, y), Match.REFRAMED, np.arange(220, 330))


@pytest.mark.parametrize("speed", [0.5, 25 / 24, 1.3, 2.0])
def test_retimed_footage_is_found(speed: float) -> None:
    shown = (np.arange(int(110 / speed)) * speed).astype(np.int64)
    check(measured(TAKES[2][shown], 2), Match.RETIMED, 220 + shown)


def test_nothing_is_found_between_films_that_share_nothing() -> None:
    """Nor in a still that looks alike, nor in black."""
    other = np.concatenate([measured(footage(200, seed), 3) for seed in range(20, 23)])
    still = np.repeat(other[:1], 60, axis=0)
    for cut in (other, np.concatenate([still, np.full_like(still, 16), other[300:]])):
        source, how = match_layouts(FIRST, cut, RATE)
        assert (source == -1).all()
        assert (how == Match.NONE).all()


def test_a_search_in_vain_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """However much footage is open: a fit is what costs most."""
    tried: list[Line] = []
    monkeypatch.setattr(Fitting, "fitted", lambda _, line, slopes: tried.append(line))
    mirrored = np.tile(np.concatenate([measured(take[:, :, ::-1], 2) for take in TAKES]), (4, 1))
    find_altered(FIRST, mirrored, np.full(len(mirrored), -1), RATE, (np.arange(0), np.arange(0)))
    assert 0 < len(tried) <= MAX_FAILURES
