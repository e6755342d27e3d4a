"""A film read in segments of any length, and stopped any number of times, gives the numbers of one read at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emotion_core.decoding import Decoder
from emotion_core.expression.checkpoints import load, locate
from emotion_core.expression.engines import Engine
from emotion_core.expression.selection import open_engine
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.observations import Observations, ObservationStore, Scores
from emotion_core.scan.model_thread import Model, ModelThread
from emotion_core.scan.one_pass import one_pass
from emotion_core.scenes import LOOKBACK, Scorer, Shot, same_score, shots_of
from emotion_core.settings import DETECTORS, ScanSettings, ShotSettings
from tests.support import checkpoints
from tests.support.clips import man, placed, scaled
from tests.support.films import Part, Picture, texture, write_film, write_parts
from tests.support.scans import CHECKPOINT
from tests.support.stores import Stopped, StoppedStore

SETTINGS = ScanSettings(engine="torch", batch=4)
WIDTH, HEIGHT = 320, 180
SEAM = 125
"""Frames in five seconds; a keyframe."""
CUTS = (60, 125, 249, 300, 376, 470, 501, 560, 625, 700, 749)
"""On seams of five seconds (125, 625), one frame beside them (249, 376, 501, 749) and far away."""
FRAMES = 790
WHOLE = Fraction(10**6)

UNEVEN = tuple(accumulate(20 if i % 7 else 130 for i in range(FRAMES)))
"""Milliseconds at which frames are shown: most for 20 ms, each seventh for 130."""

EQUAL = [40 * (frame - (frame % 40 in (5, 6))) for frame in range(FRAMES)]
"""The same of a film at 25 a second in which now and then three frames share two times."""

FORMS: dict[str, tuple[str, dict[str, Any]]] = {
    "B-frames": ("film.mp4", {}),
    "open GOPs": (
        "film.mkv",
        {"options": {"x264-params": "b-adapt=0:scenecut=0:keyint=25:min-keyint=25:open-gop=1:log-level=none"}},
    ),
    "an edit list": (
        "film.mov",
        {"pts": range(-5, FRAMES - 5), "container_options": {"avoid_negative_ts": "disabled"}},
    ),
    "a transport stream": ("film.ts", {}),
    "a clock that wraps": ("wraps.ts", {"container_options": {"output_ts_offset": f"{2**33 / 90_000 - 14.2:.3f}"}}),
    "no times of shown frames": ("film.avi", {"b_frames": 3}),
    "equal times": ("equal.mkv", {"b_frames": 0, "pts": EQUAL, "time_base": Fraction(1, 1000)}),
    "variable rate": ("uneven.mkv", {"pts": UNEVEN, "time_base": Fraction(1, 1000)}),
    "another shape": ("shapes.ts", {}),
}
SHAPES = ((0, 1, Fraction(1)), (150, 2, Fraction(1)), (400, 1, Fraction(1)), (480, 1, Fraction(4, 3)))
"""Of the last form: from which frame on it is how often as large, with pixels how wide."""


def pictures() -> Iterator[Picture]:
    """A shot between each two cuts, every other one of a man who talks."""
    black = np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)
    for number, (first, last) in enumerate(pairwise((0, *CUTS, FRAMES))):
        if number % 2:
            talking = [placed(picture, 40 + 8 * (number % 5), black) for picture in man(0, 40, HEIGHT)]
            there_and_back = [*talking, *talking[-2:0:-1]]  # a jump would be a cut
            yield from (there_and_back[frame % len(there_and_back)] for frame in range(last - first))
        else:
            yield from texture(number, last - first, WIDTH, HEIGHT)


def parts() -> Iterator[Part]:
    """The film in pieces of SHAPES."""
    displayed = list(pictures())
    for (first, times, aspect), (last, *_) in pairwise((*SHAPES, (FRAMES, 1, Fraction(1)))):
        larger = [scaled(picture, times * WIDTH, times * HEIGHT) for picture in displayed[first:last]]
        yield Part(pictures=larger, pixel_aspect=aspect)


@pytest.fixture(params=FORMS, scope="module")
def film(request: pytest.FixtureRequest, films: Path) -> Path:
    """The film in each form."""
    name, how = FORMS[request.param]
    path: Path = films / "segments" / request.param / name
    if path.exists():
        return path
    path.parent.mkdir(parents=True)
    if request.param == "another shape":
        return write_parts(path, *parts(), keyframe_every=25)
    return write_film(path, pictures(), keyframe_every=25, **how)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Of a tiny network: what it says of a face is not the matter, but that it says the same each time."""
    folder = checkpoints.vit(tmp_path_factory.mktemp("tiny"), REFERENCE_LABELS)
    return open_engine("torch", load(locate(str(folder))), batch=SETTINGS.batch)


@pytest.fixture(scope="module")
def whole(film: Path, engine: Engine) -> ObservationStore:
    """The film read at once."""
    store = ObservationStore(film.parent / "store")
    if not store.segment_count:  # with another parameter beside the film's the fixture is asked again
        read(film, engine, store, WHOLE)
    assert store.segment_count == 1
    return store


def read(film: Path, engine: Engine, store: ObservationStore, seconds: Fraction) -> list[int]:
    """Read a film into `store`; returns the frame numbers that the progress reported."""
    message: list[int] = []

    def report(event: str, fields: dict[str, Any]) -> None:
        message.append(fields["frames"])

    with Decoder(film, "content") as decoder, ModelThread(lambda say: Model(CHECKPOINT, engine)) as model:
        store.begin(decoder.media, SETTINGS, CHECKPOINT, engine.identity)
        one_pass(decoder, model, store, SETTINGS, ShotSettings(), report, segment_seconds=seconds)
    return message


def shots(scan: Observations) -> dict[str, tuple[Shot, ...]]:
    """Of each detector."""
    return {detector: shots_of(scan, ShotSettings(detector=detector)) for detector in DETECTORS[:-1]}


@cache
def read_once(store: Path) -> tuple[Observations, dict[str, tuple[Shot, ...]]]:
    """What the store in a folder holds, which does not change any more, and its shots."""
    scan = ObservationStore(store).read_partial()
    return scan, shots(scan)


def assert_the_same(store: ObservationStore, whole: ObservationStore) -> None:
    """Every number and picture of the two is the same."""
    partial, (complete, its_shots) = store.read_partial(), read_once(whole.folder)
    for column in dataclasses.fields(Scores):
        np.testing.assert_array_equal(getattr(partial.scores, column.name), getattr(complete.scores, column.name))
    assert partial.media == complete.media
    assert partial.faces == complete.faces
    assert partial.expressions == complete.expressions
    assert shots(partial) == its_shots
    assert len(partial.samples) == len(complete.samples)
    for a, b in zip(partial.samples, complete.samples, strict=True):
        assert a.thumbnail is not None
        assert b.thumbnail is not None
        assert store.picture(a.thumbnail) == whole.picture(b.thumbnail)
        assert dataclasses.replace(a, thumbnail=b.thumbnail) == b
    assert partial.shapes == complete.shapes
    assert (partial.damaged_frames, partial.damaged_from, partial.claimed) == (
        complete.damaged_frames,
        complete.damaged_from,
        complete.claimed,
    )


def test_the_film_is_what_it_should_be(whole: ObservationStore) -> None:
    """The film read at once has all its frames, a face on about half of its samples, and cuts where it was cut."""
    scan_data = whole.read_partial()
    assert scan_data.frames in (FRAMES, FRAMES - 5)
    assert len(scan_data.faces) > 25
    first = FRAMES - scan_data.frames
    adaptive = ShotSettings(detector="adaptive")  # a drifting pattern looks like dissolves to the combined one
    result = {shot.frame_in + first for shot in shots_of(scan_data, adaptive)} - {first}
    assert result <= set(CUTS)
    assert {125, 625, 249, 501, 749, 560} <= result
    changes = {run.frame for run in scan_data.shapes}
    assert changes in (set(), {first for first, *_ in SHAPES})


LENGTHS = [*((form, 5) for form in FORMS), ("B-frames", 20)]
STOPS = [*((form, 2) for form in FORMS), ("a clock that wraps", 5), ("another shape", 5)]
"""Where something happens amid the film, it is stopped before and after that."""


@pytest.mark.parametrize(("film", "seconds"), LENGTHS, indirect=["film"])
def test_segments_make_no_difference(
    film: Path, engine: Engine, whole: ObservationStore, tmp_path: Path, seconds: int
) -> None:
    """Read in segments of 5 or 20 seconds a film gives the very numbers that it gives at once."""
    store = ObservationStore(tmp_path / "store")
    read(film, engine, store, Fraction(seconds))
    assert store.segment_count > 1
    assert_the_same(store, whole)


@pytest.mark.parametrize(("film", "at"), STOPS, indirect=["film"])
def test_a_stopped_pass_goes_on(film: Path, engine: Engine, whole: ObservationStore, tmp_path: Path, at: int) -> None:
    """Stopped before any of its segments was written, a pass goes on from there and gives the very same numbers."""
    with pytest.raises(Stopped):
        read(film, engine, StoppedStore(tmp_path / "store", at), Fraction(5))
    store = ObservationStore(tmp_path / "store")
    assert store.segment_count == at
    written = store.read_partial().frames
    message = read(film, engine, store, Fraction(5))
    assert min(message) > written
    assert_the_same(store, whole)


@pytest.mark.parametrize("film", ["B-frames"], indirect=True)
def test_a_pass_can_be_stopped_again_and_again(
    film: Path, engine: Engine, whole: ObservationStore, tmp_path: Path
) -> None:
    """Stopped after each segment a film is read all the same."""
    for at in range(1, 40):
        try:
            read(film, engine, StoppedStore(tmp_path / "store", at), Fraction(5))
            break
        except Stopped:
            continue
    assert at > 5
    assert_the_same(ObservationStore(tmp_path / "store"), whole)


def test_segments_of_another_film_are_not_gone_on_with(films: Path, engine: Engine, tmp_path: Path) -> None:
    """Where the frames before the seam are not those that were written, the film is read from its first frame."""
    first = write_film(films / "one.mp4", texture(1, 300), keyframe_every=25)
    two = write_film(films / "two.mp4", texture(2, 300), keyframe_every=25)
    with pytest.raises(Stopped):
        read(first, engine, StoppedStore(tmp_path / "store", 1), Fraction(5))
    store, fresh = ObservationStore(tmp_path / "store"), ObservationStore(tmp_path / "fresh")
    read(two, engine, store, Fraction(5))
    read(two, engine, fresh, Fraction(5))
    assert_the_same(store, fresh)


def test_a_pass_over_a_damaged_film_goes_on(films: Path, engine: Engine, tmp_path: Path) -> None:
    """Stopped after each segment a film with a hole that breaks off gives what it gives at once: frames and damage.

    But for the pictures that the decoder patched up: from what, hangs on which of its threads came first.
    """
    path = write_film(films / "damaged.mkv", texture(1, 750), keyframe_every=25, b_frames=0)
    content = bytearray(path.read_bytes())
    at = len(content) // 3
    content[at : at + 2000] = bytes(2000)
    path.write_bytes(content[: len(content) * 2 // 3])
    at_once = ObservationStore(tmp_path / "whole")
    read(path, engine, at_once, Fraction(5))
    for at in range(1, 20):
        try:
            read(path, engine, StoppedStore(tmp_path / "store", at), Fraction(5))
            break
        except Stopped:
            continue
    scan_data = at_once.read_partial()
    assert at > 2
    assert scan_data.claimed == 30
    assert 18 < scan_data.media.duration < 22
    again = ObservationStore(tmp_path / "store").read_partial()
    assert (again.media, again.claimed) == (scan_data.media, scan_data.claimed)
    assert again.damaged_frames > 0 < scan_data.damaged_frames
    np.testing.assert_array_equal(again.scores.pts, scan_data.scores.pts)
    assert [sample.frame for sample in again.samples] == [sample.frame for sample in scan_data.samples]
    differ = np.flatnonzero(again.scores.content != scan_data.scores.content)
    assert len(differ) == 0 or differ.max() - differ.min() < 50  # two groups of pictures round the hole


def test_a_torn_segment_is_read_again(films: Path, engine: Engine, tmp_path: Path) -> None:
    """Where a stored segment can no longer be read, the scan starts again instead of failing for ever."""
    film = write_film(films / "torn.mp4", texture(1, 300), keyframe_every=25)
    with pytest.raises(Stopped):
        read(film, engine, StoppedStore(tmp_path / "store", 2), Fraction(5))
    store, fresh = ObservationStore(tmp_path / "store"), ObservationStore(tmp_path / "fresh")
    torn = store.folder / "segments" / "00000.npz"
    torn.write_bytes(torn.read_bytes()[:2000])
    read(film, engine, store, Fraction(5))
    read(film, engine, fresh, Fraction(5))
    assert_the_same(store, fresh)


def test_a_score_looks_back_no_further_than_it_says() -> None:
    """A scorer that starts LOOKBACK frames earlier measures what one measures that saw the whole film."""
    displayed = list(pictures())[100:300]
    through = Scorer()
    all_scores = [through.score(picture) for picture in displayed]
    for first in (60, 124 - 100, 125 - 100, 150):
        late = Scorer()
        scores = [late.score(picture) for picture in displayed[max(0, first - LOOKBACK) : first + 3]]
        assert all(map(same_score, scores[-3:], all_scores[first : first + 3]))
