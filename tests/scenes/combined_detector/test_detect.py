"""The combined detector on spliced footage."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from emotion_core.observations import Observations, Scores
from emotion_core.scenes import LOOKBACK, Scorer, pack_scores, shots_of
from emotion_core.scenes.combined_detector import detect
from emotion_core.settings import ShotSettings
from tests.support.clips import BIKES, BIKES_CUTS, clip
from tests.support.films import faded, flat, frame_scores, texture, write_film
from tests.support.scans import observations
from tests.support.spliced_films import (
    Join,
    Splice,
    Take,
    alike,
    bgr,
    dissolves,
    fades,
    fitted,
    footage,
    found_right,
    grainy,
    hard,
    mixed,
    varied,
)
from tests.support.uncut_films import WITHOUT_JOINS

LENGTHS = (6, 12, 24, 48, 96)
TAKEN_FOR_DISSOLVES = {
    ("pan over like texture", 1),
    ("poster comes near", 0),
    ("slow zoom", 2),
    ("titles over a shot", 1),
}
"""Films without a cut, by kind and seed, in which one is found: motion all over resembles mixing on coarse layouts."""


def seeded(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def scored(pictures: Take) -> Scores:
    scorer = Scorer()
    return pack_scores(range(len(pictures)), [scorer.score(picture) for picture in bgr(pictures)])


def cuts_in(pictures: Take, threshold: float = 1.0, shortest: int = 15) -> list[int]:
    return detect.find_cuts(scored(pictures), threshold, shortest)


def truth(film: Splice) -> list[int]:
    assert all(join.first == join.last for join in film.joins)
    return [join.first for join in film.joins]


def textures(*frames: int) -> Take:
    """Synthetic shots in sequence."""
    return [fitted(p) for i, n in enumerate(frames, start=1) for p in texture(i, n)]


EXACT: dict[str, Callable[[], Splice]] = {
    "footage 1": lambda: hard(footage(), seeded(1)),
    "footage 2": lambda: hard(footage(), seeded(2)),
    "footage 3": lambda: hard(footage(), seeded(3)),
    "synthetic": lambda: Splice(textures(40, 30, 20, 16, 60), [Join(c, c) for c in (40, 70, 90, 106)]),
    "black between": lambda: Splice(
        [*textures(40), *[fitted(p) for p in flat(0, 40)], *textures(40, 40)[40:]], [Join(40, 40), Join(80, 80)]
    ),
}


@pytest.mark.parametrize("film", EXACT)
def test_hard_cuts_are_found_to_the_frame(film: str) -> None:
    """In spliced footage every hard cut is found to the frame, and nothing else."""
    splice = EXACT[film]()
    assert cuts_in(splice.pictures) == truth(splice)


def test_cuts_between_shots_alike_are_found() -> None:
    """Of cuts to another framing of the same place, nineteen in twenty are found to the frame and none is invented."""
    wanted = right = 0
    for seed in range(4):
        film = alike(footage(), seeded(10 + seed))
        cuts = cuts_in(film.pictures)
        assert set(cuts) <= set(truth(film))
        wanted, right = wanted + len(film.joins), right + len(cuts)
    assert right >= 0.95 * wanted


def test_a_cut_through_a_flash_is_found_once() -> None:
    """Where a flash of two white frames joins two shots, there is one cut, in the flash."""
    white = np.full_like(textures(1)[0], 255)
    (cut,) = cuts_in([*textures(30), white, white, *textures(1, 40)[1:]])
    assert 30 <= cut <= 32


@pytest.mark.parametrize(("quality", "b_frames"), [(20, 2), (30, 3), (38, 3)])
def test_hard_cuts_survive_compression(tmp_path: Path, quality: int, b_frames: int) -> None:
    """Cuts between grainy shots, coded small and with B-frames, are found to the frame in the film's file."""
    splice = hard(footage(), seeded(5), shots=10)
    path = write_film(
        tmp_path / "film.mp4", grainy(splice.pictures, seeded(6), 6), quality=quality, b_frames=b_frames,
        keyframe_every=50,
    )  # fmt: skip
    rows = frame_scores(path)
    assert detect.find_cuts(pack_scores(range(len(rows)), rows), 1.0, 15) == truth(splice)


def test_cuts_of_a_whole_clip_are_found() -> None:
    """In a real clip each cut is found to the frame."""
    rows = frame_scores(clip(BIKES))
    assert detect.find_cuts(pack_scores(range(len(rows)), rows), 1.0, 5) == list(BIKES_CUTS)


@pytest.mark.parametrize("level", [0, 255])
@pytest.mark.parametrize("frames", LENGTHS)
def test_fades_are_found_once(frames: int, level: int) -> None:
    """A fade through black or white, fast or slow, is one cut within it."""
    film = fades(footage(), seeded(frames), frames, level)
    cuts = cuts_in(film.pictures)
    assert len(cuts) == found_right(cuts, film.joins) == len(film.joins)


@pytest.mark.parametrize("frames", LENGTHS)
def test_dissolves_are_found_once(frames: int) -> None:
    """Of dissolves between moving shots, fast or slow, nine in ten are found, each once and within it."""
    wanted = right = count = 0
    for seed in range(3):
        film = dissolves(footage(), seeded(100 + seed), frames)
        cuts = cuts_in(film.pictures)
        wanted, right, count = wanted + len(film.joins), right + found_right(cuts, film.joins), count + len(cuts)
    assert 2 * right / (wanted + count) >= 0.9


@pytest.mark.parametrize("frames", LENGTHS)
def test_a_dissolve_between_still_shots_is_found_in_its_middle(frames: int) -> None:
    """A dissolve between nearly static shots is found within an eighth of its length around its middle."""
    first, second = textures(1)[0], textures(1, 1)[1]
    film = Splice([first] * 70)
    film.dissolve([second] * 100, frames)
    (cut,) = cuts_in(film.pictures)
    (join,) = film.joins
    assert abs(cut - (join.first + join.last) / 2) <= max(1, frames / 8)


@pytest.mark.parametrize("kind", WITHOUT_JOINS)
def test_what_is_no_cut_is_none(kind: str) -> None:
    """Flashes, lightning, gestures, titles and pans are no cuts, except in the films of TAKEN_FOR_DISSOLVES."""
    for seed in range(4):
        cuts = cuts_in(WITHOUT_JOINS[kind](footage(), seeded(seed)).pictures)
        assert cuts == [] or (kind, seed) in TAKEN_FOR_DISSOLVES, seed


@pytest.mark.parametrize("gain", [0.3, 2.0])
def test_a_light_switched_is_no_cut(gain: float) -> None:
    """Where only the light changes, at once or slowly, there is no cut."""
    dim = [np.asarray(p // 2, dtype=np.uint8) for p in varied(footage(), seeded(7), 120, which=5)]
    at_once = [p if i < 60 else (p * gain).clip(0, 255).astype(np.uint8) for i, p in enumerate(dim)]
    slowly = [
        (p * g).clip(0, 255).astype(np.uint8) for p, g in zip(dim, np.linspace(1, gain, 120).tolist(), strict=True)
    ]
    assert cuts_in(at_once) == []
    assert cuts_in(slowly) == []


def test_black_at_the_ends_is_no_fade() -> None:
    """A film that fades in at its start and out at its end has no cut there."""
    shot = list(texture(1, 90))
    pictures = [*flat(0, 20), *faded(shot[:30], 0, 1), *shot[30:60], *faded(shot[60:], 1, 0), *flat(0, 20)]
    assert cuts_in([fitted(p) for p in pictures]) == []


@pytest.mark.parametrize("shot", [16, 30, 60])
def test_a_fade_in_ends_where_the_next_shot_is_cut_in(shot: int) -> None:
    """A shot that fades in from black until it is cut away has a cut at both ends."""
    film = Splice(textures(40))
    film.cut([fitted(p) for p in flat(0, 8)])
    last = textures(1, 1, shot)[2:]
    film.pictures += [mixed(film.pictures[-1], picture, (i + 1) / shot) for i, picture in enumerate(last)]
    film.cut(textures(1, 1, 1, 40)[3:])
    assert cuts_in(film.pictures) == [40, 48 + shot]


def test_no_scene_is_shorter_than_asked() -> None:
    """Scenes are at least as long as set, except the last; of cuts too close to each other the stronger one stays."""
    pictures = textures(20, 5, 30, 8, 40, 12, 60)
    for shortest in (1, 8, 15, 30):
        cuts = cuts_in(pictures, shortest=shortest)
        assert all(b - a >= shortest for a, b in pairwise([0, *cuts])), (shortest, cuts)
    assert cuts_in(pictures, shortest=5) == [20, 25, 55, 63, 103, 115]


def test_a_lower_threshold_finds_more() -> None:
    """The lower the threshold, the more cuts, down from none at all."""
    pictures = hard(footage(), seeded(8), shots=6).pictures
    counts = [len(cuts_in(pictures, threshold)) for threshold in (50, 1.5, 1.0, 0.5)]
    assert counts[0] == 0
    assert counts[2] == 5
    assert counts == sorted(counts)


@pytest.mark.parametrize("frames", [0, 1, 2, 5, 8])
def test_films_of_a_few_frames_have_no_cut(frames: int) -> None:
    """A film of a few frames has no cut and raises no error."""
    assert cuts_in(textures(frames)) == []


def test_a_score_depends_on_the_frame_before_alone() -> None:
    """A scorer that begins anywhere gives, after LOOKBACK frames, the same scores as one that began at the start."""
    pictures = varied(footage(), seeded(9), 40)
    whole, part = scored(pictures), scored(pictures[20 - LOOKBACK :])
    for field in dataclasses.fields(Scores):
        if field.name not in ("pts", "stamp"):
            np.testing.assert_array_equal(getattr(whole, field.name)[20:], getattr(part, field.name)[LOOKBACK:])


def dissolved() -> Observations:
    """A film of two shots with a hard cut, and a third with a dissolve."""
    film = Splice()
    for which, seed in ((0, 1), (3, 2)):
        film.cut(varied(footage(), seeded(seed), 60, which))
    film.dissolve(varied(footage(), seeded(3), 60, 5), 24)
    scores = scored(film.pictures)
    film_of_its_length = observations({}, frames=len(scores))
    return dataclasses.replace(
        film_of_its_length, scores=dataclasses.replace(scores, pts=film_of_its_length.scores.pts)
    )


def test_dissolves_are_found_in_a_scan() -> None:
    """In stored scores the combined detector finds a hard cut and a dissolve; the adaptive one only the cut."""
    film = dissolved()
    assert [s.frame_in for s in shots_of(film, ShotSettings())][:2] == [0, 60]
    assert len(shots_of(film, ShotSettings())) == 3
    assert [s.frame_in for s in shots_of(film, ShotSettings(detector="adaptive"))] == [0, 60]


def test_mixing_is_what_it_says() -> None:
    """The splices' mix at one half is the mean, and a splice lists its joins correctly."""
    first, second = np.full((2, 2, 3), 40, dtype=np.uint8), np.full((2, 2, 3), 80, dtype=np.uint8)
    assert mixed(first, second, 0.5).tolist() == np.full((2, 2, 3), 60).tolist()
    film = Splice([first] * 20)
    film.dissolve([second] * 20, 4)
    levels = [int(p[0, 0, 0]) for p in film.pictures]
    assert levels == [*[40] * 16, 48, 56, 64, 72, *[80] * 16]
    assert film.joins == [Join(16, 20)]
    assert Fraction(found_right([16, 20, 21], film.joins), 3) == Fraction(1, 3)
