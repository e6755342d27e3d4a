"""What a list of films shows of one that was analysed."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import ScanError
from ..observations.observations import Sample
from ..observations.store import ObservationStore
from .records import Analysis


@dataclass(frozen=True, slots=True)
class Card:
    """What a list shows of an analysed film."""

    scenes: int
    scenes_without_faces: int
    """Of those that are part of the film."""
    seconds: float
    model: str
    damaged: str
    """What of the film could not be read, in a sentence; empty if it is whole."""
    thumbnail: bytes | None
    """JPEG; of the sampled frame with the largest face that the detector is sure of, else of the middle one. None where
    no pictures are kept."""


def card_of(analysis: Analysis, store: ObservationStore) -> Card:
    """The card of an analysis; its picture comes from the scan's `store`."""
    seen = analysis.observations
    sure = [face for face in seen.faces if face.score >= analysis.report_settings.min_face_score]
    best = max(sure, key=lambda face: (face.box[2] * face.box[3], -face.id), default=None)
    middle = seen.samples[len(seen.samples) // 2 :][:1]
    with_best = [sample for sample in seen.samples if best is not None and sample.frame == best.sample_frame]
    chosen = next(iter((*with_best, *middle)), None)
    return Card(
        scenes=len(analysis.scenes),
        scenes_without_faces=sum(row.dominant is None and row.scene.counts for row in analysis.scenes),
        seconds=float(seen.media.duration),
        model=seen.checkpoint.name,
        damaged="" if analysis.damage is None else analysis.damage.told,
        thumbnail=_picture(store, chosen),
    )


def _picture(store: ObservationStore, sample: Sample | None) -> bytes | None:
    """The picture of a sample; None where it is gone or damaged, which the library's check tells of."""
    if sample is None or sample.thumbnail is None:
        return None
    try:
        return store.picture(sample.thumbnail)
    except ScanError:
        return None
