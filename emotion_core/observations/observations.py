"""What a scan saw: the record types that everything after a scan is a pure function of."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ..faces.crop_reuse import Carried
from ..media.frame_shape import ShapeFrom
from ..media.media import Media
from ..settings import ScanSettings


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """Where a sample's picture lies: a JPEG inside one segment's picture file."""

    segment: int
    offset: int
    length: int
    """Bytes."""
    checksum: int | None = field(default=None, compare=False)
    """CRC-32 of these bytes; None in stores before layout 6."""


PLACE = 64
"""Bytes of Sample.place."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A frame that was looked at."""

    frame: int
    """Index in the order shown, from 0."""
    pts: Fraction
    """Seconds on the media clock."""
    fingerprint: int
    """64-bit perceptual hash; near frames differ in few bits. It says which of the picture's 64 coarsest
    waves are strong, a bit each: no face can be drawn from it."""
    thumbnail: Thumbnail | None
    """None in a scan that keeps no pictures."""
    too_small: int
    """Faces found but below the size that is classified."""
    filled: bool
    """Whether it was added because its scene was too short for the grid."""
    place: bytes = b""
    """The picture's colours, PLACE of them, to tell a place by: of 8 hues x 2 saturations x 4 values the square root of
    the share of pixels, 0 to 255 for 0 to 1: how much of each colour, not where. Empty in a store of layout 1."""
    colour_bars: float = 0.0
    """How much of a test pattern's colour bars it shows, 0 to 1; see test_patterns. 0 in scans of layout 1."""
    brightest: float | None = None
    """Its brightest part, 0 to 255; see test_patterns.brightest. None in scans of layout 1."""


@dataclass(frozen=True, slots=True)
class Face:
    """A face on a sampled frame."""

    id: int
    """Place among all faces of the scan, from 0; Expression.face_id points here."""
    sample_frame: int
    box: tuple[float, float, float, float]
    """Left, top, width, height in display pixels (aspect and rotation applied); may reach over the frame's edge."""
    landmarks: tuple[float, ...]
    """x, y of right eye, left eye, nose tip, right and left mouth corner (the person's right), display pixels."""
    score: float
    """The detector's, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Expression:
    """What the checkpoint said of a face."""

    face_id: int
    logits: tuple[float, ...]
    """One a label of the checkpoint, before temperature and softmax."""
    read_on: int | None = None
    """The sampled frame on which the face was read, where it looked the same there and the logits were taken over; None
    where it was read itself."""


def key_of(weights: str, settings: str) -> str:
    """Names a checkpoint's weights under its settings, both as SHA-256, hex."""
    return weights[:16] + settings[:16]


@dataclass(frozen=True, slots=True)
class CheckpointIdentity:
    """Which model spoke."""

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
    """SHA-256 of its config and processor, hex: with others the same weights say something else. Empty in analyses of
    older versions.
    """

    @property
    def key(self) -> str:
        return key_of(self.hash, self.settings)


@dataclass(frozen=True, slots=True)
class EngineIdentity:
    """What ran the model, and why it was that."""

    name: str
    """"torch", "torch-cuda", "torch-mps", "ipex" or "openvino"."""
    precision: str
    """"fp32", "bf16" or "int8"."""
    versions: str
    """The packages behind it."""
    threads: int
    """Of inference."""
    reason: str
    """Why this engine, in words."""


LAYOUT = (16, 9)
"""Columns and rows of Scores.layout."""


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """One row a decoded frame, in the order shown; each array is (n,) but for the layout."""

    pts: NDArray[np.int64]
    """Media time-base ticks since the first frame."""
    content: NDArray[np.float64]
    """PySceneDetect's content_val at default weights, 0 to 255; 0 on the first frame."""
    brightness: NDArray[np.float64]
    """Mean of all pixel values within the film's bars, 0 to 255 (the threshold detector's average_rgb). Of HDR and log
    as they are coded: black is near 0 there too, white lower than a plain film's."""
    histogram: NDArray[np.float64]
    """Correlation of the luma histogram with the frame before, -1 to 1; 1 on the first frame."""
    hash: NDArray[np.float64]
    """Share of perceptual-hash bits that differ from the frame before, 0 to 1; 0 on the first frame."""

    layout: NDArray[np.uint8]
    """(n, 144): mean luma of 16 x 9 fields of the picture, row by row, 0 to 255; (n, 0) in a store of layout 1.

    So coarse that a face as high as the picture covers about five fields by nine, in grey: it says that something is
    there, not who or with which expression. Scans that keep no pictures have it all the same."""

    stamp: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """What the container says of when the frame is shown, ticks since the first frame's stamp; time_stamps.NONE where
    it says nothing; not always what `pts` makes of it. The same as `pts` where none is given, as by older analyses."""

    def __post_init__(self) -> None:
        if not len(self.stamp):
            object.__setattr__(self, "stamp", self.pts)

    def __len__(self) -> int:
        return len(self.pts)

    def part(self, first: int) -> Scores:
        """The rows from `first` on."""
        return Scores(*(getattr(self, f.name)[first:] for f in fields(Scores)))

    @property
    def has_layout(self) -> bool:
        """Whether the frames' layouts were stored; scans before layout 2 of the store did not."""
        return bool(self.layout.shape[1])

    @staticmethod
    def joined(parts: Iterable[Scores]) -> Scores:
        parts = [part for part in parts if len(part)] or [Scores.none()]
        return Scores(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Scores)))

    @staticmethod
    def none() -> Scores:
        empty = np.empty(0, dtype=np.float64)
        layout = np.empty((0, LAYOUT[0] * LAYOUT[1]), dtype=np.uint8)
        return Scores(np.empty(0, dtype=np.int64), empty, empty, empty, empty, layout)


@dataclass(frozen=True, slots=True)
class Segment:
    """The part of a scan that is written at once. Face ids count from 0 within it."""

    scores: Scores
    samples: tuple[Sample, ...]
    faces: tuple[Face, ...]
    expressions: tuple[Expression, ...]
    pictures: bytes
    """The samples' thumbnails, end to end; nothing in a scan that keeps none."""
    damaged_frames: int = 0
    """Frames of this part that the decoder could not decode, or only in part."""
    damaged_from: int | None = None
    """Up to where this part is whole, ticks since the first frame; None if all of it is."""
    carried: tuple[Carried, ...] = ()
    """What the next part's first sampled frame is compared with; one a face of this part's last."""
    shapes: tuple[ShapeFrom, ...] = ()
    """The shape of this part's first frame, and where it changes; nothing in parts of older versions, and in those that
    only fill scenes up."""


@dataclass(frozen=True, slots=True, eq=False)
class Observations:
    """A whole scan."""

    media: Media
    scan_settings: ScanSettings
    checkpoint: CheckpointIdentity
    engine: EngineIdentity
    scores: Scores
    samples: tuple[Sample, ...]
    """Ascending by frame."""
    faces: tuple[Face, ...]
    expressions: tuple[Expression, ...]
    """One a face, in the faces' order."""
    damaged_frames: int = 0
    """Frames that could not be decoded, or only in part."""
    damaged_from: Fraction | None = None
    """Up to where the film is whole, seconds; None if all of it is, and where an older analysis does not say."""
    claimed: Fraction | None = None
    """Seconds that the film says it lasts, where it could not be read so far; None where it was read to its end. No
    more than the media's duration where it makes no claim."""

    shapes: tuple[ShapeFrom, ...] = ()
    """Where the film's shape changes, its first one included; empty where it never does."""

    def media_at(self, frame: int) -> Media:
        """The facts that hold for one frame: its own size, pixel aspect and bars."""
        place = bisect_right(self.shapes, frame, key=lambda run: run.frame) - 1
        return self.media if place < 0 else self.shapes[place].shape.of(self.media)

    def seconds_at(self, frame: int) -> Fraction:
        """Media-clock time at which `frame` is shown; one past the last frame gives the film's end."""
        if frame >= len(self.scores):
            return self.media.duration
        return int(self.scores.pts[frame]) * self.media.time_base

    @property
    def frames(self) -> int:
        """Frames decoded."""
        return len(self.scores)
