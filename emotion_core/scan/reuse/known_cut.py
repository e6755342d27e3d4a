"""An analysed cut, as far as a scan takes faces from it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...errors import ScanError
from ...faces.detector import Box
from ...media import Media
from ...observations import CheckpointIdentity, EngineIdentity, Face, Observations, ObservationStore, Sample
from ...settings import ScanSettings
from .known_film import KnownFilm
from .sampled_frames import Known, is_one_shot

_SAME_SETTINGS = (
    "samples_per_second", "min_face_px", "detection_width", "crop_scale", "reuse_equal_crops", "level_faces",
)  # fmt: skip
"""Scan settings that decide which faces are found and what the model makes of them."""
SURE_SCORE = 0.8
"""Detector's score below which it is in doubt: in another coding of the frame it may find the face or not, or a report
may count it or not (ReportSettings.min_face_score). Between two codings at crf 20 scores near 0.7 differ by 0.06."""

SHIFT, GROWTH = 0.05, 0.1
"""Parts of a box's longer side by which its middle and that side may differ between two codings of a frame."""


@dataclass(frozen=True, slots=True)
class KnownFaces:
    """What was read on a sampled frame."""

    sample: Sample
    faces: tuple[Face, ...]
    logits: tuple[tuple[float, ...], ...]
    embeddings: NDArray[np.float32] | None
    """(faces, 128); None where people are not told apart."""
    is_sure: bool
    """Whether the detector was sure of each face, and that there are no others. Else it may find others in another
    coding of the frame: they are taken over where it finds the same there, see `are_same_faces`."""


class KnownCut:
    """The analysis of a film, whole and undamaged when it was opened."""

    def __init__(self, film: KnownFilm, observations: Observations, embeddings: NDArray[np.float32] | None) -> None:
        self.film, self.observations, self._embeddings = film, observations, embeddings
        self._store = ObservationStore(film.store)
        self._by_frame = {sample.frame: sample for sample in observations.samples}
        self._frames = [face.sample_frame for face in observations.faces]
        self._order = sorted(self._by_frame)

    def sample_at(self, frame: int) -> Sample | None:
        return self._by_frame.get(frame)

    def faces_on(self, sample: Sample) -> KnownFaces | None:
        """None where a face of the frame lacks its embedding, and people are told apart."""
        part = slice(bisect_left(self._frames, sample.frame), bisect_left(self._frames, sample.frame + 1))
        rows = None if self._embeddings is None else self._embeddings[part]
        if rows is not None and np.isnan(rows).any():
            return None
        faces = self.observations.faces[part]
        logits = tuple(expression.logits for expression in self.observations.expressions[part])
        return KnownFaces(sample, faces, logits, rows, self._is_sure(sample, faces))

    def _is_sure(self, sample: Sample, faces: tuple[Face, ...]) -> bool:
        """Whether the detector was sure of each face, and found no fewer than on a frame beside in the same shot."""
        if any(face.score < SURE_SCORE for face in faces):
            return False
        at = bisect_left(self._order, sample.frame)
        for other in self._order[max(0, at - 1) : at] + self._order[at + 1 : at + 2]:
            first, last = sorted((sample.frame, other))
            if self._faces_at(other) > len(faces) and is_one_shot(self.observations.scores.layout[first : last + 1]):
                return False
        return True

    def _faces_at(self, frame: int) -> int:
        return bisect_left(self._frames, frame + 1) - bisect_left(self._frames, frame)

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


def are_same_faces(known: Sequence[Face], boxes: Sequence[Box]) -> bool:
    """Whether the detector finds, in another coding of a frame, the faces that it found there: as many, each in its
    place. Both go from left to right.
    """
    if len(known) != len(boxes):
        return False
    for face, box in zip(known, boxes, strict=True):
        side = max(face.box[2:])
        (x, y), (u, v) = ((left + width / 2, top + height / 2) for left, top, width, height in (face.box, box))
        if max(abs(x - u), abs(y - v)) > SHIFT * side or abs(max(box[2:]) - side) > GROWTH * side:
            return False
    return True


def open_known_cut(
    film: KnownFilm, media: Media, settings: ScanSettings, checkpoint: CheckpointIdentity, engine: EngineIdentity
) -> KnownCut | str:
    """The analysis of `film` for the scan of a film with these facts; or why nothing of it can be taken over, in words
    that go on after the film's name.

    That is so where it is gone, damaged or unfinished, where another model, engine or setting read it, where its
    pictures differ in size, rate or coding, and where it lacks the pictures by which frames are verified or, if people
    are told apart, the embeddings.
    """
    store = ObservationStore(film.store)
    try:
        observations = store.read()
        embeddings = store.embeddings() if settings.people else None
    except (ScanError, OSError):
        return "has no whole analysis any more"
    if settings.people and embeddings is None:
        return "was read without telling people apart"
    if reason := _why_read_otherwise(observations, settings, checkpoint, engine):
        return reason
    if coding_class(observations.media) != coding_class(media):
        return "has another size, frame rate or coding"
    if observations.damaged_from is not None:
        return "is damaged"
    return KnownCut(film, observations, embeddings)


def coding_class(media: Media) -> tuple[object, ...]:
    """What two films must have in common."""
    size = media.display_width, media.display_height
    return size, media.active_display, media.rate, media.codec, media.transfer, media.field_order, media.mended


def _why_read_otherwise(
    known: Observations, settings: ScanSettings, checkpoint: CheckpointIdentity, engine: EngineIdentity
) -> str:
    """How a film was read otherwise than with these, in words that go on after its name; empty if it was not."""
    then = known.scan_settings
    if (known.checkpoint.key, known.checkpoint.labels) != (checkpoint.key, checkpoint.labels):
        return "was read by another model"
    engines = [(one.name, one.precision, one.versions) for one in (known.engine, engine)]
    if engines[0] != engines[1]:
        return "was read by another engine, or another version of it"
    if not then.keep_pictures:
        return "has no small pictures of its frames, by which they are compared"
    if any(getattr(then, name) != getattr(settings, name) for name in _SAME_SETTINGS):
        return "was read with other settings"
    is_old = any(face.sharpness is None for face in known.faces)
    return "was read by an earlier version of this app" if is_old else ""
