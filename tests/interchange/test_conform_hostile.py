"""Conforming any EditList ends in cuts or in a CutListError."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings, strategies as st

from emotion_core.errors import CutListError
from emotion_core.interchange import conform_to_film
from emotion_core.interchange.readers.edit_list import EditList, Event, FrameNumber, Seconds, Timecode
from emotion_core.media import Media
from emotion_core.settings import ShotSettings
from emotion_core.timecode import nominal_rate
from tests.support.films import FILM, NTSC, PAL
from tests.support.scans import media

RATES = [FILM, Fraction(24), PAL, NTSC, Fraction(30), Fraction(50), 2 * NTSC, Fraction(25, 2), Fraction(120)]
SPECIAL = ["", "soon", "01:00:00:00", "23:59:59:23", "00:01:00;00"]

numbers = st.one_of(st.integers(-100, 3000), st.integers(0, 10**9))
timecodes = st.builds(
    "{:02}:{:02}:{:02}{}{:02}".format,
    st.integers(0, 30), st.integers(0, 61), st.integers(0, 61), st.sampled_from(":;.,"), st.integers(0, 130),
)  # fmt: skip
positions = st.one_of(
    st.builds(Timecode, st.one_of(timecodes, st.sampled_from(SPECIAL))),
    st.builds(FrameNumber, numbers),
    st.builds(Seconds, st.fractions(-10, 10**6, max_denominator=30000)),
)
events = st.builds(
    Event, positions, st.one_of(st.none(), positions), st.text(max_size=5), st.integers(0, 500), st.integers(0, 50),
    st.one_of(st.none(), st.integers(1, 9999)),
)  # fmt: skip
lists = st.builds(
    EditList,
    st.just("EDL"),
    st.lists(events, max_size=8).map(tuple),
    rate=st.one_of(st.none(), st.sampled_from([*RATES, Fraction("23.976"), Fraction(1000)])),
    drop_frame=st.sampled_from([None, True, False]),
    clock=st.booleans(),
    starts_at=st.one_of(st.none(), st.builds(Timecode, timecodes), st.builds(FrameNumber, st.integers(0, 10**7))),
    frames_are_the_films=st.booleans(),
    gaps_are_scenes=st.booleans(),
)
films = st.builds(
    lambda rate, frames, first, drop_frame, is_vfr: media(
        rate=rate, duration=frames / rate, start_frame=first, drop_frame=drop_frame and rate in (NTSC, 2 * NTSC),
        is_vfr=is_vfr,
    ),
    st.sampled_from(RATES), st.integers(1, 400_000), st.integers(0, 2_000_000), st.booleans(),
    st.sampled_from([False, False, False, True]),
)  # fmt: skip


@given(edit_list=lists, film=films, cuts=st.sets(st.integers(0, 3000), max_size=6))
@settings(max_examples=300, deadline=None)
def test_any_list_ends_in_cuts_or_in_our_own_words(edit_list: EditList, film: Media, cuts: set[int]) -> None:
    """Cuts ascend and lie in the film, or a CutListError has problem and advice; no other error is raised."""
    try:
        read = conform_to_film(edit_list, film, cuts)
    except CutListError as error:
        read, words = None, (error.problem, error.advice)
    if read is None:
        assert all(words)
        return
    stored = ShotSettings(detector="cuts", cuts=read.cuts, cut_notes=read.notes)
    assert film.is_vfr or all(frame <= film.duration * film.rate + nominal_rate(film.rate) for frame, _ in stored.cuts)
