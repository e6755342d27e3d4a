"""Packets marked as corrupt are counted, except one at a join of two recordings."""

from __future__ import annotations

import pytest

from emotion_core.decoding.completeness import BrokenPacketCounter

EVEN = [*range(0, 100, 10)]
CASES = [
    # decoding times, None at the end; which packets are called broken; how many are
    ([*EVEN, None], [], 0),
    ([*EVEN, None], [4], 1),
    ([*EVEN, None], [2, 7], 2),
    ([*EVEN, None], [4, 5, 6], 3),
    ([*EVEN, None], [9], 1),
    ([*EVEN, *EVEN, None], [9], 0),
    ([*EVEN, *EVEN, None], [8], 0),
    ([*EVEN, *EVEN, None], [7], 0),
    ([*EVEN, *EVEN, None], [6], 1),
    ([*EVEN, *EVEN, None], [8, 9], 1),
    ([*EVEN, *EVEN, None], [12], 1),
    ([*EVEN, *[5000 + time for time in EVEN], None], [9], 0),
    ([*EVEN, 90, 100, 110, 120, None], [8], 0),
    ([None, 0, 10, 20, None], [1], 1),
]


@pytest.mark.parametrize(("times", "called", "broken"), CASES)
def test_a_packet_at_a_join_is_not_broken(times: list[int | None], called: list[int], broken: int) -> None:
    """A marked packet counts unless the clock is reset within three packets."""
    packets = BrokenPacketCounter(1000)
    assert sum(packets.count(dts, is_corrupt=i in called) for i, dts in enumerate(times)) == broken
