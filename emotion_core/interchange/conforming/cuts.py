"""Two cuts as a list is moved between them: how each counts, its scenes, and the footage that both show."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from ...analysis import Analysis
from ...compare import AlignmentMap, map_frames
from ...errors import ComparisonError
from ...media import Media
from ...observations import Observations
from ...scenes import Scene, cuts_of
from ...settings import ShotSettings
from ...timecode import frame_at, to_timecode
from .stretches import BRIDGED, Footage, FrameStretch, Stretch, mend


@dataclass(frozen=True, slots=True)
class Cut:
    """One of both cuts."""

    media: Media
    frames: int
    scenes: tuple[Scene, ...]
    cuts: tuple[int, ...] = ()
    """First frames of its shots as a detector found them."""
    stamps: Callable[[int], Fraction] | None = None
    """Seconds at which a frame is shown, where the frame rate varies."""

    def seconds(self, frame: int) -> Fraction:
        """When a frame is shown; of the frame after the last one, when the film ends."""
        if self.stamps is None:
            return frame / self.media.rate
        return self.media.duration if frame >= self.frames else self.stamps(frame)

    def frame(self, seconds: Fraction) -> int:
        """The frame at a moment, the nearest one at a constant rate."""
        if self.stamps is None:
            return frame_at(seconds, self.media.rate)
        return max(0, bisect_right(range(self.frames), seconds, key=self.stamps) - 1)

    def timecode(self, seconds: Fraction) -> str:
        frame = max(0, self.frame(seconds))
        return to_timecode(self.media.start_frame + frame, self.media.rate, drop_frame=self.media.drop_frame)

    def scene_at(self, seconds: Fraction) -> Scene | None:
        """The scene on screen at a moment."""
        frame = self.frame(seconds)
        return next((scene for scene in self.scenes if scene.frame_in <= frame < scene.frame_out), None)

    @property
    def end(self) -> Fraction:
        return self.seconds(self.frames)


@dataclass(frozen=True, slots=True)
class TwoCuts:
    before: Cut
    after: Cut
    footage: Footage = field(default_factory=lambda: Footage(()))

    def reason(self, start: Fraction, end: Fraction | None = None) -> str:
        """Why a moment or a range of the first cut has no place in the second, in words."""
        if start >= self.before.end:
            return "it lies after the first film's end"
        if end is not None and self.footage.parts(start, end):
            return "part of it is left out"
        scene = self.before.scene_at(start)
        if scene is None:
            return "its footage is left out"
        bounds = self.before.seconds(scene.frame_in), self.before.seconds(scene.frame_out)
        name = f"scene {scene.number}" + (f" ({scene.name})" if scene.name else "")
        if self.footage.parts(*bounds):
            return f"this part of {name} is trimmed away"
        return f"{name} is left out"


def two_cuts(before: Analysis, after: Analysis, alignment: AlignmentMap) -> TwoCuts:
    """Two analysed films. Raises ComparisonError where they share no footage."""
    films = _cut(before), _cut(after)
    segments = [
        FrameStretch(segment.before, segment.after, segment.is_moved)
        for segment in map_frames(alignment, before.observations, after.observations)
    ]
    if not segments:
        raise ComparisonError(
            "The films share no footage, so nothing can be moved from one to the other.", "Name two cuts of one film."
        )
    return TwoCuts(*films, footage(films, segments))


def footage(films: tuple[Cut, Cut], segments: Sequence[FrameStretch]) -> Footage:
    """What both cuts show, in seconds, of segments in their frames in the order of the second."""
    before, after = films
    longer = max(1 / film.media.rate for film in films)
    is_even = before.stamps is None and after.stamps is None
    if is_even and before.media.rate == after.media.rate:
        most = frame_at(BRIDGED, after.media.rate)
        segments = mend(segments, (0, *before.cuts, before.frames), (0, *after.cuts, after.frames), most)
        slack = Fraction(0)
    else:
        slack = 2 * longer
    return Footage(tuple(_stretch(before, after, segment, 2 * longer) for segment in segments), slack)


def _stretch(before: Cut, after: Cut, segment: FrameStretch, rounding: Fraction) -> Stretch:
    (first, last), (start, end) = (
        tuple(map(film.seconds, part)) for film, part in ((before, segment.before), (after, segment.after))
    )
    lengths = last - first, end - start
    if abs(lengths[0] - lengths[1]) <= rounding:  # the same speed: what is left is the frames' rounding
        length = min(lengths)
        return Stretch((first, first + length), (start, start + length), segment.is_moved)
    return Stretch((first, last), (start, end), segment.is_moved, lengths[1] / lengths[0])


def _cut(film: Analysis) -> Cut:
    observations: Observations = film.observations
    media = observations.media
    listed = (frame for frame, _ in film.report_settings.shots.cuts)  # those of the film's cut list are exact
    cuts = tuple(sorted({*cuts_of(observations, ShotSettings()), *listed}))
    return Cut(
        media, observations.frames, tuple(row.scene for row in film.scenes), cuts,
        observations.seconds_at if media.is_vfr else None,
    )  # fmt: skip
