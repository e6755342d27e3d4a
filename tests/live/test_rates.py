"""Figures of a session: readings a second, and the delay of their numbers."""

from __future__ import annotations

import pytest

from emotion_core.live.rates import Rates


def test_a_break_takes_no_time() -> None:
    """Ten readings a second before and after a pause of an hour are ten a second."""
    rates = Rates()
    for begin in (0.0, 3600.0):
        for number in range(100):
            rates.count(begin + number / 10, dropped=2, delay=float(number))
    assert rates.all().a_second == pytest.approx(10, rel=0.02)
    assert rates.all().dropped == 400
    assert rates.all().delay_median == pytest.approx(49.5)
    assert rates.all().delay_99 == pytest.approx(98, abs=1)


def test_before_readings_there_is_no_rate() -> None:
    """None, never zero: nothing is known yet."""
    rates = Rates()
    assert (rates.now(), rates.all().a_second) == (None, None)
    rates.count(1.0, dropped=0, delay=None)
    assert rates.now() is None


def test_now_forgets() -> None:
    """A machine that slows down shows it within seconds."""
    rates = Rates()
    for number in range(200):
        rates.count(number / 10, dropped=0, delay=None)
    for number in range(10):
        rates.count(21 + number * 2, dropped=0, delay=None)
    assert rates.now() == pytest.approx(0.5, rel=0.1)
