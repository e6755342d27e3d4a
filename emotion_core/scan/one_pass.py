"""The one pass over a film: three threads, each ahead of the next, joined by bounded queues.

    decode  ->  scale down, score for cuts  ->  analyze sampled frames: faces -> crops -> logits  ->  write

The logits come from the model's own thread (model_thread), which may still load while frames are read.
A segment of about a minute is stored as soon as it is read; each begins at a keyframe. A pass that was stopped resumes
after the stored segments: it seeks to before the seam, and resumes only if the frames before the seam give exactly the
numbers that were stored. Otherwise it seeks further back, in the end to the film's first frame.
"""

from __future__ import annotations

import contextlib
from array import array
from collections import deque
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from ..decoding import SEEK_MARGINS, Decoder, Frame
from ..errors import DamagedFilm
from ..faces import FaceDetector, SeamState
from ..media import FrameShape, ShapeChange, check_readable, shape_of
from ..observations import Observations, ObservationStore, Scores
from ..picture import analysis_picture_within_bars
from ..scenes import LOOKBACK, FrameScore, Scorer, cut_detector, pack_scores, same_score, unpack_scores
from ..settings import ScanSettings, ShotSettings
from ..system import ProgressReporter, Report, prefetch_items
from .completion import Ahead
from .frame_analyzer import FrameAnalyzer, restore_crops
from .model_thread import ModelThread
from .reuse import Choice, KnownCuts
from .reuse.footage_follower import Place
from .segmenting import SEGMENT_SECONDS, begins_segment

PROVEN = 4
"""Frames before a seam whose numbers must be the stored ones."""

FRAMES_AHEAD, FRAMES_TOGETHER = 2, 2
"""Decoded frames that wait to be scored, and are handed over at once; each is a whole picture."""
SCORES_AHEAD, SCORES_TOGETHER = 48, 6
"""Scored frames that wait to be analyzed, and are handed over at once; only sampled ones still have their picture."""


@dataclass(frozen=True, slots=True)
class _ScoredFrame:
    """A frame once it is scored."""

    index: int
    ticks: int
    stamp: int
    shape: FrameShape
    damaged: int
    """Frames of the film up to this one that could not be decoded, or only in part."""
    keyframe: bool
    score: FrameScore
    sampled: Frame | None
    """The frame itself, if faces are to be looked for on it."""
    fingerprint: int
    place: bytes
    """As in Sample, where `sampled`."""
    known: Place | None
    """The known frame that it is, if its faces may be taken over."""


def _decided(frame: _ScoredFrame, known: Place | None, *, is_sampled: bool) -> _ScoredFrame:
    if is_sampled:
        return replace(frame, known=known)
    return replace(frame, sampled=None, fingerprint=0, place=b"")


@dataclass(slots=True)
class _Rows:
    """The scores of the segment under way."""

    pts: list[int] = field(default_factory=list)
    stamps: list[int] = field(default_factory=list)
    scores: list[FrameScore] = field(default_factory=list)
    shapes: list[ShapeChange] = field(default_factory=list)
    damaged: int = 0
    damaged_from: int | None = None

    def packed(self) -> Scores:
        return pack_scores(self.pts, self.scores, self.stamps)


class _SeamDiffers(Exception):
    """The frames before a seam do not give the stored numbers."""


@dataclass(frozen=True, slots=True)
class _Stored:
    """What the segments before a pass hold."""

    scores: Scores
    faces: int = 0
    damaged_frames: int = 0
    carried: tuple[SeamState, ...] = ()

    @classmethod
    def of(cls, store: ObservationStore) -> _Stored:
        before = store.read_partial()
        return cls(before.scores, len(before.faces), before.damaged_frames, store.carried())


def one_pass(
    decoder: Decoder,
    model: ModelThread,
    store: ObservationStore,
    settings: ScanSettings,
    shots: ShotSettings,
    report: Report,
    *,
    begin: Callable[[], None] | None = None,
    segment_seconds: Fraction = SEGMENT_SECONDS,
    detector: FaceDetector | None = None,
    cuts: KnownCuts | None = None,
    most_segments: int | None = None,
    ahead: Ahead | None = None,
) -> None:
    """Read the film into `store`, from its start or after the stored segments, and mark it as read.

    It ends after `most_segments` further segments, if given; the film is then marked as read only where it ends with
    one of them. `begin` begins the store: it is called before the first segment is written; None for a store that was
    begun. `shots` only decides which scenes the progress counts. `detector` and `cuts` as in FrameAnalyzer. `ahead`
    looks at further frames before the only segment of a film is written. A damaged film is read as far as possible.
    Raises NotAFilm where that gives no frame, LibraryError, FilmChanged, or the error that ended the model's opening;
    stored segments stay.
    """

    def film_pass(before: _Stored) -> _FilmPass:
        return _FilmPass(
            decoder,
            model,
            store,
            settings,
            shots,
            report,
            begin,
            segment_seconds,
            before,
            detector,
            cuts,
            most_segments,
            ahead,
        )

    if begin is not None:
        film_pass(_Stored(Scores.empty())).run(None)
        return
    before = _Stored.of(store)
    with contextlib.suppress(_SeamDiffers):
        if not settings.keep_pictures:
            before = replace(before, carried=_restored_state(decoder, settings, before))
        for seconds in SEEK_MARGINS:
            with contextlib.suppress(_SeamDiffers):
                film_pass(before).run(seconds)
                return
    # Even read from its first frame the film does not give the stored numbers: the segments are of no use.
    store.drop_segments()
    film_pass(_Stored(Scores.empty())).run(None)


def _restored_state(decoder: Decoder, settings: ScanSettings, before: _Stored) -> tuple[SeamState, ...]:
    """As frame_analyzer.restore_crops. Raises _SeamDiffers where the film no longer has those frames."""
    try:
        return restore_crops(decoder, settings, before.carried, before.scores)
    except DamagedFilm as error:
        raise _SeamDiffers from error


class _FilmPass:
    """One attempt to read the rest of a film."""

    def __init__(
        self,
        decoder: Decoder,
        model: ModelThread,
        store: ObservationStore,
        settings: ScanSettings,
        shots: ShotSettings,
        report: Report,
        begin: Callable[[], None] | None,
        segment_seconds: Fraction,
        before: _Stored,
        detector: FaceDetector | None,
        cuts: KnownCuts | None,
        most_segments: int | None,
        ahead: Ahead | None,
    ) -> None:
        self._decoder, self._store, self._settings, self._before = decoder, store, settings, before
        self._model, self._begin, self._ahead = model, begin, ahead
        self._segment_seconds = segment_seconds
        self._segments = store.segment_count
        self._last_segment = None if most_segments is None else self._segments + most_segments
        self._analyzer = FrameAnalyzer(
            decoder.media, settings, model, segment=self._segments, carried=before.carried, detector=detector, cuts=cuts
        )
        self._known_cuts = cuts or KnownCuts()
        self._detector = cut_detector(shots, decoder.media.rate)
        by_hand = shots.detector == "cuts"
        self._cuts = len([frame for frame, _ in shots.cuts if frame > 0]) if by_hand else 0
        for frame, score in enumerate(unpack_scores(before.scores)):
            self._cuts += len(self._detector.push(frame, score))
        self._faces = before.faces
        self._pts = array("q", before.scores.pts.tolist())
        self._damaged = before.damaged_frames
        self._damage_before_seam = -before.damaged_frames
        """Damaged frames that the decoder counts up to the seam, less those counted when the segments were stored."""
        self._seam_matched = not len(before.scores)
        media = decoder.media
        expected = media.frames_from_header or round(media.duration * media.rate)
        self._progress = ProgressReporter(expected, report, done=len(self._pts))

    def run(self, seconds_before: Fraction | None) -> None:
        """Read to the end. Raises _SeamDiffers before anything is stored."""
        rows, claimed = _Rows(), None
        try:
            for frame in prefetch_items(self._scored(seconds_before), SCORES_AHEAD, together=SCORES_TOGETHER):
                if rows.pts and self._ends_before(frame):
                    self._write(rows)
                    if self._segments == self._last_segment:
                        return
                    rows = _Rows()
                self._note_damage(rows, frame.damaged)
                rows.pts.append(frame.ticks)
                rows.stamps.append(frame.stamp)
                rows.scores.append(frame.score)
                if not rows.shapes or rows.shapes[-1].shape != frame.shape:
                    rows.shapes.append(ShapeChange(frame.index, frame.shape))
                self._pts.append(frame.ticks)
                self._cuts += len(self._detector.push(frame.index, frame.score))
                if frame.sampled is not None:
                    self._analyzer.analyze(frame.sampled, frame.fingerprint, frame.place, known=frame.known)
                self._report(at_once=False)
        except DamagedFilm:
            check_readable(self._decoder.path)
            self._decoder.verify_file()  # a replaced file is no damage
            if not self._pts:
                raise
            claimed = self._decoder.expected_seconds
        if not self._seam_matched:
            raise _SeamDiffers
        if rows.pts:
            self._note_damage(rows, self._decoder.damaged - self._damage_before_seam)
            if not (self._segments or claimed or rows.damaged):
                self._look_ahead(rows)
            self._write(rows)
        self._report(at_once=True)
        self._begin_store()
        media = self._decoder.final_media(np.array(self._pts, dtype=np.int64))
        self._store.mark_film_read(self._segments, media, claimed)

    def _note_damage(self, rows: _Rows, damaged: int) -> None:
        """Add to `rows` the damaged frames that are new in `damaged`, their number in the film up to now."""
        if damaged > self._damaged and rows.damaged_from is None:
            step = round(1 / self._decoder.media.rate / self._decoder.media.time_base)
            rows.damaged_from = self._pts[-1] + step if self._pts else 0
        rows.damaged += damaged - self._damaged
        self._damaged = damaged

    def _scored(self, seconds_before: Fraction | None) -> Generator[_ScoredFrame, None, None]:
        """Every frame from the seam on, scored; those before it are only compared with the stored numbers."""
        media, stored, scorer = self._decoder.media, self._before.scores, Scorer()
        stored_damage = self._before.damaged_frames
        frames_to_sample = self._known_cuts.sampled_frames(self._settings.samples_per_second)
        first = max(0, len(stored) - LOOKBACK - PROVEN)
        before_first = frames_to_sample.replay(stored.first_frames(first), media.time_base)
        before_seam = list(unpack_scores(stored.from_frame(first)))
        undecided: deque[_ScoredFrame | None] = deque([None] * before_first)
        """Frames of which it is not decided whether they are sampled; None for those before the seam."""

        def decided(choices: Iterable[Choice]) -> Generator[_ScoredFrame, None, None]:
            for is_sampled, known in choices:
                frame = undecided.popleft()
                if frame is not None:
                    yield frame if not (is_sampled or frame.sampled) else _decided(frame, known, is_sampled=is_sampled)

        frames = self._decoder.frames_from(first, stored, seconds_before) if first else self._decoder.frames()
        try:
            for frame in prefetch_items(frames, FRAMES_AHEAD, together=FRAMES_TOGETHER):
                score = scorer.score(analysis_picture_within_bars(frame.picture, media))
                choices = frames_to_sample.push(frame.ticks * media.time_base, score.layout)
                row = frame.index - first
                if row < len(before_seam):
                    looks_back = first > 0 and row < LOOKBACK
                    if frame.ticks != stored.pts[frame.index] or not (
                        looks_back or same_score(score, before_seam[row])
                    ):
                        raise _SeamDiffers
                    self._damage_before_seam = frame.damaged - stored_damage
                    self._seam_matched = row == len(before_seam) - 1
                    undecided.append(None)
                else:
                    may_be_sampled = frames_to_sample.waiting > 0 or choices[-1].is_sampled
                    undecided.append(self._scored_frame(frame, score, scorer if may_be_sampled else None))
                yield from decided(choices)
        except DamagedFilm:
            yield from decided(frames_to_sample.rest())
            raise
        yield from decided(frames_to_sample.rest())

    def _scored_frame(self, frame: Frame, score: FrameScore, scorer: Scorer | None) -> _ScoredFrame:
        """A frame that `scorer` scored last; None where it is not sampled for sure."""
        return _ScoredFrame(
            index=frame.index,
            ticks=frame.ticks,
            stamp=frame.stamp,
            shape=shape_of(frame.picture, self._decoder.media),
            damaged=frame.damaged - self._damage_before_seam,
            keyframe=bool(frame.picture.key_frame),
            score=score,
            fingerprint=scorer.fingerprint if scorer else 0,
            place=scorer.place if scorer else b"",
            sampled=frame if scorer else None,
            known=None,
        )

    def _look_ahead(self, rows: _Rows) -> None:
        """Look at the frames that the whole film in `rows` will be found to lack, once the model is open."""
        if self._ahead is None or self._model.step:
            return
        opened = self._model.model()
        observed = Observations(
            media=self._decoder.final_media(np.array(self._pts, dtype=np.int64)),
            scan_settings=self._settings,
            checkpoint=opened.checkpoint,
            engine=opened.engine.identity,
            scores=rows.packed(),
            samples=self._analyzer.samples,
            faces=(),
            expressions=(),
        )
        self._ahead.look(observed, self._analyzer.batches)

    def _ends_before(self, frame: _ScoredFrame) -> bool:
        """Whether a segment begins with `frame`."""
        seconds = frame.ticks * self._decoder.media.time_base
        return begins_segment(self._segments + 1, seconds, self._segment_seconds, keyframe=frame.keyframe)

    def _write(self, rows: _Rows) -> None:
        if self._model.step:
            self._report(at_once=True)
            with self._progress.paused():
                self._model.model()
        segment = self._analyzer.finish(rows.packed(), rows.damaged, rows.damaged_from)
        self._begin_store()
        self._decoder.verify_file()  # after the segment was read, before it is stored
        self._store.write(self._segments, replace(segment, shapes=tuple(rows.shapes)))
        self._segments += 1

    def _begin_store(self) -> None:
        if self._begin is not None:
            self._begin()
        self._begin = None

    def _report(self, *, at_once: bool) -> None:
        faces = self._faces + self._analyzer.face_count
        self._progress.at(len(self._pts), self._cuts + 1, faces, self._segments, step=self._model.step, at_once=at_once)
