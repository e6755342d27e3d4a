"""An analysed cut, as far as a scan takes faces from it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...errors import ScanError
from ...media import Media
from ...observations import CheckpointIdentity, EngineIdentity, Face, Observations, ObservationStore, Sample
from ...settings import ScanSettings
from .known_film import KnownFilm
from .sampled_frames import Known

_SAME_SETTINGS = (
    "samples_per_second", "min_face_px", "detection_width", "crop_scale", "reuse_equal_crops", "level_faces",
)  # fmt: skip
"""Scan settings that decide which faces are found and what the model makes of them."""


@dataclass(frozen=True, slots=True)
class KnownFaces:
    """What was read on a sampled frame."""

    sample: Sample
    faces: tuple[Face, ...]
    logits: tuple[tuple[float, ...], ...]
    embeddings: NDArray[np.float32] | None
    """(faces, 128); None where people are not told apart."""


class KnownCut:
    """The analysis of a film, whole and undamaged when it was opened."""

    def __init__(self, film: KnownFilm, observations: Observations, embeddings: NDArray[np.float32] | None) -> None:
        self.film, self.observations, self._embeddings = film, observations, embeddings
        self._store = ObservationStore(film.store)
        self._by_frame = {sample.frame: sample for sample in observations.samples}
        self._frames = [face.sample_frame for face in observations.faces]

    def sample_at(self, frame: int) -> Sample | None:
        return self._by_frame.get(frame)

    def faces_on(self, sample: Sample) -> KnownFaces | None:
        """None where a face of the frame lacks its embedding, and people are told apart."""
        part = slice(bisect_left(self._frames, sample.frame), bisect_left(self._frames, sample.frame + 1))
        rows = None if self._embeddings is None else self._embeddings[part]
        if rows is not None and np.isnan(rows).any():
            return None
        logits = tuple(expression.logits for expression in self.observations.expressions[part])
        return KnownFaces(sample, self.observations.faces[part], logits, rows)

    def picture(self, sample: Sample) -> bytes | None:
        """A sample's small picture, JPEG; None where it has none, or it is gone or damaged."""
        try:
            return None if sample.thumbnail is None else self._store.picture(sample.thumbnail)
        except ScanError:
            return None

    @cached_property
    def known(self) -> Known:
        """For the choice of frames."""
        grid = frozenset(sample.frame for sample in self.observations.samples if not sample.filled)
        return Known(self.observations.scores.layout, grid)


def open_known_cut(
    film: KnownFilm, media: Media, settings: ScanSettings, checkpoint: CheckpointIdentity, engine: EngineIdentity
) -> KnownCut | None:
    """The analysis of `film` for the scan of a film with these facts; None where nothing of it can be taken over.

    That is so where it is gone, damaged or unfinished, where another model, engine or setting read it, where its
    pictures differ in size, rate or coding, and where it lacks the pictures by which frames are verified or, if people
    are told apart, the embeddings.
    """
    store = ObservationStore(film.store)
    try:
        observations = store.read()
        embeddings = store.embeddings() if settings.people else None
    except (ScanError, OSError):
        return None
    if (settings.people and embeddings is None) or not _is_read_alike(observations, settings, checkpoint, engine):
        return None
    if coding_class(observations.media) != coding_class(media) or observations.damaged_from is not None:
        return None
    return KnownCut(film, observations, embeddings)


def coding_class(media: Media) -> tuple[object, ...]:
    """What two films must have in common."""
    size = media.display_width, media.display_height
    return size, media.active_display, media.rate, media.codec, media.transfer, media.field_order, media.mended


def _is_read_alike(
    known: Observations, settings: ScanSettings, checkpoint: CheckpointIdentity, engine: EngineIdentity
) -> bool:
    then = known.scan_settings
    return (
        then.keep_pictures
        and all(getattr(then, name) == getattr(settings, name) for name in _SAME_SETTINGS)
        and (known.checkpoint.key, known.checkpoint.labels) == (checkpoint.key, checkpoint.labels)
        and (known.engine.name, known.engine.precision, known.engine.versions)
        == (engine.name, engine.precision, engine.versions)
        and all(face.sharpness is not None for face in known.faces)
    )
