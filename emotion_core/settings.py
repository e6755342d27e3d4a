"""User settings: ScanSettings, whose change needs a new scan, and ReportSettings, whose change never does."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal, get_args

from . import corrections, face_corrections, limits, parsing
from .annotations import Annotations
from .corrections import Corrections
from .errors import SettingsError
from .face_corrections import FaceCorrections

Detector = Literal["combined", "adaptive", "content", "hash", "histogram", "threshold", "cuts"]
EngineName = Literal[
    "default",
    "fastest",
    "torch",
    "torch-bf16",
    "torch-cuda",
    "torch-mps",
    "ipex",
    "ipex-int8",
    "openvino",
    "openvino-bf16",
    "openvino-int8",
]
ScenesAre = Literal["shots", "groups"]
FacesWeigh = Literal["faces", "screen time", "tracks"]

DETECTORS: tuple[Detector, ...] = get_args(Detector)
ENGINES: tuple[EngineName, ...] = get_args(EngineName)

DEFAULT_THRESHOLDS: dict[Detector, float] = {
    "combined": 1.0,
    "adaptive": 3.0,
    "content": 27.0,
    "hash": 0.35,
    "histogram": 0.20,
    "threshold": 12.0,
}
"""PySceneDetect's defaults, each in its detector's unit; for "combined" the strength common to all its kinds of cut."""

TEMPERATURE_RANGE = (0.05, 20.0)
"""Least and greatest temperature."""


CutSource = tuple[int, int, str, int, int]
"""First frame of the film and one past the last; the source, a reel or a clip's media; the source's frame at the first
one, and one past the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShotSettings:
    """How cuts are decided from a scan's stored frame scores."""

    detector: Detector = "combined"
    """"combined" is this project's (hard cuts, fades, dissolves), "cuts" a cut list; the others are PySceneDetect's."""
    threshold: float | None = None
    """In the detector's unit; None for its default."""
    min_scene_frames: int = 15
    """Least length of a detected scene, frames (PySceneDetect's default), 1 to 100,000; a cut list may go below."""
    held_seconds: float = 1.2
    """Least length at which the combined detector makes a scene of a black or white picture or a title card, 0.2 to 600
    seconds; a shorter one has the cut within it."""
    cuts: tuple[tuple[int, str], ...] = ()
    """For detector "cuts": (first frame of a scene, its name), ascending; frame 0 may be omitted."""
    cut_notes: tuple[str, ...] = ()
    """Assumptions made when the cut list was read, a sentence each, for the report's notes."""
    cut_sources: tuple[CutSource, ...] = ()
    """What the cut list's clips show, where it says so, ascending and without overlaps: by it another cut's list and
    this one name the same footage. No number of a report depends on it."""

    def __post_init__(self) -> None:
        _check_choice("detector", self.detector, DETECTORS)
        if self.threshold is not None:
            _check_range("threshold", self.threshold, 0, 255)
        _check_range("min_scene_frames", self.min_scene_frames, 1, 100_000)
        _check_range("held_seconds", self.held_seconds, 0.2, 600)
        frames = [frame for frame, _ in self.cuts]
        if frames != sorted(set(frames)) or (frames and frames[0] < 0):
            raise SettingsError("Cuts must ascend from frame 0 and not repeat.", "Sort the cut list.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceLimits:
    """How a face must be to be usable, beside its size and the detector's score; None leaves nothing out."""

    max_yaw: float | None = None
    """Degrees, 0 to 90, by which a head may be turned to a side; see faces.pose."""
    max_pitch: float | None = None
    """Degrees, 0 to 90, by which a face may look up or down."""
    max_roll: float | None = None
    """Degrees, 0 to 180, by which a head may be tilted in the picture."""
    max_misfit: float | None = None
    """Distance of eyes, nose and mouth from those of any face, 0 to 1, in distances between the eyes."""
    min_sharpness: float | None = None
    """Least sharpness, 0 to 2; see faces.quality. This limit and those below need a scan of layout 7 or later."""
    min_brightness: float | None = None
    """Least mean luma of a face, 0 to 255."""
    max_clipped: float | None = None
    """Most of a face's pixels that are black or white, percent, 0 to 100."""

    def __post_init__(self) -> None:
        for limit, highest in zip(fields(self), (90, 90, 180, 1, 2, 255, 100), strict=True):
            value = getattr(self, limit.name)
            if value is not None:
                _check_range(limit.name, value, 0, highest)

    def __bool__(self) -> bool:
        """Whether any limit is set."""
        return any(getattr(self, limit.name) is not None for limit in fields(self))

    @property
    def need_quality(self) -> bool:
        """Whether a limit is set of what older scans did not measure."""
        return any(limit is not None for limit in (self.min_sharpness, self.min_brightness, self.max_clipped))


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSettings:
    """What a scan samples, and the model that reads the faces."""

    samples_per_second: Fraction = Fraction(2)
    """Sampled frames a second of film, 1/100 to 60."""
    min_scene_samples: int = 3
    """Least sampled frames of a scene, 0 to 20: further frames are sampled where the grid has fewer."""
    min_face_px: int = 32
    """Least side of a face's box, display pixels, 16 to 1024; smaller faces are counted but not classified."""
    detection_width: int = 640
    """Width to which wider frames are scaled for face detection, or what min_face_px needs; pixels, 160 to 4096."""
    crop_scale: float = 1.15
    """Side of the square crop / longer side of the face's box, 1 to 3; the embedded checkpoint was trained at 1.15."""
    batch: int = 16
    """Crops classified at once, 1 to 256; short batches are padded, so that results do not depend on the neighbours."""
    reuse_equal_crops: bool = True
    """Reuse the logits of a face that looks the same on the previous sampled frame, see faces.crop_reuse."""
    level_faces: bool = True
    """Turn crops of tilted heads upright before they are read, see faces.levelling."""
    keep_pictures: bool = True
    """Store a small picture of each sampled frame. False stores numbers only, from which no face can be drawn."""
    reuse_faces: bool = False
    """Take over the faces of frames that an analysed cut has too, see scan.reuse. Off unless asked for: what a scan
    gives then depends on nothing else in the library."""
    people: bool = False
    """Store an embedding of each face, by which people are told apart: biometric data, see faces.embedding. Never of
    viewers, and not without pictures."""
    track: int | None = None
    """Number of the video track to read, 1 to 64; None for the one that players show, see media.video_tracks."""
    engine: EngineName = "default"
    checkpoint: str | None = None
    """A folder, or a hub id that is on this disk; None for the reference model if it is, else the embedded one."""

    def __post_init__(self) -> None:
        _check_range("samples_per_second", self.samples_per_second, Fraction(1, 100), 60)
        _check_range("min_scene_samples", self.min_scene_samples, 0, 20)
        _check_range("min_face_px", self.min_face_px, 16, 1024)
        _check_range("detection_width", self.detection_width, 160, 4096)
        _check_range("crop_scale", self.crop_scale, 1, 3)
        _check_range("batch", self.batch, 1, 256)
        if self.people and not self.keep_pictures:
            raise SettingsError(
                "People cannot be told apart where no pictures are kept: embeddings of faces identify them as well.",
                "Keep pictures, or leave people off.",
            )
        if self.track is not None:
            _check_range("track", self.track, 1, limits.STREAMS)
        _check_choice("engine", self.engine, ENGINES)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSettings:
    """How an analysis is computed from a scan's observations."""

    shots: ShotSettings = field(default_factory=ShotSettings)
    scenes_are: ScenesAre = "shots"
    """"shots": each shot is a scene. "groups": shots that return to the same place form one; never of a cut list."""
    scene_window: float = 30.0
    """Seconds, 1 to 600, within which a shot that returns to a group's place joins it."""
    scene_similarity: float = 0.75
    """Least similarity of two shots of the same place, 0 (any picture) to 1 (the same picture)."""
    min_face_score: float = 0.7
    """Least detector score of a usable face, 0 to 1."""
    face_limits: FaceLimits = field(default_factory=FaceLimits)
    """How a usable face may be turned, sharp and lit."""
    coverage_floor: float = 0.25
    """Least share, 0 to 1, of a scene's sampled frames with a usable face; below it there is no dominant expression."""
    mixed_floor: float = 0.4
    """Least share, 0 to 1, of a dominant expression that is called clear; see analysis.readings.certainty."""
    confidence: float = 0.90
    """Confidence level of the bootstrap interval, 0.5 to 0.99."""
    resamples: int = 1000
    """Bootstrap resamples, 100 to 100,000."""
    temperature: float | None = None
    """Divisor of the logits before the softmax, 0.05 to 20; None for the checkpoint's calibrated one, else 1."""
    faces_weigh: FacesWeigh = "faces"
    """What a scene's shares are a mean of; see analysis.scene_statistics. "faces": each usable face by its score and
    size. "screen time": each track by its time on screen. "tracks": each track the same."""
    corrections: Corrections = field(default_factory=Corrections)
    """The editor's corrections of the scenes."""
    faces: FaceCorrections = field(default_factory=FaceCorrections)
    """The editor's corrections of the faces."""
    annotations: Annotations = field(default_factory=Annotations)
    """The editor's notes and targets, on which no number depends."""

    @property
    def of_numbers(self) -> ReportSettings:
        """The settings on which the numbers of a report depend."""
        return replace(self, annotations=Annotations()) if self.annotations else self

    def __post_init__(self) -> None:
        _check_choice("scenes_are", self.scenes_are, get_args(ScenesAre))
        _check_choice("faces_weigh", self.faces_weigh, get_args(FacesWeigh))
        _check_range("scene_window", self.scene_window, 1, 600)
        _check_range("scene_similarity", self.scene_similarity, 0, 1)
        _check_range("min_face_score", self.min_face_score, 0, 1)
        _check_range("coverage_floor", self.coverage_floor, 0, 1)
        _check_range("mixed_floor", self.mixed_floor, 0, 1)
        _check_range("confidence", self.confidence, 0.5, 0.99)
        _check_range("resamples", self.resamples, 100, 100_000)
        if self.temperature is not None:
            _check_range("temperature", self.temperature, *TEMPERATURE_RANGE)


_OMITTED = (
    ("cut_notes", ()),
    ("cut_sources", ()),
    ("people", False),
    ("reuse_faces", False),
    ("mixed_floor", 0.4),
    ("level_faces", False),
    ("faces_weigh", "faces"),
    *((name, None) for name in FaceLimits.__dataclass_fields__),
    ("face_limits", {}),
    ("faces", face_corrections.to_json(FaceCorrections())),
    ("annotations", {"notes": (), "targets": ()}),
)
"""Fields of JSON that digests are older than, with the defaults at which they are omitted."""


def to_json(settings: ScanSettings | ReportSettings | ShotSettings) -> dict[str, Any]:
    """The settings as JSON types, fractions as "n/d"; without the _OMITTED fields."""
    written = settings.annotations if isinstance(settings, ReportSettings) else Annotations()
    rest = settings.of_numbers if isinstance(settings, ReportSettings) else settings
    data = asdict(rest, dict_factory=lambda pairs: {k: v for k, v in pairs if (k, v) not in _OMITTED})
    if written:  # apart: asdict would copy every field of thousands of targets
        data["annotations"] = {"notes": written.notes, "targets": written.targets}
    return {k: str(v) if isinstance(v, Fraction) else v for k, v in data.items()}


def scan_from_json(data: dict[str, Any]) -> ScanSettings:
    """Settings from their stored form; those without reuse_equal_crops or level_faces are older, when every crop was
    read, and as it was.
    """
    rate = parsing.parse_fraction(data["samples_per_second"], "samples_per_second")
    return ScanSettings(**{"reuse_equal_crops": False, "level_faces": False, **data, "samples_per_second": rate})


def report_from_json(data: dict[str, Any]) -> ReportSettings:
    """Settings from their stored form; those older than corrections or annotations have none."""
    corrected = corrections.from_json(data["corrections"]) if "corrections" in data else Corrections()
    faces = face_corrections.from_json(data["faces"]) if "faces" in data else FaceCorrections()
    written = Annotations.from_json(data["annotations"]) if "annotations" in data else Annotations()
    entered = {"corrections": corrected, "faces": faces, "annotations": written}
    parts = {"shots": shots_from_json(data["shots"]), "face_limits": FaceLimits(**data.get("face_limits", {}))}
    return ReportSettings(**{**data, **entered, **parts})


def shots_from_json(data: dict[str, Any]) -> ShotSettings:
    """Settings from their stored form; those of earlier versions have no cut_notes or no cut_sources."""
    cuts = tuple((parsing.parse_int(frame, "A cut"), str(name)) for frame, name in data["cuts"])
    sources = tuple(
        (*(parsing.parse_int(at, "A cut's source") for at in (first, last)), str(source),
         *(parsing.parse_int(at, "A cut's source") for at in places))
        for first, last, source, *places in data.get("cut_sources", ())
    )  # fmt: skip
    notes = tuple(map(str, data.get("cut_notes", ())))
    return ShotSettings(**{**data, "cuts": cuts, "cut_notes": notes, "cut_sources": sources})


def digest(settings: ScanSettings | ReportSettings | ShotSettings) -> str:
    """A 16-digit hex key of the settings: the start of the SHA-256 of their JSON."""
    return _digest(_Same(settings))


class _Same:
    """Settings by identity. Equal ones may have different digests: 1 and 1.0 are two texts of JSON."""

    def __init__(self, settings: ScanSettings | ReportSettings | ShotSettings) -> None:
        self.settings = settings

    def __hash__(self) -> int:
        return id(self.settings)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.settings is other.settings


@lru_cache(maxsize=64)
def _digest(same: _Same) -> str:
    """Kept, as a page asks for it twenty times a run, and a cut list of 2,000 scenes takes 20 milliseconds."""
    text = json.dumps(to_json(same.settings), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _check_range(name: str, value: float | Fraction, low: float | Fraction, high: float) -> None:
    if not low <= value <= high:
        raise SettingsError(f"{name} was {parsing.quote(value)}.", f"It goes from {low} to {high}.")


def _check_choice(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise SettingsError(f"{name} was {parsing.quote(value)}.", f"Choose one of {', '.join(allowed)}.")


RECOMMENDED = FaceLimits(max_yaw=50, max_misfit=0.12, min_sharpness=0.1, min_brightness=25, max_clipped=60)
"""What they rest on is in docs/how-to-read-the-report.md; `python -m tests.benchmarks.readable_faces` measures it."""
FOR_NEW_FILMS = ReportSettings(face_limits=RECOMMENDED)
"""The settings of a film whose report nobody has changed. Stored ones without limits of faces have none."""
