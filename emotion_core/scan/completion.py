"""What ends a scan once the film's frames were read: the frames that short scenes lack.

Those of a short film are looked at while the last crops of the pass wait for their batch, so that they join it: see
`Ahead`.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace

from ..decoding import Decoder, Frame, frame_places
from ..errors import EmotionError
from ..faces import FaceDetector, embedding
from ..formatting import count
from ..observations import Observations, ObservationStore, Scores, damage_of
from ..picture import analysis_picture_within_bars
from ..scenes import Scorer, sampling, scenes_of, shots_in
from ..settings import ReportSettings, ScanSettings
from ..system import ALIVE, Report
from .frame_analyzer import FrameAnalyzer
from .model_thread import CropBatches, ModelThread
from .reuse import KnownCuts
from .reuse.footage_follower import Place

FILL_SEGMENT = 200
"""Filled-in frames that are stored at once."""
MOST_AHEAD = 16
"""Frames that are looked at ahead, at most: a film that lacks more has batches enough to fill."""


class Ahead:
    """The frames that short scenes of a film of one segment will lack, looked at before that segment is stored.

    `fill` takes them where they prove to be the ones, and looks at all anew where they are not.
    """

    def __init__(
        self,
        decoder: Decoder,
        model: ModelThread,
        settings: ScanSettings,
        report_settings: ReportSettings,
        report: Report,
        detector: FaceDetector | None,
    ) -> None:
        self._decoder, self._model, self._settings = decoder, model, settings
        self._report_settings, self._report, self._detector = report_settings, report, detector
        self.frames: tuple[int, ...] = ()
        """Those that were looked at."""
        self.analyzer: FrameAnalyzer | None = None
        """What looked at them."""

    def look(self, observations: Observations, batches: CropBatches) -> None:
        """Look at the frames that `observations`, in which faces and expressions may be missing, lack.

        What is in the way shows when they are looked at anew.
        """
        if self._settings.people or damage_of(observations) is not None:
            return
        with contextlib.suppress(EmotionError):
            missing = _missing(observations, self._report_settings, self._report)
            if not 0 < len(missing) <= MOST_AHEAD:
                return
            analyzer = FrameAnalyzer(
                observations.media, self._settings, self._model, segment=1, detector=self._detector, batches=batches
            )
            for frame in self._decoder.seek_frames(frame_places(observations.scores, missing)):
                _look(analyzer, frame, observations, self._report)
            self.frames, self.analyzer = missing, analyzer


def fill(
    decoder: Decoder,
    model: ModelThread,
    store: ObservationStore,
    observations: Observations,
    report_settings: ReportSettings,
    report: Report,
    detector: FaceDetector | None = None,
    cuts: KnownCuts | None = None,
    ahead: Ahead | None = None,
) -> tuple[int, int]:
    """Sample the frames that the scenes of `report_settings` need and `store` lacks, as further segments of it.

    Frames of a damaged film that cannot be found again are left out. `ahead` may have looked at them. Returns the
    number of added frames and that of all segments.
    """
    damaged = damage_of(observations) is not None
    missing = _missing(observations, report_settings, report)
    segments, people = store.segment_count, store.tells_people_apart
    if not missing:  # no detector and no model is opened for nothing
        decoder.verify_file()
        return 0, segments
    # Without the network, which may have been removed since, the added faces have no embedding.
    settings = replace(observations.scan_settings, people=people and embedding.is_installed())
    if ahead is not None and ahead.analyzer is not None and (ahead.frames, segments) == (missing, 1):
        analyzer, added = ahead.analyzer, len(missing)
    else:
        analyzer = FrameAnalyzer(observations.media, settings, model, segment=segments, detector=detector, cuts=cuts)
        added = 0
    places = cuts.places_of(observations.scores.layout) if cuts else [None] * observations.frames
    for start in range(0, len(missing), FILL_SEGMENT):
        indices = missing[max(start, added) : start + FILL_SEGMENT]
        for frame in decoder.seek_frames(frame_places(observations.scores, indices), lenient=damaged):
            added += 1
            _look(analyzer, frame, observations, report, places[frame.index])
        segment = analyzer.finish(Scores.empty(), 0)
        if people and segment.embeddings is None:
            segment = replace(segment, embeddings=embedding.none_for(len(segment.faces)))
        decoder.verify_file()
        store.write(segments, segment)
        segments += 1
    decoder.verify_file()
    return added, segments


def _missing(observations: Observations, report_settings: ReportSettings, report: Report) -> tuple[int, ...]:
    missing = sampling.missing_frames(observations, shots_in(scenes_of(observations, report_settings)))
    if missing:
        report("step", {"doing": f"reading {count(len(missing), 'more frame')} of short scenes"})
    return missing


def _look(
    analyzer: FrameAnalyzer, frame: Frame, observations: Observations, report: Report, known: Place | None = None
) -> None:
    report(ALIVE, {})
    scorer = Scorer()
    scorer.score(analysis_picture_within_bars(frame.picture, observations.media))
    analyzer.analyze(frame, scorer.fingerprint, scorer.place, filled=True, known=known)
