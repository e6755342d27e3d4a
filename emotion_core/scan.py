"""The one pass: every frame decoded once, scored for cuts, and on sampled frames the faces read.

    media -> scores -> cuts so far
          -> grid   -> faces -> crops -> logits      all written down a minute of film at a time

After the pass, scenes too short for the grid are filled up by seeking.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from . import sampling
from .decoder import Decoder, small_bgr
from .errors import ScanError
from .expression.checkpoint import load
from .expression.choice import open_engine
from .expression.engine import Engine
from .expression.location import locate
from .observation_store import ObservationStore
from .observations import EngineIdentity, Scores
from .observer import Observer
from .settings import ScanSettings, ShotSettings
from .shots import FrameScore, Scorer, decider, packed

SEGMENT_SECONDS = Fraction(60)
"""Film time that is held in memory before it is written down."""

PROGRESS_EVERY = 0.4
"""Seconds between two progress events."""

Report = Callable[[str, dict[str, Any]], None]
"""Takes an event's name and its fields, JSON types."""


@dataclass(slots=True)
class _Rows:
    """The scores of the current segment."""

    pts: list[int] = field(default_factory=list)
    scores: list[FrameScore] = field(default_factory=list)

    def packed(self) -> Scores:
        return packed(self.pts, self.scores)


def scan(
    film: Path, content: str, store: ObservationStore, settings: ScanSettings, shots: ShotSettings, report: Report
) -> None:
    """Observe `film` and write everything to `store`, which is complete afterwards.

    `shots` only says which scenes the last step fills up and which the progress counts. Raises EmotionError.
    """
    with Decoder(film, content) as decoder:
        report("media", {"media": decoder.media.to_json()})
        engine = _engine(settings, store, decoder, report)
        _one_pass(decoder, engine, store, settings, shots, report)
        top_up(decoder, engine, store, shots)
    report("done", {})


def _engine(settings: ScanSettings, store: ObservationStore, decoder: Decoder, report: Report) -> Engine:
    checkpoint = load(locate(settings.checkpoint))
    engine = open_engine(settings.engine, checkpoint, batch=settings.batch)
    store.begin(decoder.media, settings, checkpoint.identity, engine.identity)
    report("model", {"checkpoint": asdict(checkpoint.identity), "engine": asdict(engine.identity)})
    return engine


def _one_pass(
    decoder: Decoder,
    engine: Engine,
    store: ObservationStore,
    settings: ScanSettings,
    shots: ShotSettings,
    report: Report,
) -> None:
    media = decoder.media
    observer = Observer(media, settings, engine)
    scorer, rule, grid = Scorer(), decider(shots, media.rate), sampling.Grid(settings.samples_per_second)
    progress = _Progress(media.frames_from_header or round(media.duration * media.rate), report)
    rows, all_pts, damaged = _Rows(), list[int](), 0
    segments, cuts = 0, len([frame for frame, _ in shots.cuts if frame > 0]) if shots.detector == "cuts" else 0

    def write() -> None:
        nonlocal rows, segments, damaged
        store.write(segments, observer.finish(rows.packed(), decoder.damaged - damaged))
        rows, segments, damaged = _Rows(), segments + 1, decoder.damaged

    for frame in decoder.frames():
        seconds = frame.ticks * media.time_base
        if seconds >= (segments + 1) * SEGMENT_SECONDS and rows.pts:
            write()
        score = scorer.score(small_bgr(frame))
        rows.pts.append(frame.ticks)
        all_pts.append(frame.ticks)
        rows.scores.append(score)
        cuts += len(rule.push(frame.index, score))
        if grid.wants(seconds):
            observer.look(frame, scorer.fingerprint, scorer.place)
        progress.at(frame.index + 1, cuts + 1, observer.faces_seen)
    write()
    progress.at(len(all_pts), cuts + 1, observer.faces_seen, at_once=True)
    store.seal(segments, decoder.read_media(np.array(all_pts, dtype=np.int64)))


def top_up(decoder: Decoder, engine: Engine, store: ObservationStore, shots: ShotSettings) -> int:
    """Sample what `shots` asks for beyond what a finished scan holds, as a further segment; returns how many frames."""
    seen = store.read()
    missing = sampling.missing(seen, shots)
    if missing:
        segment = store.segments
        observer = Observer(seen.media, seen.scan_settings, engine, segment=segment)
        for index in missing:
            frame = decoder.frame_at(index, int(seen.scores.pts[index]))
            scorer = Scorer()
            scorer.score(small_bgr(frame))
            observer.look(frame, scorer.fingerprint, scorer.place, filled=True)
        store.write(segment, observer.finish(Scores.none(), 0))
        store.seal(segment + 1, seen.media)
    return len(missing)


def top_up_finished(film: Path, store: ObservationStore, shots: ShotSettings, report: Report) -> None:
    """`top_up` for a scan that is long over: the same checkpoint and engine are opened again.

    Raises ScanError if either is no longer what it was, since its numbers would not belong beside the others.
    """
    seen = store.read()
    checkpoint = load(locate(seen.scan_settings.checkpoint or seen.checkpoint.name))
    if checkpoint.identity.hash != seen.checkpoint.hash:
        raise ScanError(
            f"The checkpoint “{seen.checkpoint.name}” has changed since this film was analysed.", "Analyse it again."
        )
    engine = open_engine(seen.scan_settings.engine, checkpoint, batch=seen.scan_settings.batch)
    if _essence(engine.identity) != _essence(seen.engine):
        raise ScanError("The engine that analysed this film is no longer the one here.", "Analyse the film again.")
    with Decoder(film, seen.media.content_id) as decoder:
        added = top_up(decoder, engine, store, shots)
    report("done", {"frames_added": added})


def _essence(engine: EngineIdentity) -> tuple[str, str, str]:
    return engine.name, engine.precision, engine.versions


class _Progress:
    """Says where the pass is, no more often than PROGRESS_EVERY."""

    def __init__(self, total: int, report: Report) -> None:
        self._total, self._report = total, report
        self._started = self._last = time.monotonic()

    def at(self, frames: int, scenes: int, faces: int, *, at_once: bool = False) -> None:
        now = time.monotonic()
        if now - self._last < PROGRESS_EVERY and not at_once:
            return
        self._last = now
        rate = frames / max(now - self._started, 1e-6)
        left = max(0, self._total - frames)
        self._report(
            "progress",
            {
                "frames": frames,
                "frames_total": max(self._total, frames),
                "frames_per_second": round(rate, 1),
                "seconds_left": round(left / rate, 1),
                "scenes": scenes,
                "faces": faces,
            },
        )
