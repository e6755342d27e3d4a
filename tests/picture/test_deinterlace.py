"""Detection and deinterlacing of interlaced frames."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from emotion_core.decoding import Decoder, Frame, FramePlace
from emotion_core.faces import open_detector
from emotion_core.media import Media
from emotion_core.picture import display_rgb, is_combed
from tests.support.clips import man
from tests.support.films import INTERLACED, Picture, woven, write_film

ORDERS = {"top field first": "tff", "bottom field first": "bff"}
FRAMES = 10
STEP = 3
"""Pixels that the picture moves from one field to the next."""


def moments() -> Iterator[Picture]:
    """The man in the car at 50 moments a second, panned over: two moments a frame."""
    for i, picture in enumerate(close for close in man(0, FRAMES, 288) for _ in range(2)):
        left = 2 + STEP * i
        yield np.ascontiguousarray(picture[:, left : left + 320])


def interlaced(path: Path, order: str) -> Path:
    """The moments as a film of half as many frames, the first moment in the field that `order` shows first."""
    pictures = list(moments())
    pairs = list(zip(pictures[::2], pictures[1::2], strict=True))
    frames = [woven(*(pair if order == "top field first" else pair[::-1])) for pair in pairs]
    options = {**INTERLACED, "x264-params": f"{ORDERS[order]}=1:log-level=none"}
    return write_film(path, frames, quality=4, options=options)


@pytest.fixture(scope="session", params=ORDERS)
def film(request: pytest.FixtureRequest, films: Path) -> Path:
    """The panned man, interlaced in either order."""
    return interlaced(films / f"interlaced {ORDERS[request.param]}.mp4", request.param)


def read_shown(path: Path) -> tuple[Media, list[Frame], list[Picture]]:
    with Decoder(path, "content") as decoder:
        frames = list(decoder.frames())
        return decoder.media, frames, [display_rgb(frame, decoder.media) for frame in frames]


def psnr(picture: Picture, truth: Picture) -> float:
    """Peak signal-to-noise ratio in dB."""
    return float(10 * np.log10(255**2 / np.mean((picture.astype(float) - truth) ** 2)))


def test_an_interlaced_frame_is_shown_as_its_first_moment(film: Path) -> None:
    """A combed frame is shown at the moment of its first field, far closer to it than the combed picture."""
    _, frames, pictures = read_shown(film)
    truth = list(moments())
    for i, (frame, picture) in enumerate(zip(frames, pictures, strict=True)):
        combed = np.asarray(frame.picture.to_ndarray(format="rgb24"), dtype=np.uint8)
        assert picture.shape == truth[0].shape
        assert psnr(picture, truth[2 * i]) > 34
        assert psnr(picture, truth[2 * i]) > psnr(combed, truth[2 * i]) + 8


def test_a_frame_is_deinterlaced_alike_however_it_was_found(film: Path) -> None:
    """A frame found by seeking gives the same picture as in a pass."""
    _, frames, pictures = read_shown(film)
    with Decoder(film, "content") as decoder:
        for index in (7, 0, 9, 4):
            frame = decoder.seek_frame(FramePlace.from_ticks(index, frames[index].ticks))
            np.testing.assert_array_equal(display_rgb(frame, decoder.media), pictures[index])


def test_faces_are_found_where_they_are_at_that_moment(film: Path) -> None:
    """Faces on deinterlaced frames have the boxes and scores of the progressive picture."""
    detector = open_detector(640, 32)
    truth = list(moments())[::2]
    for picture, moment in zip(read_shown(film)[2], truth, strict=True):
        (face,), (true,) = detector.find(picture), detector.find(moment)
        np.testing.assert_allclose(face.box, true.box, atol=0.04 * true.shorter_side)
        assert face.score == pytest.approx(true.score, abs=0.04)


def test_progressive_frames_in_an_interlaced_stream_keep_their_lines(tmp_path: Path) -> None:
    """A frame without combing stays as coded, even in a stream marked as interlaced."""
    options = {**INTERLACED, "x264-params": "tff=1:log-level=none"}
    path = write_film(tmp_path / "psf.mp4", [*man(0, 3, 288), *_lines()], options=options)
    media, frames, pictures = read_shown(path)
    assert media.field_order == "top field first"
    for frame, picture in zip(frames, pictures, strict=True):
        assert not is_combed(frame.picture)
        np.testing.assert_array_equal(picture, frame.picture.to_ndarray(format="rgb24"))


def _lines() -> Iterator[Picture]:
    """A still with thin slanted lines, which lose detail by deinterlacing."""
    picture = np.full((288, 386, 3), 60, dtype=np.uint8)
    for x in range(0, 386, 24):
        cv2.line(picture, (x, 0), (x + 40, 288), (200, 200, 200), 2)
    yield picture


def test_combing_is_seen_where_only_a_part_moves(tmp_path: Path) -> None:
    """A frame counts as combed even if only a small part of it moves."""
    still = next(man(0, 1, 288))
    moved = still.copy()
    moved[100:140, 200:240] = still[100:140, 212:252]
    options = {**INTERLACED, "x264-params": "tff=1:log-level=none"}
    path = write_film(
        tmp_path / "part.mp4", [woven(still, moved), woven(still, still)], quality=4, b_frames=0, options=options
    )
    _, frames, _ = read_shown(path)
    assert [is_combed(frame.picture) for frame in frames] == [True, False]
