"""Every file with markers or cuts that leaves is read again to the same frames."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings, strategies as st

from emotion_core.interchange import timebase
from emotion_core.interchange.marker_list import Marker, MarkerList
from emotion_core.interchange.writers.registry import FORMATS, NAMES, FormatName
from emotion_core.media.media import Media, timecode_at
from emotion_core.media.positions import as_lines, frame_of
from emotion_core.timecode import day, nominal
from tests.films import FILM, NTSC, PAL
from tests.lists import frames, laid
from tests.scans import media

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
"""Of the start timecode; 24 is three seconds before midnight."""


@st.composite
def cut_films(draw: st.DrawFn, longest: int = 400_000) -> tuple[Media, list[int]]:
    """A film and the first frames of its scenes, the first of all among them."""
    rate, drop_frame = draw(st.sampled_from(RATES))
    hour = draw(st.sampled_from(HOURS))
    a_day = day(rate, drop_frame=drop_frame)
    first = a_day - 3 * nominal(rate) if hour == 24 else a_day // 24 * hour
    length = draw(st.one_of(st.integers(2, 500), st.integers(500, longest)))
    cuts = draw(st.lists(st.integers(1, length - 1), max_size=30, unique=True))
    film = media(rate=rate, drop_frame=drop_frame, start_frame=first, duration=length / rate)
    return film, [0, *sorted(cuts)]


def marker_list(
    film: Media, starts: list[int], *, points: bool = False, skipped: int = 0, starts_at: str | None = None
) -> MarkerList:
    """The film's scenes; of the markers the first `skipped` are left out, and the timeline may begin at `starts_at`."""
    own = timebase.of(film)
    base = timebase.of(film, starts_at=starts_at)
    length = int(film.duration * film.rate)
    scenes = tuple(
        Marker(a, b - a, f"{number} happy 88 %", "a note; 3 usable faces", "happy" if number % 2 else None)
        for number, (a, b) in enumerate(pairwise([*starts, length]), start=1)
    )
    markers = tuple(replace(scene, frames=1) if points else scene for scene in scenes[skipped:])
    return MarkerList(
        "cut 7.mov", base, length, own, length, 1920, 1080, ("happy", "sad"), "read by tests", scenes, markers
    )


@pytest.mark.parametrize("name", NAMES)
@given(cut_film=cut_films(), points=st.booleans())
@settings(max_examples=150, deadline=None)
def test_what_is_written_is_read_to_the_same_frames(
    name: FormatName, cut_film: tuple[Media, list[int]], points: bool
) -> None:
    """A film's scenes in each format come back at their frames, at every rate and start, across midnight too."""
    film, starts = cut_film
    made = marker_list(film, starts, points=points)
    # Lists of markers alone say no rate and no end: on a film of 50 frames a second its scenes tell it from 25.
    read = laid(
        FORMATS[name].write(made), film, starts if name in ("avid", "resolve") else (), name=f"a{FORMATS[name].suffix}"
    )
    assert frames(read) == starts


@pytest.mark.parametrize("name", [name for name in NAMES if name != "cut-list"])
@given(cut_film=cut_films())
@settings(max_examples=60, deadline=None)
def test_some_markers_lie_where_they_were(name: FormatName, cut_film: tuple[Media, list[int]]) -> None:
    """Markers of some scenes alone come back at their frames; the film's own timecode says where they lie."""
    film, starts = cut_film
    made = marker_list(film, starts, skipped=len(starts) // 2)
    read = laid(FORMATS[name].write(made), film, starts, name=f"a{FORMATS[name].suffix}")
    wanted = starts if name == "otio" else starts[len(starts) // 2 :]  # its clips are every scene
    assert [frame for frame in frames(read) if frame] == [frame for frame in wanted if frame]


@pytest.mark.parametrize("name", NAMES)
@given(cut_film=cut_films(longest=30_000), hour=st.sampled_from([0, 1, 10]))
@settings(max_examples=60, deadline=None)
def test_a_timeline_may_begin_elsewhere(name: FormatName, cut_film: tuple[Media, list[int]], hour: int) -> None:
    """Written for a timeline that begins at another hour, the list still begins with the film, and that is told."""
    film, starts = cut_film
    a_day, length = day(film.rate, drop_frame=film.drop_frame), int(film.duration * film.rate)
    after = (a_day // 24 * hour - film.start_frame) % a_day
    assume(after == 0 or after > length + nominal(film.rate))  # else it is the timecode of a frame of the film
    sign = ";" if film.drop_frame else ":"
    made = marker_list(film, starts, starts_at=f"{hour:02}:00:00{sign}00")
    read = laid(FORMATS[name].write(made), film, starts if name in ("avid", "resolve") else ())
    assert frames(read) == starts
    same = film.start_frame == made.timebase.starts_at
    assert any(made.timebase.first in note for note in read.notes) != same


@given(cut_film=cut_films())
@settings(max_examples=150, deadline=None)
def test_a_list_by_hand_comes_back(cut_film: tuple[Media, list[int]]) -> None:
    """The scenes as lines for a person to change are read to the same frames, names included."""
    film, starts = cut_film
    cuts = tuple((frame, f"Scene {frame}") for frame in starts)
    assert laid(as_lines(cuts, film), film).cuts == cuts


@given(cut_film=cut_films())
@settings(max_examples=150, deadline=None)
def test_a_timecode_that_is_shown_is_taken(cut_film: tuple[Media, list[int]]) -> None:
    """What the report's table shows as a scene's begin names that very frame."""
    film, starts = cut_film
    for frame in starts:
        assert frame_of(timecode_at(film, frame / film.rate), film) == frame
