"""The records of a scan. Everything after a scan is a pure function of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..faces import Light, SeamState
from ..media import Media, ShapeChange
from ..settings import ScanSettings
from .sound import SoundPrints


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """Place of a sample's picture: a JPEG inside one segment's picture file."""

    segment: int
    offset: int
    length: int
    """Bytes."""
    checksum: int | None = field(default=None, compare=False)
    """CRC-32 of the picture's bytes; None in stores before layout 6."""


PLACE = 64
"""Bytes of Sample.place."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the faces of a sampled frame were read: on the same frame of another cut, see scan.reuse."""

    film: str
    """SHA-256 of that cut's file, hex."""
    name: str
    """Its name at that time."""
    frame: int
    """The frame's index there."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sampled frame: one on which faces were looked for."""

    frame: int
    """Index in the order shown, from 0."""
    pts: Fraction
    """Seconds on the media clock."""
    fingerprint: int
    """64-bit perceptual hash; near frames differ in few bits. Each bit says whether one of the picture's 64 coarsest
    waves is strong: no face can be drawn from it."""
    thumbnail: Thumbnail | None
    """None in a scan that keeps no pictures."""
    too_small: int
    """Faces found but below the size that is classified."""
    filled: bool
    """Whether the frame was added because its scene was too short for the grid."""
    place: bytes = b""
    """The picture's colour counts, PLACE of them, by which shots of one place are recognised. For each of 8 hues x 2
    saturations x 4 values the square root of its share of the pixels, 0 to 255 for 0 to 1."""
    colour_bars: float = 0.0
    """Share of a test pattern's colour bars in the picture, 0 to 1; see picture/test_patterns."""
    brightest: float = 0.0
    """The picture's brightest part, 0 to 255; see picture/test_patterns.brightest."""
    origin: Origin | None = None
    """None where the faces were looked for on this frame itself."""


@dataclass(frozen=True, slots=True)
class Face:
    """A face on a sampled frame."""

    id: int
    """Index among all faces of the scan, from 0; Expression.face_id refers to it."""
    sample_frame: int
    box: tuple[float, float, float, float]
    """Left, top, width, height in display pixels (aspect and rotation applied); may reach over the frame's edge."""
    landmarks: tuple[float, ...]
    """x, y of right eye, left eye, nose tip, right and left mouth corner (the person's right), display pixels."""
    score: float
    """The detector's score, 0 to 1."""
    sharpness: float | None = None
    """As faces.quality_of; None in stores before layout 7, as `light`."""
    light: Light | None = None
    appearance: bytes = b""
    """What the face looks like, for telling faces of one shot apart: APPEARANCE bytes at most, empty in stores before
    layout 7."""


APPEARANCE = 64
"""Most bytes of Face.appearance."""


@dataclass(frozen=True, slots=True)
class Expression:
    """The checkpoint's answer for a face."""

    face_id: int
    logits: tuple[float, ...]
    """One a label of the checkpoint, before temperature and softmax."""
    read_on: int | None = None
    """The earlier sampled frame whose crop was the same and whose logits were reused; None where this face was read."""


def checkpoint_key(weights: str, settings: str) -> str:
    """Name of a checkpoint's weights under its settings, from the SHA-256 of both, hex."""
    return weights[:16] + settings[:16]


@dataclass(frozen=True, slots=True)
class CheckpointIdentity:
    """The model that read the faces."""

    name: str
    """Hub id, folder name or "embedded"."""
    source: str
    """"embedded", "hub cache" or "folder"."""
    revision: str
    """Hub commit, or empty."""
    hash: str
    """SHA-256 of the weights file, hex."""
    labels: tuple[str, ...]
    architecture: str
    settings: str = ""
    """SHA-256 of its config and processor, hex: with others the same weights give other numbers."""

    @property
    def key(self) -> str:
        return checkpoint_key(self.hash, self.settings)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CheckpointIdentity:
        """The inverse of `asdict`, from JSON. Raises KeyError or TypeError."""
        return cls(**{**data, "labels": tuple(data["labels"])})


@dataclass(frozen=True, slots=True)
class EngineIdentity:
    """The engine that ran the model, and why it was chosen."""

    name: str
    """"torch", "torch-cuda", "torch-mps", "ipex" or "openvino"."""
    precision: str
    """"fp32", "bf16" or "int8"."""
    versions: str
    """The packages behind the engine, with their versions."""
    threads: int
    """Threads of inference."""
    reason: str
    """Why this engine was chosen, in words."""


LAYOUT = (16, 9)
"""Columns and rows of Scores.layout."""


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """The metrics of every decoded frame, in the order shown; each array is (n,) but for the layout."""

    pts: NDArray[np.int64]
    """Media time-base ticks since the first frame."""
    content: NDArray[np.float64]
    """PySceneDetect's content_val at default weights, 0 to 255; 0 on the first frame."""
    brightness: NDArray[np.float64]
    """Mean of all pixel values within the film's bars, 0 to 255 (the threshold detector's average_rgb). HDR and log
    material is measured as coded: black is near 0 there too, white is lower than in a plain film."""
    histogram: NDArray[np.float64]
    """Correlation of the luma histogram with the frame before, -1 to 1; 1 on the first frame."""
    hash: NDArray[np.float64]
    """Share of perceptual-hash bits that differ from the frame before, 0 to 1; 0 on the first frame."""

    layout: NDArray[np.uint8]
    """(n, 144): mean luma of 16 x 9 fields of the picture, row by row, 0 to 255.

    A face as high as the picture covers about five fields by nine, in grey: too coarse to show who it is or with which
    expression. Scans that keep no pictures store it too."""

    stamp: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """The container's own time stamp, ticks since the first frame's; time_stamps.NONE where it has none. Differs from
    `pts` where stamps cannot be taken as they are. Equal to `pts` where none are given."""

    def __post_init__(self) -> None:
        if not len(self.stamp):
            object.__setattr__(self, "stamp", self.pts)

    def __len__(self) -> int:
        return len(self.pts)

    def from_frame(self, first: int) -> Scores:
        """The rows from frame `first` on."""
        return Scores(*(getattr(self, f.name)[first:] for f in fields(Scores)))

    def first_frames(self, count: int) -> Scores:
        """The rows of the first `count` frames."""
        return Scores(*(getattr(self, f.name)[:count] for f in fields(Scores)))

    @staticmethod
    def concatenate(parts: Iterable[Scores]) -> Scores:
        parts = [part for part in parts if len(part)] or [Scores.empty()]
        return Scores(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Scores)))

    @staticmethod
    def empty() -> Scores:
        nothing = np.empty(0, dtype=np.float64)
        layout = np.empty((0, LAYOUT[0] * LAYOUT[1]), dtype=np.uint8)
        return Scores(np.empty(0, dtype=np.int64), nothing, nothing, nothing, nothing, layout)


@dataclass(frozen=True, slots=True)
class Segment:
    """About a minute of a scan, written as one file. Face ids count from 0 within it."""

    scores: Scores
    samples: tuple[Sample, ...]
    faces: tuple[Face, ...]
    expressions: tuple[Expression, ...]
    pictures: bytes
    """The samples' thumbnails, end to end; empty in a scan that keeps none."""
    damaged_frames: int = 0
    """Frames of the segment that could not be decoded, or only in part."""
    damaged_from: int | None = None
    """Ticks since the film's first frame up to which the segment is whole; None if all of it is."""
    carried: tuple[SeamState, ...] = ()
    """The readings of the segment's last sampled frame, one a face, with which the next segment compares its first."""
    shapes: tuple[ShapeChange, ...] = ()
    """The shape of the segment's first frame, and each change of it; empty in segments of layout 4 and in those that
    only fill scenes up."""
    embeddings: NDArray[np.float32] | None = None
    """(faces, 128) to tell people apart, NaN in rows of faces without one; None where none are wanted. Written only:
    ObservationStore.embeddings reads them."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Observations:
    """All that a scan observed of a film. What is made of it can be kept for as long as it is in memory."""

    media: Media
    scan_settings: ScanSettings
    checkpoint: CheckpointIdentity
    engine: EngineIdentity
    scores: Scores
    samples: tuple[Sample, ...]
    """Ascending by frame."""
    faces: tuple[Face, ...]
    expressions: tuple[Expression, ...]
    """One a face, in the order of `faces`."""
    damaged_frames: int = 0
    """Frames that could not be decoded, or only in part."""
    damaged_from: Fraction | None = None
    """Seconds up to which the film is whole; None if all of it is."""
    claimed: Fraction | None = None
    """Seconds that the film claims to last, where it could not be read so far; None where it was read to its end. Not
    above the media's duration where the file makes no claim."""

    shapes: tuple[ShapeChange, ...] = ()
    """The first shape and each change of it; empty where the shape never changes."""
    sound: SoundPrints | None = None
    """Fingerprints of the sound; None where none were made, as in scans of earlier versions, or they are damaged."""

    def media_at(self, frame: int) -> Media:
        """The facts that hold for one frame: its own size, pixel aspect and bars."""
        return media_at(self.media, self.shapes, frame)

    def seconds_at(self, frame: int) -> Fraction:
        """Media-clock time at which `frame` is shown; one past the last frame gives the film's end."""
        if frame >= len(self.scores):
            return self.media.duration
        return int(self.scores.pts[frame]) * self.media.time_base

    @property
    def frames(self) -> int:
        """Number of decoded frames."""
        return len(self.scores)


def media_at(media: Media, shapes: tuple[ShapeChange, ...], frame: int) -> Media:
    """The facts that hold for one frame of a film with these shapes; `media` are the film's."""
    index = bisect_right(shapes, frame, key=lambda run: run.frame) - 1
    return media if index < 0 else shapes[index].shape.media_for(media)
