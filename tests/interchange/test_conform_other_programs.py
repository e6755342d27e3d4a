"""Lists that other programs write, conformed to films; and lists of this project, read by other programs."""

from __future__ import annotations

import io
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import opentimelineio
import pycmx
import pytest
import scenedetect.output
from opentimelineio.opentime import RationalTime, TimeRange
from opentimelineio.schema import Clip, MissingReference, Timeline, Track, TrackKind
from scenedetect import FrameTimecode

from emotion_core.interchange import FORMATS
from emotion_core.media import Media
from emotion_core.timecode import to_timecode
from tests.support.cut_lists import frames, laid
from tests.support.films import FILM, NTSC, PAL
from tests.support.marker_lists import marker_list
from tests.support.scans import media

FIFTY = Fraction(50)
CLOCK = "counts the clock's time"
EARLY = "a few cuts one frame early"
FIRST = "was taken for the film's first frame"

SceneList = list[tuple[FrameTimecode, FrameTimecode]]


def film(rate: Fraction, length: int, first: int = 0, *, drop_frame: bool = False) -> Media:
    return media(rate=rate, duration=length / rate, start_frame=first, drop_frame=drop_frame)


def cuts_in(length: int, seed: int = 7, count: int = 80) -> list[int]:
    """First frames of scenes, the film's first among them."""
    return [0, *sorted(int(cut) for cut in np.random.default_rng(seed).choice(np.arange(1, length), count, False))]


def detected(cuts: list[int], length: int, rate: Fraction) -> SceneList:
    """PySceneDetect's list of scenes."""
    return [(FrameTimecode(a, fps=rate), FrameTimecode(b, fps=rate)) for a, b in pairwise([*cuts, length])]


def text_of(write: Callable[..., Any], *arguments: Any, **more: Any) -> str:
    file = io.StringIO()
    write(file, *arguments, **more)
    return file.getvalue()


def written_by_pyscenedetect(kind: str, scenes: SceneList, rate: Fraction) -> str:
    out = scenedetect.output
    match kind:
        case "edl":
            return text_of(out.write_scene_list_edl, scenes)
        case "csv":
            return text_of(out.write_scene_list, scenes)
        case "csv without cuts":
            return text_of(out.write_scene_list, scenes, include_cut_list=False)
        case "otio":
            return text_of(out.write_scene_list_otio, scenes, "film.mp4", rate)
        case "fcpx":
            return text_of(out.write_scene_list_fcpx, scenes, "film.mp4", rate, (640, 480))
    return text_of(out.write_scene_list_fcp7, scenes, "film.mp4", rate, (640, 480))


@pytest.mark.parametrize("kind", ["edl", "csv", "csv without cuts", "otio", "fcpx", "fcp7"])
@pytest.mark.parametrize("rate", [FILM, Fraction(24), NTSC, 2 * NTSC])
def test_pyscenedetects_lists_have_its_frames(kind: str, rate: Fraction) -> None:
    """Each list that PySceneDetect writes of an hour's film gives its frames; a note states how its EDL counts."""
    length = round(3600 * rate)
    cuts = cuts_in(length)
    read = laid(written_by_pyscenedetect(kind, detected(cuts, length, rate), rate), film(rate, length))
    if kind == "edl":  # its decimals fall short of a whole frame in places
        assert_at_most_a_frame_early(frames(read), cuts)
        assert EARLY in read.notes[0]
        assert [CLOCK in note for note in read.notes[1:]] == [True] * (rate.denominator == 1001)
    else:
        assert frames(read) == cuts
        assert read.notes == ()


def assert_at_most_a_frame_early(frames: list[int], cuts: list[int]) -> None:
    early = [cut - frame for frame, cut in zip(frames, cuts, strict=True)]
    assert set(early) <= {0, 1}
    assert sum(early) < len(cuts) / 10


@pytest.mark.parametrize(
    ("rate", "first", "drop_frame"), [(FILM, 86400, False), (NTSC, 107892, True), (NTSC, 108000, False)]
)
def test_pyscenedetects_edl_may_begin_at_an_hour(rate: Fraction, first: int, drop_frame: bool) -> None:
    """With a start timecode PySceneDetect's EDL counts clock time from there, and still gives the film's frames."""
    length = round(1200 * rate)
    cuts = cuts_in(length)
    text = text_of(scenedetect.output.write_scene_list_edl, detected(cuts, length, rate), start_timecode="01:00:00:00")
    read = laid(text, film(rate, length, first, drop_frame=drop_frame))
    assert_at_most_a_frame_early(frames(read), cuts)
    assert sum(CLOCK in note for note in read.notes) == 1


@pytest.mark.parametrize("whole", [True, False])
def test_the_clocks_time_is_known_by_the_film(whole: bool) -> None:
    """A list in clock time without its writer's name is recognised by its end, or by the detected cuts."""
    length = round(3600 * FILM)
    cuts = cuts_in(length)
    scenes = detected(cuts, length, FILM)[: None if whole else 40]
    text = text_of(scenedetect.output.write_scene_list_edl, scenes).replace("* CREATED WITH PYSCENEDETECT", "* BY")
    read = laid(text, film(FILM, length), () if whole else cuts)
    assert_at_most_a_frame_early(frames(read)[:40], cuts[:40])
    reason = "it ends with the film" if whole else "are cuts that were detected"
    assert any(CLOCK in note and reason in note for note in read.notes)


@pytest.mark.parametrize("rate", [PAL, FIFTY])
def test_pyscenedetects_rounding_is_told(rate: Fraction) -> None:
    """At 25 and 50 frames a second PySceneDetect's EDL is a frame early in places; a note says so where cuts were
    detected.
    """
    length = round(3600 * rate)
    cuts = cuts_in(length)
    read = laid(
        text_of(scenedetect.output.write_scene_list_edl, detected(cuts, length, rate)), film(rate, length), cuts
    )
    early = [frame for frame, cut in zip(frames(read), cuts, strict=True) if frame == cut - 1]
    assert_at_most_a_frame_early(frames(read), cuts)
    assert early
    assert read.notes[1:] == (f"{len(early)} of the cut list's 80 cuts lie one frame beside a cut that was detected.",)


def timeline(cuts: list[int], length: int, rate: Fraction, first: int) -> Timeline:
    """One clip a scene, as a script with OpenTimelineIO makes them."""
    result = Timeline("Reel 1", global_start_time=RationalTime(first, float(rate)))
    track = Track("V1", kind=TrackKind.Video)
    for number, (a, b) in enumerate(pairwise([*cuts, length]), start=1):
        span = TimeRange(RationalTime(first + a, float(rate)), RationalTime(b - a, float(rate)))
        track.append(Clip(f"Clip {number}", media_reference=MissingReference(), source_range=span))
    result.tracks.append(track)
    return result


ADAPTERS = [
    # adapter, rate, the film's first frame, whether it counts drop-frame, words of the notes
    ("otio_json", FILM, 86400, False, []),
    ("otio_json", PAL, 0, False, []),
    ("otio_json", NTSC, 107892, True, []),
    ("otio_json", NTSC, 108000, False, []),
    ("fcp_xml", FILM, 86400, False, []),
    ("fcp_xml", PAL, 90000, False, []),
    ("fcp_xml", NTSC, 107892, True, ["compared in real time", FIRST]),  # it writes non-drop
    ("cmx_3600", FILM, 86400, False, [FIRST]),
    ("cmx_3600", PAL, 0, False, []),
    ("cmx_3600", NTSC, 0, True, []),
    ("cmx_3600", NTSC, 107892, True, [FIRST]),
    ("cmx_3600", NTSC, 108000, False, ["compared in real time", FIRST]),
]


@pytest.mark.parametrize(("adapter", "rate", "first", "drop_frame", "notes"), ADAPTERS)
def test_opentimelineios_writers_are_read(
    adapter: str, rate: Fraction, first: int, drop_frame: bool, notes: list[str]
) -> None:
    """Files of OpenTimelineIO's adapters give the timeline's frames; a note says so where it begins elsewhere."""
    length = round(1800 * rate)
    cuts = cuts_in(length)
    more = {"rate": float(rate)} if adapter == "cmx_3600" else {}
    text = opentimelineio.adapters.write_to_string(timeline(cuts, length, rate, first), adapter, **more)
    read = laid(text, film(rate, length, first, drop_frame=drop_frame))
    assert frames(read) == cuts
    assert len(read.notes) == len(notes), read.notes
    for words, note in zip(notes, read.notes, strict=True):
        assert words in note


@pytest.mark.parametrize(
    ("rate", "first", "drop_frame"),
    [(FILM, 86400, False), (PAL, 0, False), (NTSC, 107892, True), (2 * NTSC, 215784, True), (PAL, 2159900, False)],
)
def test_pycmx_reads_what_leaves(rate: Fraction, first: int, drop_frame: bool) -> None:
    """pycmx reads each scene of our cut list at its place, under the film's name, and nothing it does not know."""
    cut_film = film(rate, 5000, first, drop_frame=drop_frame)
    cuts = cuts_in(5000)
    content = FORMATS["cut-list"].write(marker_list(cut_film, cuts))
    edl = pycmx.parse_cmx3600(io.StringIO(content.decode()))
    edits = [edit for event in edl.events for edit in event.edits]
    edges = [to_timecode(first + cut, rate, drop_frame=drop_frame) for cut in (*cuts, 5000)]
    assert [(edit.record_in, edit.record_out) for edit in edits] == list(pairwise(edges))
    assert {edit.clip_name for edit in edits} == {"cut 7.mov"}
