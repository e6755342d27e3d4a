"""A live reader without a process or a model."""

from __future__ import annotations

import time
from pathlib import Path

from emotion_core.expression import Scaling
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.live import Opened, Reader, Session, Stamp
from emotion_core.live.reader import FaceSeen, PictureRead
from emotion_core.live.viewer_face import Place
from emotion_core.observations import CheckpointIdentity, EngineIdentity

OPENED = Opened(
    CheckpointIdentity("embedded", "embedded", "", "0" * 64, REFERENCE_LABELS, "T"),
    EngineIdentity("torch", "fp32", "torch 0", 1, "named"),
    Scaling(),
)
HAPPY = PictureRead((FaceSeen((0.4, 0.3, 0.2, 0.3), None),), 0, (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 3.0))
NOBODY = PictureRead((), None, ())


class QuickReader(Reader):
    """Finds a happy face on every picture but an empty-handed one, b"nobody"; takes `seconds` for each."""

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__(Path())
        self.seconds = seconds
        self.pictures: list[bytes] = []
        self.error: Exception | None = None

    def open(self) -> Opened:
        return OPENED

    def read(self, jpeg: bytes, near: Place | None) -> PictureRead:
        if self.error is not None:
            raise self.error
        time.sleep(self.seconds)
        self.pictures.append(jpeg)
        return NOBODY if jpeg == b"nobody" else HAPPY


def stamp(number: int, film: float | None, clock: float | None = None) -> Stamp:
    return Stamp(number, 1000.0 + (number / 10 if clock is None else clock), film, 1, 50.0)


def session(reader: Reader | None = None) -> Session:
    """One with an open model."""
    made = Session("s", "", "f", "Film", "The notice.", "A", "2026-08-02T10:00:00+02:00", reader or QuickReader())
    made.open()
    return made
