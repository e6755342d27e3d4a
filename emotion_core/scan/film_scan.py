"""The scan of a film: one pass over it, then the frames that short scenes lack, by seeking.

The model opens beside the pass (model_thread). A scan continues where an earlier one with the same model, engine and
settings was stopped; whether it may is known only when the model is open, and is waited for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path

from ..decoding import Decoder
from ..errors import FilmChanged, ScanError
from ..expression import engines
from ..media import FileIdentity
from ..observations import EngineIdentity, ObservationStore
from ..picture import media_with_bars
from ..settings import ReportSettings, ScanSettings
from ..system import ALIVE, Report, threads
from .completion import Ahead, fill
from .frame_analyzer import detector_for
from .model_choice import ModelRequest, Opener, open_model, report_model, reported
from .model_thread import Model, ModelThread
from .one_pass import one_pass
from .reuse import NOTHING_TAKEN_OVER, KnownCuts, KnownFilm
from .segmenting import SEGMENT_SECONDS
from .sound_reading import SoundReading


def scan(
    film: Path,
    content: str,
    store: ObservationStore,
    settings: ScanSettings,
    report_settings: ReportSettings,
    report: Report,
    *,
    file: FileIdentity | None = None,
    segment_seconds: Fraction = SEGMENT_SECONDS,
    opener: Opener = open_model,
    known: Sequence[KnownFilm] = (),
    sound: bool = True,
) -> None:
    """Observe `film`, whose SHA-256 is `content`, and store everything in `store`, which is complete afterwards.

    `file` is the film's identity when it was hashed; None for its present one. `report_settings` only decide which
    scenes are filled up and which the progress counts. A store that an earlier scan of the same film, model, engine and
    settings left is completed; any other is emptied first. A damaged film is observed as far as it can be read.
    `opener` opens the model, in this process or in another. `known` are films from whose analyses faces may be taken
    over, where `settings` ask for it. `sound`: store fingerprints of the film's sound, too.
    Raises EmotionError; what was stored until then stays. FilmChanged is raised where the film was changed or replaced
    meanwhile, and nothing stays.
    """
    try:
        why_nothing = _scan(
            film, content, file, store, settings, report_settings, report, segment_seconds, opener, known, sound
        )
    except FilmChanged:
        store.drop_segments()
        raise
    report("done", {NOTHING_TAKEN_OVER: why_nothing} if why_nothing else {})


def _scan(
    film: Path,
    content: str,
    file: FileIdentity | None,
    store: ObservationStore,
    settings: ScanSettings,
    report_settings: ReportSettings,
    report: Report,
    segment_seconds: Fraction,
    opener: Opener,
    known: Sequence[KnownFilm],
    sound: bool,
) -> str:
    """Do what `scan` says; return why no faces were taken over, empty where some were or none were to be."""

    def open_requested(say: Callable[[str], None]) -> Model:
        return opener(ModelRequest.of(settings), reported(say, report))

    def begin() -> None:
        opened = model.model()
        store.begin(decoder.media, settings, opened.checkpoint, opened.engine.identity)
        report_model(opened.checkpoint, opened.engine.identity, report)

    with (
        Decoder(film, content, threads=threads.thread_budget().decode, track=settings.track, file=file) as decoder,
        SoundReading(decoder) as sound_reading,
        ModelThread(open_requested) as model,
    ):
        decoder.heartbeat = partial(report, ALIVE, {})
        decoder.media = replace(media_with_bars(decoder), mended=True)
        report("media", {"media": decoder.media.to_json()})
        # The engine decides whether the segments of an earlier scan may stay.
        fresh = not store.segments_written and not store.film_read
        if not fresh:
            begin()
        detector = detector_for(settings)
        cuts = KnownCuts()
        if settings.reuse_faces and known:
            opened = model.model()  # faces of another model, engine or setting are none of this scan's
            cuts = KnownCuts.open(known, decoder.media, settings, opened.checkpoint, opened.engine.identity)
        if sound:
            sound_reading.begin(store)
        ahead = None if cuts else Ahead(decoder, model, settings, report_settings, report, detector)
        if not store.film_read:
            one_pass(
                decoder, model, store, settings, report_settings.shots, report,
                begin=begin if fresh else None, segment_seconds=segment_seconds, detector=detector, cuts=cuts,
                ahead=ahead,
            )  # fmt: skip
        if sound:
            sound_reading.keep(store, report)
        observations = store.read_partial()
        _, segments = fill(decoder, model, store, observations, report_settings, report, detector, cuts, ahead)
        store.seal(segments, observations.media, observations.claimed)
        # Before a stop some may have been.
        is_asked = settings.reuse_faces and all(sample.origin is None for sample in observations.samples)
        return cuts.why_nothing() if is_asked else ""


def backfill(
    film: Path,
    store: ObservationStore,
    report_settings: ReportSettings,
    report: Report,
    *,
    file: FileIdentity | None = None,
    opener: Opener = open_model,
) -> None:
    """Add the frames that the scenes of `report_settings` need to a finished scan, with the same model and engine.

    `file` and `opener` as in `scan`. Raises ScanError where the model or the engine is another one by now: its numbers
    would not belong beside the others. Raises FilmChanged, and adds nothing, where the film was changed or replaced
    meanwhile.
    """
    observations = store.read()
    scan_settings, then = observations.scan_settings, observations.checkpoint

    def open_then(say: Callable[[str], None]) -> Model:
        opened = opener(
            ModelRequest(
                checkpoint=scan_settings.checkpoint or then.name,
                engine=engines.variant_of(observations.engine.name, observations.engine.precision),
                batch=scan_settings.batch,
                unchanged=then,
            ),
            say,
        )
        if _numbers_key(opened.engine.identity) != _numbers_key(observations.engine):
            raise ScanError("The engine that analysed this film is no longer the one here.", "Analyse the film again.")
        return opened

    with (
        Decoder.reopen(film, observations.media, threads=threads.thread_budget().decode, file=file) as decoder,
        ModelThread(open_then) as model,
    ):
        decoder.heartbeat = partial(report, ALIVE, {})
        added, segments = fill(decoder, model, store, observations, report_settings, report)
        store.seal(segments, observations.media, observations.claimed)
    report("done", {"frames_added": added})


def _numbers_key(engine: EngineIdentity) -> tuple[str, str, str]:
    """The part of an engine's identity that decides its numbers."""
    return engine.name, engine.precision, engine.versions
