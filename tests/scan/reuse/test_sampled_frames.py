"""Each point of the grid has a sample, on a frame that a known cut was sampled on where one is near."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from emotion_core.observations import Layouts
from emotion_core.scan.reuse.sampled_frames import Known, SampledFrames
from emotion_core.scenes import Grid
from tests.support.drifting_layouts import footage
from tests.support.scans import even_scores

RATE = Fraction(2)


def chosen(film: Layouts, *cuts: Known) -> list[tuple[int, int | None]]:
    """The sampled frames, and the known frame of each."""
    frames = SampledFrames(RATE, cuts)
    choices = [choice for i, layout in enumerate(film) for choice in frames.push(Fraction(i, 25), layout)]
    choices += frames.rest()
    return [(i, place and place.frame) for i, (wanted, place) in enumerate(choices) if wanted]


def on_grid(frames: int) -> list[int]:
    grid = Grid(RATE)
    return [i for i in range(frames) if grid.wants(Fraction(i, 25))]


KNOWN = Known(footage(1, 200), frozenset(on_grid(200)))


def test_without_common_footage_the_grid_holds() -> None:
    film = footage(2, 300)
    assert chosen(film) == chosen(film, KNOWN) == [(i, None) for i in on_grid(300)]


def test_common_footage_is_sampled_where_it_was() -> None:
    film = np.concatenate([footage(3, 31), KNOWN.layouts[20:180], footage(4, 60)])
    sampled = chosen(film, KNOWN)
    taken = [(i, known) for i, known in sampled if known is not None]
    assert taken == [(known + 11, known) for known in on_grid(200) if 20 <= known < 180]
    apart = [later - earlier for (earlier, _), (later, _) in pairwise(sampled)]
    assert min(apart) > 25 / 4
    assert max(apart) <= 25


def test_each_point_of_the_grid_has_one_sample() -> None:
    """Within half a step of it: so no part of the film weighs more than in a fresh analysis."""
    film = np.concatenate([footage(3, 31), KNOWN.layouts[20:180], footage(4, 60)])
    points = [round(Fraction(i, 25) * RATE) for i, _ in chosen(film, KNOWN)]
    grid = [int(Fraction(i, 25) * RATE) for i in on_grid(len(film))]
    assert len(points) == len(grid)
    assert all(abs(point - there) <= 1 for point, there in zip(points, grid, strict=True))


def test_a_known_frame_of_another_shot_is_not_taken_for_a_point() -> None:
    """Where the known cut shows another shot before its next sampled frame, the point's own frame is looked at."""
    known = Known(np.concatenate([footage(1, 97), 255 - footage(1, 103)]), KNOWN.sampled)
    film = np.concatenate([footage(3, 25), known.layouts[20:180]])
    same_shot = np.concatenate([footage(3, 25), KNOWN.layouts[20:180]])
    assert (105, 100) in chosen(same_shot, KNOWN)
    assert (100, None) in chosen(film, known)
    assert (105, 100) not in chosen(film, known)


def test_a_point_that_waited_is_not_looked_at_in_the_next_shot() -> None:
    """The new shot has the samples of its own points alone."""
    film = np.concatenate([footage(3, 25), KNOWN.layouts[20:97], 255 - footage(4, 60)])
    assert (105, 100) in chosen(np.concatenate([footage(3, 25), KNOWN.layouts[20:180]]), KNOWN)
    sampled = [i for i, _ in chosen(film, KNOWN)]
    assert [i for i in sampled if i >= 102] == [113, 125, 138, 150]


@pytest.mark.parametrize("seam", [28, 34, 90])
def test_a_scan_that_goes_on_chooses_the_same(seam: int) -> None:
    film = np.concatenate([footage(3, 31), KNOWN.layouts[20:180], footage(4, 60)])
    scores = even_scores(len(film))
    object.__setattr__(scores, "layout", film)
    late = SampledFrames(RATE, [KNOWN])
    waiting = late.replay(scores.first_frames(seam), Fraction(1, 1000))
    choices = [choice for i in range(seam, len(film)) for choice in late.push(Fraction(i, 25), film[i])] + late.rest()
    again = [(i, place and place.frame) for i, (wanted, place) in enumerate(choices, seam - waiting) if wanted]
    assert again == [choice for choice in chosen(film, KNOWN) if choice[0] >= seam - waiting]
