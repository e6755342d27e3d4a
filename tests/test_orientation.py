"""A film is shown as its display matrix says: turned, mirrored, or both."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av.filter
import numpy as np
import pytest
from av.video.frame import VideoFrame

from emotion_core.analysis.analyse import analyse
from emotion_core.decoding.browser_support import tracks, why_not
from emotion_core.decoding.decoder import Decoder
from emotion_core.faces.yunet import FaceDetector
from emotion_core.media.media import Media
from emotion_core.media.orientation import orientation
from emotion_core.observations.store import ObservationStore
from emotion_core.picture.display import display_rgb
from emotion_core.playback import transcode
from emotion_core.scan.scan import scan
from emotion_core.settings import ReportSettings, ScanSettings
from tests.clips import man, placed
from tests.films import EIGHT, Matrix, Picture, texture, write_film

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
        name, _, given = text.partition("=")
        nodes.append(graph.add(name, given or None))
    graph.link_nodes(*nodes, graph.add("buffersink"))
    graph.configure()
    graph.vpush(picture)
    shown = graph.vpull()
    return np.asarray(shown.to_ndarray(format="rgb24"), dtype=np.uint8)


@pytest.mark.parametrize("matrix", EIGHT)
def test_a_film_is_shown_as_ffmpeg_shows_it(matrix: Matrix, tmp_path: Path) -> None:
    """Each of the eight orientations is read, and every pixel stands where FFmpeg's own filters put it."""
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
    """A matrix that is none of the eight is taken for the nearest; one of zeros turns nothing."""
    assert orientation(*matrix) == read


def coded(picture: Picture, matrix: Matrix) -> Picture:
    """What is to be coded so that `matrix` shows `picture`."""
    a, b, c, d = matrix
    if a == 0:  # shown at (c q, b p): the picture's columns are coded as rows
        return np.ascontiguousarray(picture[::b, ::c].transpose(1, 0, 2))
    return np.ascontiguousarray(picture[::d, ::a])


def talking(frames: int) -> Iterator[Picture]:
    """A man in the left half of a wide picture."""
    canvas = np.full((240, 400, 3), 90, dtype=np.uint8)
    return (placed(picture, 10, canvas) for picture in man(0, frames, 200))


def written(path: Path, matrix: Matrix, frames: int = 2) -> Path:
    """The man, coded so that `matrix` shows him upright."""
    return write_film(path, (coded(picture, matrix) for picture in talking(frames)), matrix=matrix, quality=4)


@pytest.fixture(scope="module")
def boxes_of_plain(films: Path) -> list[tuple[float, float, float, float]]:
    """Where the man's face is in the film without a matrix."""
    return faces(written(films / "plain_man.mp4", (1, 0, 0, 1)))


def faces(path: Path) -> list[tuple[float, float, float, float]]:
    detector = FaceDetector(640, 32)
    with Decoder(path, "") as decoder:
        return [face.box for face in detector.find(display_rgb(next(decoder.frames()), decoder.media))]


@pytest.mark.parametrize("matrix", EIGHT)
def test_faces_are_found_upright(
    matrix: Matrix, boxes_of_plain: list[tuple[float, float, float, float]], tmp_path: Path
) -> None:
    """The face's box, and the picture of the copy for browsers, are those of the film without a matrix."""
    path = written(tmp_path / "man.mp4", matrix)
    assert len(boxes_of_plain) == 1
    np.testing.assert_allclose(faces(path), boxes_of_plain, atol=2)
    with Decoder(path, "") as decoder:
        copy = transcode.shown(next(decoder.frames()), decoder.media).to_ndarray(format="rgb24")
    truth = next(talking(1))
    assert copy.shape == truth.shape
    assert np.abs(copy.astype(int) - truth).mean() < 4


def test_a_mirrored_film_gives_the_numbers_of_the_plain_one(tmp_path: Path) -> None:
    """Shares, faces and boxes of a film that its matrix mirrors are those of the film as it is seen."""
    seen = []
    for number, matrix in enumerate([(1, 0, 0, 1), (-1, 0, 0, 1)]):
        store = ObservationStore(tmp_path / f"scan{number}")
        settings = ScanSettings(engine="torch", checkpoint="embedded")
        film = written(tmp_path / f"{number}.mp4", matrix, 26)
        scan(film, "content", store, settings, ReportSettings(), lambda *_: None)
        seen.append(store.read())
    boxes = [np.array([face.box for face in one.faces]) for one in seen]
    assert len(boxes[0]) == 3
    np.testing.assert_allclose(boxes[0], boxes[1], atol=2)
    shares = [analyse(one, ReportSettings()).scenes[0].shares for one in seen]
    np.testing.assert_allclose(np.array(shares[0]), np.array(shares[1]), atol=0.02)


@pytest.mark.parametrize(("matrix", "reason"), [((0, 1, -1, 0), ""), ((-1, 0, 0, 1), "not every browser mirrors it")])
def test_a_mirrored_film_is_copied_for_browsers(matrix: Matrix, reason: str, tmp_path: Path) -> None:
    """Browsers turn a film as its matrix says; whether they mirror it, they do not agree on."""
    assert why_not(tracks(write_film(tmp_path / "film.mp4", texture(1, 5), matrix=matrix))) == reason


def test_facts_of_earlier_versions_have_no_mirror() -> None:
    """Facts that were written down before mirrors were looked for are read as not mirrored."""
    old = Media(
        content_id="", rate=Fraction(25), start_frame=0, drop_frame=False, duration=Fraction(1),
        frames_from_header=None, width=160, height=96, pixel_aspect=Fraction(1), rotation=180,
        field_order="progressive", transfer="", is_vfr=False, time_base=Fraction(1, 25), first_pts=0, codec="h264",
    )  # fmt: skip
    told = old.to_json()
    for name in ("mirrored", "track", "tracks"):
        del told[name]
    assert Media.from_json(told) == old
    assert not old.mirrored
