"""The combined detector where a film runs through black, white or a title card: fades, cuts, white-outs, flashes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pytest

from emotion_core.scenes import Scorer, pack_scores, shots_of
from emotion_core.scenes.combined_detector import detect
from emotion_core.settings import ShotSettings
from tests.support.films import texture
from tests.support.scans import observations
from tests.support.spliced_films import Splice, Take, Title, bgr, burnt, fitted, footage, mixed, plain, titled, varied

BLACK, WHITE = 0, 255
SHOT = 140
"""Frames of each shot, fades included."""
HELD = 30
"""Frames from which a plain picture is a scene by itself: the default at 25 frames a second."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage from one shot to another through a plain picture; lengths in frames."""

    out: int
    held: int
    into: int
    level: int = BLACK
    title: Title | None = None


FADES: dict[str, Passage] = {
    # one cut, anywhere from the first frame that changes to the first clear one
    "six frames, not held": Passage(6, 0, 6),
    "six frames": Passage(6, 5, 6),
    "a second, a second of black, a second": Passage(24, 24, 24),
    "slow": Passage(60, 8, 60),
    "slowest": Passage(120, 12, 120),
    "slow out, fast in": Passage(80, 4, 8),
    "fast out, slow in": Passage(8, 4, 80),
    "to white": Passage(12, 6, 12, WHITE),
    "slow to white": Passage(90, 10, 90, WHITE),
    "to white, not held": Passage(24, 0, 24, WHITE),
    "a title cut in": Passage(24, 20, 24, BLACK, "cut"),
    "a title faded in": Passage(12, 22, 40, BLACK, "fade"),
    "a title over the fading shot": Passage(30, 16, 12, BLACK, "over"),
    "a title on white": Passage(24, 20, 24, WHITE, "cut"),
}

AT_STEPS: dict[str, tuple[Passage, int]] = {
    # where a step is, the cut is there; between two steps it is in the middle. Frames after the first shot's end.
    "cut to black, fade in": (Passage(0, 12, 24), 0),
    "cut to black, fade in slowly": (Passage(0, 2, 100), 0),
    "cut to white, fade in": (Passage(0, 6, 12, WHITE), 0),
    "cut to black with a title, fade in": (Passage(0, 20, 24, BLACK, "cut"), 0),
    "fade to black, cut in": (Passage(24, 8, 0), 8),
    "fade to black slowly, cut in": (Passage(110, 3, 0), 3),
    "fade to white, cut in": (Passage(12, 10, 0, WHITE), 10),
    "cut through one black frame": (Passage(0, 1, 0), 1),
    "cut through black": (Passage(0, 16, 0), 8),
    "cut through white": (Passage(0, 24, 0, WHITE), 12),
}

OWN: dict[str, Passage] = {
    # a scene by itself: a cut in each slope, at each step to the frame
    "black between steps": Passage(0, 30, 0),
    "black between slow fades": Passage(60, 48, 60),
    "white": Passage(24, 60, 24, WHITE),
    "a title card": Passage(24, 50, 24, BLACK, "fade"),
    "a title over the fading shot": Passage(40, 60, 12, BLACK, "over"),
    "a title card between steps": Passage(0, 40, 0, BLACK, "cut"),
    "cut to black, slow fade in": Passage(0, 96, 100),
}


@cache
def shots(*frames: int) -> tuple[Take, ...]:
    """Different still pictures; motion is tested on the spliced films."""
    return tuple([fitted(next(texture(i, 1)))] * n for i, n in enumerate(frames, start=1))


def film_of(passage: Passage) -> Splice:
    first, second = shots(SHOT, SHOT)
    film = Splice(list(first))
    film.through(
        second, out=passage.out, held=passage.held, into=passage.into, level=passage.level, title=passage.title
    )
    return film


def cuts_in(pictures: Take, shot_frames: int = HELD) -> list[int]:
    scorer = Scorer()
    scores = pack_scores(range(len(pictures)), [scorer.score(picture) for picture in bgr(pictures)])
    return detect.find_cuts(scores, 1.0, 15, shot_frames)


@pytest.mark.parametrize("name", FADES)
def test_a_passage_is_one_cut_within_it(name: str) -> None:
    """A fade through black, white or a title is one cut, however fast, slow or uneven its two slopes are."""
    film = film_of(FADES[name])
    (cut,) = cuts_in(film.pictures)
    (join,) = film.joins
    assert join.first <= cut <= join.last


@pytest.mark.parametrize("name", AT_STEPS)
def test_a_step_is_found_to_the_frame(name: str) -> None:
    """A cut to or from black lies at that frame; with both, the cut is in the middle of the black."""
    passage, after = AT_STEPS[name]
    film = film_of(passage)
    assert cuts_in(film.pictures) == [SHOT + after]


@pytest.mark.parametrize("name", OWN)
def test_what_is_held_is_a_scene_of_its_own(name: str) -> None:
    """Black, white or a title card that lasts is a scene from the slope before it to the slope after it."""
    passage = OWN[name]
    begin, end = cuts_in(film_of(passage).pictures)
    assert SHOT - passage.out <= begin <= SHOT
    assert SHOT + passage.held <= end <= SHOT + passage.held + passage.into


def test_how_long_it_is_held_is_a_setting() -> None:
    """A second of black is a scene by itself or contains the cut, depending on `held_seconds`."""
    film = film_of(Passage(0, 25, 0))
    scorer = Scorer()
    scores = pack_scores(range(len(film.pictures)), [scorer.score(picture) for picture in bgr(film.pictures)])
    scan = observations({}, frames=len(scores))
    scan = replace(scan, scores=replace(scores, pts=scan.scores.pts))
    begins = {s: [shot.frame_in for shot in shots_of(scan, ShotSettings(held_seconds=s))] for s in (0.5, 1.0, 1.2, 5.0)}
    middle = SHOT + 13
    assert begins == {
        0.5: [0, SHOT, SHOT + 25], 1.0: [0, SHOT, SHOT + 25], 1.2: [0, middle], 5.0: [0, middle],
    }  # fmt: skip


@pytest.mark.parametrize(("plain_frames", "expected"), [(8, []), (20, []), (48, [48, 48 + SHOT])])
@pytest.mark.parametrize("level", [BLACK, WHITE])
@pytest.mark.parametrize("slope", [0, 24])
def test_black_at_head_and_tail(plain_frames: int, expected: list[int], level: int, slope: int) -> None:
    """Black or white before and after the film is a scene by itself if it lasts, else part of the film."""
    (shot,) = shots(SHOT)
    blank, film = plain(level), list(shot)
    for i in range(slope):
        film[i], film[-1 - i] = (mixed(blank, film[k], (i + 1) / (slope + 1)) for k in (i, -1 - i))
    cuts = cuts_in([blank] * plain_frames + film + [blank] * plain_frames)
    assert len(cuts) == len(expected)
    for cut, edge, way in zip(cuts, expected, (1, -1), strict=False):
        assert 0 <= way * (cut - edge) <= slope


@pytest.mark.parametrize("frames", [4, 8, 16])
@pytest.mark.parametrize("back", [True, False])
def test_white_outs_are_found_once(frames: int, back: bool) -> None:
    """A white-out from which the next shot fades or is cut in is one cut."""
    first, second = (varied(footage(), np.random.default_rng(seed), 70, which) for seed, which in ((1, 0), (2, 3)))
    into = frames if back else 0
    film = first[:-frames] + [burnt(p, (i + 1) / frames) for i, p in enumerate(first[-frames:])]
    film += [burnt(p, 1 - (i + 1) / (frames + 1)) for i, p in enumerate(second[:into])] + second[into:]
    (cut,) = cuts_in(film)
    assert 70 - frames <= cut <= 70 + into


GOES_ON: dict[str, list[float]] = {
    # how much of the shot is seen, frame by frame, from its middle on; the rest is black or white
    "a blink": [0.0] * 2,
    "half a second": [0.0] * 12,
    "nearly a second": [0.0] * 24,
    "there at once and gone slowly": [0.0, 0.0, *np.linspace(0, 1, 20)],
    "slowly there and back": [*np.linspace(1, 0, 30), 0.0, *np.linspace(0, 1, 30)],
    "three times": [0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0],
    "for two seconds by turns": [float(i // 3 % 2) for i in range(50)],
}


@pytest.mark.parametrize("level", [BLACK, WHITE])
@pytest.mark.parametrize("name", GOES_ON)
def test_a_shot_that_goes_on_is_not_cut(name: str, level: int) -> None:
    """A flash, a strobe or a light switched off or dimmed, with the same shot after it, is no cut."""
    shot = varied(footage(), np.random.default_rng(3), 160, which=0)
    for i, share in enumerate(GOES_ON[name], start=60):
        shot[i] = mixed(plain(level), shot[i], share)
    assert cuts_in(shot) == []


@pytest.mark.parametrize("into", [12, 48, 90])
def test_a_cut_soon_after_a_fade_is_found(into: int) -> None:
    """A cut soon after a fade-in or before a fade-out is found to the frame, and so is the fade."""
    first, second, third, fourth = shots(60, into + 16, into + 16, 60)
    film = Splice(list(first))
    film.through(second, out=24, held=6, into=into)
    film.cut(third)
    film.through(fourth, out=into, held=6, into=24)
    fade, cut, last = cuts_in(film.pictures)
    assert film.joins[0].first <= fade <= film.joins[0].last
    assert cut == film.joins[1].first
    assert film.joins[2].first <= last <= film.joins[2].last


@pytest.mark.parametrize(("frames", "expected"), [(8, [[60], [68]]), (14, [[60, 75]]), (30, [[60, 90]])])
def test_a_shot_before_black_is_as_long_as_asked(frames: int, expected: list[list[int]]) -> None:
    """Of a too short shot before black one of its two cuts stays; a shot one frame short takes it from the black."""
    first, short, second = shots(60, frames, 80)
    film = Splice(list(first))
    film.cut(short)
    film.through(second, out=0, held=12, into=24)
    assert cuts_in(film.pictures) in expected


def test_a_title_over_a_shot_that_fades_beneath_it_is_one_cut() -> None:
    """A logo that comes in over a shot, which then fades to black beneath it, gives one cut."""
    (shot,) = shots(200)
    fading = [mixed(plain(BLACK), p, min(1.0, max(0.0, (160 - i) / 48))) for i, p in enumerate(shot)]
    pictures = fading[:100] + titled(fading[100:], BLACK, rise=24, fall=0)
    (cut,) = cuts_in(pictures)
    assert 112 <= cut <= 160


def test_a_wall_that_the_camera_passes_is_no_fade() -> None:
    """A pan from one thing over a bare wall to another is one shot."""
    left_edge, right_edge = (picture[0] for picture in shots(1, 1))
    wide = np.concatenate([left_edge, np.full_like(left_edge, 120), np.full_like(left_edge, 120), right_edge], axis=1)
    offsets = np.linspace(0, wide.shape[1] - left_edge.shape[1], 120).round().astype(int)
    assert cuts_in([wide[:, x : x + left_edge.shape[1]].copy() for x in offsets]) == []
