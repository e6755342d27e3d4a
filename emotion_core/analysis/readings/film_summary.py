"""The summary of an analysed film that lists of films show."""

from __future__ import annotations

from dataclasses import dataclass

from ...errors import ScanError
from ...observations import ObservationStore, Sample
from ..records import Analysis
from ..usable_faces import is_sure


@dataclass(frozen=True, slots=True)
class FilmSummary:
    """An analysed film in a list."""

    scenes: int
    scenes_without_faces: int
    """Of the scenes that are part of the film."""
    seconds: float
    model: str
    damaged: str
    """The film's damage in a sentence; empty if it is whole."""
    thumbnail: bytes | None
    """JPEG of the sampled frame with the largest face that the detector is sure of, else of the middle sampled frame.
    None where no pictures are kept."""


def summarize_film(analysis: Analysis, store: ObservationStore) -> FilmSummary:
    """The summary of an analysis; its picture comes from the scan's `store`."""
    observations = analysis.observations
    sure = [face for face in observations.faces if is_sure(face, analysis.report_settings)]
    largest = max(sure, key=lambda face: (face.box[2] * face.box[3], -face.id), default=None)
    middle = observations.samples[len(observations.samples) // 2 :][:1]
    with_largest = [s for s in observations.samples if largest is not None and s.frame == largest.sample_frame]
    return FilmSummary(
        scenes=len(analysis.scenes),
        scenes_without_faces=sum(row.dominant is None and row.scene.counts for row in analysis.scenes),
        seconds=float(observations.media.duration),
        model=observations.checkpoint.name,
        damaged="" if analysis.damage is None else analysis.damage.message,
        thumbnail=_picture(store, next(iter((*with_largest, *middle)), None)),
    )


def _picture(store: ObservationStore, sample: Sample | None) -> bytes | None:
    """The picture of a sample; None where it is gone or damaged, which the library's check reports."""
    if sample is None or sample.thumbnail is None:
        return None
    try:
        return store.picture(sample.thumbnail)
    except ScanError:
        return None
