"""Faces of single pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from emotion_core import FaceReading, classify
from emotion_core.errors import CheckpointError, EngineError, MediaError
from emotion_core.labels import REFERENCE_LABELS, colour
from emotion_core.stills import StillReader, draw, picture
from tests.support.clips import man
from tests.support.films import Picture, texture


@pytest.fixture(scope="module")
def still() -> Picture:
    """The man in the car, 394 x 288."""
    return next(man(20, 21, 288))


@pytest.fixture(scope="module")
def reader() -> StillReader:
    return StillReader("embedded")


@pytest.fixture(scope="module")
def reading(reader: StillReader, still: Picture) -> FaceReading:
    (only,) = reader.read(still)
    return only


def test_a_face_is_found_and_read(reading: FaceReading, still: Picture) -> None:
    """On a real picture the one face has a box inside the picture and probabilities of all labels that sum to 1."""
    left, top, width, height = reading.box
    assert left >= 0
    assert top >= 0
    assert left + width <= still.shape[1]
    assert top + height <= still.shape[0]
    assert height == pytest.approx(0.45 * 288, rel=0.15)  # as tests.support.clips says of him
    assert 0.7 <= reading.score <= 1
    assert tuple(reading.probabilities) == REFERENCE_LABELS
    assert sum(reading.probabilities.values()) == pytest.approx(1)
    assert all(0 <= chance <= 1 for chance in reading.probabilities.values())
    assert reading.probabilities[reading.label] == max(reading.probabilities.values())


@pytest.mark.parametrize("form", ["path", "text", "opened", "in memory"])
def test_classify_takes_a_picture_in_any_form(tmp_path: Path, still: Picture, reading: FaceReading, form: str) -> None:
    """The public function accepts a path, its text, or a Pillow image, with equal results."""
    path = tmp_path / "still.png"
    Image.fromarray(still).save(path)
    forms: dict[str, Path | str | Image.Image] = {
        "path": path,
        "text": str(path),
        "opened": Image.open(path),
        "in memory": Image.fromarray(still),
    }
    assert classify(forms[form], checkpoint="embedded") == (reading,)


@pytest.mark.parametrize("orientation", [2, 3, 6, 8])
def test_a_picture_is_turned_upright(tmp_path: Path, still: Picture, reading: FaceReading, orientation: int) -> None:
    """A camera's EXIF orientation is applied before faces are looked for."""
    undone = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        6: Image.Transpose.ROTATE_90,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "still.png"
    Image.fromarray(still).transpose(undone).save(path, exif=exif)
    np.testing.assert_array_equal(picture(path), still)
    assert classify(path, checkpoint="embedded") == (reading,)


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "CMYK"])
def test_pictures_of_other_modes_are_read(still: Picture, mode: str) -> None:
    """Grey, palette, CMYK pictures and those with transparency become RGB of the same size."""
    read = picture(Image.fromarray(still).convert(mode))
    assert read.shape == still.shape
    assert read.dtype == np.uint8
    assert abs(read.astype(int) - still.astype(int)).mean() < 40


def test_several_faces_come_left_to_right(reader: StillReader, still: Picture) -> None:
    """Two faces side by side are both read, the left one first."""
    first, second = reader.read(np.concatenate([still, still], axis=1))
    assert second.box[0] - first.box[0] == pytest.approx(still.shape[1], abs=8)


def test_a_picture_without_a_face_has_no_reading(reader: StillReader) -> None:
    """Without a face the result is empty."""
    assert reader.read(next(texture(3, 1, 320, 240))) == ()


@pytest.mark.parametrize(
    ("width", "height"), [(1, 1), (2, 2), (10, 10), (32, 100), (640, 1), (1, 640), (13, 640), (640, 20), (5000, 3)]
)
def test_pictures_too_small_for_a_face(reader: StillReader, width: int, height: int) -> None:
    """Pictures and strips too small for a face are read like any other and have none."""
    assert reader.read(np.zeros((height, width, 3), dtype=np.uint8)) == ()


def test_a_whole_frame_can_be_read(reader: StillReader) -> None:
    """With whole frames requested, the picture itself is classified, with or without a face."""
    (whole,) = reader.read(next(texture(3, 1, 320, 240)), whole_frame=True)
    assert (whole.box, whole.score) == ((0, 0, 320, 240), 1.0)
    assert sum(whole.probabilities.values()) == pytest.approx(1)


def no_picture(path: Path) -> None:
    path.write_text("Dear editor, the picture follows by post.")


def broken_off(path: Path) -> None:
    Image.fromarray(next(texture(3, 1))).save(path, format="JPEG")
    path.write_bytes(path.read_bytes()[:900])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (no_picture, "no picture that can be read"),
        (broken_off, "cannot be read"),
        (Path.mkdir, "cannot be read"),
        (lambda path: None, "cannot be read"),
        (Path.touch, "no picture that can be read"),
    ],
    ids=["text", "broken off", "folder", "missing", "empty"],
)
def test_what_is_no_picture_is_refused(tmp_path: Path, make: object, words: str) -> None:
    """A file that is not a complete picture is refused with its path and what to try."""
    path = tmp_path / "still.jpg"
    assert callable(make)
    make(path)
    with pytest.raises(MediaError, match=words) as refusal:
        classify(path, checkpoint="embedded")
    assert str(path) in refusal.value.problem
    assert refusal.value.advice


def test_an_unknown_checkpoint_or_engine_is_refused(still: Picture) -> None:
    """An unknown checkpoint or engine is refused by name."""
    with pytest.raises(CheckpointError, match="nobody/nothing"):
        classify(Image.fromarray(still), checkpoint="nobody/nothing")
    with pytest.raises((EngineError, ValueError), match="abacus"):
        classify(Image.fromarray(still), engine="abacus")  # type: ignore[arg-type]


def test_boxes_and_labels_are_drawn(still: Picture, reading: FaceReading) -> None:
    """A drawn picture keeps its size, has the face's box in its label's colour, and is untouched far from it."""
    drawn = np.asarray(draw(still, [reading]))
    assert drawn.shape == still.shape
    left, top, width, height = (round(value) for value in reading.box)
    ink = bytes.fromhex(colour(reading.label)[1:])
    for y, x in ((top + height // 2, left), (top + height, left + width // 2), (top + height // 2, left + width)):
        near = drawn[y - 1 : y + 2, x - 1 : x + 2].reshape(-1, 3)  # a box lies between pixels
        assert ink in {bytes(pixel) for pixel in near}
    inside = (slice(top + height // 3, top + height * 2 // 3), slice(left + width // 3, left + width * 2 // 3))
    np.testing.assert_array_equal(drawn[inside], still[inside])
    np.testing.assert_array_equal(drawn[-5:], still[-5:])


@pytest.mark.parametrize("box", [(-20.0, -30.0, 60.0, 70.0), (380.0, 270.0, 60.0, 60.0), (0.0, 0.0, 394.0, 288.0)])
def test_a_face_at_the_edge_is_drawn(still: Picture, reading: FaceReading, box: tuple[float, ...]) -> None:
    """A box beyond the picture's edge is drawn as far as it is visible."""
    left, top, width, height = box
    at_edge = FaceReading((left, top, width, height), reading.score, reading.probabilities)
    drawn = np.asarray(draw(still, [at_edge]))
    assert drawn.shape == still.shape
    assert (drawn != still).any()
