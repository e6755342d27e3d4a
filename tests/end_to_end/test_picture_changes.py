"""A film whose picture changes its size, pixel aspect or pixel format while it runs is read through."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from PIL import Image

from emotion_core import limits
from emotion_core.analysis import analyse, left_out_by
from emotion_core.decoding import Decoder, FramePlace, isolated
from emotion_core.errors import DamagedFilm
from emotion_core.media import FrameShape, Media, ShapeChange, shape_of
from emotion_core.observations import Observations, ObservationStore
from emotion_core.picture import analysis_picture_within_bars, display_rgb, media_with_bars
from emotion_core.playback import transcode
from emotion_core.scan import SaveFramesRequest, save_frames, scan
from emotion_core.scenes import Scorer, cut_detector, shots_of
from emotion_core.settings import DETECTORS, ReportSettings, ScanSettings, ShotSettings
from tests.support.clips import BIKES, man, placed, scaled, shot
from tests.support.films import PAL, Part, Picture, boxed, texture, write_parts
from tests.support.scans import media, observations

pytestmark = pytest.mark.usefixtures("read_in_process")

WIDTH, HEIGHT, PART = 400, 240, 20
"""Of the pictures, as they are meant to be seen, and of a part, frames."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a part is coded."""

    width: int = WIDTH
    height: int = HEIGHT
    pixel_aspect: Fraction = Fraction(1)
    pixel_format: str = "yuv420p"

    @property
    def shown(self) -> tuple[int, int]:
        return round(self.width * self.pixel_aspect), self.height


PLAIN, LARGER, SMALLER = Form(), Form(800, 480), Form(200, 120)
SQUEEZED = Form(300, 240, Fraction(4, 3))
NARROW = Form(pixel_aspect=Fraction(3, 4))

CHANGES: dict[str, tuple[str, tuple[Form, ...], str]] = {
    # name: the codec, the forms of the parts, what the note says of the first change
    "larger": ("libx264", (PLAIN, LARGER), "800 x 480 from frame 20"),
    "smaller": ("libx264", (LARGER, SMALLER), "200 x 120 from frame 20"),
    "there and back": ("libx264", (PLAIN, LARGER, PLAIN), "800 x 480 from frame 20"),
    "other pixels, seen alike": ("libx264", (PLAIN, SQUEEZED), "300 x 240 as coded from frame 20"),
    "other pixels alone": ("libx264", (PLAIN, NARROW, PLAIN), "300 x 240 from frame 20"),
    "as broadcast": ("mpeg2video", (Form(320, 240), Form(320, 240, Fraction(4, 3))), "427 x 240 from frame 20"),
    "ten bits": ("libx264", (PLAIN, Form(pixel_format="yuv422p10le")), "yuv422p10le from frame 20"),
    "full range": ("libx264", (PLAIN, Form(pixel_format="yuvj420p")), "yuv420p full range from frame 20"),
    "all": ("libx264", (PLAIN, Form(600, 480, Fraction(4, 3), "yuv444p")), "800 x 480 in yuv444p from frame 20"),
}  # fmt: skip


def street(frames: int) -> Iterator[Picture]:
    """One shot without a cut."""
    return (scaled(picture, WIDTH, HEIGHT) for picture in shot(BIKES, 80, 80 + frames))


def parts(forms: tuple[Form, ...]) -> Iterator[Part]:
    shown = list(street(PART * len(forms)))
    for number, form in enumerate(forms):
        pictures = [
            np.asarray(cv2.resize(picture, (form.width, form.height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
            for picture in shown[number * PART : (number + 1) * PART]
        ]
        yield Part(pictures=pictures, pixel_aspect=form.pixel_aspect, pixel_format=form.pixel_format)


@pytest.fixture(params=CHANGES, scope="module")
def film(request: pytest.FixtureRequest, films: Path) -> tuple[str, Path]:
    """A film of each kind of change."""
    name: str = request.param
    codec, forms, _ = CHANGES[name]
    path = films / f"changes {list(CHANGES).index(name)}.ts"
    return name, path if path.exists() else write_parts(path, *parts(forms), codec=codec, quality=4)


def seen_of(path: Path) -> Observations:
    """A scan without faces, sampled nowhere: the shapes of its frames alone."""
    runs: list[ShapeChange] = []
    with Decoder(path, "content") as decoder:
        for frame in decoder.frames():
            shape = shape_of(frame.picture, decoder.media)
            if not runs or runs[-1].shape != shape:
                runs.append(ShapeChange(frame.index, shape))
        return replace(observations({}, frames=frame.index + 1, film=decoder.media), shapes=tuple(runs))


def test_every_frame_has_its_own_shape(film: tuple[str, Path]) -> None:
    """Size, aspect and format are each frame's own, the change is found to the frame, and a note tells where."""
    name, path = film
    codec, forms, told = CHANGES[name]
    observations = seen_of(path)
    assert observations.frames >= PART * len(forms) - (
        codec == "mpeg2video"
    )  # which holds the last one before a change back
    assert [run.frame for run in observations.shapes] == [PART * i for i in range(len(forms))]
    for run, form in zip(observations.shapes, forms, strict=True):
        name = form.pixel_format if "j" not in form.pixel_format else "yuv420p full range"
        assert run.shape == FrameShape(form.width, form.height, form.pixel_aspect, name)
        own = observations.media_at(run.frame + PART - 1)
        assert (own.display_width, own.display_height) == form.shown
    notes = [note for note in analyse(observations, ReportSettings()).notes if "picture changes" in note]
    assert len(notes) == 1
    assert f"begins with {forms[0].shown[0]} x {forms[0].shown[1]}: {told} (00:00:00:20) on" in notes[0]


def unlike(picture: Picture, truth: list[Picture], index: int) -> float:
    """Mean difference, 0 to 255, from the picture that was coded; or from the next, where a decoder lost one."""
    small = scaled(picture, 100, 60).astype(int)
    return float(min(np.abs(small - scaled(true, 100, 60)).mean() for true in truth[index : index + 2]))


def test_frames_are_shown_in_their_own_pixels(film: tuple[str, Path]) -> None:
    """Each frame is shown at its own size, as it was before it was coded, in the pass and found by seeking."""
    name, path = film
    forms, truth = CHANGES[name][1], list(street(PART * len(CHANGES[name][1])))
    with Decoder(path, "content") as decoder:
        pictures = {}
        for frame in decoder.frames():
            rgb = display_rgb(frame, decoder.media)
            assert rgb.shape[1::-1] == forms[frame.index // PART].shown
            assert unlike(rgb, truth, frame.index) < 6
            pictures[FramePlace.from_ticks(frame.index, frame.ticks)] = rgb
        wanted = [place for place in pictures if place.index % 7 == 0]
        for place, found in zip(wanted, decoder.seek_frames(wanted), strict=True):
            np.testing.assert_array_equal(display_rgb(found, decoder.media), pictures[place])


def test_a_change_is_no_cut(film: tuple[str, Path]) -> None:
    """No detector finds a cut where the shape changes: scored pictures have one size, at any size of the frame."""
    name, path = film
    scorer, scores, sizes = Scorer(), [], set()
    with Decoder(path, "content") as decoder:
        for frame in decoder.frames():
            picture = analysis_picture_within_bars(frame.picture, decoder.media)
            sizes.add(picture.shape)
            scores.append(scorer.score(picture))
    changes = {PART * number for number in range(1, len(CHANGES[name][1]))}
    for detector in DETECTORS[:-1]:
        rule = cut_detector(ShotSettings(detector=detector, min_scene_frames=2), PAL)
        assert not changes & {cut for number, score in enumerate(scores) for cut in rule.push(number, score)}
    assert len(sizes) == 1


def test_the_copy_for_browsers_has_one_size(film: tuple[str, Path], tmp_path: Path) -> None:
    """Every frame of it stands in the middle of the first one's size, as large as fits, in its own shape."""
    name, path = film
    forms, truth = CHANGES[name][1], list(street(PART * len(CHANGES[name][1])))
    copy = tmp_path / "copy.mp4"
    assert transcode.write(path, "content", copy, lambda *_: None) >= PART * len(forms) - 1
    width, height = forms[0].shown
    with av.open(str(copy)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            assert (frame.width, frame.height) == (width, height)
            own = forms[index // PART].shown
            scale = min(width / own[0], height / own[1])
            across, down = (round(side * scale / 2) * 2 for side in own)
            left, top = (width - across) // 2, (height - down) // 2
            rgb = np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)
            within = rgb[top : top + down, left : left + across]
            assert unlike(within, truth, index) < 12
            if left > 4:
                assert rgb[:, : left - 4].max() < 20
            if top > 4:
                assert rgb[: top - 4].max() < 20


SCENES = ((PLAIN, 0), (LARGER, 1), (SQUEEZED, 2))
"""Form and place of the man in each scene: in the middle, cut by the right edge, in the middle again."""


def scenes() -> Iterator[Part]:
    """A scene a form, 25 frames each: the man before another ground in each."""
    for form, number in SCENES:
        ground = next(iter(texture(number + 1, 1, WIDTH, HEIGHT)))
        left = WIDTH - 130 if number == 1 else 60
        pictures = [placed(picture, left, ground) for picture in man(number * 25, number * 25 + 25, 200)]
        enlarged = [
            np.asarray(cv2.resize(picture, (form.width, form.height), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
            for picture in pictures
        ]
        yield Part(pictures=enlarged, pixel_aspect=form.pixel_aspect)


@pytest.fixture(scope="module")
def scans(films: Path) -> tuple[ObservationStore, ObservationStore, Path]:
    """The scenes in their forms, and all of them in the first one, both scanned."""
    results = []
    for name, pictures in (("formed", list(scenes())), ("even", [plain(part) for part in scenes()])):
        path = write_parts(films / f"{name}.ts", *pictures, quality=4)
        store = ObservationStore(films / f"{name} scan")
        settings = ScanSettings(engine="torch", checkpoint="embedded", samples_per_second=Fraction(4))
        scan(path, "content", store, settings, ReportSettings(), lambda *_: None)
        results.append((store, path))
    return results[0][0], results[1][0], results[0][1]


def plain(part: Part) -> Part:
    return Part(pictures=[scaled(picture, WIDTH, HEIGHT) for picture in part.pictures])


def test_faces_and_shares_are_those_of_an_even_film(scans: tuple[ObservationStore, ObservationStore, Path]) -> None:
    """Boxes are in each frame's own pixels, a face at its frame's own edge is cut; cuts and shares stay the same."""
    formed, even = (store.read() for store in scans[:2])
    settings = ReportSettings()
    assert [shot.frame_in for shot in shots_of(formed, ShotSettings())] == [0, 25, 50]
    assert len(formed.faces) == len(even.faces) == 12
    for face, other in zip(formed.faces, even.faces, strict=True):
        own = formed.media_at(face.sample_frame)
        times = own.display_width / WIDTH
        assert times == (2 if 25 <= face.sample_frame < 50 else 1)
        if left_out_by(other, settings, even.media.active_display) is None:
            np.testing.assert_allclose(np.array(face.box) / times, other.box, atol=4)
        assert left_out_by(face, settings, own.active_display) == left_out_by(
            other, settings, even.media.active_display
        )
    rows = [analyse(scan_data, settings).scenes for scan_data in (formed, even)]
    assert [row.faces for row in rows[0]] == [row.faces for row in rows[1]]
    assert rows[0][1].faces == 0
    for number in (0, 2):
        np.testing.assert_allclose(np.array(rows[0][number].shares), np.array(rows[1][number].shares), atol=0.06)


def test_thumbnails_and_full_pictures_have_each_frames_shape(
    scans: tuple[ObservationStore, ObservationStore, Path],
) -> None:
    """The small picture kept of a frame and the one sought in the film are of the frame's own shape."""
    store, _, path = scans
    observations = store.read()
    for sample in (
        observations.samples[0],
        observations.samples[len(observations.samples) // 2],
        observations.samples[-1],
    ):
        own = observations.media_at(sample.frame)
        assert sample.thumbnail is not None
        small = Image.open(io.BytesIO(store.picture(sample.thumbnail)))
        assert small.size == (320, round(own.display_height * 320 / own.display_width))
        full = Image.open(io.BytesIO(isolated.frame_jpeg(path, observations, sample.frame, "Film.ts")))
        assert full.size == (own.display_width, own.display_height)


@pytest.mark.usefixtures("in_process")
def test_frames_are_saved_in_their_own_size(
    scans: tuple[ObservationStore, ObservationStore, Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """`frames` saves each picture in the frame's own display pixels."""
    request = SaveFramesRequest(
        film=str(scans[2]), out=str(tmp_path), every=30, whole_frame=True, checkpoint="embedded", engine="torch"
    )
    assert save_frames(request) == 0
    assert capfd.readouterr().out.count("frame_") == 3
    sizes = [Image.open(tmp_path / f"frame_{frame:07}.jpg").size for frame in (0, 30, 60)]
    assert sizes == [PLAIN.shown, LARGER.shown, SQUEEZED.shown]


def test_a_frames_size_does_not_make_its_faces_weigh_more() -> None:
    """Within a scene a face counts by the share of its frame that it fills."""
    happy, sad = (0.0,) * 6 + (3.0,), (3.0,) + (0.0,) * 6
    small, large = (40.0, 40.0, 40.0, 40.0), (80.0, 80.0, 80.0, 80.0)
    even = observations({10: [(small, 0.9, happy)], 60: [(small, 0.9, sad)]})
    enlarged = replace(
        observations({10: [(small, 0.9, happy)], 60: [(large, 0.9, sad)]}),
        shapes=(
            ShapeChange(0, FrameShape(320, 240, Fraction(1), "yuv420p")),
            ShapeChange(50, FrameShape(640, 480, Fraction(1), "yuv420p")),
        ),
    )
    shares = [analyse(scan_data, ReportSettings()).scenes[0].shares for scan_data in (even, enlarged)]
    assert shares[0] == shares[1]


def test_bars_are_each_shapes_own(tmp_path: Path) -> None:
    """Bars are looked for in the pictures of each shape, cut off before scoring, and survive JSON."""
    wide = [scaled(picture, 400, 160) for picture in shot(BIKES, 80, 130)]
    film = write_parts(
        tmp_path / "film.ts",
        Part(pictures=boxed(wide[:25], top=40, bottom=40)),
        Part(pictures=[scaled(picture, 400, 240) for picture in wide[25:]], pixel_aspect=Fraction(3, 2)),
        keyframe_every=4,
    )
    with Decoder(film, "content") as decoder:
        media = media_with_bars(decoder)
        assert media.active is not None
        np.testing.assert_allclose(media.active, (0, 40, 400, 160), atol=2)
        assert media.for_shape(400, 240, Fraction(3, 2)).active is None
        assert Media.from_json(json.loads(json.dumps(media.to_json()))) == media
    swapped = write_parts(
        tmp_path / "swapped.ts",
        Part(pictures=[scaled(picture, 400, 240) for picture in wide[:25]]),
        Part(pictures=boxed(wide[25:], top=40, bottom=40), pixel_aspect=Fraction(3, 2)),
        keyframe_every=4,
    )
    with Decoder(swapped, "content") as decoder:
        media = media_with_bars(decoder)
        within = media.for_shape(400, 240, Fraction(3, 2))
        assert (media.active, within.active_display[::2]) == (None, (0, 600))
        assert [note for note in media.notes if "Black bars in part of the film" in note]
        np.testing.assert_allclose(within.active_display[1::2], (40, 160), atol=2)
        assert Media.from_json(json.loads(json.dumps(media.to_json()))) == media
        scorer = Scorer()
        scores = [scorer.score(analysis_picture_within_bars(frame.picture, media)) for frame in decoder.frames()]
    assert scores[25].content < 2 * max(score.content for score in scores[20:25])


def test_a_picture_that_grows_too_large_ends_the_film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Later sizes have the bounds of the first one, as coded and as shown."""
    path = write_parts(tmp_path / "film.ts", *parts((PLAIN, Form(pixel_aspect=Fraction(4)))), quality=20)
    monkeypatch.setattr(limits, "PIXELS", 2 * WIDTH * HEIGHT)
    with Decoder(path, "content") as decoder, pytest.raises(DamagedFilm, match="grows to"):
        list(decoder.frames())


def test_stores_of_earlier_versions_have_one_shape(tmp_path: Path) -> None:
    """Observations without shapes are of the film's own size throughout."""
    film = media()
    scan_data = observations({}, film=film)
    assert scan_data.shapes == ()
    assert scan_data.media_at(0) is scan_data.media_at(99) is scan_data.media is film
