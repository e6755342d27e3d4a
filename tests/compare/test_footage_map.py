"""The map between the frames of two cuts."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from emotion_core.compare import AlignmentMap, Match, map_frames
from emotion_core.observations import Observations
from tests.support.scans import media, observations


def film(frames: int, rate: Fraction = Fraction(25)) -> Observations:
    return observations({}, frames=frames, film=media(rate=rate, duration=frames / rate))


def test_a_segment_has_one_offset() -> None:
    """Trimmed, new and moved footage: a segment each of the rest, with the frames of both cuts."""
    source = np.concatenate([np.arange(10, 60), np.full(20, -1), np.arange(80, 100), np.arange(0, 10)])
    segments = map_frames(AlignmentMap(Fraction(25), 100, source.astype(np.int64)), film(100), film(100))
    assert [(s.before, s.after, s.is_moved) for s in segments] == [
        ((10, 60), (0, 50), False),
        ((80, 100), (70, 90), False),
        ((0, 10), (90, 100), True),
    ]


def test_a_step_off_is_no_segment() -> None:
    """A picture that the alignment placed one step off stays in its segment, and has its offset."""
    source = np.arange(5, 95)
    source[40] -= 1
    segments = map_frames(AlignmentMap(Fraction(25), 100, source), film(100), film(90))
    assert [(s.before, s.after) for s in segments] == [((5, 95), (0, 90))]


def test_rates_differ() -> None:
    """Of 50 and 25 frames a second, each segment has its frames in each film."""
    segments = map_frames(AlignmentMap(Fraction(25), 50, np.arange(50)), film(100, Fraction(50)), film(50))
    assert len(segments) == 1
    assert abs(segments[0].before[1] - segments[0].before[0] - 100) <= 2
    assert segments[0].after == (0, 50)


def test_a_run_that_is_mostly_a_step_early_keeps_its_beginning() -> None:
    """24 and 23.976 frames a second drift apart by a step a minute; a whole film is one segment all the same."""
    source = np.maximum(np.arange(100) - (np.arange(100) >= 40), 0)
    rate = Fraction(24000, 1001)
    segments = map_frames(AlignmentMap(rate, 100, source), film(100, Fraction(24)), film(100, rate))
    assert [(s.before, s.after) for s in segments] == [((0, 99), (0, 100))]


def test_a_held_picture_is_followed() -> None:
    """Where a picture is held longer, no frame is mapped more than two steps from where it is shown."""
    source = np.concatenate([np.arange(50), np.full(40, 50), np.arange(51, 100)]).astype(np.int64)
    segments = map_frames(AlignmentMap(Fraction(25), 100, source), film(100), film(len(source)))
    for segment in segments:
        for step in range(*segment.after):
            assert abs(segment.before[0] + step - segment.after[0] - source[step]) <= 2


def test_a_film_at_another_speed_is_one_segment() -> None:
    """Of 25 frames for 24, and of two scenes at their own speeds: a line each, not a staircase."""
    source = (np.arange(960) * 25 / 24).astype(np.int64)
    source[400:404] = -1  # some pictures without a match
    how = np.where(source >= 0, np.uint8(Match.RETIMED), np.uint8(Match.NONE))
    (segment,) = map_frames(AlignmentMap(Fraction(25), 1000, source, how), film(1000), film(960))
    assert segment.after == (0, 960)
    assert abs(segment.before[0]) <= 1
    assert abs(segment.before[1] - 1000) <= 1
    slow, fast = (np.arange(200) * 0.8).astype(np.int64), 160 + (np.arange(100) * 1.5).astype(np.int64)
    two = np.concatenate([slow, fast])
    how = np.full(len(two), np.uint8(Match.RETIMED))
    segments = map_frames(AlignmentMap(Fraction(25), 400, two, how), film(400), film(300))
    for each in segments:
        speed = (each.before[1] - each.before[0]) / (each.after[1] - each.after[0])
        for step in range(*each.after):
            assert abs(each.before[0] + (step - each.after[0]) * speed - two[step]) <= 3
    assert len(segments) <= 4
