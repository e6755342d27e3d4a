"""The fingerprints of a film's sound, read by a process of its own beside the pass over the pictures.

The sound is read by itself, at once and whole: so no segment, and no scan that was stopped, makes a difference. The
process works for a limited time: sound that ends its decoder, or holds it up, does not end the scan, which goes on
without fingerprints.
"""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from fractions import Fraction
from types import TracebackType
from typing import Self

from ..decoding import Decoder, isolated
from ..errors import EmotionError
from ..media import Media
from ..observations import PRINTS_A_SECOND, ObservationStore, SoundPrints
from ..system import Child, Report

BEAT = 20.0
"""Seconds between two signs of life while the sound is waited for."""
SOON = 0.5
"""Seconds of waiting after which users are told what is waited for."""
BEYOND = Fraction(60)
"""Seconds of sound that are read beyond the declared end of the picture: how long that lasts is known only when all of
it was read.
"""
DOING = "reading the film's sound"

_LOG = logging.getLogger(__name__)


class SoundReading:
    """Reads the sound of an open film; a context manager, whose process ends with it."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="sound")
        self._reading: Future[SoundPrints] | None = None
        self._until = Fraction(0)
        self._child: Child | None = None
        self._is_over = False

    def begin(self, store: ObservationStore) -> None:
        """Begin to read beside what follows, unless `store` has the fingerprints."""
        media = self._decoder.media
        if not self._decoder.has_sound or store.sound_file.is_of(media.content_id):
            return
        self._until = media.duration + BEYOND
        self._reading = self._submit(replace(media, duration=self._until))

    def keep(self, store: ObservationStore, report: Report) -> None:
        """Store the fingerprints, once all frames were read, unless they are there. Raises FilmChanged."""
        content = self._decoder.media.content_id
        if store.sound_file.is_of(content):
            return
        try:
            prints = self._prints(store.read_partial().media, report)
        except EmotionError as error:
            self._decoder.verify_file()
            _LOG.warning("The film is analysed without fingerprints of its sound. %s", error.problem)
            return
        self._decoder.verify_file()  # the sound was read from another handle
        store.sound_file.write(prints, content)

    def _prints(self, media: Media, report: Report) -> SoundPrints:
        """The fingerprints up to the end of the picture, which `media` has exactly."""
        if not self._decoder.has_sound:
            return SoundPrints.none()
        reading = self._reading
        if reading is None or media.duration > self._until:
            reading = self._submit(media)
        if not wait([reading], timeout=SOON).done:
            report("step", {"doing": DOING})
        while not wait([reading], timeout=BEAT).done:
            self._decoder.heartbeat()
        return reading.result().first(int(media.duration * PRINTS_A_SECOND))

    def _submit(self, media: Media) -> Future[SoundPrints]:
        return self._executor.submit(
            isolated.sound_prints, self._decoder.path, media, "The film's sound", self._note_child
        )

    def _note_child(self, child: Child) -> None:
        self._child = child
        if self._is_over:
            child.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over = True
        if self._child is not None:
            self._child.kill()  # without effect where it has ended
        self._executor.shutdown(cancel_futures=True)
