"""Observation stores written by hand: a film of two segments and one of filled-in samples."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from pathlib import Path

import numpy as np

from emotion_core.faces import SIDE, CropReading, Light, SeamState
from emotion_core.media import ShapeChange
from emotion_core.observations import (
    LAYOUT,
    PLACE,
    Expression,
    Face,
    ObservationStore,
    Sample,
    Scores,
    Segment,
    Thumbnail,
)
from emotion_core.settings import ScanSettings
from tests.support.scans import CHECKPOINT, ENGINE, media

FILM = media(
    rate=Fraction(30000, 1001),
    start_frame=107892,
    drop_frame=True,
    duration=Fraction(6 * 1001, 30000),
    pixel_aspect=Fraction(64, 45),
    rotation=90,
    time_base=Fraction(1, 30000),
    first_pts=2002,
    is_vfr=True,
    transfer="HDR (PQ)",
)


SETTINGS = ScanSettings(samples_per_second=Fraction(5, 3), min_face_px=48, checkpoint="some/one", batch=4)


LANDMARKS = tuple(float(i) + 0.25 for i in range(10))


def scores(first: int, frames: int) -> Scores:
    """Scores with every digit that a float64 has."""
    random = np.random.default_rng(first)
    pts = np.arange(first, first + frames, dtype=np.int64) * 1001
    layout = random.integers(0, 256, (frames, LAYOUT[0] * LAYOUT[1]), dtype=np.uint8)
    content, brightness, histogram, hashes = random.random((4, frames)) * 255
    return Scores(pts, content, brightness, histogram, hashes, layout)


def sample(frame: int, segment: int, offset: int, **more: int) -> Sample:
    fingerprint = more.get("fingerprint", 7)
    where = Thumbnail(segment, offset, 3)
    shown = (1 / 6, 254.5) if frame == 3 else (0.0, 0.0)
    time, place = frame * Fraction(1001, 30000), bytes((frame + i) % 256 for i in range(PLACE))
    return Sample(frame, time, fingerprint, where, more.get("too_small", 0), frame == 5, place, *shown)


READING = CropReading(0, (60.1, 2.2, 33.3, 44.4), np.arange(SIDE * SIDE * 3, dtype=np.uint8).reshape(SIDE, SIDE, 3))


FIRST = Segment(
    scores(0, 4),
    (sample(0, 0, 0, fingerprint=2**64 - 1), sample(3, 0, 3, too_small=2)),
    (
        Face(0, 3, (-1.5, 2.25, 40.0, 52.5), LANDMARKS, 0.875, 1.5, Light(0, 100, 0), bytes(range(64))),
        Face(1, 3, (60.0, 2.0, 33.0, 44.0), LANDMARKS, 0.75, 0.25, Light(255, 0, 99), bytes(64)),
    ),
    (Expression(0, (1.5, -2.0, 0.25, 3.0, 0.0, -0.5, 4.0)), Expression(1, (0.5,) * 7, read_on=0)),
    b"one" + b"two",
    damaged_frames=1,
    damaged_from=2002,
    carried=(SeamState(READING, (0.1,) * 7),),
)


SECOND = Segment(scores(4, 2), (sample(4, 1, 0),), (), (), b"six", damaged_frames=2)


FILLED = Segment(
    Scores.empty(),
    (sample(1, 2, 0), sample(5, 2, 3)),
    (Face(0, 1, (1.0, 2.0, 32.0, 32.0), LANDMARKS, 0.5), Face(1, 5, (9.0, 2.0, 32.0, 32.0), LANDMARKS, 0.625)),
    (Expression(0, (9.0,) * 7), Expression(1, (8.0,) * 7)),
    b"fil" + b"led",
)


def write_store(folder: Path, shapes: tuple[ShapeChange, ...] = ()) -> ObservationStore:
    """Write a sealed store of two segments of film, the first with these shapes, and one of filled-in samples."""
    store = ObservationStore(folder)
    store.begin(dataclasses.replace(FILM, duration=Fraction(7)), SETTINGS, CHECKPOINT, ENGINE)
    for number, segment in enumerate((dataclasses.replace(FIRST, shapes=shapes), SECOND, FILLED)):
        store.write(number, segment)
    store.seal(3, FILM)
    return store


class Stopped(BaseException):
    """Ends a scan from outside."""


class StoppedStore(ObservationStore):
    """A store whose scan is stopped instead of writing the segment of number `at`."""

    def __init__(self, folder: Path, at: int) -> None:
        super().__init__(folder)
        self.at = at

    def write(self, number: int, segment: Segment) -> None:
        if number == self.at:
            raise Stopped
        super().write(number, segment)
