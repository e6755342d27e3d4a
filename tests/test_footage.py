"""Which pictures of one cut are in another: real footage cut up, put in another order, coded anew, graded, burnt in."""

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

from emotion_core.compare.alignment import Footage, footage, source
from emotion_core.compare.contiguous_matches import stretches
from emotion_core.compare.shared_segments import balance, runs
from emotion_core.ingest import sample_cut
from emotion_core.observations.observations import LAYOUT
from tests.films import Picture, frame_scores, read_film, write_film
from tests.scans import media, observations
from tests.splices import Take, fitted, footage as takes

RATE = 25.0

Layouts = NDArray[np.uint8]

Parts = list[tuple[int, int, int]]
"""(take, first frame, frame after the last)."""

FIRST: Parts = [(0, 0, 30), (5, 0, 70), (1, 0, 46), (2, 0, 61), (5, 70, 120), (3, 0, 50)]
"""The first cut; takes 0 to 3 are bikes.mp4's shots, 5 is carphone's."""
NEW = 4
"""A take that the first cut has not."""

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
    """As a scan stores them."""
    greys = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in pictures]
    return np.stack([cv2.resize(grey, LAYOUT, interpolation=cv2.INTER_AREA).ravel() for grey in greys])


@pytest.fixture(scope="module")
def footage_of_all() -> tuple[Take, ...]:
    return tuple([fitted(picture) for picture in take] for take in takes())


def assembled(footage_of_all: tuple[Take, ...], parts: Parts) -> list[Picture]:
    return [picture for take, first, last in parts for picture in footage_of_all[take][first:last]]


def truth(parts: Parts) -> NDArray[np.int64]:
    """Where each frame is in the first cut, -1 for what is not."""
    where, at = {}, 0
    for take, first, last in FIRST:
        where.update({(take, frame): at + frame - first for frame in range(first, last)})
        at += last - first
    return np.array([where.get((take, frame), -1) for take, first, last in parts for frame in range(first, last)])


def plain(pictures: list[Picture], path: Path) -> list[Picture]:
    return pictures


def recoded(pictures: list[Picture], path: Path) -> list[Picture]:
    """Coded at half the size and a fraction of the bits."""
    half = (np.asarray(cv2.resize(p, (128, 72), interpolation=cv2.INTER_AREA), dtype=np.uint8) for p in pictures)
    return list(read_film(write_film(path / "half.mp4", half, quality=28)))


def graded(pictures: list[Picture], path: Path) -> list[Picture]:
    return [np.asarray(cv2.convertScaleAbs(p, alpha=1.15, beta=6), dtype=np.uint8) for p in pictures]


def burnt_in(pictures: list[Picture], path: Path) -> list[Picture]:
    """With timecode over the foot of the picture."""
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
    """Every frame is found at its place, but for a frame here and there at an edge; what is new is nowhere."""
    first = layouts(assembled(footage_of_all, FIRST))
    found = source(first, layouts(copied(assembled(footage_of_all, RECUTS[name]), tmp_path)), RATE)
    expected = truth(RECUTS[name])
    known = expected >= 0
    assert np.mean(np.abs(found - expected)[known] <= 2) >= 0.97
    assert np.mean(found[~known] == -1) >= 0.97 if (~known).any() else True


def test_another_take_of_the_same_set_up_is_not_the_same_footage(footage_of_all: tuple[Take, ...]) -> None:
    """The same man in the same car a little later looks alike in every frame, and is another take."""
    man = layouts(footage_of_all[5])
    found = source(man[:55], man[60:], RATE)
    assert np.mean(found == -1) >= 0.9


def test_what_moves_otherwise_is_not_the_same_footage() -> None:
    """Two takes that differ by so little that each picture would do: what moves in them does so in other ways."""
    random = np.random.default_rng(5)
    place = random.uniform(40, 210, 144)
    swing = np.sin(np.arange(100) / RATE * np.pi)[:, None]
    one, other = (
        np.clip(place + 2.1 * swing * random.choice([-1, 1], 144), 0, 255).round().astype(np.uint8) for _ in range(2)
    )
    assert np.square(one - other.astype(np.float64)).mean() < 6
    assert (source(one, other, RATE) == -1).all()
    assert source(one, one, RATE).tolist() == list(range(100))


def test_black_goes_with_what_is_around_it(footage_of_all: tuple[Take, ...]) -> None:
    """Black between two shots that both cuts have is the same black; black by itself is nobody's."""
    black = np.zeros((40, LAYOUT[0] * LAYOUT[1]), dtype=np.uint8)
    one, other = (layouts(footage_of_all[take]) for take in (2, 3))
    whole = np.concatenate([one, black, other])
    assert source(whole, whole, RATE).tolist() == list(range(len(whole)))
    assert (source(np.concatenate([one, black]), black, RATE) == -1).all()
    assert (source(black, np.concatenate([other, black]), RATE)[: len(other)] == -1).all()


def test_a_still_that_is_shown_twice_goes_with_its_neighbours(footage_of_all: tuple[Take, ...]) -> None:
    """A title card stands at two places of the first cut: of a re-cut's two, each is the one after the same shot."""
    card = np.repeat(layouts(footage_of_all[1])[:1], 50, axis=0)
    one, other = (layouts(footage_of_all[take]) for take in (2, 3))
    first = np.concatenate([one, card, other, card])
    found = source(first, np.concatenate([one[20:], card[:30], other[:40], card[:30]]), RATE)
    assert np.mean(found >= 0) >= 0.98
    first_card = found[len(one) - 20 : len(one) + 10]
    assert ((first_card >= len(one)) & (first_card < len(one) + 50)).all()
    assert (found[-29:] >= len(first) - 50).all()


@pytest.mark.parametrize("picture", ["card", "black"])
@pytest.mark.parametrize("frames", [30, 50, 54, 80, 150])
def test_a_picture_may_be_held_longer(picture: str, frames: int, footage_of_all: tuple[Take, ...]) -> None:
    """A title card or black that stands shorter or longer than before is one stretch with what is around it: nothing is
    new, and nothing comes in another place.
    """
    one, other = (layouts(footage_of_all[take]) for take in (2, 3))
    still = np.zeros_like(one[:1]) if picture == "black" else layouts(footage_of_all[1])[:1]
    first, second = (np.concatenate([one, np.repeat(still, n, axis=0), other]) for n in (50, frames))
    found = source(first, second, RATE)
    assert np.mean(found >= 0) >= 0.98
    assert (np.diff(found[found >= 0]) >= 0).all()
    assert found[[0, -1]].tolist() == [0, len(first) - 1]
    assert not any(run.moved for run in runs(Footage(Fraction(25), len(first), found)))


@pytest.mark.parametrize("rate", [Fraction(1), Fraction(1, 2), Fraction(1, 4), Fraction(1, 60)])
def test_the_slowest_films_do(rate: Fraction) -> None:
    """A film of slides: each shows for a second to a minute, and is found where it is."""
    slides = np.random.default_rng(7).integers(0, 255, (60, LAYOUT[0] * LAYOUT[1]), dtype=np.uint8)
    assert source(slides, slides[20:50], float(rate)).tolist() == list(range(20, 50))


@pytest.mark.parametrize("lengths", [(1, 1), (1, 200), (200, 1), (3, 500)])
def test_the_shortest_films_do(lengths: tuple[int, int]) -> None:
    """A film of a frame or three beside another: no error, and no more frames than there are."""
    random = np.random.default_rng(0)
    before, after = (random.integers(0, 255, (n, LAYOUT[0] * LAYOUT[1]), dtype=np.uint8) for n in lengths)
    found = source(before, after, RATE)
    assert len(found) == lengths[1]
    assert (found == -1).all()
    assert source(before, before, RATE).tolist() == list(range(lengths[0]))


def test_films_that_share_nothing_share_nothing(footage_of_all: tuple[Take, ...]) -> None:
    """Of two films of other places no frame is called the same."""
    street, man = layouts(assembled(footage_of_all, [(2, 0, 61), (3, 0, 50)])), layouts(footage_of_all[5])
    assert (source(street, man, RATE) == -1).all()
    assert (source(man, street, RATE) == -1).all()


RATES = [(Fraction(25), Fraction(50)), (Fraction(24), Fraction(24000, 1001)), (Fraction(120), Fraction(240))]


@pytest.mark.parametrize("rates", RATES, ids=lambda rates: f"{float(rates[0]):.3g} and {float(rates[1]):.5g}")
def test_frame_rates_may_differ(rates: tuple[Fraction, Fraction], footage_of_all: tuple[Take, ...]) -> None:
    """Footage lasts as long at every rate: a film at two rates is the same film, second for second."""
    pictures = layouts(assembled(footage_of_all, FIRST))
    seconds = Fraction(len(pictures), 25)
    scans = []
    for rate in rates:
        frames = round(seconds * rate)
        seen = observations({}, frames=frames, film=media(rate=rate, duration=frames / rate))
        shown = pictures[[min(len(pictures) - 1, int((i + 0.5) / float(rate) * 25)) for i in range(frames)]]
        scans.append(replace(seen, scores=replace(seen.scores, layout=shown)))
    found = footage(*scans)
    assert found is not None
    assert found.rate <= 60
    assert found.steps == pytest.approx(float(seconds * found.rate), abs=1)
    assert np.mean(np.abs(found.source - np.arange(len(found.source))) <= 1) >= 0.98


def test_the_sample_and_its_recut(tmp_path: Path) -> None:
    """The sample's re-cut, coded anew by itself, is told to the frame."""
    seen = []
    for which in sample_cut.NAMES:
        sample_cut._write(tmp_path / f"{which}.mp4", which)
        seen.append(np.stack([row.layout for row in frame_scores(tmp_path / f"{which}.mp4")]))
    cut, recut = seen
    found = source(cut, recut, RATE)
    places = [(first, last, int(found[first])) for first, last in stretches(found)]
    assert places == [(0, 50, 96), (50, 100, 257), (100, 146, 30), (146, 196, 207), (196, 251, 307), (251, 311, 76)]


def test_a_frame_skipped_for_the_rate_is_not_left_out() -> None:
    """The same frames at 24 and at 23.976 a second: one in a thousand is skipped or shown twice, none is left out."""
    random = np.random.default_rng(2)
    shots = [np.cumsum(random.normal(0, 4, (300, 144)), axis=0) + random.uniform(60, 190, 144) for _ in range(9)]
    pictures = np.clip(np.concatenate(shots), 0, 255).astype(np.uint8)
    scans = []
    for rate in (Fraction(24), Fraction(24000, 1001)):
        seen = observations({}, frames=2700, film=media(rate=rate, duration=2700 / rate))
        scans.append(replace(seen, scores=replace(seen.scores, layout=pictures)))
    for one, other in (scans, scans[::-1]):
        found = footage(one, other)
        assert found is not None
        told = balance(found)
        assert told.moved == told.new == 0
        assert told.left_out <= Fraction(1, 20)


def test_older_analyses_cannot_tell() -> None:
    """A scan that stored no layouts says nothing of footage."""
    seen = observations({})
    older = replace(seen, scores=replace(seen.scores, layout=np.zeros((len(seen.scores), 0), dtype=np.uint8)))
    assert footage(seen, older) is None
    assert footage(older, seen) is None
    assert isinstance(footage(seen, seen), Footage)


def test_stretches_are_runs_that_go_on() -> None:
    """A step more or less, as between two rates, breaks no stretch; a jump and a gap do."""
    assert stretches(np.array([5, 6, 7, 7, 8, 10, -1, -1, 3, 4, 9])) == [(0, 6), (8, 10), (10, 11)]
    assert stretches(np.array([-1, -1])) == []


HELD_PICTURES = """
import numpy as np
from emotion_core.compare.alignment import source
first, second, third = (
    np.tile(np.random.default_rng(seed).integers(0, 256, 144).astype(np.uint8), (30, 1)) for seed in (97, 98, 99)
)
print(source(np.concatenate([first, second, third]), np.concatenate([third, first, second[::-1]]), 30.0).tolist())
"""


def test_equal_pictures_are_found_alike_on_every_processor() -> None:
    """Which of several equal pictures is taken does not depend on the processor's matrix kernel."""
    answers = {
        subprocess.run(
            [sys.executable, "-c", HELD_PICTURES],
            check=True,
            capture_output=True,
            cwd=Path(__file__).parent.parent,
            env={**os.environ, "OPENBLAS_CORETYPE": kernel},
        ).stdout
        for kernel in ("Nehalem", "Haswell", "SkylakeX")
    }
    assert len(answers) == 1
