"""What ends a scan once the film's frames were read: its sound, and the frames that short scenes lack."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from fractions import Fraction

from ..decoding import Decoder, SoundTrack, frame_places, isolated
from ..errors import EmotionError
from ..faces import FaceDetector, embedding
from ..media import Media
from ..observations import Observations, ObservationStore, Scores, SoundPrints, damage_of
from ..picture import analysis_picture_within_bars
from ..scenes import Scorer, sampling, scenes_of, shots_in
from ..settings import ReportSettings
from ..system import ALIVE, Report
from .frame_analyzer import FrameAnalyzer
from .model_thread import ModelThread
from .reuse import KnownCuts

FILL_SEGMENT = 200
"""Filled-in frames that are stored at once."""
SOUND_BEAT = 20.0
"""Seconds between two signs of life while the sound is read."""

_LOG = logging.getLogger(__name__)


def keep_sound(decoder: Decoder, store: ObservationStore) -> None:
    """Store the fingerprints of the film's sound, once all its frames were read, unless they are there.

    The sound is read by itself, at once and whole: so no segment, and no scan that was stopped, makes a difference.
    Another process reads it, for a limited time: sound that ends its decoder, or holds it up, does not end the scan,
    which goes on without fingerprints.
    """
    if store.sound_file.is_of(decoder.media.content_id):
        return
    media = store.read_partial().media  # how long the picture lasts is known by now
    try:
        prints = _read_sound(decoder, media)
    except EmotionError as error:
        decoder.verify_file()
        _LOG.warning("The film is analysed without fingerprints of its sound. %s", error.problem)
        return
    decoder.verify_file()  # the sound was read from another handle
    store.sound_file.write(prints, media.content_id)


def _read_sound(decoder: Decoder, media: Media) -> SoundPrints:
    with SoundTrack(decoder.path, Fraction(0)) as sound:
        if not sound:
            return SoundPrints.none()
    with ThreadPoolExecutor(1) as beside:
        reading = beside.submit(isolated.sound_prints, decoder.path, media, "The film's sound")
        while not wait([reading], timeout=SOUND_BEAT).done:
            decoder.heartbeat()
        return reading.result()


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
    segments, people = store.segment_count, store.tells_people_apart
    # Without the network, which may have been removed since, the added faces have no embedding.
    settings = replace(observations.scan_settings, people=people and embedding.is_installed())
    analyzer = FrameAnalyzer(observations.media, settings, model, segment=segments, detector=detector, cuts=cuts)
    places = cuts.places_of(observations.scores.layout) if cuts and missing else [None] * observations.frames
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
