"""Cuts of PySceneDetect's detectors over stored scores, and of cut lists."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scenedetect import SceneManager, StatsManager, open_video
from scenedetect.common import FrameTimecode
from scenedetect.detector import SceneDetector
from scenedetect.detectors import (
    AdaptiveDetector,
    ContentDetector,
    HashDetector,
    HistogramDetector,
    ThresholdDetector,
)

from emotion_core.decoding import Decoder
from emotion_core.errors import CutListError, SettingsError
from emotion_core.observations import Observations
from emotion_core.picture import analysis_picture
from emotion_core.scenes import Scorer, pack_scores, shots_of
from emotion_core.settings import DETECTORS, Detector, ScanSettings, ShotSettings
from emotion_core.timecode import Span
from tests.support.clips import BIKES, BIKES_CUTS, CARPHONE, clip, scaled, shot
from tests.support.films import FILM, PAL, Picture, faded, flat, texture, write_film
from tests.support.scans import CHECKPOINT, ENGINE, observations

HARD_CUTS = [40, 70, 110, 135]
"""First frames of the shots of the film "hard cuts", without the first."""
BLACK = (140, 160)
"""First and last (exclusive) black frame of "fades": thirty frames fade out before and in after."""

FILMS: dict[str, tuple[Fraction, Callable[[], list[Picture]]]] = {
    "hard cuts": (PAL, lambda: [*chain(*(texture(i, n) for i, n in enumerate((40, 30, 40, 25, 30), start=1)))]),
    "fades": (
        FILM,
        lambda: [
            *texture(1, 50),
            *texture(2, 60),
            *faded(texture(3, 30), 1, 0),
            *flat(0, 20),
            *faded(texture(4, 30), 0, 1),
            *texture(4, 40),
        ],
    ),
    "short shots": (PAL, lambda: [*chain(*(texture(i, n) for i, n in enumerate((20, 1, 30, 5, 5, 14, 15, 16, 3))))]),
    "fade out at the end": (PAL, lambda: [*texture(1, 30), *faded(texture(1, 20), 1, 0), *flat(0, 30)]),
    "black": (PAL, lambda: [*flat(0, 60)]),
    "two frames": (PAL, lambda: [*texture(1, 1), *texture(2, 1)]),
    "one frame": (PAL, lambda: [*texture(1, 1)]),
    "real": (
        PAL,
        lambda: [
            scaled(picture, 240, 102)
            for picture in chain(
                shot(BIKES, 0, 187), shot(CARPHONE, 0, 60), shot(BIKES, 187, 250), shot(CARPHONE, 60, 120)
            )
        ],
    ),
}
REAL_CUTS = [30, 76, 137, 187, 247, 302, 310]
"""Every join of "real": the clip's own cuts at 30, 76, 137 and (moved by 60) 302, and those between clips."""

PYSCENEDETECT: dict[Detector, Any] = {
    "adaptive": AdaptiveDetector,
    "content": ContentDetector,
    "hash": HashDetector,
    "histogram": HistogramDetector,
    "threshold": ThresholdDetector,
}
SETTINGS: list[tuple[Detector, float | None, int]] = [
    # detector, threshold (None: the default), shortest scene in frames
    *((detector, None, 15) for detector in PYSCENEDETECT),
    *((detector, None, 1) for detector in PYSCENEDETECT),
    ("adaptive", 1.5, 5),
    ("adaptive", 6.0, 30),
    ("content", 12.0, 5),
    ("content", 60.0, 30),
    ("hash", 0.1, 5),
    ("hash", 0.5, 30),
    ("histogram", 0.05, 5),
    ("histogram", 0.6, 30),
    ("threshold", 40.0, 5),
    ("threshold", 100.0, 30),
]


@pytest.fixture(scope="session")
def scored(films: Path) -> Callable[[str], tuple[Path, Observations]]:
    """Path of a film of FILMS by name, and the observations that a scan would store."""
    observed: dict[str, tuple[Path, Observations]] = {}

    def get(name: str) -> tuple[Path, Observations]:
        if name not in observed:
            rate, pictures = FILMS[name]
            path = write_film(films / f"{name}.mp4", pictures(), rate=rate)
            observed[name] = path, observe(path)
        return observed[name]

    return get


def observe(path: Path) -> Observations:
    """The scores of a film, and no samples."""
    with Decoder(path, "content") as decoder:
        scorer, ticks, rows = Scorer(), [], []
        for frame in decoder.frames():
            ticks.append(frame.ticks)
            rows.append(scorer.score(analysis_picture(frame.picture)))
        media = decoder.final_media(np.array(ticks))
    return Observations(media, ScanSettings(), CHECKPOINT, ENGINE, pack_scores(ticks, rows), (), (), ())


def cuts_of(scan: Observations, settings: ShotSettings) -> list[int]:
    return [shot.frame_in for shot in shots_of(scan, settings)][1:]


class Kept(SceneDetector):  # type: ignore[misc]  # untyped, see pyproject.toml
    """A detector of PySceneDetect, and the cuts that it found: so one reading of a film serves many."""

    def __init__(self, detector: Detector, threshold: float | None, shortest: int) -> None:
        super().__init__()
        how = {"min_scene_len": shortest}
        if threshold is not None:
            how["adaptive_threshold" if detector == "adaptive" else "threshold"] = threshold  # type: ignore[assignment]
        self._detector = PYSCENEDETECT[detector](**how)
        self.cuts: set[int] = set()

    def process_frame(self, timecode: FrameTimecode, frame_img: Picture) -> list[FrameTimecode]:
        return self._kept(self._detector.process_frame(timecode, frame_img))

    def post_process(self, timecode: FrameTimecode) -> list[FrameTimecode]:
        return self._kept(self._detector.post_process(timecode))

    def _kept(self, cuts: list[FrameTimecode]) -> list[FrameTimecode]:
        self.cuts.update(cut.frame_num for cut in cuts)
        return cuts


@pytest.fixture(scope="session")
def pyscenedetects(scored: Callable[[str], tuple[Path, Observations]]) -> Callable[[str], list[Kept]]:
    """The detectors of SETTINGS, in that order, after PySceneDetect read a film of FILMS itself."""

    @cache
    def get(name: str) -> list[Kept]:
        manager, detectors = SceneManager(), [Kept(*settings) for settings in SETTINGS]
        for detector in detectors:
            manager.add_detector(detector)
        manager.detect_scenes(open_video(str(scored(name)[0]), backend="pyav"))
        return detectors

    return get


@pytest.mark.parametrize("film", FILMS)
@pytest.mark.parametrize(("detector", "threshold", "shortest"), SETTINGS)
def test_stored_scores_give_pyscenedetects_cuts(
    scored: Callable[[str], tuple[Path, Observations]],
    pyscenedetects: Callable[[str], list[Kept]],
    film: str,
    detector: Detector,
    threshold: float | None,
    shortest: int,
) -> None:
    """A detector over stored scores finds the same cuts as PySceneDetect reading the film itself."""
    settings = ShotSettings(detector=detector, threshold=threshold, min_scene_frames=shortest)
    its = pyscenedetects(film)[SETTINGS.index((detector, threshold, shortest))]
    assert cuts_of(scored(film)[1], settings) == sorted(its.cuts)


@pytest.mark.parametrize("film", FILMS)
def test_stored_scores_are_pyscenedetects(scored: Callable[[str], tuple[Path, Observations]], film: str) -> None:
    """A frame's stored scores equal those of PySceneDetect's own detectors to the last bit."""
    path, scan = scored(film)
    manager = SceneManager(StatsManager())
    for detector in ("content", "histogram", "hash", "threshold"):
        manager.add_detector(PYSCENEDETECT[detector]())
    manager.detect_scenes(open_video(str(path), backend="pyav"))
    stats = manager.stats_manager
    assert stats is not None
    metrics = ["content_val", "hist_diff [bins=128]", "hash_dist [size=8 lowpass=2]", "average_rgb"]
    scores = scan.scores
    columns = (scores.content, scores.histogram, scores.hash, scores.brightness)
    timecodes = [FrameTimecode(frame, fps=scan.media.rate) for frame in range(scan.frames)]
    for metric, column in zip(metrics, columns, strict=True):
        # Three of them measure nothing on the first frame, which has none before it.
        truth = [stats.get_metrics(timecode, [metric])[0] for timecode in timecodes[1:]]
        assert column[1:].tolist() == truth, metric


@pytest.mark.parametrize("detector", ["adaptive", "content", "hash"])
def test_hard_cuts_are_found_to_the_frame(
    scored: Callable[[str], tuple[Path, Observations]], detector: Detector
) -> None:
    """Hard cuts between different shots are found to the frame, and nothing else."""
    assert cuts_of(scored("hard cuts")[1], ShotSettings(detector=detector)) == HARD_CUTS


@pytest.mark.parametrize("detector", ["adaptive", "content"])
def test_cuts_of_real_footage_are_found(scored: Callable[[str], tuple[Path, Observations]], detector: Detector) -> None:
    """In a film spliced from real footage every join is found, except the one that makes a scene too short."""
    cuts = cuts_of(scored("real")[1], ShotSettings(detector=detector))
    assert cuts == [cut for cut in REAL_CUTS if cut != 310]
    shorter = cuts_of(scored("real")[1], ShotSettings(detector=detector, min_scene_frames=5))
    assert shorter == REAL_CUTS


def test_cuts_of_a_whole_clip_are_found() -> None:
    """In a real clip, scaled for scoring as a scan scales it, each cut is found to the frame."""
    assert cuts_of(observe(clip(BIKES)), ShotSettings(min_scene_frames=5)) == list(BIKES_CUTS)


def test_a_fade_through_black_is_cut_in_the_black(scored: Callable[[str], tuple[Path, Observations]]) -> None:
    """The threshold detector puts one cut into the black of a fade, and none at hard cuts."""
    (cut,) = cuts_of(scored("fades")[1], ShotSettings(detector="threshold"))
    assert BLACK[0] <= cut < BLACK[1]


def test_no_scene_is_shorter_than_asked(scored: Callable[[str], tuple[Path, Observations]]) -> None:
    """Every detector keeps scenes at least as long as set, except the first and the last."""
    for detector in PYSCENEDETECT:
        for shortest in (5, 15, 30):
            cuts = cuts_of(scored("short shots")[1], ShotSettings(detector=detector, min_scene_frames=shortest))
            assert all(b - a >= shortest for a, b in pairwise(cuts)), (detector, shortest, cuts)


@pytest.mark.parametrize("film", FILMS)
@pytest.mark.parametrize("detector", DETECTORS)
def test_shots_cover_the_film(
    scored: Callable[[str], tuple[Path, Observations]], film: str, detector: Detector
) -> None:
    """Shots begin at the first frame, end after the last, and leave neither gap nor overlap, in frames and in time."""
    _, scan = scored(film)
    shots = shots_of(scan, ShotSettings(detector=detector))
    assert shots[0].frame_in == 0
    assert shots[0].span.start == 0
    assert shots[-1].frame_out == scan.frames
    assert shots[-1].span.end == scan.media.duration
    for earlier, later in pairwise(shots):
        assert earlier.frame_out == later.frame_in > earlier.frame_in
        assert earlier.span.end == later.span.start == later.frame_in / scan.media.rate


def test_a_cut_list_decides_alone() -> None:
    """A cut list alone decides scenes and names, down to a single frame, at each frame's own time."""
    scan = observations({}, frames=100)
    settings = ShotSettings(detector="cuts", cuts=((0, "Opening"), (40, ""), (41, "Flash"), (42, "Street")))
    shots = shots_of(scan, settings)
    assert [(s.frame_in, s.frame_out, s.name) for s in shots] == [
        (0, 40, "Opening"),
        (40, 41, ""),
        (41, 42, "Flash"),
        (42, 100, "Street"),
    ]
    assert shots[2].span == Span(Fraction(41, 25), Fraction(42, 25))


def test_a_cut_list_may_leave_out_the_first_frame() -> None:
    """A cut list that begins later leaves a first scene without a name, and an empty one is a single scene."""
    scan = observations({}, frames=10)
    late = shots_of(scan, ShotSettings(detector="cuts", cuts=((4, "Second"),)))
    assert [(s.frame_in, s.frame_out, s.name) for s in late] == [(0, 4, ""), (4, 10, "Second")]
    (whole,) = shots_of(scan, ShotSettings(detector="cuts"))
    assert (whole.frame_in, whole.frame_out) == (0, 10)


def test_a_cut_past_the_end_is_refused() -> None:
    """A cut at or past the film's end is refused with the frame and the film's length."""
    scan = observations({}, frames=10)
    with pytest.raises(CutListError, match=r"frame 10.*10 frames \(0 to 9\)"):
        shots_of(scan, ShotSettings(detector="cuts", cuts=((3, ""), (10, ""))))


@pytest.mark.parametrize("cuts", [((5, ""), (3, "")), ((3, ""), (3, "again")), ((-1, ""), (3, ""))])
def test_cuts_that_do_not_ascend_are_refused(cuts: tuple[tuple[int, str], ...]) -> None:
    """Cuts out of order, repeated or below zero are refused."""
    with pytest.raises(SettingsError, match="ascend"):
        ShotSettings(detector="cuts", cuts=cuts)


def test_scenes_of_uneven_frames_are_timed_by_their_own_timestamps() -> None:
    """Where frames are uneven, a cut lies at the time of its frame, not at its number over the rate."""
    scan = observations({}, frames=4)
    uneven = dataclasses.replace(scan.scores, pts=np.array([0, 10, 500, 520], dtype=np.int64))
    scan = dataclasses.replace(scan, scores=uneven, media=dataclasses.replace(scan.media, duration=Fraction(1)))
    shots = shots_of(scan, ShotSettings(detector="cuts", cuts=((2, ""), (3, ""))))
    assert [s.span.end for s in shots] == [Fraction(1, 2), Fraction(52, 100), Fraction(1)]
