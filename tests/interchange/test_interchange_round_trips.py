"""Every written file with markers or cuts is read back to the same frames."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings, strategies as st

from emotion_core.interchange import FORMATS, NAMES, FormatName
from emotion_core.media import Media, format_cut_lines, parse_position, timecode_at
from emotion_core.timecode import frames_per_day, nominal_rate
from tests.support.cut_lists import frames, laid
from tests.support.films import FILM, NTSC, PAL
from tests.support.marker_lists import marker_list
from tests.support.scans import media

RATES = [
    # frames a second, drop-frame
    (FILM, False),
    (Fraction(24), False),
    (PAL, False),
    (NTSC, True),
    (NTSC, False),
    (Fraction(50), False),
    (2 * NTSC, True),
    (2 * NTSC, False),
]
HOURS = [0, 1, 10, 24]
"""Hours of the start timecode; 24 is three seconds before midnight."""


@st.composite
def cut_films(draw: st.DrawFn, longest: int = 400_000) -> tuple[Media, list[int]]:
    """A film and the first frames of its scenes, the first of all among them."""
    rate, drop_frame = draw(st.sampled_from(RATES))
    hour = draw(st.sampled_from(HOURS))
    a_day = frames_per_day(rate, drop_frame=drop_frame)
    first = a_day - 3 * nominal_rate(rate) if hour == 24 else a_day // 24 * hour
    length = draw(st.one_of(st.integers(2, 500), st.integers(500, longest)))
    cuts = draw(st.lists(st.integers(1, length - 1), max_size=30, unique=True))
    film = media(rate=rate, drop_frame=drop_frame, start_frame=first, duration=length / rate)
    return film, [0, *sorted(cuts)]


@pytest.mark.parametrize("name", NAMES)
@given(cut_film=cut_films(), points=st.booleans())
@settings(max_examples=150, deadline=None)
def test_what_is_written_is_read_to_the_same_frames(
    name: FormatName, cut_film: tuple[Media, list[int]], points: bool
) -> None:
    """A film's scenes in each format come back at their frames, at every rate and start, across midnight too."""
    film, starts = cut_film
    written = marker_list(film, starts, points=points)
    # Lists of markers alone say no rate and no end: on a film of 50 frames a second its scenes tell it from 25.
    read = laid(
        FORMATS[name].write(written),
        film,
        starts if name in ("avid", "resolve") else (),
        name=f"a{FORMATS[name].suffix}",
    )
    assert frames(read) == starts


@pytest.mark.parametrize("name", [name for name in NAMES if name != "cut-list"])
@given(cut_film=cut_films())
@settings(max_examples=60, deadline=None)
def test_some_markers_lie_where_they_were(name: FormatName, cut_film: tuple[Media, list[int]]) -> None:
    """Markers of some scenes alone come back at their frames; the film's own timecode says where they lie."""
    film, starts = cut_film
    written = marker_list(film, starts, skipped=len(starts) // 2)
    read = laid(FORMATS[name].write(written), film, starts, name=f"a{FORMATS[name].suffix}")
    wanted = starts if name == "otio" else starts[len(starts) // 2 :]  # its clips are every scene
    assert [frame for frame in frames(read) if frame] == [frame for frame in wanted if frame]


@pytest.mark.parametrize("name", NAMES)
@given(cut_film=cut_films(longest=30_000), hour=st.sampled_from([0, 1, 10]))
@settings(max_examples=60, deadline=None)
def test_a_timeline_may_begin_elsewhere(name: FormatName, cut_film: tuple[Media, list[int]], hour: int) -> None:
    """Written for a timeline that begins at another hour, the list still begins with the film; a note says so."""
    film, starts = cut_film
    a_day, length = frames_per_day(film.rate, drop_frame=film.drop_frame), int(film.duration * film.rate)
    after = (a_day // 24 * hour - film.start_frame) % a_day
    assume(after == 0 or after > length + nominal_rate(film.rate))  # else it is the timecode of a frame of the film
    sign = ";" if film.drop_frame else ":"
    written = marker_list(film, starts, starts_at=f"{hour:02}:00:00{sign}00")
    read = laid(FORMATS[name].write(written), film, starts if name in ("avid", "resolve") else ())
    assert frames(read) == starts
    same = film.start_frame == written.timebase.starts_at
    assert any(written.timebase.first in note for note in read.notes) != same


@given(cut_film=cut_films())
@settings(max_examples=150, deadline=None)
def test_a_list_by_hand_comes_back(cut_film: tuple[Media, list[int]]) -> None:
    """Scenes written as lines of text are read to the same frames and names."""
    film, starts = cut_film
    cuts = tuple((frame, f"Scene {frame}") for frame in starts)
    assert laid(format_cut_lines(cuts, film), film).cuts == cuts


@given(cut_film=cut_films())
@settings(max_examples=150, deadline=None)
def test_a_timecode_that_is_shown_is_taken(cut_film: tuple[Media, list[int]]) -> None:
    """The begin of a scene in the report's table, read as a position, is that frame."""
    film, starts = cut_film
    for frame in starts:
        assert parse_position(timecode_at(film, frame / film.rate), film) == frame
