"""What ends a scan once the film's frames were read: the frames that short scenes lack."""

from __future__ import annotations

from dataclasses import replace

from ..decoding import Decoder, frame_places
from ..faces import FaceDetector, embedding
from ..formatting import count
from ..observations import Observations, ObservationStore, Scores, damage_of
from ..picture import analysis_picture_within_bars
from ..scenes import Scorer, sampling, scenes_of, shots_in
from ..settings import ReportSettings
from ..system import ALIVE, Report
from .frame_analyzer import FrameAnalyzer
from .model_thread import ModelThread
from .reuse import KnownCuts

FILL_SEGMENT = 200
"""Filled-in frames that are stored at once."""


def fill(
    decoder: Decoder,
    model: ModelThread,
    store: ObservationStore,
    observations: Observations,
    report_settings: ReportSettings,
    report: Report,
    detector: FaceDetector | None = None,
    cuts: KnownCuts | None = None,
) -> tuple[int, int]:
    """Sample the frames that the scenes of `report_settings` need and `store` lacks, as further segments of it.

    Frames of a damaged film that cannot be found again are left out. Returns the number of added frames and that of
    all segments.
    """
    damaged, added = damage_of(observations) is not None, 0
    missing = sampling.missing_frames(observations, shots_in(scenes_of(observations, report_settings)))
    if missing:
        report("step", {"doing": f"reading {count(len(missing), 'more frame')} of short scenes"})
    segments, people = store.segment_count, store.tells_people_apart
    if not missing:  # no detector and no model is opened for nothing
        decoder.verify_file()
        return 0, segments
    # Without the network, which may have been removed since, the added faces have no embedding.
    settings = replace(observations.scan_settings, people=people and embedding.is_installed())
    analyzer = FrameAnalyzer(observations.media, settings, model, segment=segments, detector=detector, cuts=cuts)
    places = cuts.places_of(observations.scores.layout) if cuts else [None] * observations.frames
    for start in range(0, len(missing), FILL_SEGMENT):
        indices = missing[start : start + FILL_SEGMENT]
        for frame in decoder.seek_frames(frame_places(observations.scores, indices), lenient=damaged):
            report(ALIVE, {})
            added += 1
            scorer = Scorer()
            scorer.score(analysis_picture_within_bars(frame.picture, observations.media))
            analyzer.analyze(frame, scorer.fingerprint, scorer.place, filled=True, known=places[frame.index])
        segment = analyzer.finish(Scores.empty(), 0)
        if people and segment.embeddings is None:
            segment = replace(segment, embeddings=embedding.none_for(len(segment.faces)))
        decoder.verify_file()
        store.write(segments, segment)
        segments += 1
    decoder.verify_file()
    return added, segments
