"""Crops that are the same as on the sampled frame before are recognised and reused, without a change of results."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from itertools import repeat
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from emotion_core.analysis import analyse, probabilities
from emotion_core.expression import Scaling
from emotion_core.faces.crop_reuse import LEVELS, CropReading, CropReuse, alike, comparison_crop
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.observations import Observations, ObservationStore
from emotion_core.report import csv_bytes, scene_table
from emotion_core.scan import scan
from emotion_core.settings import ReportSettings, ScanSettings, ShotSettings
from tests.support import checkpoints
from tests.support.clips import man, scaled
from tests.support.films import Picture, write_film
from tests.support.stores import Stopped, StoppedStore

ON = ScanSettings(engine="torch", checkpoint="embedded")
TWO_SHOTS = ReportSettings(shots=ShotSettings(detector="cuts", cuts=((0, "Alive"), (50, "Held"), (250, "Grain"))))
BOX = (100.0, 50.0, 80.0, 100.0)
SMALL_CHANGE = 0.01
"""Of shares and probabilities, 0 to 1: what the setting may cost."""


def still() -> NDArray[np.uint8]:
    """A real face, RGB."""
    return next(man(20, 21, 240))[20:150, 90:220].copy()


def brighter(crop: NDArray[np.uint8], by: int) -> NDArray[np.uint8]:
    return np.asarray(np.clip(crop.astype(np.int16) + by, 0, 255), dtype=np.uint8)


def blinking(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """One eye of the face darker, a tenth of the crop across."""
    out = crop.copy()
    out[40:50, 40:53] = out[40:50, 40:53] // 2
    return out


def read_on(*frames: list[tuple[tuple[float, float, float, float], NDArray[np.uint8]]]) -> list[list[int]]:
    """Of each frame's faces, the number of the frame on which they were read."""
    repeats = CropReuse()
    return [[reading.frame for reading in repeats.readings(i, faces)] for i, faces in enumerate(frames)]


def test_a_face_that_does_not_change_is_read_once() -> None:
    """The same crop at the same place is read on the first frame, and so is one that differs by what coding leaves."""
    assert read_on([(BOX, still())], [(BOX, still())], [(BOX, brighter(still(), LEVELS))]) == [[0], [0], [0]]


OTHERS = {
    # what is there on the second frame
    "a blink": (BOX, blinking(still())),
    "a little brighter": (BOX, brighter(still(), LEVELS + 1)),
    "a pixel further": (BOX, np.roll(still(), 1, axis=1)),
    "another place": ((140.0, 50.0, 80.0, 100.0), still()),
    "another colour, as bright": (BOX, brighter(still(), 0)[:, :, [2, 1, 0]].copy()),
}


@pytest.mark.parametrize("change", OTHERS)
def test_a_face_that_changes_is_read_again(change: str) -> None:
    """A blink, a little light, a pixel's move, another place or colour each make a face be read again."""
    assert read_on([(BOX, still())], [OTHERS[change]]) == [[0], [1]]


def test_small_changes_do_not_add_up() -> None:
    """A face that slowly gets brighter is held against the crop that was read, and is read again in time."""
    frames = [[(BOX, brighter(still(), i))] for i in range(7)]
    assert read_on(*frames) == [[0], [0], [0], [3], [3], [3], [6]]


def test_each_face_is_held_against_its_own() -> None:
    """Of two faces one may change and the other not; one that was away for a frame is read again."""
    left, right = (BOX, still()), ((300.0, 50.0, 80.0, 100.0), still()[:, ::-1].copy())
    changed = (BOX, blinking(still()))
    assert read_on([left, right], [changed, right], [right], [left, right]) == [[0, 0], [1, 0], [0], [3, 0]]


def test_alike_is_mutual() -> None:
    """Which of two readings came first makes no difference to whether they are alike."""
    readings = [CropReuse().readings(i, [face])[0] for i, face in enumerate([(BOX, still()), *OTHERS.values()])]
    assert [[alike(a, b) for b in readings] for a in readings] == [[alike(b, a) for b in readings] for a in readings]


@pytest.mark.parametrize("side", [30, 48, 61, 96, 125, 311])
@pytest.mark.parametrize("change", [*range(-LEVELS - 2, LEVELS + 3)])
def test_pixels_compared_first_decide_as_whole_crops_do(side: int, change: int) -> None:
    """Crops of any size and a like crop of another size are alike if their pictures are, which are made late."""
    face = scaled(still(), side, side)
    other = brighter(scaled(still(), side + 3, side + 3), change)
    pictures = [comparison_crop(crop).astype(np.int16) for crop in (face, other)]
    same = bool(np.abs(pictures[0] - pictures[1]).max() <= LEVELS)
    assert alike(CropReading(0, BOX, face), CropReading(1, BOX, other)) == same


def moving_then_held() -> list[Picture]:
    """A man who talks for 50 frames, held still for 200, and for 100 more under film grain."""
    alive = list(man(0, 50, 240))
    grain = np.random.default_rng(1)
    still = alive[-1].astype(np.float64)
    grainy = [
        np.clip(still + grain.normal(0, 3, still.shape[:2])[:, :, None], 0, 255).astype(np.uint8) for _ in range(100)
    ]
    return [*alive, *repeat(alive[-1], 200), *grainy]


@pytest.fixture(scope="module")
def film(films: Path) -> Path:
    """The film that holds still, coded as an export is: with B-frames, a keyframe a second, loss."""
    return write_film(films / "held.mp4", moving_then_held(), quality=20, keyframe_every=25, options={"preset": "fast"})


def scanned(
    film: Path, store: ObservationStore, settings: ScanSettings, seconds: Fraction = Fraction(60)
) -> Observations:
    scan(film, "content", store, settings, TWO_SHOTS, lambda event, fields: None, segment_seconds=seconds)
    return store.read()


@pytest.fixture(scope="module")
def on(tmp_path_factory: pytest.TempPathFactory) -> ScanSettings:
    """With a tiny checkpoint: which faces are read and which taken over does not depend on what is read of them."""
    folder = checkpoints.vit(tmp_path_factory.mktemp("tiny"), REFERENCE_LABELS)
    return dataclasses.replace(ON, checkpoint=str(folder))


@pytest.fixture(scope="module")
def whole(film: Path, on: ScanSettings, tmp_path_factory: pytest.TempPathFactory) -> Observations:
    """The film scanned at once."""
    return scanned(film, ObservationStore(tmp_path_factory.mktemp("on")), on)


def test_a_held_face_is_taken_over(whole: Observations) -> None:
    """While the picture is held most faces are taken over, each from a frame on which it was read; no other is."""
    used = [e for e in whole.expressions if e.read_on is not None]
    frame_of = {face.id: face.sample_frame for face in whole.faces}
    assert len(used) >= 10
    assert {50 < frame_of[e.face_id] < 250 for e in used} == {True}
    read = {frame_of[e.face_id]: e.logits for e in whole.expressions if e.read_on is None}
    assert all(e.read_on in read and read[e.read_on] == e.logits for e in used)


def test_it_changes_next_to_nothing(film: Path, tmp_path: Path) -> None:
    """With the setting off every face is read; the faces are the same, and no share or probability moves by 0.01."""
    whole = scanned(film, ObservationStore(tmp_path / "on"), ON)
    off = scanned(film, ObservationStore(tmp_path / "off"), dataclasses.replace(ON, reuse_equal_crops=False))
    assert any(e.read_on is not None for e in whole.expressions)
    assert {e.read_on for e in off.expressions} == {None}
    assert off.faces == whole.faces
    assert [s.frame for s in off.samples] == [s.frame for s in whole.samples]
    assert np.abs(probabilities(off, Scaling()) - probabilities(whole, Scaling())).max() < SMALL_CHANGE
    for scene, other in zip(analyse(off, TWO_SHOTS).scenes, analyse(whole, TWO_SHOTS).scenes, strict=True):
        assert scene.shares is not None
        assert other.shares is not None
        assert np.abs(np.subtract(scene.shares, other.shares)).max() < SMALL_CHANGE
        assert scene.dominant == other.dominant


@pytest.mark.parametrize("seconds", [Fraction(1, 2), Fraction(1), Fraction(3)])
def test_seams_make_no_difference(
    film: Path, on: ScanSettings, whole: Observations, tmp_path: Path, seconds: Fraction
) -> None:
    """In segments of any length the same faces are taken over from the same frames, with the same numbers."""
    store = ObservationStore(tmp_path / "store")
    assert scanned(film, store, on, seconds).expressions == whole.expressions
    assert store.segment_count > 3


@pytest.mark.parametrize("at", [3, 5, 12])
def test_a_stopped_scan_takes_over_what_an_undisturbed_one_does(
    film: Path, on: ScanSettings, whole: Observations, tmp_path: Path, at: int
) -> None:
    """Stopped amid the held picture and gone on with, a scan ends with the same faces taken over and the same CSV."""
    with pytest.raises(Stopped):
        scanned(film, StoppedStore(tmp_path / "store", at), on, Fraction(1))
    store = ObservationStore(tmp_path / "store")
    assert store.segment_count == at
    scan_data = scanned(film, store, on, Fraction(1))
    assert scan_data.expressions == whole.expressions
    first, other = (csv_bytes(scene_table(analyse(observations, TWO_SHOTS))) for observations in (scan_data, whole))
    assert first == other


def test_frames_asked_for_by_themselves_are_read(films: Path, on: ScanSettings, tmp_path: Path) -> None:
    """A frame that fills up a short scene has no frame before it: its face is always read."""
    path = write_film(films / "short-held.mp4", repeat(next(man(20, 21, 240)), 60), quality=20, keyframe_every=25)
    store = ObservationStore(tmp_path)
    wanted = ReportSettings(shots=ShotSettings(detector="cuts", cuts=((0, ""), (30, ""), (35, ""))))
    scan(path, "content", store, on, wanted, lambda event, fields: None)
    scan_data = store.read()
    filled = {s.frame for s in scan_data.samples if s.filled}
    read_on = {scan_data.faces[e.face_id].sample_frame: e.read_on for e in scan_data.expressions}
    assert len(filled) > 2
    assert {read_on[frame] for frame in filled} == {None}
    assert {read_on[frame] for frame in set(read_on) - filled} > {None}
