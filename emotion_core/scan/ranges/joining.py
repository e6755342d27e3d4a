"""Join the ranges of a film to the scan that one pass over it gives, byte for byte.

The join goes range by range, in order, while later ones are still being read. A range is taken as it is where its seam
holds, see proof; where it does not, or where it is missing, this machine reads it, as a scan that was stopped there
goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from ...decoding import Decoder
from ...errors import DamagedFilm, FilmChanged, ScanError
from ...media import FileIdentity
from ...observations import ObservationStore, Scores
from ...scenes import cut_detector, unpack_scores
from ...settings import ReportSettings, ScanSettings
from ...system import ALIVE, ProgressReporter, Report, threads
from ..completion import fill
from ..frame_analyzer import restore_crops
from ..model_choice import Opener, open_model, report_model
from ..model_thread import ModelThread
from ..one_pass import one_pass
from ..sound_reading import SoundReading
from . import proof
from .fetched import FetchedRange, NotUsable, read_fetched
from .observing import open_as
from .range_plan import RangePlan
from .reader import Reader
from .seam import PROVEN

Fetch = Callable[[int], Path | None]
"""Waits for a range; gives the folder with its files, None where nobody will read it."""

RANGE = "range"
"""Name of an event: a range was joined, or read here since it could not be. Fields: "number", "joined", "reason"."""


def join(
    film: Path,
    content: str,
    store: ObservationStore,
    plan: RangePlan,
    settings: ScanSettings,
    report_settings: ReportSettings,
    report: Report,
    *,
    fetch: Fetch,
    file: FileIdentity | None = None,
    opener: Opener = open_model,
    sound: bool = True,
    reader: Reader | None = None,
) -> None:
    """Store in `store` what film_scan.scan would of `film`, from the ranges that `fetch` gives.

    `fetch` is called for one range after another, perhaps for one again that was given before, and may take its time;
    it should call report(ALIVE, {}) while it waits. Ranges that `store` holds from an earlier join are kept. A film
    without ranges is read here as a whole. `reader` is what this machine reads the film's faces with, where that is
    known: then the model is opened only if a face must be read here. Other arguments, events and errors as of
    film_scan.scan; a RANGE event tells of each range.
    """
    try:
        _join(film, content, store, plan, settings, report_settings, report, fetch, file, opener, sound, reader)
    except FilmChanged:
        store.drop_segments()
        raise
    report("done", {})


def _join(
    film: Path,
    content: str,
    store: ObservationStore,
    plan: RangePlan,
    settings: ScanSettings,
    report_settings: ReportSettings,
    report: Report,
    fetch: Fetch,
    file: FileIdentity | None,
    opener: Opener,
    sound: bool,
    reader: Reader | None,
) -> None:
    if content != plan.content_id:
        raise ScanError("The plan is of another film.", "Plan the film again.")
    opening = partial(open_as, opener, settings, reader, report)
    with (
        Decoder(film, content, threads=threads.thread_budget().decode, track=settings.track, file=file) as decoder,
        SoundReading(decoder) as sound_reading,
        ModelThread(opening, at_once=reader is None) as model,
    ):
        decoder.heartbeat = partial(report, ALIVE, {})
        decoder.media = plan.media
        report("media", {"media": plan.media.to_json()})
        if reader is None:
            opened = model.model()
            reader = opened.checkpoint, opened.engine.identity
        store.begin(plan.media, settings, *reader)
        report_model(*reader, report)
        if sound:
            sound_reading.begin(store)
        _Join(decoder, model, store, plan, settings, report_settings, report, fetch, reader).run()
        if sound:
            sound_reading.keep(store, report)
        observations = store.read_partial()
        _, segments = fill(decoder, model, store, observations, report_settings, report)
        store.seal(segments, observations.media, observations.claimed)


class _Join:
    """The film's own segments, one after another."""

    def __init__(
        self,
        decoder: Decoder,
        model: ModelThread,
        store: ObservationStore,
        plan: RangePlan,
        settings: ScanSettings,
        report_settings: ReportSettings,
        report: Report,
        fetch: Fetch,
        reader: Reader,
    ) -> None:
        self._decoder, self._model, self._store, self._plan = decoder, model, store, plan
        self._settings, self._shots, self._report, self._fetch = settings, report_settings.shots, report, fetch
        self._reader = reader
        self._detector = cut_detector(self._shots, decoder.media.rate)
        self._cuts = self._faces = self._frames = 0
        """Of the segments stored."""
        self._following: Scores | None = None
        """The numbers of the frames after the stored segments, where a reader of the last one left them."""
        self._progress = ProgressReporter(len(plan.ticks), report)

    def run(self) -> None:
        """Store the film's frames, all of them, and mark the film as read."""
        for number in range(self._store.segment_count):
            self._count(number)
        if self._store.segment_count and not self._store.film_read:
            self._following = self._left_by_reader(self._store.segment_count - 1)
        while not self._store.film_read:
            number = self._store.segment_count
            if number >= len(self._plan.ranges) or self._frames != self._plan.ranges[number].first:
                self._read_here(number, None)  # the segments are others than planned, or the film cannot be divided
                continue
            fetched = None
            try:
                fetched = self._fetched(number)
                self._prove(fetched)
                reason = ""
            except NotUsable as why:
                reason = str(why)
            self._report(RANGE, {"number": number, "joined": not reason, "reason": reason})
            if fetched is None or reason:
                self._read_here(number, fetched)
            else:
                self._take(fetched)

    def _fetched(self, number: int) -> FetchedRange:
        folder = self._fetch(number)
        if folder is None:
            raise NotUsable("nobody read it")
        return read_fetched(folder, self._plan, number, self._settings, self._reader)

    def _left_by_reader(self, number: int) -> Scores | None:
        """Seam.following of a stored segment that a reader left; None where its reader saw other frames at its end, or
        left nothing.
        """
        try:
            fetched = self._fetched(number)
        except NotUsable:
            return None
        return self._proven_end(number, fetched)

    def _proven_end(self, number: int, fetched: FetchedRange) -> Scores | None:
        """As `_left_by_reader`."""
        stored = self._store.segment_files.read(number, None, signed=True).scores
        return fetched.seam.following if proof.same_end(stored, fetched.segment.scores, PROVEN) else None

    def _prove(self, fetched: FetchedRange) -> None:
        """Raise NotUsable unless the range is what one pass would have read after the stored segments."""
        if fetched.seam.number == 0:
            return
        if self._following is None:
            raise NotUsable("what comes before it was read here, and differs")
        if not proof.same_frames(self._following, fetched.head):
            raise NotUsable("its first frames differ from those seen after the part before")
        carried = self._store.carried() if self._settings.reuse_equal_crops else ()
        faces = fetched.seam.first_faces
        if not proof.may_reuse(carried, faces):
            return
        if not self._settings.keep_pictures:
            try:
                carried = restore_crops(self._decoder, self._settings, carried, self._plan.times)
            except DamagedFilm as error:
                raise NotUsable("the frames before it cannot be read again") from error
        if proof.reuses(carried, faces):
            raise NotUsable("a face looks the same as before it, and is not read again")

    def _take(self, fetched: FetchedRange) -> None:
        """Store a range."""
        number, segment = fetched.seam.number, fetched.segment
        if number:
            assert self._following is not None
            segment = fetched.completed(self._following)
            if not segment.samples:  # the next sampled frame is compared with one further back
                segment = replace(segment, carried=self._store.carried())
        self._decoder.verify_file()
        self._store.write(number, segment)
        self._following = fetched.seam.following
        self._count(number)
        if number == len(self._plan.ranges) - 1:
            assert fetched.seam.media is not None
            self._store.mark_film_read(number + 1, fetched.seam.media)

    def _read_here(self, number: int, fetched: FetchedRange | None) -> None:
        """Read the next segment as a stopped scan goes on; the rest of the film where no range comes after it."""
        one_by_one = number < len(self._plan.ranges) and self._frames == self._plan.ranges[number].first
        one_pass(
            self._decoder, self._model, self._store, self._settings, self._shots, self._report,
            segment_seconds=self._plan.segment_seconds, most_segments=1 if one_by_one else None,
        )  # fmt: skip
        if self._store.film_read:
            return
        if self._store.segment_count != number + 1:  # the film gives other numbers by now: it was read anew
            self._frames = -1
            return
        self._count(number)
        self._following = None if fetched is None else self._proven_end(number, fetched)

    def _count(self, number: int) -> None:
        """Count a stored segment, and report."""
        segment = self._store.segment_files.read(number, None, signed=True)
        for frame, score in enumerate(unpack_scores(segment.scores), self._frames):
            self._cuts += len(self._detector.push(frame, score))
        self._frames += len(segment.scores)
        self._faces += len(segment.faces)
        self._progress.at(self._frames, self._cuts + 1, self._faces, number + 1, step=self._model.step, at_once=True)
