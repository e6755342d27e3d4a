"""A scan from beginning to end: one pass over the film, then short scenes filled up by seeking.

It goes on where an earlier one with the same model, engine and settings was stopped.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from fractions import Fraction
from functools import partial
from pathlib import Path

from ..decoding.decoder import Decoder
from ..decoding.time_stamps import places
from ..errors import FilmChanged, ScanError
from ..expression.checkpoints.checkpoint import load
from ..expression.checkpoints.location import locate
from ..expression.engines.engine import Engine
from ..expression.engines.variants import variant_of
from ..expression.selection.choice import open_engine
from ..media.identity import Identity
from ..observations import damage
from ..observations.observations import EngineIdentity, Observations, Scores
from ..observations.store import ObservationStore
from ..picture.letterbox import scored_within_bars, with_bars
from ..scenes import sampling
from ..scenes.frame_metrics import Scorer
from ..scenes.scenes import scenes_of, shots_in
from ..settings import ReportSettings, ScanSettings
from ..system import threads
from ..system.progress import ALIVE, Report
from .frame_analyzer import Observer
from .one_pass import SEGMENT_SECONDS, one_pass

FILL_SEGMENT = 200
"""Frames of the fill that are written down at once."""


def scan(
    film: Path,
    content: str,
    store: ObservationStore,
    settings: ScanSettings,
    wanted: ReportSettings,
    report: Report,
    *,
    file: Identity | None = None,
    segment_seconds: Fraction = SEGMENT_SECONDS,
) -> None:
    """Observe `film`, whose SHA-256 is `content`, and write everything to `store`, which is complete afterwards.

    `file` is the film's identity when it was hashed; without it that of now is held to. `wanted` only says which scenes
    the last step fills up and which the progress counts. A store that an earlier scan of the same film, model, engine
    and settings left is finished; any other is emptied first. Of a damaged film all is observed that can be read.
    Raises EmotionError; what was written down until then stays, but for FilmChanged, where the film was changed or
    replaced meanwhile: then nothing does.
    """
    try:
        _scan(film, content, file, store, settings, wanted, report, segment_seconds)
    except FilmChanged:
        store.drop_segments()
        raise
    report("done", {})


def _scan(
    film: Path,
    content: str,
    file: Identity | None,
    store: ObservationStore,
    settings: ScanSettings,
    wanted: ReportSettings,
    report: Report,
    segment_seconds: Fraction,
) -> None:
    with (
        Decoder(film, content, threads=threads.share().decode, track=settings.track, file=file) as decoder,
        ThreadPoolExecutor(1) as beside,
    ):
        decoder.alive = partial(report, ALIVE, {})
        looking_for_bars = beside.submit(with_bars, decoder)  # while the model loads, mostly on one core
        checkpoint = load(locate(settings.checkpoint))

        def tell(what: str) -> None:
            looking_for_bars.result()  # an engine is timed with nothing beside it
            report("engine", {"doing": what})

        engine = open_engine(settings.engine, checkpoint, batch=settings.batch, say=tell, in_turn=True)
        decoder.media = replace(looking_for_bars.result(), mended=True)
        report("media", {"media": decoder.media.to_json()})
        store.begin(decoder.media, settings, checkpoint.identity, engine.identity)
        report("model", {"checkpoint": asdict(checkpoint.identity), "engine": asdict(engine.identity)})
        if not store.pass_over:
            one_pass(decoder, engine, store, settings, wanted.shots, report, segment_seconds=segment_seconds)
        seen = store.so_far()
        _, segments = _fill(decoder, engine, store, seen, wanted, report)
        store.seal(segments, seen.media, seen.claimed)


def top_up(
    film: Path, store: ObservationStore, wanted: ReportSettings, report: Report, *, file: Identity | None = None
) -> None:
    """Add the frames that the scenes of `wanted` ask for to a scan that is long over, with the same model and engine.

    `file` as in `scan`. Nothing is added of a film that was changed or replaced meanwhile: FilmChanged then.
    Raises ScanError if either is no longer what it was, or if an earlier version read this film otherwise: new numbers
    would not belong beside the others.
    """
    seen = store.read()
    if seen.media.odd and not seen.media.mended:
        raise ScanError(
            "This film was analysed by an earlier version, which took interlaced and HDR frames as they are coded.",
            "Analyse it again.",
        )
    checkpoint = load(locate(seen.scan_settings.checkpoint or seen.checkpoint.name))
    now, then = checkpoint.identity, seen.checkpoint
    if (now.hash, now.settings) != (then.hash, then.settings):  # under other settings the same weights say other things
        raise ScanError(
            f"The checkpoint “{seen.checkpoint.name}” has changed since this film was analysed.", "Analyse it again."
        )
    used = variant_of(seen.engine.name, seen.engine.precision)
    engine = open_engine(used, checkpoint, batch=seen.scan_settings.batch)
    if _essence(engine.identity) != _essence(seen.engine):
        raise ScanError("The engine that analysed this film is no longer the one here.", "Analyse the film again.")
    with Decoder.reopened(film, seen.media, threads=threads.share().decode, file=file) as decoder:
        decoder.alive = partial(report, ALIVE, {})
        added, segments = _fill(decoder, engine, store, seen, wanted, report)
        store.seal(segments, seen.media, seen.claimed)
    report("done", {"frames_added": added})


def _fill(
    decoder: Decoder,
    engine: Engine,
    store: ObservationStore,
    seen: Observations,
    wanted: ReportSettings,
    report: Report,
) -> tuple[int, int]:
    """Sample what the scenes of `wanted` ask for beyond what `store` holds, as further segments of it.

    Of a damaged film those that cannot be found again are left out. Returns how many frames were added, and how many
    segments there are now.
    """
    damaged, added = damage.of(seen) is not None, 0
    missing, segments = sampling.missing(seen, shots_in(scenes_of(seen, wanted))), store.segments
    observer = Observer(seen.media, seen.scan_settings, engine, segment=segments)
    for start in range(0, len(missing), FILL_SEGMENT):
        indices = missing[start : start + FILL_SEGMENT]
        for frame in decoder.frames_at(places(seen.scores, indices), lenient=damaged):
            report(ALIVE, {})
            added += 1
            scorer = Scorer()
            scorer.score(scored_within_bars(frame.picture, seen.media))
            observer.look(frame, scorer.fingerprint, scorer.place, filled=True)
        segment = observer.finish(Scores.none(), 0)
        decoder.must_be_the_film()
        store.write(segments, segment)
        segments += 1
    decoder.must_be_the_film()
    return added, segments


def _essence(engine: EngineIdentity) -> tuple[str, str, str]:
    return engine.name, engine.precision, engine.versions
