"""Timecode, frames and seconds."""

from __future__ import annotations

from fractions import Fraction

import pytest

from emotion_core.errors import SettingsError
from emotion_core.timecode import (
    Span,
    frame_at,
    frames_per_day,
    from_timecode,
    is_drop_frame,
    nominal_rate,
    rate_from_header,
    supports_drop_frame,
    to_timecode,
)

FILM, PAL, NTSC, NTSC_60 = Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001), Fraction(60000, 1001)

TRUTH = [
    # rate, frame, timecode; drop-frame has a semicolon. SMPTE ST 12-1: an hour of 29.97 is 107,892 frames, of 59.94
    # 215,784; ten minutes are 17,982 and 35,964; a day 2,589,408 and 5,178,816.
    (NTSC, 0, "00:00:00;00"),
    (NTSC, 29, "00:00:00;29"),
    (NTSC, 30, "00:00:01;00"),
    (NTSC, 1799, "00:00:59;29"),
    (NTSC, 1800, "00:01:00;02"),
    (NTSC, 3597, "00:01:59;29"),
    (NTSC, 3598, "00:02:00;02"),
    (NTSC, 16183, "00:08:59;29"),
    (NTSC, 16184, "00:09:00;02"),
    (NTSC, 17981, "00:09:59;29"),
    (NTSC, 17982, "00:10:00;00"),
    (NTSC, 17983, "00:10:00;01"),
    (NTSC, 19781, "00:10:59;29"),
    (NTSC, 19782, "00:11:00;02"),
    (NTSC, 107891, "00:59:59;29"),
    (NTSC, 107892, "01:00:00;00"),
    (NTSC, 2589407, "23:59:59;29"),
    (NTSC_60, 59, "00:00:00;59"),
    (NTSC_60, 3599, "00:00:59;59"),
    (NTSC_60, 3600, "00:01:00;04"),
    (NTSC_60, 35963, "00:09:59;59"),
    (NTSC_60, 35964, "00:10:00;00"),
    (NTSC_60, 215784, "01:00:00;00"),
    (NTSC_60, 5178815, "23:59:59;59"),
    (NTSC, 1800, "00:01:00:00"),
    (NTSC, 108000, "01:00:00:00"),
    (FILM, 86400, "01:00:00:00"),
    (FILM, 86423, "01:00:00:23"),
    (FILM, 2073599, "23:59:59:23"),
    (Fraction(24), 86400, "01:00:00:00"),
    (PAL, 24, "00:00:00:24"),
    (PAL, 25, "00:00:01:00"),
    (PAL, 90000, "01:00:00:00"),
    (Fraction(50), 1499, "00:00:29:49"),
    (Fraction(120), 119, "00:00:00:119"),
    (Fraction(120), 5, "00:00:00:005"),
]

BEYOND_A_DAY = [
    (NTSC, 2589408, True, "00:00:00;00"),
    (NTSC_60, 5178816 + 3600, True, "00:01:00;04"),
    (PAL, 2160000 + 7, False, "00:00:00:07"),
]

REFUSED = [
    # rate, text, a word of the message
    (NTSC, "00:01:00;00", "leaves out"),
    (NTSC, "00:01:00;01", "leaves out"),
    (NTSC, "01:59:00;00", "leaves out"),
    (NTSC_60, "00:01:00;03", "leaves out"),
    (PAL, "00:00:00;00", "not defined"),
    (FILM, "00:00:00;00", "not defined"),
    (Fraction(30), "00:00:00;00", "not defined"),
    (PAL, "00:00:00:25", "frames to 24"),
    (PAL, "00:60:00:00", "go to 59"),
    (PAL, "00:00:60:00", "go to 59"),
    (PAL, "0:0:0:0", "HH:MM:SS:FF"),
    (PAL, "12 seconds", "HH:MM:SS:FF"),
    (PAL, "", "HH:MM:SS:FF"),
    (PAL, "-1:00:00:00", "HH:MM:SS:FF"),
    (PAL, "٠٠:٠٠:٠٠:٠٥x", "HH:MM:SS:FF"),
]

RATES = [
    # as a header says it, as it is
    (Fraction(23976, 1000), FILM),
    (Fraction("23.98"), FILM),
    (Fraction("24.98"), Fraction("24.98")),
    (Fraction(2997, 100), NTSC),
    (Fraction("29.97002997"), NTSC),
    (Fraction(5994, 100), NTSC_60),
    (Fraction("47.952"), Fraction(48000, 1001)),
    (NTSC, NTSC),
    (Fraction(24), Fraction(24)),
    (Fraction(25), Fraction(25)),
    (Fraction(30), Fraction(30)),
    (Fraction(25, 2), Fraction(25, 2)),
    (Fraction(15), Fraction(15)),
]


@pytest.mark.parametrize(("rate", "frame", "text"), TRUTH)
def test_frame_becomes_its_timecode(rate: Fraction, frame: int, text: str) -> None:
    """A frame is written as the number that SMPTE ST 12-1 gives it."""
    assert to_timecode(frame, rate, drop_frame=";" in text) == text


@pytest.mark.parametrize(("rate", "frame", "text"), TRUTH)
def test_timecode_becomes_its_frame(rate: Fraction, frame: int, text: str) -> None:
    """A timecode is read as the frame it stands for."""
    assert from_timecode(text, rate) == frame


@pytest.mark.parametrize(("rate", "frame", "drop_frame", "text"), BEYOND_A_DAY)
def test_the_clock_starts_again_after_a_day(rate: Fraction, frame: int, drop_frame: bool, text: str) -> None:
    """After 24 hours timecode wraps to zero, with drop-frame too."""
    assert to_timecode(frame, rate, drop_frame=drop_frame) == text


def test_a_day_is_counted() -> None:
    """A day's timecodes are as many frames as SMPTE ST 12-1 says, drop-frame and not."""
    days = [(FILM, False, 2073600), (PAL, False, 2160000), (NTSC, True, 2589408), (NTSC_60, True, 5178816)]
    assert [frames_per_day(rate, drop_frame=drop_frame) for rate, drop_frame, _ in days] == [
        frames for _, _, frames in days
    ]


@pytest.mark.parametrize("rate", [NTSC, NTSC_60])
def test_drop_frame_counts_up_without_gap_or_repeat(rate: Fraction) -> None:
    """In the first 21 minutes and the last of a day, successive frames have successive numbers that are not skipped."""
    base = nominal_rate(rate)
    numbers = [
        f"{n // base // 3600:02}:{n // base // 60 % 60:02}:{n // base % 60:02};{n % base:02}"
        for n in range(24 * 3600 * base)
        if (n < 21 * 60 * base or n >= (24 * 60 - 1) * 60 * base)
        and not (n // base % 60 == 0 and n % base < base // 15 and n // base // 60 % 10)
    ]
    day = 24 * 6 * (base * 600 - base // 15 * 9)
    early = sum(number < "00:21" for number in numbers)
    frames = [*range(early), *range(day - (len(numbers) - early), day)]
    assert [to_timecode(frame, rate, drop_frame=True) for frame in frames] == numbers


@pytest.mark.parametrize(("rate", "drop_frame"), [(NTSC, True), (NTSC_60, True), (NTSC, False), (FILM, False)])
def test_round_trip_over_a_day(rate: Fraction, drop_frame: bool) -> None:
    """Timecode and back gives the same frame, all day long."""
    day = from_timecode("23:59:59:00", rate) - 200_000
    frames = [*range(0, day, 997), *range(day - 3, day)]
    assert [from_timecode(to_timecode(f, rate, drop_frame=drop_frame), rate) for f in frames] == frames


def test_drop_frame_stays_with_the_clock_on_the_wall() -> None:
    """After an hour of 29.97 the drop-frame number shows an hour; the other one is 3.6 seconds behind."""
    hour = frame_at(Fraction(3600), NTSC)
    assert to_timecode(hour, NTSC, drop_frame=True) == "01:00:00;00"
    assert to_timecode(hour, NTSC) == "00:59:56:12"


@pytest.mark.parametrize(("rate", "text", "word"), REFUSED)
def test_what_is_no_timecode_is_refused(rate: Fraction, text: str, word: str) -> None:
    """Text of another form, parts out of range and skipped drop-frame numbers are refused with the reason."""
    with pytest.raises(SettingsError) as refusal:
        from_timecode(text, rate)
    assert word in str(refusal.value)
    assert refusal.value.advice


@pytest.mark.parametrize("separator", [";", ",", "."])
def test_drop_frame_is_written_in_three_ways(separator: str) -> None:
    """A semicolon, a comma or a full stop before the frames means drop-frame; a colon does not."""
    assert from_timecode(f"01:00:00{separator}00", NTSC) == 107892
    assert is_drop_frame(f"01:00:00{separator}00")
    assert not is_drop_frame("01:00:00:00")
    assert not is_drop_frame("soon")


@pytest.mark.parametrize(("said", "exact"), RATES)
def test_rounded_rates_are_read_as_the_exact_ones(said: Fraction, exact: Fraction) -> None:
    """23.976 and 29.97 are read as 24000/1001 and 30000/1001; rates that are exact stay."""
    assert rate_from_header(said) == exact


@pytest.mark.parametrize("rate", [Fraction(0), Fraction(-25)])
def test_no_rate_is_refused(rate: Fraction) -> None:
    """A rate of zero or below is refused."""
    with pytest.raises(SettingsError, match="above 0"):
        rate_from_header(rate)


def test_where_drop_frame_exists() -> None:
    """Drop-frame exists at 29.97 and 59.94 only."""
    assert [rate for rate in (FILM, PAL, Fraction(30), NTSC, NTSC_60, Fraction(60)) if supports_drop_frame(rate)] == [
        NTSC,
        NTSC_60,
    ]


def test_frame_before_the_first_is_refused() -> None:
    """A frame below zero has no timecode."""
    with pytest.raises(SettingsError, match="count from 0"):
        to_timecode(-1, PAL)


@pytest.mark.parametrize(
    ("seconds", "frame"),
    [
        (Fraction(0), 0),
        (Fraction(1, 50), 1),
        (Fraction(1, 51), 0),
        (Fraction(1001, 30000) * 25 / 24, 1),
        (Fraction(1), 25),
    ],
)
def test_time_becomes_the_nearest_frame(seconds: Fraction, frame: int) -> None:
    """A time is rounded to the nearest frame, half a frame to the later one."""
    assert frame_at(seconds, PAL) == frame


def test_a_span_runs_forward() -> None:
    """A span knows its length and refuses to run backwards or to start before zero."""
    assert Span(Fraction(1, 3), Fraction(2)).seconds == Fraction(5, 3)
    for start, end in ((2, 1), (-1, 1)):
        with pytest.raises(SettingsError, match="backwards"):
            Span(Fraction(start), Fraction(end))
