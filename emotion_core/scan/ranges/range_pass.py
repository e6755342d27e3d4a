"""The pass over one range of a film: decode from the keyframe before, score, analyze the sampled frames, and go on for
the few frames that the next range is proven by.

As scan/one_pass, which reads whole films. What the frames show is compared with the plan, frame by frame.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace

from ...decoding import Decoder, Frame
from ...errors import DamagedFilm, NotAsPlanned
from ...faces import CropReading, comparison_crop
from ...media import FrameShape, Media, ShapeChange, check_readable, shape_of
from ...observations import Scores, Segment
from ...picture import analysis_picture_within_bars
from ...scenes import FrameScore, Grid, Scorer, pack_scores
from ...settings import ScanSettings
from ...system import ProgressReporter, prefetch_items
from ..frame_analyzer import FrameAnalyzer
from ..one_pass import FRAMES_AHEAD, FRAMES_TOGETHER, SCORES_AHEAD, SCORES_TOGETHER
from ..segmenting import begins_segment
from .range_plan import FilmRange, RangePlan
from .seam import PROVEN


@dataclass(frozen=True, slots=True)
class RangeReading:
    """What a pass over a range gives."""

    segment: Segment
    following: Scores
    """As Seam.following."""
    first_faces: tuple[CropReading, ...]
    """As Seam.first_faces."""
    media: Media | None
    """As Seam.media."""


@dataclass(frozen=True, slots=True)
class _Scored:
    """A frame once it is scored."""

    index: int
    ticks: int
    shape: FrameShape
    score: FrameScore
    sampled: Frame | None
    """The frame itself, if faces are to be looked for on it."""
    fingerprint: int
    place: bytes
    """As in Sample, where `sampled`."""


class RangePass:
    """Reads one range of a film that is open."""

    def __init__(
        self,
        decoder: Decoder,
        analyzer: FrameAnalyzer,
        plan: RangePlan,
        one: FilmRange,
        settings: ScanSettings,
        progress: ProgressReporter,
    ) -> None:
        """`analyzer` begins with the segment of the range, and has no face to compare with."""
        self._decoder, self._analyzer, self._plan, self._range = decoder, analyzer, plan, one
        self._settings, self._progress = settings, progress
        self._last = min(len(plan.ticks), one.end + PROVEN)
        """One past the last frame that is read."""

    def run(self) -> RangeReading:
        """Read the range.

        Raises NotAsPlanned where the film is otherwise than planned, or damaged; MediaError where its file is gone;
        FilmChanged; and the error that ended the model's opening.
        """
        try:
            return self._read()
        except DamagedFilm as error:
            check_readable(self._decoder.path)
            self._decoder.verify_file()  # a replaced file is no damage
            raise self._not_as_planned(f"it is damaged there ({error.problem.rstrip('.')})") from error

    def _read(self) -> RangeReading:
        rows, following = list[_Scored](), list[_Scored]()
        shapes = list[ShapeChange]()
        first_faces: tuple[CropReading, ...] | None = None
        for frame in prefetch_items(self._scored(), SCORES_AHEAD, together=SCORES_TOGETHER):
            if frame.index >= self._range.end:
                following.append(replace(frame, sampled=None))
                continue
            rows.append(replace(frame, sampled=None))
            if not shapes or shapes[-1].shape != frame.shape:
                shapes.append(ShapeChange(frame.index, frame.shape))
            if frame.sampled is not None:
                self._analyzer.analyze(frame.sampled, frame.fingerprint, frame.place)
                if first_faces is None:
                    first_faces = tuple(map(_with_comparison_crop, self._analyzer.last_readings))
            self._progress.at(len(rows), 1, self._analyzer.face_count, 0)
        if len(rows) != self._range.frames or len(following) != self._last - self._range.end:
            raise self._not_as_planned("it has fewer frames there")
        segment = self._analyzer.finish(_packed(rows), 0)
        media = None
        if self._range.end == len(self._plan.ticks):
            media = self._decoder.final_media(self._plan.ticks)
        self._decoder.verify_file()
        return RangeReading(replace(segment, shapes=tuple(shapes)), _packed(following), first_faces or (), media)

    def _scored(self) -> Generator[_Scored, None, None]:
        """The frames of the range and those after it, scored and compared with the plan."""
        one, plan, media, scorer = self._range, self._plan, self._decoder.media, Scorer()
        grid, expected = Grid(self._settings.samples_per_second), one.first
        if one.first:
            grid.wants(int(plan.ticks[one.first - 1]) * media.time_base)
        for frame in prefetch_items(self._frames(), FRAMES_AHEAD, together=FRAMES_TOGETHER):
            self._compare(frame, expected)
            expected += 1
            score = scorer.score(analysis_picture_within_bars(frame.picture, media))
            wanted = grid.wants(frame.ticks * media.time_base) and frame.index < one.end
            yield _Scored(
                index=frame.index,
                ticks=frame.ticks,
                shape=shape_of(frame.picture, media),
                score=score,
                fingerprint=scorer.fingerprint if wanted else 0,
                place=scorer.place if wanted else b"",
                sampled=frame if wanted else None,
            )
            if expected == self._last and self._last < len(plan.ticks):
                return
        if self._decoder.damaged:
            raise self._not_as_planned("it is damaged there")

    def _frames(self) -> Generator[Frame, None, None]:
        first = self._range.first
        return self._decoder.frames_from(first, self._plan.times, self._range.seek) if first else self._decoder.frames()

    def _compare(self, frame: Frame, expected: int) -> None:
        """Raise NotAsPlanned where a frame is otherwise than planned."""
        one, plan = self._range, self._plan
        if frame.damaged:
            raise self._not_as_planned("it is damaged there")
        if frame.index != expected or expected >= len(plan.ticks):
            raise self._not_as_planned("it has other frames there")
        if not frame.ticks == frame.stamp == plan.ticks[frame.index]:
            raise self._not_as_planned("its frames are shown at other times")
        if one.first < frame.index <= one.end:
            begins = begins_segment(
                one.number + 1,
                frame.ticks * self._decoder.media.time_base,
                plan.segment_seconds,
                keyframe=bool(frame.picture.key_frame),
            )
            if begins != (frame.index == one.end):
                raise self._not_as_planned("its keyframes lie elsewhere")

    def _not_as_planned(self, why: str) -> NotAsPlanned:
        return NotAsPlanned(
            f"Part {self._range.number + 1} of {self._decoder.path.name} cannot be read by itself: {why}.",
            "It is read with the rest of the film, by one machine.",
        )


def _packed(rows: list[_Scored]) -> Scores:
    return pack_scores([row.ticks for row in rows], [row.score for row in rows])


def _with_comparison_crop(reading: CropReading) -> CropReading:
    return CropReading(reading.frame, reading.box, comparison_crop(reading.crop))
