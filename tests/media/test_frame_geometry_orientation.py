"""The display matrix: films are shown rotated, mirrored, or both."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av.filter
import numpy as np
import pytest
from av.video.frame import VideoFrame

from emotion_core.analysis import analyse
from emotion_core.decoding import Decoder, read_playback_facts, unplayable_reason
from emotion_core.faces import open_detector
from emotion_core.media import Media
from emotion_core.media.frame_geometry import orientation_from_matrix
from emotion_core.observations import ObservationStore
from emotion_core.picture import display_rgb
from emotion_core.playback import transcode
from emotion_core.scan import scan
from emotion_core.settings import ReportSettings, ScanSettings
from tests.support.clips import man, placed
from tests.support.films import EIGHT, Matrix, Picture, texture, write_film

OTHERS: list[tuple[tuple[float, float, float, float], tuple[int, bool]]] = [
    ((0.996, 0.087, -0.087, 0.996), (0, False)),  # five degrees
    ((0.087, -0.996, 0.996, 0.087), (90, False)),
    ((-2, 0, 0, 2), (0, True)),  # scaled
    ((0, 0, 0, 0), (0, False)),  # of a broken header
]


def filtered(picture: VideoFrame, filters: str) -> Picture:
    """A frame through FFmpeg's filters, RGB."""
    graph = av.filter.Graph()
    width, height = picture.width, picture.height
    nodes = [graph.add_buffer(width=width, height=height, format=picture.format, time_base=Fraction(1))]
    for text in filters.split(","):
        name, _, value = text.partition("=")
        nodes.append(graph.add(name, value or None))
    graph.link_nodes(*nodes, graph.add("buffersink"))
    graph.configure()
    graph.vpush(picture)
    frame = graph.vpull()
    return np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)


@pytest.mark.parametrize("matrix", EIGHT)
def test_a_film_is_shown_as_ffmpeg_shows_it(matrix: Matrix, tmp_path: Path) -> None:
    """Each of the eight orientations is recognised, and every pixel is where FFmpeg's filters put it."""
    read, filters = EIGHT[matrix]
    path = write_film(tmp_path / "film.mp4", texture(1, 2), matrix=matrix)
    with Decoder(path, "") as decoder:
        frame, media = next(decoder.frames()), decoder.media
        assert (media.rotation, media.mirrored) == read
        rgb = display_rgb(frame, media)
        assert rgb.shape == (media.display_height, media.display_width, 3)
        plain = VideoFrame.from_ndarray(frame.picture.to_ndarray(format="rgb24"), format="rgb24")
        np.testing.assert_array_equal(rgb, filtered(plain, filters))


@pytest.mark.parametrize(("matrix", "read"), OTHERS)
def test_other_matrices_count_as_the_nearest(matrix: tuple[float, float, float, float], read: tuple[int, bool]) -> None:
    """Any other matrix counts as the nearest of the eight orientations; one of zeros changes nothing."""
    assert orientation_from_matrix(*matrix) == read


def coded(picture: Picture, matrix: Matrix) -> Picture:
    """The coded picture that `matrix` shows as `picture`."""
    a, b, c, d = matrix
    if a == 0:  # shown at (c q, b p): the picture's columns are coded as rows
        return np.ascontiguousarray(picture[::b, ::c].transpose(1, 0, 2))
    return np.ascontiguousarray(picture[::d, ::a])


def talking(frames: int) -> Iterator[Picture]:
    """A man in the left half of a wide picture."""
    canvas = np.full((240, 400, 3), 90, dtype=np.uint8)
    return (placed(picture, 10, canvas) for picture in man(0, frames, 200))


def written(path: Path, matrix: Matrix, frames: int = 2) -> Path:
    """A film of the man, coded so that `matrix` shows him upright."""
    return write_film(path, (coded(picture, matrix) for picture in talking(frames)), matrix=matrix, quality=4)


@pytest.fixture(scope="module")
def boxes_of_plain(films: Path) -> list[tuple[float, float, float, float]]:
    """Boxes of the man's face in the film without a matrix."""
    return faces(written(films / "plain_man.mp4", (1, 0, 0, 1)))


def faces(path: Path) -> list[tuple[float, float, float, float]]:
    detector = open_detector(640, 32)
    with Decoder(path, "") as decoder:
        return [face.box for face in detector.find(display_rgb(next(decoder.frames()), decoder.media))]


@pytest.mark.parametrize("matrix", EIGHT)
def test_faces_are_found_upright(
    matrix: Matrix, boxes_of_plain: list[tuple[float, float, float, float]], tmp_path: Path
) -> None:
    """The face's box, and the picture of the browser copy, equal those of the film without a matrix."""
    path = written(tmp_path / "man.mp4", matrix)
    assert len(boxes_of_plain) == 1
    np.testing.assert_allclose(faces(path), boxes_of_plain, atol=2)
    with Decoder(path, "") as decoder:
        copy = transcode.proxy_picture(next(decoder.frames()), decoder.media).to_ndarray(format="rgb24")
    truth = next(talking(1))
    assert copy.shape == truth.shape
    assert np.abs(copy.astype(int) - truth).mean() < 4


def test_a_mirrored_film_gives_the_numbers_of_the_plain_one(tmp_path: Path) -> None:
    """Shares, faces and boxes of a mirrored film equal those of the film as it is shown."""
    scans = []
    for number, matrix in enumerate([(1, 0, 0, 1), (-1, 0, 0, 1)]):
        store = ObservationStore(tmp_path / f"scan{number}")
        settings = ScanSettings(engine="torch", checkpoint="embedded")
        film = written(tmp_path / f"{number}.mp4", matrix, 26)
        scan(film, "content", store, settings, ReportSettings(), lambda *_: None)
        scans.append(store.read())
    boxes = [np.array([face.box for face in observations.faces]) for observations in scans]
    assert len(boxes[0]) == 3
    np.testing.assert_allclose(boxes[0], boxes[1], atol=2)
    shares = [analyse(observations, ReportSettings()).scenes[0].shares for observations in scans]
    np.testing.assert_allclose(np.array(shares[0]), np.array(shares[1]), atol=0.04)  # boxes differ by up to two pixels


@pytest.mark.parametrize(("matrix", "reason"), [((0, 1, -1, 0), ""), ((-1, 0, 0, 1), "not every browser mirrors it")])
def test_a_mirrored_film_is_copied_for_browsers(matrix: Matrix, reason: str, tmp_path: Path) -> None:
    """A rotated film plays in browsers; a mirrored one needs a copy, since browsers differ."""
    assert (
        unplayable_reason(read_playback_facts(write_film(tmp_path / "film.mp4", texture(1, 5), matrix=matrix)))
        == reason
    )


def test_facts_of_earlier_versions_have_no_mirror() -> None:
    """Stored facts without `mirrored` are read as not mirrored."""
    old = Media(
        content_id="", rate=Fraction(25), start_frame=0, drop_frame=False, duration=Fraction(1),
        frames_from_header=None, width=160, height=96, pixel_aspect=Fraction(1), rotation=180,
        field_order="progressive", transfer="", is_vfr=False, time_base=Fraction(1, 25), first_pts=0, codec="h264",
    )  # fmt: skip
    stored = old.to_json()
    for name in ("mirrored", "track", "tracks"):
        del stored[name]
    assert Media.from_json(stored) == old
    assert not old.mirrored
