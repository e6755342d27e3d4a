"""What a viewer has seen of a film, told from the media times of readings."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from emotion_core.live.playhead import Playhead


def play(playhead: Playhead, seconds: Iterable[float], clock: float = 0.0) -> list[bool]:
    """Readings at these seconds of the film, with as much time between them."""
    place, counted = None, []
    for second in seconds:
        clock += 0.1 if place is None else max(0.1, second - place)
        counted.append(playhead.saw(second, clock))
        place = second
    return counted


def tenths(begin: int, end: int) -> list[float]:
    return [number / 10 for number in range(begin, end)]


def test_a_film_seen_through_counts_whole() -> None:
    """No reading is a repetition, also where pictures of the camera were left out for seconds."""
    playhead = Playhead()
    assert all(play(playhead, [*tenths(0, 50), *tenths(90, 101)]))
    assert (playhead.replayed, playhead.jumps) == (0, 0)
    assert playhead.seen == pytest.approx(10.0)


def test_a_part_seen_twice_counts_once() -> None:
    """After a jump back readings count again from where the first pass had ended."""
    playhead = Playhead()
    play(playhead, tenths(0, 51))
    counted = play(playhead, tenths(20, 81), clock=60)
    assert counted == [second > 5.0 for second in tenths(20, 81)]
    assert playhead.replayed == pytest.approx(3.0, abs=0.11)
    assert playhead.seen == pytest.approx(8.0)
    assert playhead.jumps == 1


def test_a_jump_forward_leaves_a_gap_that_counts_later() -> None:
    """What was jumped over was not seen; seen afterwards it counts, and what follows was seen."""
    playhead = Playhead()
    play(playhead, tenths(0, 21))
    play(playhead, tenths(60, 81), clock=2)
    assert playhead.seen == pytest.approx(4.0)
    counted = play(playhead, tenths(20, 71), clock=20)
    assert counted == [2.0 < second < 6.0 for second in tenths(20, 71)]
    assert playhead.seen == pytest.approx(8.0)


def test_a_pause_is_no_jump() -> None:
    """The film's time stands still while the clock goes on."""
    playhead = Playhead()
    play(playhead, tenths(0, 21))
    assert all(play(playhead, tenths(21, 41), clock=100))
    assert playhead.jumps == 0


def test_a_jump_that_is_told_ends_the_pass() -> None:
    """A jump of less than the slack between two readings is known from the player's event alone."""
    playhead = Playhead()
    play(playhead, tenths(0, 21))
    playhead.jump()
    assert playhead.saw(2.5, 2.2)
    assert playhead.seen == pytest.approx(2.0)
