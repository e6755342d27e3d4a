"""The choice of sampled frames."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest

from emotion_core.scenes import Grid, Shot, fill_frames, missing_frames, shots_of
from emotion_core.settings import ShotSettings
from emotion_core.timecode import Span
from tests.support.scans import Look, observations

FILM, PAL, NTSC = Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001)

EVEN = [
    # frames a second, samples a second, frames, the ones looked at: of each point the first frame at or after it
    (PAL, Fraction(2), 76, [0, 13, 25, 38, 50, 63, 75]),
    (PAL, Fraction(1), 76, [0, 25, 50, 75]),
    (PAL, Fraction(5, 2), 31, [0, 10, 20, 30]),
    (FILM, Fraction(2), 61, [0, 12, 24, 36, 48, 60]),
    (NTSC, Fraction(2), 46, [0, 15, 30, 45]),
    (NTSC, Fraction(1, 2), 121, [0, 60, 120]),
    (Fraction(10), Fraction(5, 3), 20, [0, 6, 12, 18]),
    (PAL, Fraction(25), 4, [0, 1, 2, 3]),
    (PAL, Fraction(60), 4, [0, 1, 2, 3]),
    (PAL, Fraction(1, 100), 2501, [0, 2500]),
    (PAL, Fraction(2), 1, [0]),
]

UNEVEN = [
    # each frame's time in seconds, samples a second, the frames looked at
    (["0", "0.1", "0.2", "2.3", "2.4", "2.5", "2.6", "3"], 2, [0, 3, 5, 7]),
    (["0", "0.499", "0.5", "0.501", "0.999", "1.001"], 2, [0, 2, 5]),
    (["0", "10", "10.4", "10.5", "60"], 2, [0, 1, 3, 4]),
    (["0", "1/3", "2/3", "1", "4/3"], 1, [0, 3]),
]


@pytest.mark.parametrize(("rate", "a_second", "frames", "looked_at"), EVEN)
def test_the_grid_at_an_even_rate(rate: Fraction, a_second: Fraction, frames: int, looked_at: list[int]) -> None:
    """At a constant rate the first frame at or after each grid point is sampled, and no other."""
    grid = Grid(a_second)
    assert [frame for frame in range(frames) if grid.wants(frame / rate)] == looked_at


@pytest.mark.parametrize(("times", "a_second", "looked_at"), UNEVEN)
def test_the_grid_where_the_rate_varies(times: list[str], a_second: int, looked_at: list[int]) -> None:
    """At a varying rate each frame's own time counts: a long frame is sampled once, a short one perhaps never."""
    grid = Grid(Fraction(a_second))
    assert [frame for frame, time in enumerate(times) if grid.wants(Fraction(time))] == looked_at


@pytest.mark.parametrize("start", [1, 12, 13, 14, 60])
def test_the_grid_does_not_hang_on_where_reading_began(start: int) -> None:
    """Decoding from the middle of a film picks the same frames as decoding from its start, after its own first."""
    whole, part = Grid(Fraction(2)), Grid(Fraction(2))
    picked = [frame for frame in range(100) if whole.wants(frame / PAL)]
    resumed = [frame for frame in range(start, 100) if part.wants(frame / PAL)]
    assert [frame for frame in resumed if frame != start] == [frame for frame in picked if frame > start]


FILL = [
    # scenes (first frame, frame after the last), grid, minimum, frames added
    ([(0, 10)], [], 3, (1, 5, 8)),
    ([(0, 10)], [0], 3, (5, 8)),
    ([(0, 10)], [9], 3, (1, 5)),
    ([(0, 10)], [0, 9], 3, (5,)),
    ([(0, 10)], [4, 5], 3, (1,)),
    ([(0, 10)], [1, 5, 8], 3, ()),
    ([(0, 30)], [0, 13, 25], 3, ()),
    ([(20, 32)], [0, 13, 25, 38], 3, (22, 30)),
    ([(7, 8)], [], 3, (7,)),
    ([(7, 8)], [7], 3, ()),
    ([(4, 6)], [], 3, (4, 5)),
    ([(4, 6)], [5], 3, (4,)),
    ([(4, 7)], [0, 13], 3, (4, 5, 6)),
    ([(4, 7)], [5], 3, (4, 6)),
    ([(0, 10)], [], 1, (5,)),
    ([(0, 10)], [], 0, ()),
    ([(0, 12), (12, 13), (13, 20)], [0, 13], 3, (6, 10, 12, 16, 18)),
    ([], [0, 13], 3, ()),
]


def shots(edges: list[tuple[int, int]]) -> list[Shot]:
    return [Shot(a, b, Span(a / PAL, b / PAL), "") for a, b in edges]


@pytest.mark.parametrize(("edges", "grid", "minimum", "added"), FILL)
def test_short_scenes_are_filled_up(
    edges: list[tuple[int, int]], grid: list[int], minimum: int, added: tuple[int, ...]
) -> None:
    """A scene shorter than the grid's step gets evenly spread frames, a one-frame scene its only one."""
    assert fill_frames(shots(edges), grid, minimum) == added


def test_every_scene_has_its_minimum_or_all_its_frames() -> None:
    """A scene always ends up with its minimum of frames, or with all of them."""
    for frames in range(1, 9):
        for count in range(frames + 1):
            for grid in combinations(range(3, 3 + frames), count):
                added = fill_frames(shots([(3, 3 + frames)]), [0, *grid, 20], 3)
                assert set(added) <= set(range(3, 3 + frames)) - set(grid)
                assert len(set(added)) == len(added) == max(0, min(3, frames) - count)


def test_what_a_finished_scan_lacks() -> None:
    """The missing frames of a finished scan are those of short scenes that were not sampled yet."""
    by_hand = ShotSettings(detector="cuts", cuts=((40, ""), (41, "one frame"), (50, "")))
    looks: dict[int, list[Look]] = {frame: [] for frame in (0, 13, 25, 38, 50, 63, 75, 88)}
    plain = observations(looks, min_scene_samples=3)
    assert missing_frames(plain, shots_of(plain, by_hand)) == (40, 42, 45, 48)
    assert missing_frames(plain, shots_of(plain, ShotSettings(detector="cuts", cuts=((50, ""),)))) == ()
    partly = observations({**looks, 40: [], 45: []}, min_scene_samples=3, filled=(40, 45))
    assert missing_frames(partly, shots_of(partly, by_hand)) == (42, 48)
