"""Alignment of two cuts: real footage cut up, reordered, re-coded, graded, burnt in."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from emotion_core.compare import AlignmentMap, align, align_layouts, find_shared_segments, summarize_footage
from emotion_core.compare.pictures import find_runs
from emotion_core.observations import LAYOUT
from emotion_core.system import cpu
from tests.support.films import Picture, read_film, write_film
from tests.support.repository import ROOT
from tests.support.scans import media, observations
from tests.support.spliced_films import Take, fitted, footage as takes

RATE = 25.0

Layouts = NDArray[np.uint8]

Parts = list[tuple[int, int, int]]
"""(take, first frame, frame after the last)."""

FIRST: Parts = [(0, 0, 30), (5, 0, 70), (1, 0, 46), (2, 0, 61), (5, 70, 120), (3, 0, 50)]
"""The first cut; takes 0 to 3 are bikes.mp4's shots, 5 is carphone's."""
NEW = 4
"""A take that is not in the first cut."""

RECUTS: dict[str, Parts] = {
    "as it was": FIRST,
    "heads and tails trimmed": [(0, 5, 27), (5, 10, 60), (1, 8, 40), (2, 4, 61), (5, 70, 110), (3, 3, 47)],
    "one shot less": [(0, 0, 30), (5, 0, 70), (2, 0, 61), (5, 70, 120), (3, 0, 50)],
    "one shot more at the head": [(NEW, 0, 55), *FIRST],
    "one shot more within a shot": [(0, 0, 30), (5, 0, 35), (NEW, 10, 50), (5, 35, 70), (1, 0, 46), (2, 0, 61)],
    "the other way round": FIRST[::-1],
    "one shot twice": [(2, 0, 61), (0, 0, 30), (2, 0, 61)],
    "a shot of ten frames": [(0, 0, 30), (2, 20, 30), (5, 0, 70)],
}


def layouts(pictures: list[Picture]) -> Layouts:
    """Layouts of pictures, as a scan stores them."""
    greys = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in pictures]
    return np.stack([cv2.resize(grey, LAYOUT, interpolation=cv2.INTER_AREA).ravel() for grey in greys])


@pytest.fixture(scope="module")
def footage_of_all() -> tuple[Take, ...]:
    return tuple([fitted(picture) for picture in take] for take in takes())


def assembled(footage_of_all: tuple[Take, ...], parts: Parts) -> list[Picture]:
    return [picture for take, first, last in parts for picture in footage_of_all[take][first:last]]


def truth(parts: Parts) -> NDArray[np.int64]:
    """Frame of the first cut that each frame shows, -1 for none."""
    where, at = {}, 0
    for take, first, last in FIRST:
        where.update({(take, frame): at + frame - first for frame in range(first, last)})
        at += last - first
    return np.array([where.get((take, frame), -1) for take, first, last in parts for frame in range(first, last)])


def plain(pictures: list[Picture], path: Path) -> list[Picture]:
    return pictures


def recoded(pictures: list[Picture], path: Path) -> list[Picture]:
    """The pictures coded at half the size and a fraction of the bits."""
    half = (np.asarray(cv2.resize(p, (128, 72), interpolation=cv2.INTER_AREA), dtype=np.uint8) for p in pictures)
    return list(read_film(write_film(path / "half.mp4", half, quality=28)))


def graded(pictures: list[Picture], path: Path) -> list[Picture]:
    return [np.asarray(cv2.convertScaleAbs(p, alpha=1.15, beta=6), dtype=np.uint8) for p in pictures]


def burnt_in(pictures: list[Picture], path: Path) -> list[Picture]:
    """The pictures with timecode over the bottom."""
    return [
        np.asarray(
            cv2.putText(p.copy(), f"01:00:00:{i:04}", (60, 132), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (255, 255, 255), 1),
            dtype=np.uint8,
        )
        for i, p in enumerate(pictures)
    ]


@pytest.mark.parametrize("copied", [plain, recoded, graded, burnt_in])
@pytest.mark.parametrize("name", RECUTS)
def test_footage_is_found_where_it_is(
    name: str, copied: Callable[[list[Picture], Path], list[Picture]], footage_of_all: tuple[Take, ...], tmp_path: Path
) -> None:
    """Nearly every frame is matched to its place, apart from single frames at edges; new footage is not matched."""
    first = layouts(assembled(footage_of_all, FIRST))
    source = align_layouts(first, layouts(copied(assembled(footage_of_all, RECUTS[name]), tmp_path)), RATE)
    expected = truth(RECUTS[name])
    is_old = expected >= 0
    assert np.mean(np.abs(source - expected)[is_old] <= 2) >= 0.97
    assert np.mean(source[~is_old] == -1) >= 0.97 if (~is_old).any() else True


def test_another_take_of_the_same_set_up_is_not_the_same_footage(footage_of_all: tuple[Take, ...]) -> None:
    """The same man in the same car a little later looks alike in every frame, but is another take."""
    man = layouts(footage_of_all[5])
    source = align_layouts(man[:55], man[60:], RATE)
    assert np.mean(source == -1) >= 0.9


def test_what_moves_otherwise_is_not_the_same_footage() -> None:
    """Two takes with nearly equal pictures but different motion are not matched."""
    random = np.random.default_rng(5)
    place = random.uniform(40, 210, 144)
    swing = np.sin(np.arange(100) / RATE * np.pi)[:, None]
    first_take, second_take = (
        np.clip(place + 2.1 * swing * random.choice([-1, 1], 144), 0, 255).round().astype(np.uint8) for _ in range(2)
    )
    assert np.square(first_take - second_take.astype(np.float64)).mean() < 6
    assert (align_layouts(first_take, second_take, RATE) == -1).all()
    assert align_layouts(first_take, first_take, RATE).tolist() == list(range(100))


def test_black_goes_with_what_is_around_it(footage_of_all: tuple[Take, ...]) -> None:
    """Black between two shots that both cuts have is matched; black alone is not."""
    black = np.zeros((40, LAYOUT[0] * LAYOUT[1]), dtype=np.uint8)
    first_take, second_take = (layouts(footage_of_all[take]) for take in (2, 3))
    whole = np.concatenate([first_take, black, second_take])
    assert align_layouts(whole, whole, RATE).tolist() == list(range(len(whole)))
    assert (align_layouts(np.concatenate([first_take, black]), black, RATE) == -1).all()
    assert (align_layouts(black, np.concatenate([second_take, black]), RATE)[: len(second_take)] == -1).all()


def test_black_continues_the_shot_beside_it(footage_of_all: tuple[Take, ...]) -> None:
    """Black after a shot, at the film's end or before another one, keeps the shot's offset while both have it."""
    black = np.zeros((40, LAYOUT[0] * LAYOUT[1]), dtype=np.uint8)
    first_take, second_take, other = (layouts(footage_of_all[take]) for take in (2, 3, 1))
    first = np.concatenate([first_take, black[:18], second_take, black[:25]])
    source = align_layouts(first, np.concatenate([first_take, black[:18], other, second_take, black[:30]]), RATE)
    end = len(first_take) + 18
    assert source[:end].tolist() == list(range(end))
    assert (source[end : end + len(other)] == -1).all()
    shown = source[end + len(other) :]
    assert shown.tolist() == [*range(end, len(first)), *[len(first) - 1] * 5]


def test_a_still_that_is_shown_twice_goes_with_its_neighbours(footage_of_all: tuple[Take, ...]) -> None:
    """A title card at two places of both cuts is matched to the one after the same shot."""
    card = np.repeat(layouts(footage_of_all[1])[:1], 50, axis=0)
    first_take, second_take = (layouts(footage_of_all[take]) for take in (2, 3))
    first = np.concatenate([first_take, card, second_take, card])
    source = align_layouts(first, np.concatenate([first_take[20:], card[:30], second_take[:40], card[:30]]), RATE)
    assert np.mean(source >= 0) >= 0.98
    first_card = source[len(first_take) - 20 : len(first_take) + 10]
    assert ((first_card >= len(first_take)) & (first_card < len(first_take) + 50)).all()
    assert (source[-29:] >= len(first) - 50).all()


@pytest.mark.parametrize("picture", ["card", "black"])
@pytest.mark.parametrize("frames", [30, 50, 54, 80, 150])
def test_a_picture_may_be_held_longer(picture: str, frames: int, footage_of_all: tuple[Take, ...]) -> None:
    """A title card or black held shorter or longer than before forms one run with its neighbours: nothing is new or
    moved.
    """
    first_take, second_take = (layouts(footage_of_all[take]) for take in (2, 3))
    still = np.zeros_like(first_take[:1]) if picture == "black" else layouts(footage_of_all[1])[:1]
    first, second = (np.concatenate([first_take, np.repeat(still, n, axis=0), second_take]) for n in (50, frames))
    source = align_layouts(first, second, RATE)
    assert np.mean(source >= 0) >= 0.98
    assert (np.diff(source[source >= 0]) >= 0).all()
    assert source[[0, -1]].tolist() == [0, len(first) - 1]
    assert not any(run.moved for run in find_shared_segments(AlignmentMap(Fraction(25), len(first), source)))


@pytest.mark.parametrize("rate", [Fraction(1), Fraction(1, 2), Fraction(1, 4), Fraction(1, 60)])
def test_the_slowest_films_do(rate: Fraction) -> None:
    """In a film of slides, each shown for a second to a minute, every slide is matched."""
    slides = np.random.default_rng(7).integers(0, 255, (60, LAYOUT[0] * LAYOUT[1]), dtype=np.uint8)
    assert align_layouts(slides, slides[20:50], float(rate)).tolist() == list(range(20, 50))


@pytest.mark.parametrize("lengths", [(1, 1), (1, 200), (200, 1), (3, 500)])
def test_the_shortest_films_do(lengths: tuple[int, int]) -> None:
    """Films of one to three frames raise no error and match no more frames than there are."""
    random = np.random.default_rng(0)
    before, after = (random.integers(0, 255, (n, LAYOUT[0] * LAYOUT[1]), dtype=np.uint8) for n in lengths)
    source = align_layouts(before, after, RATE)
    assert len(source) == lengths[1]
    assert (source == -1).all()
    assert align_layouts(before, before, RATE).tolist() == list(range(lengths[0]))


def test_films_that_share_nothing_share_nothing(footage_of_all: tuple[Take, ...]) -> None:
    """In two films of different places no frame is matched."""
    street, man = layouts(assembled(footage_of_all, [(2, 0, 61), (3, 0, 50)])), layouts(footage_of_all[5])
    assert (align_layouts(street, man, RATE) == -1).all()
    assert (align_layouts(man, street, RATE) == -1).all()


RATES = [(Fraction(25), Fraction(50)), (Fraction(24), Fraction(24000, 1001)), (Fraction(120), Fraction(240))]


@pytest.mark.parametrize("rates", RATES, ids=lambda rates: f"{float(rates[0]):.3g} and {float(rates[1]):.5g}")
def test_frame_rates_may_differ(rates: tuple[Fraction, Fraction], footage_of_all: tuple[Take, ...]) -> None:
    """A film at two frame rates is matched second for second."""
    pictures = layouts(assembled(footage_of_all, FIRST))
    seconds = Fraction(len(pictures), 25)
    scans = []
    for rate in rates:
        frames = round(seconds * rate)
        scan = observations({}, frames=frames, film=media(rate=rate, duration=frames / rate))
        on_screen = pictures[[min(len(pictures) - 1, int((i + 0.5) / float(rate) * 25)) for i in range(frames)]]
        scans.append(replace(scan, scores=replace(scan.scores, layout=on_screen)))
    alignment = align(*scans)
    assert alignment.rate <= 60
    assert alignment.steps == pytest.approx(float(seconds * alignment.rate), abs=1)
    assert np.mean(np.abs(alignment.source - np.arange(len(alignment.source))) <= 1) >= 0.98


def test_a_frame_skipped_for_the_rate_is_not_left_out() -> None:
    """Of the same frames at 24 and 23.976 a second one in a thousand is skipped or repeated, and none is left out."""
    random = np.random.default_rng(2)
    shots = [np.cumsum(random.normal(0, 4, (300, 144)), axis=0) + random.uniform(60, 190, 144) for _ in range(9)]
    pictures = np.clip(np.concatenate(shots), 0, 255).astype(np.uint8)
    scans = []
    for rate in (Fraction(24), Fraction(24000, 1001)):
        scan = observations({}, frames=2700, film=media(rate=rate, duration=2700 / rate))
        scans.append(replace(scan, scores=replace(scan.scores, layout=pictures)))
    for before, after in (scans, scans[::-1]):
        alignment = align(before, after)
        summary = summarize_footage(alignment)
        assert summary.moved == summary.new == 0
        assert summary.left_out <= Fraction(1, 20)


def test_runs_are_contiguous() -> None:
    """A slip of one step, as between two rates, does not end a run; a jump and a gap do."""
    assert find_runs(np.array([5, 6, 7, 7, 8, 10, -1, -1, 3, 4, 9])) == [(0, 6), (8, 10), (10, 11)]
    assert find_runs(np.array([-1, -1])) == []


HELD_PICTURES = """
import numpy as np
from emotion_core.compare.alignment import align_layouts
first, second, third = (
    np.tile(np.random.default_rng(seed).integers(0, 256, 144).astype(np.uint8), (30, 1)) for seed in (97, 98, 99)
)
before, after = np.concatenate([first, second, third]), np.concatenate([third, first, second[::-1]])
print(align_layouts(before, after, 30.0).tolist())
"""

KERNELS = {"Nehalem": "", "Haswell": "avx2", "SkylakeX": "avx512"}
"""OpenBLAS' kernels, and what a processor must have for each: on another one the process ends with an illegal
instruction."""


def test_equal_pictures_are_found_alike_on_every_processor() -> None:
    """Which of several equal pictures is taken does not depend on the processor's matrix kernel."""
    answers = {
        subprocess.run(
            [sys.executable, "-c", HELD_PICTURES],
            check=True,
            capture_output=True,
            cwd=ROOT,
            env={**os.environ, "OPENBLAS_CORETYPE": kernel},
        ).stdout
        for kernel, feature in KERNELS.items()
        if feature in cpu.features().split() or not feature
    }
    assert len(answers) == 1


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (300, 300, list(range(300))),
        (300, 100, list(range(100))),
        (100, 300, [*range(100), *[99] * 200]),
        (1, 1, [0]),
    ],
)
def test_one_picture_throughout(before: int, after: int, expected: list[int]) -> None:
    """A film of one still is matched from its head on, and its last frame is held where the second is longer."""
    still = np.random.default_rng(11).integers(0, 256, (1, LAYOUT[0] * LAYOUT[1]), dtype=np.uint8)
    source = align_layouts(still.repeat(before, axis=0), still.repeat(after, axis=0), RATE)
    assert source.tolist() == expected


def test_a_long_still_goes_with_the_shot_before_it() -> None:
    """A film that ends in a long still is matched to the frame where the second cut begins later."""
    random = np.random.default_rng(1)
    moving = np.clip(np.cumsum(random.normal(0, 3, (80, 144)), axis=0) + 120, 0, 255).astype(np.uint8)
    whole = np.concatenate([moving, random.integers(0, 256, (1, 144), dtype=np.uint8).repeat(300, axis=0)])
    assert align_layouts(whole, whole[40:], RATE).tolist() == list(range(40, 380))
