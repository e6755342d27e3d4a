"""The same pictures from another container are the same film."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emotion_core.analysis import Analysis, analyse
from emotion_core.decoding import Decoder
from emotion_core.observations import Observations, ObservationStore
from emotion_core.picture import analysis_picture
from emotion_core.report import csv_bytes, scene_table
from emotion_core.scan import scan
from emotion_core.scenes import FrameScore, Grid, Scorer, cuts_of, pack_scores, same_score
from emotion_core.settings import ReportSettings, ScanSettings, ShotSettings
from tests.support import truth_film
from tests.support.films import NTSC, Picture, number_of, numbered, remuxed, texture, write_film
from tests.support.scans import CHECKPOINT, ENGINE

FRAMES, CUT = 60, 31
"""Of each film; the cut is a hard one."""

MATRIX: dict[str, tuple[dict[str, Any], str]] = {
    # what is coded: how it is written into the first of these containers; the others have its very packets
    "H.264 with B-frames": ({"b_frames": 3}, "mp4 mov mkv ts avi mxf mpg vob"),
    "H.264 without": ({"b_frames": 0}, "mov mp4 mkv ts avi mxf"),
    "HEVC": (
        {"codec": "libx265", "options": {"preset": "ultrafast", "x265-params": "bframes=3:log-level=none"}},
        "mp4 mov mkv ts",
    ),
    "MPEG-2": ({"codec": "mpeg2video"}, "mkv mp4 mov ts avi mxf mpg vob"),
    "MPEG-1": ({"codec": "mpeg1video", "options": {"bf": "2", "qmin": "1", "qmax": "3"}}, "mp4 mov mkv mpg vob"),
    "MPEG-4": ({"codec": "mpeg4", "options": {"bf": "2", "qmin": "1", "qmax": "3"}}, "mp4 mov mkv ts avi vob"),
    "Motion JPEG": ({"codec": "mjpeg", "pixel_format": "yuvj420p"}, "mov mp4 mkv avi"),
    "VP8": ({"codec": "libvpx"}, "webm mkv avi"),
    "VP9": ({"codec": "libvpx-vp9"}, "webm mkv mp4 avi"),
    "PNG": ({"codec": "png", "pixel_format": "rgb24"}, "mov mp4 avi"),
    "NTSC": ({"b_frames": 3, "rate": NTSC}, "mp4 mov mkv ts avi mxf"),
}

WRITTEN: dict[str, tuple[dict[str, Any], str]] = {
    # muxers take this codec from its own encoder only: encode it into each
    "ProRes": ({"codec": "prores_ks", "pixel_format": "yuv422p10le"}, "mov mkv mxf"),
    "DNxHR": ({"codec": "dnxhd", "pixel_format": "yuv422p", "options": {"profile": "dnxhr_sq"}}, "mov mxf"),
    "FFV1": ({"codec": "ffv1"}, "mkv avi mxf"),
    "AV1": ({"codec": "libsvtav1", "options": {"preset": "12"}}, "mp4 mkv webm"),
    "uncompressed": ({"codec": "v210", "pixel_format": "yuv422p10le"}, "mov avi"),
}

THROUGH = {
    ("H.264", "avi"): "h264_mp4toannexb",
    ("H.264", "mpg"): "h264_mp4toannexb",
    ("H.264", "vob"): "h264_mp4toannexb",
    ("NTSC", "avi"): "h264_mp4toannexb",
    ("MPEG-4", "ts"): "dump_extra",
    ("MPEG-4", "vob"): "dump_extra",
}
"""Bitstream filters that a codec's packets need on their way into a container."""

CELLS = [(codec, other) for codec, (_, names) in (MATRIX | WRITTEN).items() for other in names.split()[1:]]

WHOLE = ("ts", "avi", "vob")
"""Containers whose whole analysis is held against that of MP4: a clock, no times of shown frames, both."""


def pictures() -> Iterator[Picture]:
    """A drifting texture, another one from CUT on, with a band that holds each frame's number."""
    around = chain(texture(3, CUT, 320, 192), texture(9, FRAMES - CUT, 320, 192))
    for number, picture in zip(numbered(FRAMES), around, strict=True):
        picture[40:56] = number[40:56]
        yield picture


Shown = tuple[list[int], list[Fraction], list[FrameScore], list[int], list[int]]
"""Of a film's frames the numbers they carry, their times in seconds, their scores; the sampled ones; the cuts."""


def shown_by(path: Path) -> Shown:
    scorer, grid, numbers, times, scores, sampled = Scorer(), Grid(Fraction(2)), [], [], [], []
    with Decoder(path, "content") as film:
        for frame in film.frames():
            times.append(frame.ticks * film.media.time_base)
            numbers.append(number_of(np.asarray(frame.picture.to_ndarray(format="rgb24"), dtype=np.uint8)))
            scores.append(scorer.score(analysis_picture(frame.picture)))
            sampled += [frame.index] if grid.wants(times[-1]) else []
        assert film.damaged == 0
        ticks = [round(time / film.media.time_base) for time in times]
        observations = Observations(
            film.media, ScanSettings(), CHECKPOINT, ENGINE, pack_scores(ticks, scores), (), (), ()
        )
        cuts = list(cuts_of(observations, ShotSettings(min_scene_frames=5)))
    return numbers, times, scores, sampled, cuts


def make(folder: Path, codec: str, container: str) -> Path:
    """The film of a cell, written once."""
    path = folder / f"{codec}.{container}"
    if path.exists():
        return path
    how, names = (MATRIX | WRITTEN)[codec]
    first = names.split()[0]
    if codec in WRITTEN or container == first:
        return write_film(path, pictures(), quality=20, **how)
    through = THROUGH.get((codec.split(" with", maxsplit=1)[0], container))
    return remuxed(path, make(folder, codec, first), through=through)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("containers")


@pytest.fixture(scope="module")
def seen() -> dict[str, Shown]:
    """What each codec's film shows from its first container."""
    return {}


@pytest.mark.parametrize(("codec", "container"), CELLS, ids=[" in ".join(cell) for cell in CELLS])
def test_a_container_makes_no_difference(folder: Path, seen: dict[str, Shown], codec: str, container: str) -> None:
    """Frames, their order, scores and times, the sampled ones and the cuts are those of the same film in another."""
    first = (MATRIX | WRITTEN)[codec][1].split()[0]
    if codec not in seen:
        seen[codec] = shown_by(make(folder, codec, first))
    numbers, times, scores, sampled, cuts = seen[codec]
    assert numbers == list(range(FRAMES))
    assert cuts == [CUT]
    other = shown_by(make(folder, codec, container))
    assert other[0] == numbers
    assert max(abs(time - two) for time, two in zip(times, other[1], strict=True)) <= Fraction(1, 1000)
    assert all(map(same_score, other[2], scores))
    assert other[3:] == (sampled, cuts)


def analysed(path: Path, folder: Path) -> Analysis:
    store, wanted = ObservationStore(folder), ReportSettings(shots=truth_film.SHOTS)
    settings = ScanSettings(engine="torch", checkpoint="embedded")
    scan(path, "content", store, settings, wanted, lambda event, fields: None)
    return analyse(store.read(), wanted)


def test_a_container_makes_no_difference_to_a_report(tmp_path: Path) -> None:
    """The CSV of a film is the same, byte by byte, from MP4, MPEG-TS, AVI and a programme stream."""
    film = write_film(tmp_path / "a.mp4", truth_film.pictures(), b_frames=3)
    csv = csv_bytes(scene_table(analysed(film, tmp_path / "mp4")))
    for container in WHOLE:
        other = remuxed(tmp_path / f"a.{container}", film, through=THROUGH.get(("H.264", container)))
        assert csv_bytes(scene_table(analysed(other, tmp_path / container))) == csv, container
