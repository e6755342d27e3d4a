"""Screenings whose viewers' readings and recordings were written by hand, without any inference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from emotion_core.audience import Readings, notice
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.library import Film, Library, Role
from emotion_core.media import Media, content_id
from emotion_core.observations import Expression, Face, Observations, Sample, Segment
from emotion_core.settings import ScanSettings
from tests.support.scans import CHECKPOINT, ENGINE, even_scores, logits_of, media

CONSENT = notice.consent_to_notice("recording", "the tests")
SETTINGS = ScanSettings(keep_pictures=False, min_scene_samples=0)
RATE, EVERY = 24, 12
"""Frames a second, and from one sampled frame to the next."""
SIDE = 40.0
"""Of a face's box, display pixels."""

Row = Mapping[tuple[float, float], str]
"""The faces of a sampled frame: the centre of each, and the expression that it shows with a share of 70 %."""


def readings(count: int, label: str = "happy", start: float = 0.0, step: float = 0.1) -> Readings:
    """Readings of a live viewer who shows one expression with 80 %, `step` seconds apart."""
    probabilities = np.full((count, len(REFERENCE_LABELS)), 0.2 / (len(REFERENCE_LABELS) - 1))
    probabilities[:, REFERENCE_LABELS.index(label)] = 0.8
    seconds = start + step * np.arange(count, dtype=np.float64)
    return Readings(REFERENCE_LABELS, seconds, probabilities, 1.8e9 + seconds, CHECKPOINT, ENGINE)


def recording(
    library: Library,
    path: Path,
    rows: Sequence[Row],
    brightness: Sequence[float] | None = None,
    settings: ScanSettings = SETTINGS,
) -> Film:
    """The file at `path` as a recording in `library`, scanned: a sampled frame each half second shows a row's faces.

    The file need not be a film: nothing opens it. `brightness` is that of each frame.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_bytes(path.name.encode())
    added = taken_in(library, path, len(rows) * EVERY)
    seen = observed(rows, added.media)
    scan = library.add_scan(added.id, settings, CHECKPOINT.hash)
    store = library.store(scan.id)
    store.begin(added.media, settings, CHECKPOINT, ENGINE)
    scores = seen.scores if brightness is None else replace(seen.scores, brightness=np.array(brightness))
    store.write(0, Segment(scores, seen.samples, seen.faces, seen.expressions, b""))
    store.seal(1, added.media)
    return added


def observed(rows: Sequence[Row], film: Media | None = None) -> Observations:
    """What a scan sees of a recording with a sampled frame each half second, which shows a row's faces."""
    film = film or _facts("c0" * 32, len(rows) * EVERY)
    samples: list[Sample] = []
    faces: list[Face] = []
    read: list[Expression] = []
    for number, row in enumerate(rows):
        frame = number * EVERY
        samples.append(Sample(frame, Fraction(frame, RATE), 0, None, 0, filled=False))
        for (x, y), label in row.items():
            box = (x - SIDE / 2, y - SIDE / 2, SIDE, SIDE)
            read.append(Expression(len(faces), logits_of(**{label: 0.7})))
            faces.append(Face(len(faces), frame, box, (x, y) * 5, 0.9))
    scores = even_scores(len(rows) * EVERY, film.rate, film.time_base)
    return Observations(film, SETTINGS, CHECKPOINT, ENGINE, scores, tuple(samples), tuple(faces), tuple(read))


def taken_in(library: Library, path: Path, frames: int, role: Role = "recording") -> Film:
    """The file at `path` as a recording of that many frames in `library`, which was not opened."""
    film_id = content_id(path)
    facts = _facts(film_id, frames)
    with library.database() as database:
        Film.insert(database, library.home, film_id, path.name, path, managed=False, media=facts, role=role)
    return library.film(film_id)


def _facts(film_id: str, frames: int) -> Media:
    return media(
        content_id=film_id, width=400, height=200, rate=Fraction(RATE), time_base=Fraction(1, RATE),
        duration=Fraction(frames, RATE),
    )  # fmt: skip
