"""Cut lists of other programs and of this project are read with their frames and names."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio
import pytest
import scenedetect.output
from opentimelineio.opentime import RationalTime, TimeRange
from opentimelineio.schema import Clip, ExternalReference, Timeline, Track
from scenedetect import FrameTimecode

from emotion_core.analysis import analyse
from emotion_core.interchange import FORMATS, NAMES, FormatName, mark_scenes, read_cut_list
from emotion_core.interchange.readers.edit_list import EditList, FrameNumber, Timecode
from emotion_core.timecode import from_timecode, is_drop_frame
from tests.support.event_rows import rows
from tests.support.films import FILM, NTSC, PAL
from tests.support.scans import by_cuts, logits_of, media, observations

CUTS = (0, 60, 110, 185, 260)
LENGTH = 320
SPANS = list(zip(CUTS, (*CUTS[1:], LENGTH), strict=True))


def frames(read: EditList, rate: Fraction, first: int) -> list[int]:
    """The frames at which events begin, from 0: by number, or by timecode of a timeline that begins at `first`."""
    numbers = []
    for event in read.events:
        if isinstance(event.start, Timecode):
            numbers.append(from_timecode(event.start.text, rate) - first)
        else:
            assert isinstance(event.start, FrameNumber)
            numbers.append(event.start.number)
    return numbers


TIMELINES = [
    # rate, first frame's timecode, drop-frame
    (FILM, 0, False), (FILM, 86400, False), (Fraction(24), 864000, False), (PAL, 90000, False),
    (NTSC, 107892, True), (NTSC, 108000, False), (Fraction(50), 0, False), (NTSC * 2, 215784, True),
]  # fmt: skip


@pytest.mark.parametrize(("rate", "first", "drop_frame"), TIMELINES)
@pytest.mark.parametrize("name", NAMES)
def test_what_the_product_writes_is_read(name: FormatName, rate: Fraction, first: int, drop_frame: bool) -> None:
    """Every marker format and the cut list come back with their scenes, names, rate and timecode."""
    film = media(rate=rate, start_frame=first, drop_frame=drop_frame, duration=LENGTH / rate, time_base=1 / rate / 100)
    faces = {at + 10: [((10.0, 10.0, 40.0, 40.0), 0.9, logits_of(happy=0.88))] for at in CUTS}
    marker_list = mark_scenes(analyse(observations(faces, frames=LENGTH, film=film), by_cuts(*CUTS)), "film.mov")
    read = read_cut_list(FORMATS[name].write(marker_list), f"film{FORMATS[name].suffix}")
    assert frames(read, rate, first) == list(CUTS)
    assert [event.name for event in read.events] == [marker.name for marker in marker_list.markers]
    assert read.rate in (None, rate)
    if read.starts_at is not None:
        assert read.starts_at == FrameNumber(first)
    if read.drop_frame is not None:
        assert read.drop_frame is drop_frame
    if read.rate is None:
        assert all(is_drop_frame(str(row[0])) is drop_frame for row in rows(read))


def scenes(rate: Fraction) -> list[tuple[FrameTimecode, FrameTimecode]]:
    return [(FrameTimecode(start, rate), FrameTimecode(end, rate)) for start, end in SPANS]


def table(file: Path, rate: Fraction, *, cuts: bool) -> None:
    scenedetect.output.write_scene_list(str(file), scenes(rate), include_cut_list=cuts)


PYSCENEDETECT: list[tuple[str, Callable[[Path, Fraction], None]]] = [
    # file, how PySceneDetect writes it
    ("a.csv", lambda file, rate: table(file, rate, cuts=True)),
    ("b.csv", lambda file, rate: table(file, rate, cuts=False)),
    ("a.otio", lambda file, rate: scenedetect.output.write_scene_list_otio(str(file), scenes(rate), "x.mov", rate)),
    ("a.fcpxml", lambda file, rate: scenedetect.output.write_scene_list_fcpx(
        str(file), scenes(rate), "x.mov", rate, (320, 240))),
    ("a.xml", lambda file, rate: scenedetect.output.write_scene_list_fcp7(
        str(file), scenes(rate), "x.mov", rate, (320, 240))),
]  # fmt: skip


@pytest.mark.parametrize("rate", [FILM, Fraction(24), PAL, NTSC, Fraction(50), NTSC * 2])
@pytest.mark.parametrize(("name", "write"), PYSCENEDETECT)
def test_pyscenedetect_is_read_to_the_frame(
    name: str, write: Callable[[Path, Fraction], None], rate: Fraction, tmp_path: Path
) -> None:
    """PySceneDetect's table, OTIO, FCPXML and xmeml give the frames that it detected, also at NTSC rates."""
    file = tmp_path / name
    write(file, rate)
    read = read_cut_list(file.read_bytes(), name)
    assert [row[:2] for row in rows(read)] == SPANS
    assert read.rate in (None, rate)


def test_pyscenedetects_edl_is_read_as_it_counts(tmp_path: Path) -> None:
    """PySceneDetect's EDL, with a comment before the title, is read; at NTSC rates its numbers are clock time."""
    file = tmp_path / "a.edl"
    scenedetect.output.write_scene_list_edl(str(file), scenes(PAL))
    read = read_cut_list(file.read_bytes())
    assert frames(read, PAL, 0) == list(CUTS)
    assert read.drop_frame is False


def timeline(rate: Fraction, first: int) -> Timeline:
    """The scenes as clips of a film."""
    result = Timeline("Cut", global_start_time=RationalTime(first, float(rate)))
    track = Track("V1", kind="Video")
    film = ExternalReference("film.mov", TimeRange(RationalTime(0, float(rate)), RationalTime(9000, float(rate))))
    for number, (start, end) in enumerate(SPANS, start=1):
        span = TimeRange(RationalTime(start, float(rate)), RationalTime(end - start, float(rate)))
        track.append(Clip(f"clip{number}", film.deepcopy(), span))
    result.tracks.append(track)
    return result


ADAPTERS: list[tuple[str, dict[str, Any]]] = [
    # OpenTimelineIO's adapter, what it is given besides
    ("otio_json", {}), ("otioz", {"media_policy": "AllMissing"}), ("fcp_xml", {}), ("cmx_3600", {"rate": None}),
    ("AAF", {"use_empty_mob_ids": True}),
]  # fmt: skip


@pytest.mark.usefixtures("aafs_read_prepared")
@pytest.mark.parametrize(("rate", "first"), [(FILM, 86400), (PAL, 90000), (NTSC, 108000), (Fraction(24), 0)])
@pytest.mark.parametrize(("adapter", "more"), ADAPTERS)
def test_opentimelineios_adapters_are_read_to_the_frame(
    adapter: str, more: dict[str, Any], rate: Fraction, first: int, tmp_path: Path
) -> None:
    """Files of each adapter are read with the same clips and names and, where the format has it, the exact rate."""
    suffix = {"otio_json": "otio", "fcp_xml": "xml", "cmx_3600": "edl", "AAF": "aaf"}.get(adapter, adapter)
    file = tmp_path / f"cut.{suffix}"
    options = {key: float(rate) if key == "rate" else value for key, value in more.items()}
    opentimelineio.adapters.write_to_file(timeline(rate, first), str(file), adapter_name=adapter, **options)
    read = read_cut_list(file.read_bytes(), file.name)
    if adapter != "cmx_3600":
        assert read.rate == rate
    assert frames(read, rate, 0) == list(CUTS)  # that adapter's record side begins at 0, wherever the timeline does
    assert [event.name for event in read.events] == [f"clip{number}" for number in range(1, 6)]
