"""Facts from a film's header, and its frames."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from av.video.frame import VideoFrame

from emotion_core.decoding import Decoder, FramePlace
from emotion_core.media import Media, content_id
from emotion_core.picture import analysis_picture, display_rgb
from tests.support.films import FILM, HLG, INTERLACED, NTSC, PAL, PQ, marked, red_box, texture, write_film

UNEVEN = [0, 40, 80, 100, 180, 220, 330, 340, 460, 500, 540, 580, 700, 720, 840, 860, 900, 940, 980, 1100]
"""Timestamps of a film of variable frame rate, ms."""

FACTS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    # name: (file, how it was written, what must be read); 20 frames of 160 x 96 each.
    "plain": ("a.mp4", {}, {"rate": PAL, "duration": Fraction(4, 5), "codec": "h264", "transfer": "", "rotation": 0}),
    "film rate": ("a.mov", {"rate": FILM}, {"rate": FILM, "duration": 20 / FILM, "is_vfr": False}),
    "ntsc": ("a.mp4", {"rate": NTSC}, {"rate": NTSC, "duration": 20 / NTSC, "start_frame": 0, "drop_frame": False}),
    "ntsc in matroska": ("a.mkv", {"rate": NTSC}, {"rate": NTSC, "is_vfr": False}),
    "film rate in matroska": ("a.mkv", {"rate": FILM}, {"rate": FILM, "is_vfr": False}),
    "webm": ("a.webm", {"codec": "libvpx-vp9"}, {"rate": PAL, "codec": "vp9"}),
    "ntsc in transport stream": ("a.ts", {"rate": NTSC}, {"rate": NTSC, "is_vfr": False, "duration": 20 / NTSC}),
    "avi": ("a.avi", {"codec": "mjpeg", "pixel_format": "yuvj420p"}, {"rate": PAL, "duration": Fraction(4, 5)}),
    "prores": ("a.mov", {"codec": "prores_ks", "pixel_format": "yuv422p10le"}, {"rate": PAL, "codec": "prores"}),
    "start timecode": ("a.mov", {"rate": FILM, "timecode": "01:00:00:12"}, {"start_frame": 86412, "drop_frame": False}),
    "drop-frame": ("a.mov", {"rate": NTSC, "timecode": "00:59:59;20"}, {"start_frame": 107882, "drop_frame": True}),
    "drop-frame in mp4": (
        "a.mp4",
        {"rate": NTSC, "timecode": "01:00:00;00"},
        {"start_frame": 107892, "drop_frame": True},
    ),
    "not drop-frame": (
        "a.mov",
        {"rate": NTSC, "timecode": "01:00:00:00"},
        {"start_frame": 108000, "drop_frame": False},
    ),
    "drop-frame in mxf": (
        "a.mxf",
        {"codec": "mpeg2video", "rate": NTSC, "timecode": "10:00:00;00"},
        {"start_frame": 1078920, "drop_frame": True, "duration": 20 / NTSC},
    ),
    "timecode in mxf": (
        "a.mxf",
        {"codec": "mpeg2video", "timecode": "10:00:00:00"},
        {"start_frame": 900000, "drop_frame": False, "rate": PAL},
    ),
    "anamorphic": (
        "a.mp4",
        {"pixel_aspect": Fraction(64, 45)},
        {"pixel_aspect": Fraction(64, 45), "width": 160, "display_width": 228, "display_height": 96},
    ),
    "narrow pixels": ("a.mkv", {"pixel_aspect": Fraction(8, 9)}, {"display_width": 142, "display_height": 96}),
    "turned": ("a.mp4", {"rotation": 90}, {"rotation": 90, "display_width": 96, "display_height": 160}),
    "turned and anamorphic": (
        "a.mp4",
        {"rotation": 270, "pixel_aspect": Fraction(2)},
        {"rotation": 270, "display_width": 96, "display_height": 320},
    ),
    "upside down": ("a.mkv", {"rotation": 180}, {"rotation": 180, "display_width": 160}),
    "interlaced": (
        "a.mp4",
        {"options": {**INTERLACED, "x264-params": "tff=1:log-level=none"}},
        {"field_order": "top field first"},
    ),
    "interlaced, bottom first": (
        "a.mp4",
        {"options": {**INTERLACED, "x264-params": "bff=1:log-level=none"}},
        {"field_order": "bottom field first"},
    ),
    "interlaced mpeg-2": (
        "a.ts",
        {"codec": "mpeg2video", "options": INTERLACED},
        {"field_order": "bottom field first"},
    ),
    "progressive": ("a.mkv", {}, {"field_order": "progressive", "notes": ()}),
    "pq": ("a.mp4", {"transfer": PQ}, {"transfer": "HDR (PQ)"}),
    "hlg": ("a.mkv", {"transfer": HLG}, {"transfer": "HDR (HLG)"}),
    "no b-frames": ("a.mp4", {"b_frames": 0}, {"duration": Fraction(4, 5)}),
    "starts late": ("a.mp4", {"pts": range(37, 57)}, {"duration": Fraction(4, 5), "is_vfr": False}),
    "starts late in matroska": ("a.mkv", {"pts": range(37, 57)}, {"duration": Fraction(4, 5), "is_vfr": False}),
    "uneven": (
        "a.mkv",
        {"pts": UNEVEN, "time_base": Fraction(1, 1000)},
        {"is_vfr": True, "duration": Fraction(1100 + 40, 1000)},
    ),
    "uneven in mp4": ("a.mp4", {"pts": UNEVEN, "time_base": Fraction(1, 1000)}, {"is_vfr": True}),
}

NOTES = {
    "interlaced": "Interlaced material (top field first)",
    "pq": "HDR (PQ) material",
    "hlg": "HDR (HLG) material",
    "uneven": "Variable frame rate",
}

TURNS = [
    # The picture transformation of ISO/IEC 14496-12 (x' = a x + c y, y' = b x + d y, y downward) as (a, b, c, d); what
    # is read from it; the corner in which the coded picture's top left corner is then seen: (left, top) 0 or 1.
    ((1, 0, 0, 1), 0, (0, 0)),
    ((0, 1, -1, 0), 270, (1, 0)),
    ((-1, 0, 0, -1), 180, (1, 1)),
    ((0, -1, 1, 0), 90, (0, 1)),
]


@pytest.fixture(params=FACTS)
def variant(request: pytest.FixtureRequest, films: Path) -> tuple[str, Path]:
    """Each film of FACTS."""
    return request.param, written(films, request.param)


def written(films: Path, name: str) -> Path:
    """The film of FACTS called `name`."""
    file, how, _ = FACTS[name]
    path = films / f"{list(FACTS).index(name):02} {file}"
    return path if path.exists() else write_film(path, texture(1, 20), **how)


def read_through(path: Path) -> tuple[Media, list[int]]:
    """A film's facts after its last frame, and each frame's ticks."""
    with Decoder(path, "content") as decoder:
        ticks = [frame.ticks for frame in decoder.frames()]
        return decoder.final_media(np.array(ticks)), ticks


def test_facts_are_read(variant: tuple[str, Path]) -> None:
    """Rate, start timecode, aspect, rotation, field order, transfer and duration are read as they were written."""
    name, path = variant
    media, _ = read_through(path)
    facts = FACTS[name][2]
    assert {fact: getattr(media, fact) for fact in facts} == facts


def test_every_frame_has_its_time(variant: tuple[str, Path]) -> None:
    """Every frame is read once, in display order, at the time for which it was written, to a tick."""
    name, path = variant
    how = FACTS[name][1]
    media, ticks = read_through(path)
    if "time_base" in how:
        truth = [Fraction(ms, 1000) for ms in UNEVEN]
    else:
        truth = [i / Fraction(how.get("rate", PAL)) for i in range(20)]
    read = [tick * media.time_base for tick in ticks]
    assert len(read) == len(truth)
    assert all(abs(r - t) <= media.time_base / 2 for r, t in zip(read, truth, strict=True))


def test_seeking_finds_the_same_picture(variant: tuple[str, Path]) -> None:
    """A frame found by seeking, in any order, has the pixels that a pass from the start yields."""
    _, path = variant
    with Decoder(path, "content") as decoder:
        in_order = [(f.index, f.ticks, f.picture.to_ndarray(format="rgb24")) for f in decoder.frames()]
        for index in (19, 0, 11, 12, 13, 5, 18, 1):
            _, ticks, pixels = in_order[index]
            frame = decoder.seek_frame(FramePlace.from_ticks(index, ticks))
            assert (frame.index, frame.ticks) == (index, ticks)
            np.testing.assert_array_equal(frame.picture.to_ndarray(format="rgb24"), pixels)


def test_several_frames_are_found_with_few_seeks(variant: tuple[str, Path]) -> None:
    """Frames requested together, near and far, have the pixels that a pass from the start yields."""
    _, path = variant
    with Decoder(path, "content") as decoder:
        in_order = [(f.index, f.ticks, f.picture.to_ndarray(format="rgb24")) for f in decoder.frames()]
        for indices in ([0, 1, 2, 19], [3, 11, 12], [18, 19], [5]):
            frames = [
                (f.index, f.ticks, f.picture.to_ndarray(format="rgb24"))
                for f in decoder.seek_frames(FramePlace.from_ticks(i, in_order[i][1]) for i in indices)
            ]
            for (index, ticks, pixels), wanted in zip(frames, indices, strict=True):
                assert (index, ticks) == in_order[wanted][:2]
                np.testing.assert_array_equal(pixels, in_order[wanted][2])


def test_a_film_can_be_read_twice(variant: tuple[str, Path]) -> None:
    """A second pass over an open film yields the same frames as the first."""
    _, path = variant
    with Decoder(path, "content") as decoder:
        first = [frame.ticks for frame in decoder.frames()]
        assert [frame.ticks for frame in decoder.frames()] == first


def test_facts_survive_json(variant: tuple[str, Path]) -> None:
    """Facts survive JSON unchanged, fractions exactly."""
    media, _ = read_through(variant[1])
    assert Media.from_json(media.to_json()) == media


@pytest.mark.parametrize("name", NOTES)
def test_odd_material_is_named(films: Path, name: str) -> None:
    """Interlaced, HDR and variable-rate material each have one note."""
    media, _ = read_through(written(films, name))
    assert [note.startswith(NOTES[name]) for note in media.notes] == [True]


@pytest.mark.parametrize(("matrix", "rotation", "corner"), TURNS)
def test_rotation_turns_the_right_way(
    tmp_path: Path, matrix: tuple[int, int, int, int], rotation: int, corner: tuple[int, int]
) -> None:
    """A picture is rotated as the file's matrix says, and never mirrored by mistake."""
    path = write_film(tmp_path / "turned.mp4", marked(3), rotation=90)
    path.write_bytes(with_matrix(path.read_bytes(), matrix))
    with Decoder(path, "content") as decoder:
        picture = display_rgb(next(decoder.frames()), decoder.media)
        assert decoder.media.rotation == rotation
        assert picture.shape == (decoder.media.display_height, decoder.media.display_width, 3)
    left, top, right, bottom = red_box(picture)
    width, height = picture.shape[1], picture.shape[0]
    assert abs(width - right if corner[0] else left) <= 1
    assert abs(height - bottom if corner[1] else top) <= 1
    assert abs(right - left - 24) <= 2
    assert abs(bottom - top - 24) <= 2


def with_matrix(film: bytes, matrix: tuple[int, int, int, int]) -> bytes:
    """An MP4's bytes with the a, b, c, d of its track header (version 0) replaced."""
    a, b, c, d = (value * 65536 for value in matrix)
    header = film.index(b"tkhd")
    place = header + 4 + 4 + 20 + 8 + 8  # name, version and flags, times to duration, reserved, layer to reserved
    fixed = chain((a, b, 0), (c, d, 0), (0, 0, 1 << 30))
    return film[:place] + b"".join(v.to_bytes(4, "big", signed=True) for v in fixed) + film[place + 36 :]


def test_pixel_aspect_stretches_the_picture(tmp_path: Path) -> None:
    """A square in anamorphic pixels is shown as wide as the pixel aspect makes it."""
    path = write_film(tmp_path / "wide.mp4", marked(2), pixel_aspect=Fraction(2))
    with Decoder(path, "content") as decoder:
        picture = display_rgb(next(decoder.frames()), decoder.media)
    assert picture.shape == (96, 320, 3)
    _, _, right, bottom = red_box(picture)
    assert abs(right - 48) <= 2
    assert abs(bottom - 24) <= 1


def test_picture_for_cuts_is_small_and_unturned(tmp_path: Path) -> None:
    """The analysis picture is at most 256 wide, of coded shape, in BGR."""
    path = write_film(tmp_path / "large.mp4", marked(2, 640, 360), rotation=90)
    with Decoder(path, "content") as decoder:
        picture = analysis_picture(next(decoder.frames()).picture)
    assert picture.shape == (144, 256, 3)
    assert picture[2, 2, 2] > 180
    assert picture[2, 2, 0] < 100


def test_rounded_rate_in_a_header_is_read_exactly(tmp_path: Path) -> None:
    """A header that says 29.97 (2997/100) is read as 30000/1001."""
    path = write_film(
        tmp_path / "a.avi", texture(1, 5), rate=Fraction(2997, 100), codec="mjpeg", pixel_format="yuvj420p"
    )
    with Decoder(path, "content") as decoder:
        assert decoder.media.rate == NTSC


def test_content_id_is_the_sha_256_of_the_bytes(tmp_path: Path) -> None:
    """A film's content id is the SHA-256 of its bytes; its name does not matter."""
    for name in ("one.mp4", "two.mov"):
        (tmp_path / name).write_bytes(b"abc")
        assert content_id(tmp_path / name) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_facts_that_are_no_picture_are_refused(films: Path) -> None:
    """A picture without width is refused with its size in the message."""
    media, _ = read_through(written(films, "plain"))
    with pytest.raises(Exception, match="0 x 96"):
        Media.from_json({**media.to_json(), "width": 0})


def test_memory_does_not_grow_with_the_film(tmp_path: Path) -> None:
    """Reading 150 frames of 1280 x 720 takes no more memory than reading 30: decoded frames are freed."""
    peaks = []
    for frames in (30, 150):
        path = write_film(tmp_path / f"{frames}.mp4", texture(2, frames, 1280, 720), quality=30)
        peaks.append(int(subprocess.check_output([sys.executable, "-c", PEAK, str(path)], text=True)))
    frame_kb = 1280 * 720 * 3 // 2 // 1024
    assert peaks[1] - peaks[0] < 20 * frame_kb


PEAK = """
import resource, sys
from pathlib import Path
from emotion_core.decoding import Decoder
from emotion_core.picture import display_rgb
from emotion_core.picture import analysis_picture
with Decoder(Path(sys.argv[1]), "content", threads=2) as decoder:
    for frame in decoder.frames():
        analysis_picture(frame.picture), display_rgb(frame, decoder.media)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


KEYFRAMES: dict[str, dict[str, Any]] = {
    "a.mp4": {},
    "b.mp4": {"options": INTERLACED},
    "a.ts": {},
    "b.ts": {"options": INTERLACED},
    "a.mkv": {},
    "a.avi": {"codec": "mjpeg", "pixel_format": "yuvj420p"},
}


@pytest.mark.parametrize("name", KEYFRAMES)
def test_keyframes_are_those_of_the_film(name: str, tmp_path: Path) -> None:
    """Keyframes over the film come in order, each the frame that reading from the start gives, and reading goes on."""
    film = write_film(tmp_path / name, texture(1, 60), **KEYFRAMES[name])

    def luma(picture: VideoFrame) -> bytes:
        return np.asarray(picture.to_ndarray(format="gray")).tobytes()

    with Decoder(film, "content", threads=3) as decoder:
        keyframes = [(picture.pts, luma(picture)) for picture in decoder.keyframes(16)]
        frames = [(frame.picture.pts, luma(frame.picture)) for frame in decoder.frames()]
    assert len(frames) == 60
    assert len(keyframes) >= 3
    assert [frame for frame in frames if frame in keyframes] == keyframes
