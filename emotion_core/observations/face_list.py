"""The faces of a scan alone: all that viewers' reactions need, in a third of the time that reading a whole scan takes.

The metrics of every frame, the thumbnails' places and the exact times of samples are not made into records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..media import Media, ShapeChange
from .face_arrays import FaceArrays
from .joining import reader_of, shapes_of
from .observations import CheckpointIdentity, Observations, media_at


@dataclass(frozen=True, slots=True, eq=False)
class SegmentFaces:
    """The faces of one segment."""

    sample_frames: NDArray[np.int64]
    seconds: NDArray[np.float64]
    """(samples,) when each sampled frame is shown."""
    faces: FaceArrays
    logits: NDArray[np.float64]
    """(faces, labels); (0, 0) without faces."""
    shapes: tuple[ShapeChange, ...]


@dataclass(frozen=True, slots=True, eq=False)
class FaceList:
    """All faces that a scan read, in film order, with the model's answers and the times of the sampled frames."""

    media: Media
    checkpoint: CheckpointIdentity
    sample_frames: NDArray[np.int64]
    """(samples,) ascending."""
    seconds: NDArray[np.float64]
    """(samples,) on the media clock."""
    faces: FaceArrays
    """Ascending by frame. A face's place here is its number in the whole scan."""
    logits: NDArray[np.float64]
    """(faces, labels) before temperature and softmax."""
    shapes: tuple[ShapeChange, ...] = ()
    """As in Observations."""

    @classmethod
    def of(cls, observations: Observations) -> FaceList:
        """Those of observations that were read whole."""
        logits = np.array([expression.logits for expression in observations.expressions], dtype=np.float64)
        return cls(
            media=observations.media,
            checkpoint=observations.checkpoint,
            sample_frames=np.array([sample.frame for sample in observations.samples], dtype=np.int64),
            seconds=np.array([float(sample.pts) for sample in observations.samples], dtype=np.float64),
            faces=FaceArrays.of(observations.faces),
            logits=logits.reshape(-1, len(observations.checkpoint.labels)),
            shapes=observations.shapes,
        )

    @classmethod
    def joined(cls, header: Mapping[str, Any], media: Media, segments: Sequence[SegmentFaces]) -> FaceList:
        """Those of a scan's segments; `header` is the content of scan.json. As `joining.join` orders them."""
        checkpoint, _ = reader_of(dict(header))
        frames = _concatenated((part.sample_frames for part in segments), np.int64)
        in_order = np.argsort(frames, kind="stable")
        faces = FaceArrays.joined([part.faces for part in segments])
        by_frame = np.argsort(faces.sample_frame, kind="stable")
        labels = len(checkpoint.labels)
        answers = [part.logits for part in segments if len(part.faces)] or [np.empty((0, labels))]
        return cls(
            media=media,
            checkpoint=checkpoint,
            sample_frames=frames[in_order],
            seconds=_concatenated((part.seconds for part in segments), np.float64)[in_order],
            faces=faces.select(by_frame),
            logits=np.concatenate(answers)[by_frame].reshape(-1, labels),
            shapes=shapes_of(part.shapes for part in segments),
        )

    def media_at(self, frame: int) -> Media:
        """The facts that hold for one frame: its own size, pixel aspect and bars."""
        return media_at(self.media, self.shapes, frame)


def _concatenated(parts: Iterable[NDArray[Any]], kind: Any) -> NDArray[Any]:
    return np.concatenate([np.empty(0, kind), *parts])
