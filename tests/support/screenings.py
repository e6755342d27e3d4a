"""Screenings whose viewers' readings and recordings were written by hand, without any inference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np

from emotion_core.audience import Readings, notice
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.library import Film, Library, Role
from emotion_core.media import content_id
from emotion_core.observations import Expression, Face, Sample, Segment
from emotion_core.settings import ScanSettings
from tests.support.scans import CHECKPOINT, ENGINE, even_scores, logits_of, media

CONSENT = notice.consent_to_notice("recording", "the tests")
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


def recording(library: Library, path: Path, rows: Sequence[Row], every: int = 12, rate: int = 24) -> Film:
    """The file at `path` as a recording in `library`, scanned: a sampled frame a row, `every` frames apart.

    The file need not be a film: nothing opens it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_bytes(path.name.encode())
    added = taken_in(library, path, len(rows) * every, rate)
    frames = every * len(rows)
    settings = ScanSettings(keep_pictures=False, min_scene_samples=0)
    scan = library.add_scan(added.id, settings, CHECKPOINT.hash)
    samples: list[Sample] = []
    faces: list[Face] = []
    read: list[Expression] = []
    for number, row in enumerate(rows):
        frame = number * every
        samples.append(Sample(frame, Fraction(frame, rate), 0, None, 0, filled=False))
        for (x, y), label in row.items():
            box = (x - SIDE / 2, y - SIDE / 2, SIDE, SIDE)
            read.append(Expression(len(faces), logits_of(**{label: 0.7})))
            faces.append(Face(len(faces), frame, box, (x, y) * 5, 0.9))
    store = library.store(scan.id)
    store.begin(added.media, settings, CHECKPOINT, ENGINE)
    scores = even_scores(frames, added.media.rate, added.media.time_base)
    store.write(0, Segment(scores, tuple(samples), tuple(faces), tuple(read), b""))
    store.seal(1, added.media)
    return added


def taken_in(library: Library, path: Path, frames: int, rate: int = 24, role: Role = "recording") -> Film:
    """The file at `path` as a recording of that many frames in `library`, which was not opened."""
    film_id = content_id(path)
    facts = media(
        content_id=film_id, width=400, height=200, rate=Fraction(rate), time_base=Fraction(1, rate),
        duration=Fraction(frames, rate),
    )  # fmt: skip
    with library.database() as database:
        Film.insert(database, library.home, film_id, path.name, path, managed=False, media=facts, role=role)
    return library.film(film_id)
