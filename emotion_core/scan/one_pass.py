"""The one pass over a film: three threads, each ahead of the next, through bounded queues.

    decode  ->  sample down, score for cuts  ->  look at sampled frames: faces -> crops -> logits  ->  write

A segment of about a minute is written down as soon as it is read; each begins at a keyframe. A pass that was stopped
goes on after the segments that are there: it seeks to before the seam, and goes on only if the frames before the seam
give the very numbers that were written; otherwise it seeks further back, in the end to the film's first frame.
"""

from __future__ import annotations

import contextlib
from array import array
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from ..decoding.decoder import SEEKS, Decoder, Frame
from ..errors import DamagedFilm
from ..expression.engines.engine import Engine
from ..faces.crop_reuse import Carried
from ..media.frame_shape import Shape, ShapeFrom, shape_of
from ..media.identity import must_be_readable
from ..observations.observations import Observations, Scores
from ..observations.store import ObservationStore
from ..picture.letterbox import scored_within_bars
from ..scenes.detectors import decider
from ..scenes.frame_metrics import LOOKBACK, FrameScore, Scorer, packed, same_score, stored_scores
from ..scenes.sampling import Grid
from ..settings import ScanSettings, ShotSettings
from ..system.prefetch import ahead
from ..system.progress import Progress, Report
from .frame_analyzer import Observer, carried_again

SEGMENT_SECONDS = Fraction(60)
"""Film time that is read before it is written down, until the next keyframe."""
LONGEST_SEGMENT = Fraction(3, 2)
"""Without a keyframe a segment ends all the same when it is so many times as long."""

PROVEN = 4
"""Frames before a seam whose numbers must come out the same."""

FRAMES_AHEAD = 6
"""Decoded frames that wait to be scored; each is a whole picture."""
SCORES_AHEAD = 48
"""Scored frames that wait to be looked at; only sampled ones still have their picture."""


@dataclass(frozen=True, slots=True)
class _Scored:
    """What is kept of a frame once it is scored."""

    index: int
    ticks: int
    stamp: int
    shape: Shape
    damaged: int
    """Frames of the film up to this one that could not be decoded, or only in part."""
    keyframe: bool
    score: FrameScore
    fingerprint: int
    place: bytes
    sampled: Frame | None
    """The frame itself, if it is to be looked at."""


@dataclass(slots=True)
class _Rows:
    """The scores of the segment that is being read."""

    pts: list[int] = field(default_factory=list)
    stamps: list[int] = field(default_factory=list)
    scores: list[FrameScore] = field(default_factory=list)
    shapes: list[ShapeFrom] = field(default_factory=list)
    damaged: int = 0
    damaged_from: int | None = None

    def packed(self) -> Scores:
        return packed(self.pts, self.scores, self.stamps)


class _SeamDiffers(Exception):
    """The frames before a seam are not what they were."""


def one_pass(
    decoder: Decoder,
    engine: Engine,
    store: ObservationStore,
    settings: ScanSettings,
    shots: ShotSettings,
    report: Report,
    *,
    segment_seconds: Fraction = SEGMENT_SECONDS,
) -> None:
    """Read the film into `store`, from its start or after the segments that are there, and say that all was read.

    `shots` only decides which scenes the progress counts. Of a damaged film all is read that can be. Raises NotAFilm
    where that is not one frame, LibraryError, or FilmChanged; what was written stays.
    """
    before, carried = store.so_far(), store.carried()
    with contextlib.suppress(_SeamDiffers):
        if not settings.keep_pictures:
            carried = _seen_again(decoder, settings, carried, before)
        for seconds in SEEKS:
            with contextlib.suppress(_SeamDiffers):
                _Reading(decoder, engine, store, settings, shots, report, segment_seconds, before, carried).run(seconds)
                return
    # Even read from its first frame the film is not what those segments were made of: they are worth nothing.
    store.drop_segments()
    _Reading(decoder, engine, store, settings, shots, report, segment_seconds, store.so_far(), ()).run(None)


def _seen_again(
    decoder: Decoder, settings: ScanSettings, carried: tuple[Carried, ...], before: Observations
) -> tuple[Carried, ...]:
    """As frame_analyzer.carried_again. Raises _SeamDiffers where the film no longer has those frames."""
    try:
        return carried_again(decoder, settings, carried, before.scores)
    except DamagedFilm as error:
        raise _SeamDiffers from error


class _Reading:
    """One try at reading the rest of a film."""

    def __init__(
        self,
        decoder: Decoder,
        engine: Engine,
        store: ObservationStore,
        settings: ScanSettings,
        shots: ShotSettings,
        report: Report,
        segment_seconds: Fraction,
        before: Observations,
        carried: tuple[Carried, ...],
    ) -> None:
        self._decoder, self._store, self._settings, self._before = decoder, store, settings, before
        self._segment_seconds = segment_seconds
        self._segments = store.segments
        self._observer = Observer(decoder.media, settings, engine, segment=self._segments, carried=carried)
        self._rule = decider(shots, decoder.media.rate)
        by_hand = shots.detector == "cuts"
        self._cuts = len([frame for frame, _ in shots.cuts if frame > 0]) if by_hand else 0
        for frame, score in enumerate(stored_scores(before.scores)):
            self._cuts += len(self._rule.push(frame, score))
        self._faces = len(before.faces)
        self._pts = array("q", before.scores.pts.tolist())
        self._damaged = before.damaged_frames
        self._again = -before.damaged_frames
        """Of the damaged frames that the decoder counts, those up to the seam, less those counted before."""
        self._met_seam = not len(before.scores)
        media = decoder.media
        expected = media.frames_from_header or round(media.duration * media.rate)
        self._progress = Progress(expected, report, done=len(self._pts))

    def run(self, seconds_before: Fraction | None) -> None:
        """Read on; raises _SeamDiffers before anything is written."""
        rows, claimed = _Rows(), None
        try:
            for frame in ahead(self._scored(seconds_before), SCORES_AHEAD):
                if rows.pts and self._ends_before(frame):
                    self._write(rows)
                    rows = _Rows()
                self._note_damage(rows, frame.damaged)
                rows.pts.append(frame.ticks)
                rows.stamps.append(frame.stamp)
                rows.scores.append(frame.score)
                if not rows.shapes or rows.shapes[-1].shape != frame.shape:
                    rows.shapes.append(ShapeFrom(frame.index, frame.shape))
                self._pts.append(frame.ticks)
                self._cuts += len(self._rule.push(frame.index, frame.score))
                if frame.sampled is not None:
                    self._observer.look(frame.sampled, frame.fingerprint, frame.place)
                self._tell(at_once=False)
        except DamagedFilm:
            must_be_readable(self._decoder.path)
            self._decoder.must_be_the_film()  # else what broke off may be another
            if not self._pts:
                raise
            claimed = self._decoder.promised
        if not self._met_seam:
            raise _SeamDiffers
        if rows.pts:
            self._note_damage(rows, self._decoder.damaged - self._again)
            self._write(rows)
        self._tell(at_once=True)
        media = self._decoder.read_media(np.array(self._pts, dtype=np.int64))
        self._store.all_read(self._segments, media, claimed)

    def _note_damage(self, rows: _Rows, damaged: int) -> None:
        """`damaged` frames of the film until now, of which those not yet counted belong to `rows`."""
        if damaged > self._damaged and rows.damaged_from is None:
            step = round(1 / self._decoder.media.rate / self._decoder.media.time_base)
            rows.damaged_from = self._pts[-1] + step if self._pts else 0
        rows.damaged += damaged - self._damaged
        self._damaged = damaged

    def _scored(self, seconds_before: Fraction | None) -> Generator[_Scored, None, None]:
        """Every frame from the seam on, scored; those before it are only held against what was written."""
        media, known, scorer = self._decoder.media, self._before.scores, Scorer()
        known_damage = self._before.damaged_frames
        grid = Grid(self._settings.samples_per_second)
        first = max(0, len(known) - LOOKBACK - PROVEN)
        written = list(stored_scores(known.part(first)))
        frames = self._decoder.frames_again(first, known, seconds_before) if first else self._decoder.frames()
        for frame in ahead(frames, FRAMES_AHEAD):
            score = scorer.score(scored_within_bars(frame.picture, media))
            wanted = grid.wants(frame.ticks * media.time_base)
            row = frame.index - first
            if row < len(written):
                looks_back = first > 0 and row < LOOKBACK
                if frame.ticks != known.pts[frame.index] or not (looks_back or same_score(score, written[row])):
                    raise _SeamDiffers
                self._again = frame.damaged - known_damage
                self._met_seam = row == len(written) - 1
                continue
            keyframe = bool(frame.picture.key_frame)
            sampled, place = (frame, scorer.place) if wanted else (None, b"")
            damaged = frame.damaged - self._again
            shape, index, ticks = shape_of(frame.picture, media), frame.index, frame.ticks
            yield _Scored(
                index, ticks, frame.stamp, shape, damaged, keyframe, score, scorer.fingerprint, place, sampled
            )

    def _ends_before(self, frame: _Scored) -> bool:
        """Whether a segment begins with `frame`."""
        seconds, length = frame.ticks * self._decoder.media.time_base, self._segment_seconds
        due = (self._segments + 1) * length
        return seconds >= due and (frame.keyframe or seconds >= due + (LONGEST_SEGMENT - 1) * length)

    def _write(self, rows: _Rows) -> None:
        segment = self._observer.finish(rows.packed(), rows.damaged, rows.damaged_from)
        self._decoder.must_be_the_film()  # after all of it was read, before any of it is kept
        self._store.write(self._segments, replace(segment, shapes=tuple(rows.shapes)))
        self._segments += 1

    def _tell(self, *, at_once: bool) -> None:
        faces = self._faces + self._observer.faces_seen
        self._progress.at(len(self._pts), self._cuts + 1, faces, self._segments, at_once=at_once)
