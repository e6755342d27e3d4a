"""Observe ranges of a film, each alone: one reader with its model open reads many."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from ...decoding import Decoder
from ...errors import EngineError, NotAsPlanned
from ...expression import engines
from ...faces import FaceDetector
from ...faces.embedding import Embedder
from ...media import FileIdentity, Media, identity_at
from ...observations import ObservationStore
from ...settings import ScanSettings
from ...system import ALIVE, ProgressReporter, Report, threads
from ..frame_analyzer import FrameAnalyzer, detector_for, embedder_for
from ..model_choice import ModelRequest, Opener, open_model, reported
from ..model_thread import Model, ModelThread
from .range_pass import RangePass
from .range_plan import RangePlan
from .reader import Reader, reader_differences
from .seam import Seam, settings_key


def observe(
    film: Path,
    content: str,
    plan: RangePlan,
    number: int,
    folder: Path,
    settings: ScanSettings,
    report: Report,
    *,
    opener: Opener = open_model,
    reader: Reader | None = None,
    file: FileIdentity | None = None,
) -> None:
    """Read the range `number` of `film` into `folder`: the files of its segment as a store keeps them, and its seam.

    `reader` is what the owner of the film reads faces with, and this machine must, too; None for what it has. Other
    arguments and errors as of RangeReader and RangeReader.observe.
    """
    with RangeReader(content, plan, settings, report, opener=opener, reader=reader) as ranges:
        ranges.observe(film, number, folder, file=file)


class RangeReader:
    """Reads ranges of one film; a context manager. Model, detector and film stay open from one range to the next."""

    def __init__(
        self,
        content: str,
        plan: RangePlan,
        settings: ScanSettings,
        report: Report,
        *,
        opener: Opener = open_model,
        reader: Reader | None = None,
    ) -> None:
        """`content` is the film's SHA-256. The model begins to open at once."""
        self._content, self._plan, self._settings, self._report = content, plan, settings, report
        self._reader = reader
        self._model = ModelThread(partial(open_as, opener, settings, reader, report))
        self._detector: FaceDetector | None = None
        self._embedder: Embedder | None = None
        self._open = contextlib.ExitStack()
        self._decoder: Decoder | None = None
        self._identity: FileIdentity | None = None
        """Of the open film's file when it was opened."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, error, trace)
        self._model.__exit__(kind, error, trace)

    def observe(self, film: Path, number: int, folder: Path, *, file: FileIdentity | None = None) -> None:
        """Read the range `number` into `folder`, which then holds the files of this segment and the seam, nothing else.

        `film` has the bytes that the range needs, at least, in a file of the whole film's size; `file` is its identity
        when these were verified. Reports progress. Raises NotAsPlanned where the range does not read as the plan says,
        EngineError where this machine reads faces otherwise than `reader`, and other EmotionErrors.
        """
        shutil.rmtree(folder, ignore_errors=True)
        one = self._plan.ranges[number]
        decoder = self._opened(film, file)
        if self._detector is None:
            self._detector, self._embedder = detector_for(self._settings), embedder_for(self._settings)
        analyzer = FrameAnalyzer(
            decoder.media, self._settings, self._model, segment=number, detector=self._detector, embedder=self._embedder
        )
        progress = ProgressReporter(one.frames, self._report)
        reading = RangePass(decoder, analyzer, self._plan, one, self._settings, progress).run()
        opened = self._model.model()
        files = ObservationStore(folder).segment_files
        files.write(number, reading.segment)
        Seam(
            plan=self._plan.key,
            number=number,
            settings=settings_key(self._settings),
            digest=files.digest(number),
            checkpoint=opened.checkpoint,
            engine=opened.engine.identity,
            following=reading.following,
            first_faces=reading.first_faces,
            media=reading.media,
        ).write(folder)
        progress.at(one.frames, 1, analyzer.face_count, 1, at_once=True)

    def _opened(self, film: Path, file: FileIdentity | None) -> Decoder:
        """The open film; the one of the range before, if it is the same file."""
        identity = identity_at(film)
        if self._decoder is not None and self._decoder.path == film and identity == self._identity:
            return self._decoder
        self._open.close()
        self._decoder, self._identity = None, identity
        decoder = self._open.enter_context(
            Decoder(film, self._content, threads=threads.thread_budget().decode, track=self._settings.track, file=file)
        )
        decoder.heartbeat = partial(self._report, ALIVE, {})
        if _without_bars(decoder.media) != _without_bars(self._plan.media):
            raise NotAsPlanned(
                f"{film.name} has other facts here than where it was planned.", "Do both machines have one version?"
            )
        decoder.media = self._plan.media
        self._decoder = decoder
        return decoder


def _without_bars(media: Media) -> Media:
    return replace(media, active=None, other_bars=(), mended=True)


def open_as(
    opener: Opener, settings: ScanSettings, reader: Reader | None, report: Report, say: Callable[[str], None]
) -> Model:
    """Open the model of `settings`, and see that it is that of `reader`. Raises EngineError and other EmotionErrors."""
    request, tell = ModelRequest.of(settings), reported(say, report)
    if reader is None:
        return opener(request, tell)
    checkpoint, engine = reader
    named = engines.variant_of(engine.name, engine.precision)
    model = opener(replace(request, engine=named, unchanged=checkpoint, threads=engine.threads), tell)
    if differences := reader_differences((model.checkpoint, model.engine.identity), reader):
        raise EngineError(
            f"This machine reads faces otherwise than the one that owns the film: {'; '.join(differences)}.",
            "Install the same version of the program and its packages on both.",
        )
    return model
