"""Times from time stamps, and films with missing or wrong stamps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from emotion_core.analysis.time_stamp_notes import notes_on_time_stamps
from emotion_core.decoding import NO_STAMP, Decoder, MediaClock, frame_places
from emotion_core.observations import Observations, Scores, damage
from emotion_core.settings import ScanSettings
from tests.support.films import Picture, number_of, numbered, remuxed, restamped, write_film
from tests.support.scans import CHECKPOINT, ENGINE, media

STEP = 40
"""Milliseconds from frame to frame at 25 a second."""
HOUR = 90_000
"""Frames."""


def frames(*numbers: float | None) -> list[int]:
    """Stamps in milliseconds at the times of these frames; None for a missing one."""
    return [NO_STAMP if number is None else round(number * STEP) for number in numbers]


EVEN = frames(*range(40))

CLOCKS: dict[str, tuple[str, list[int], list[int], int, int]] = {
    # what: (kind, stamps, times, frames whose times are made, jumps)
    "even": ("shown", EVEN, EVEN, 0, 0),
    "uneven": ("shown", [0, 20, 150, 170, 700, 720], [0, 20, 150, 170, 700, 720], 0, 0),
    "slides of a minute": ("shown", frames(0, 1500, 3000, 4500), frames(0, 1500, 3000, 4500), 0, 0),
    "one as the one before": ("shown", frames(0, 1, 1, 3, 4), frames(0, 1, 2, 3, 4), 1, 0),
    "the last as the one before": ("shown", frames(0, 1, 2, 2), frames(0, 1, 2, 3), 1, 0),
    "one too early": ("shown", frames(0, 1, 2, 0, 4, 5), frames(0, 1, 2, 3, 4, 5), 1, 0),
    "one too late": ("shown", frames(0, 1, 50, 3, 4, 5), frames(0, 1, 2, 3, 4, 5), 1, 0),
    "all the same": ("shown", frames(*[0] * 40), EVEN, 39, 0),
    "none": ("shown", frames(*[None] * 40), EVEN, 40, 0),
    "none at first": ("shown", frames(*[None] * 10, *range(30)), EVEN, 10, 0),
    "none in between": ("shown", frames(0, None, None, 3, None, 5), frames(*range(6)), 3, 0),
    "none for long": ("shown", frames(0, *[None] * 38, 39), EVEN, 38, 0),
    "one each few": ("clock", frames(*(n if n % 12 == 0 else None for n in range(40))), EVEN, 36, 0),
    "neighbours changed": ("shown", frames(0, *chain(*((n + 1, n) for n in range(1, 39, 2))), 39),
                           frames(0, *range(2, 39), 38.5, 39), 19, 0),
    "in coded order": ("coded", frames(0, *chain(*((n + 3, n + 1, n, n + 2) for n in range(1, 37, 4))), 37, 38, 39),
                       EVEN, 0, 0),
    "set back": ("shown", frames(*range(20), *range(20)), EVEN, 0, 1),
    "set back a little": ("clock", frames(*range(20), *range(17, 37)), EVEN, 0, 1),
    "set on by an hour": ("clock", frames(*range(20), *range(HOUR, HOUR + 20)), EVEN, 0, 1),
    "set on by two hours": ("shown", frames(*range(20), *range(2 * HOUR, 2 * HOUR + 20)), EVEN, 0, 1),
    "set back and on": ("clock", frames(*range(20), *range(-HOUR, 20 - HOUR), *range(HOUR, HOUR + 20)),
                        frames(*range(60)), 0, 2),
    "one far too late": ("clock", frames(0, 1, 2, HOUR, 4, 5, 6), frames(*range(7)), 1, 0),
}  # fmt: skip


@pytest.mark.parametrize("name", CLOCKS)
def test_stamps_become_times(name: str) -> None:
    """Times equal rising stamps, and are inferred from neighbours and rate elsewhere."""
    kind, stamps, times, inferred, jumps = CLOCKS[name]
    passed = MediaClock(media(stamps=kind))
    assert [*chain(*map(passed.push, stamps)), *passed.flush()] == times
    assert (passed.inferred, passed.jumps) == (inferred, jumps)


@pytest.mark.parametrize("kind", ["shown", "coded", "clock"])
def test_times_rise_whatever_the_stamps(kind: str) -> None:
    """For any stamps each frame gets one time, later than the time before."""
    random = np.random.default_rng(4)
    for spread in (3, 50, 5000, 10**8):
        stamps = [NO_STAMP if random.random() < 0.2 else int(random.integers(-spread, spread)) for _ in range(500)]
        passed = MediaClock(media(stamps=kind))
        times = [*chain(*map(passed.push, stamps)), *passed.flush()]
        assert len(times) == len(stamps)
        assert times[0] >= 0
        assert min(np.diff(times)) >= 1


# Films

FRAMES = 100
B_FRAMES: dict[str, Any] = {"b_frames": 3, "keyframe_every": 25}
WRAP = 2**33 / 90_000
"""Seconds after which an MPEG clock begins anew."""

Maker = Callable[[Path], Path]


@dataclass(frozen=True, slots=True)
class Case:
    """A film with unusual stamps, and the expected result."""

    make: Maker
    """Writes it at a path without suffix, and says where it lies then."""
    shown: Iterable[int] = range(FRAMES)
    """The numbers of the frames shown."""
    times: Iterable[float] | None = None
    """When they are shown, frames of 1/25 s after the first; by default one after the other."""
    notes: tuple[str, ...] = ()
    """How what is told of its stamps begins."""
    is_vfr: bool = False


def small() -> Iterable[Picture]:
    """A film's pictures, numbered."""
    return numbered(FRAMES, 160, 96)


def written(suffix: str, **how: Any) -> Maker:
    coded: dict[str, Any] = {"quality": 20, **B_FRAMES, **how}
    return lambda path: write_film(path.with_suffix(suffix), small(), **coded)


def offset(suffix: str, seconds: float, **how: Any) -> Maker:
    """`written`, in a container whose clock begins at `seconds`."""
    return written(suffix, container_options={"output_ts_offset": f"{seconds:.3f}"}, **how)


def stamped(stamps: Callable[[int], float]) -> Maker:
    """A Matroska film whose frames have `stamps`, in frames."""

    def make(path: Path) -> Path:
        plain = write_film(path.with_suffix(".mp4"), small(), quality=20, keyframe_every=25, b_frames=0)
        return restamped(path.with_suffix(".mkv"), plain, lambda number: round(stamps(number) * STEP))

    return make


def joined(*seconds: float) -> Maker:
    """Concatenated transport streams of the same frames, whose clocks begin at these times."""

    def make(path: Path) -> Path:
        parts = [offset(f".{number}.ts", begins)(path) for number, begins in enumerate(seconds)]
        whole = path.with_suffix(".ts")
        whole.write_bytes(b"".join(part.read_bytes() for part in parts))
        return whole

    return make


def in_program_stream(path: Path) -> Path:
    """H.264 in a programme stream, where only some packets have stamps: how many hangs on the size of frames."""
    plain = write_film(path.with_suffix(".mp4"), numbered(FRAMES), quality=20, **B_FRAMES)
    return remuxed(path.with_suffix(".vob"), plain, through="h264_mp4toannexb")


UNEVEN = [number + number // 7 * 3 for number in range(FRAMES)]
MPEG2: dict[str, Any] = {"codec": "mpeg2video", "b_frames": 2}
CLOCK, NO_TIMES = "The file's clock is set anew", "The file does not keep when each frame is shown"

FILMS = {
    "the clock wraps after 0.3 s": Case(offset(".ts", WRAP - 1.7)),
    "the clock wraps after 2.6 s": Case(offset(".ts", WRAP - 4)),
    "the clock wraps amid B-frames": Case(offset(".ts", WRAP - 3.33)),
    "the clock begins below zero": Case(offset(".ts", -3)),
    "a programme stream": Case(written(".mpg", **MPEG2)),
    "a programme stream of a DVD whose clock wraps": Case(offset(".vob", WRAP - 2, **MPEG2)),
    "a programme stream with few stamps": Case(in_program_stream, notes=("81 frames carry no time",)),
    "B-frames in AVI": Case(written(".avi"), notes=(NO_TIMES,)),
    "MPEG-4 with B-frames in AVI": Case(written(".avi", codec="mpeg4", options={"bf": "2", "g": "25"})),
    "steps without a picture in AVI": Case(
        written(".avi", codec="mjpeg", pixel_format="yuvj420p", pts=UNEVEN), times=UNEVEN, is_vfr=True
    ),
    "every 40th as the one before": Case(
        stamped(lambda n: n - (n % 40 == 39)), notes=("2 frames carry the time of the frame before, so that players",)
    ),
    "some before the one before": Case(
        stamped(lambda n: n - 3 * (n % 10 == 9)), notes=("10 frames carry a time that is out of order",)
    ),
    "all at once": Case(stamped(lambda n: 0), notes=("99 frames carry the time of the frame before",)),
    "before zero": Case(stamped(lambda n: n - 20), notes=("20 frames carry no time",)),
    "set back": Case(stamped(lambda n: n - 50 * (n >= 60)), notes=(f"{CLOCK} once, 2.4 s into the film",)),
    "variable rate": Case(stamped(lambda n: UNEVEN[n]), times=UNEVEN, is_vfr=True),
    "joined": Case(joined(0, 0), [*range(FRAMES)] * 2, notes=(f"{CLOCK} once, 4.0 s",)),
    "joined with a later one": Case(joined(0, 3600), [*range(FRAMES)] * 2, notes=(f"{CLOCK} once, 4.0 s",)),
    "joined with an earlier one": Case(joined(3600, 0), [*range(FRAMES)] * 2, notes=(f"{CLOCK} once, 4.0 s",)),
    "an edit list that begins late": Case(written(".mov", pts=range(50, 150))),
    "an edit list that leaves out": Case(
        written(".mov", pts=range(-25, 75), container_options={"avoid_negative_ts": "disabled"}),
        range(25, FRAMES), notes=("The file counts 100 frames; 75 are shown and counted here.",),
    ),
}  # fmt: skip


@pytest.fixture(params=FILMS, scope="module")
def film(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, Path]:
    """Each film."""
    case = FILMS[request.param]
    return case, case.make(tmp_path_factory.mktemp("stamps") / "film")


Read = tuple[Observations, list[int]]
"""What was seen of a film, and the numbers that its frames carry."""


@pytest.fixture(scope="module")
def read(film: tuple[Case, Path]) -> Read:
    with Decoder(film[1], "content") as decoder:
        rows = [(frame.ticks, frame.stamp, number(frame.picture)) for frame in decoder.frames()]
        pts, stamps, numbers = (list(column) for column in zip(*rows, strict=True))
        facts, damaged = decoder.final_media(np.array(pts)), decoder.damaged
    return Observations(facts, ScanSettings(), CHECKPOINT, ENGINE, scores(pts, stamps), (), (), (), damaged), numbers


def scores(pts: list[int], stamps: list[int]) -> Scores:
    calm = np.zeros(len(pts))
    layout = np.zeros((len(pts), 0), dtype=np.uint8)
    return Scores(np.array(pts), calm, calm, calm, calm, layout, np.array(stamps))


def number(picture: av.VideoFrame) -> int:
    return number_of(np.asarray(picture.to_ndarray(format="rgb24"), dtype=np.uint8))


def test_every_frame_is_counted(film: tuple[Case, Path], read: Read) -> None:
    """All decoded frames are counted, in order and at their times; none counts as damaged."""
    case, path = film
    observed, numbers = read
    with av.open(str(path)) as container:
        assert numbers == [number(picture) for picture in container.decode(video=0)]
    assert numbers == list(case.shown)
    right = range(len(numbers)) if case.times is None else case.times
    times = [int(ticks) * observed.media.time_base * 25 for ticks in observed.scores.pts]
    assert max(abs(time - value) for time, value in zip(times, right, strict=True)) < Fraction(1, 25)
    assert damage.damage_of(observed) is None
    assert observed.media.is_vfr == case.is_vfr


def test_what_stamps_are_not_is_told(film: tuple[Case, Path], read: Read) -> None:
    """A note says how many stamps were not used, and why; other films have no note."""
    notes = notes_on_time_stamps(read[0], whole=True)
    assert len(notes) == len(film[0].notes)
    assert all(value.startswith(begins) for value, begins in zip(notes, film[0].notes, strict=True)), notes


def test_seeking_finds_the_same_frame(film: tuple[Case, Path], read: Read) -> None:
    """Seeking finds the frame of that number, alone and together with others."""
    observed, numbers = read
    some = [0, 1, 24, 25, 26, 39, 40, 59, 61, len(numbers) - 1]
    with Decoder(film[1], "content") as decoder:
        for index in reversed(some):
            (place,) = frame_places(observed.scores, [index])
            assert number(decoder.seek_frame(place).picture) == numbers[index]
        frames = decoder.seek_frames(frame_places(observed.scores, some))
        assert [(frame.index, number(frame.picture)) for frame in frames] == [(index, numbers[index]) for index in some]


@pytest.mark.parametrize("first", [30, 61, 74])
def test_a_film_is_read_on(film: tuple[Case, Path], read: Read, first: int) -> None:
    """Reading from a frame on yields the same frames and times, after a seek or from the start."""
    observed, numbers = read
    pts, stamps = observed.scores.pts.tolist(), observed.scores.stamp.tolist()
    earlier = scores(pts[: first + 4], stamps[: first + 4])
    right = list(zip(range(first, len(numbers)), pts[first:], stamps[first:], numbers[first:], strict=True))
    with Decoder(film[1], "content") as decoder:
        for seconds in (Fraction(2), Fraction(10), None):
            again = [
                (f.index, f.ticks, f.stamp, number(f.picture)) for f in decoder.frames_from(first, earlier, seconds)
            ]
            assert again == right or (seconds is not None and again == [])
