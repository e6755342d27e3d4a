"""What a user may set: ScanSettings (another value needs a new scan) and ReportSettings (never does)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any, Literal, get_args

from . import bounded, corrections as stored, limits
from .corrections import Corrections
from .errors import SettingsError

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
"""PySceneDetect's own defaults, each in its detector's unit; of the combined one the strength that all its kinds of cut
have in common."""


TEMPERATURES = (0.05, 20.0)
"""No temperature lies outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShotSettings:
    """How cuts are decided from the stored scores."""

    detector: Detector = "combined"
    """This project's (hard cuts, fades, dissolves), one of PySceneDetect's, or "cuts" for a cut list by hand."""
    threshold: float | None = None
    """In the detector's unit; None for its default."""
    min_scene_frames: int = 15
    """No detected scene is shorter, frames (PySceneDetect's default); a cut list may go below."""
    held_seconds: float = 1.2
    """A black or white picture or a title card that the combined detector sees held so long is a scene of its own, else
    the cut lies within it; 0.2 to 600 seconds."""
    cuts: tuple[tuple[int, str], ...] = ()
    """For detector "cuts": (first frame of a scene, its name), ascending; frame 0 may be left out."""
    cut_notes: tuple[str, ...] = ()
    """What was taken for granted when the cut list was read, a sentence each; the report tells it."""

    def __post_init__(self) -> None:
        _choice("detector", self.detector, DETECTORS)
        if self.threshold is not None:
            _within("threshold", self.threshold, 0, 255)
        _within("min_scene_frames", self.min_scene_frames, 1, 100_000)
        _within("held_seconds", self.held_seconds, 0.2, 600)
        frames = [frame for frame, _ in self.cuts]
        if frames != sorted(set(frames)) or (frames and frames[0] < 0):
            raise SettingsError("Cuts must ascend from frame 0 and not repeat.", "Sort the cut list.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSettings:
    """What a scan looks at and with which model."""

    samples_per_second: Fraction = Fraction(2)
    """Sampled frames a second of film, above 0 to 60."""
    min_scene_samples: int = 3
    """Scenes shorter than the grid reaches are filled up to so many sampled frames, 0 to 20."""
    min_face_px: int = 32
    """A face whose box has a shorter side (display pixels) is counted as too small and not classified, 16 to 1024."""
    detection_width: int = 640
    """Wider frames are scaled to this to look for faces, or to what min_face_px needs; pixels, 160 to 4096."""
    crop_scale: float = 1.15
    """Side of the square crop / longer side of the face's box, 1 to 3; the embedded checkpoint was trained at 1.15."""
    batch: int = 16
    """Crops classified at once; short batches are padded, so a number never hangs on its neighbours. 1 to 256."""
    reuse_equal_crops: bool = True
    """A face that looks the same on the sampled frame before (see crop_reuse) is not read again."""
    keep_pictures: bool = True
    """A small picture of each sampled frame is kept. False: numbers only, and no face can be drawn from them."""
    track: int | None = None
    """Number of the video track that is read, 1 to 64; None for the one that players show. See video_tracks."""
    engine: EngineName = "default"
    checkpoint: str | None = None
    """A hub id on this disk or a folder; None for the reference model if it is here, else the embedded one."""

    def __post_init__(self) -> None:
        _within("samples_per_second", self.samples_per_second, Fraction(1, 100), 60)
        _within("min_scene_samples", self.min_scene_samples, 0, 20)
        _within("min_face_px", self.min_face_px, 16, 1024)
        _within("detection_width", self.detection_width, 160, 4096)
        _within("crop_scale", self.crop_scale, 1, 3)
        _within("batch", self.batch, 1, 256)
        if self.track is not None:
            _within("track", self.track, 1, limits.STREAMS)
        _choice("engine", self.engine, ENGINES)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSettings:
    """How a report is made from what a scan observed."""

    shots: ShotSettings = field(default_factory=ShotSettings)
    scenes_are: ScenesAre = "shots"
    """Each shot a scene, or neighbouring shots that return to the same place grouped; a cut list by hand never is."""
    scene_window: float = 30.0
    """A shot belongs to a group whose place it returns to within so many seconds, 1 to 600."""
    scene_similarity: float = 0.75
    """How alike two shots of the same place are at least, 0 (everything) to 1 (the same picture)."""
    min_face_score: float = 0.7
    """Faces below this detector score (0 to 1) are not usable."""
    coverage_floor: float = 0.25
    """Below this share of sampled frames with a usable face, a scene has no dominant expression. 0 to 1."""
    confidence: float = 0.90
    """Width of the bootstrap interval, 0.5 to 0.99."""
    resamples: int = 1000
    """Bootstrap resamples, 100 to 100,000."""
    temperature: float | None = None
    """Logits are divided by it before the softmax, 0.05 to 20; None for the checkpoint's calibrated one, else 1."""
    corrections: Corrections = field(default_factory=Corrections)
    """What the editor corrected of the scenes."""

    def __post_init__(self) -> None:
        _choice("scenes_are", self.scenes_are, get_args(ScenesAre))
        _within("scene_window", self.scene_window, 1, 600)
        _within("scene_similarity", self.scene_similarity, 0, 1)
        _within("min_face_score", self.min_face_score, 0, 1)
        _within("coverage_floor", self.coverage_floor, 0, 1)
        _within("confidence", self.confidence, 0.5, 0.99)
        _within("resamples", self.resamples, 100, 100_000)
        if self.temperature is not None:
            _within("temperature", self.temperature, *TEMPERATURES)


def to_json(settings: ScanSettings | ReportSettings | ShotSettings) -> dict[str, Any]:
    """The settings as JSON types; fractions as "n/d". Notes only where there are any, so that digests stay the same."""
    kept = asdict(settings, dict_factory=lambda pairs: {k: v for k, v in pairs if (k, v) != ("cut_notes", ())})
    return {k: str(v) if isinstance(v, Fraction) else v for k, v in kept.items()}


def scan_from_json(data: dict[str, Any]) -> ScanSettings:
    """What was stored; before there was a choice every crop was read, and pictures were kept."""
    sampled = bounded.fraction(data["samples_per_second"], "samples_per_second")
    return ScanSettings(**{"reuse_equal_crops": False, **data, "samples_per_second": sampled})


def report_from_json(data: dict[str, Any]) -> ReportSettings:
    """What was stored; rows from before there were corrections have none."""
    made = stored.from_json(data["corrections"]) if "corrections" in data else Corrections()
    return ReportSettings(**{**data, "shots": shots_from_json(data["shots"]), "corrections": made})


def shots_from_json(data: dict[str, Any]) -> ShotSettings:
    """What was stored; lists read by earlier versions have no notes."""
    cuts = tuple((bounded.whole(frame, "A cut"), str(name)) for frame, name in data["cuts"])
    return ShotSettings(**{**data, "cuts": cuts, "cut_notes": tuple(map(str, data.get("cut_notes", ())))})


def digest(settings: ScanSettings | ReportSettings | ShotSettings) -> str:
    """Sixteen hex digits that name these settings."""
    text = json.dumps(to_json(settings), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _within(name: str, value: float | Fraction, low: float | Fraction, high: float) -> None:
    if not low <= value <= high:
        raise SettingsError(f"{name} was {bounded.shown(value)}.", f"It goes from {low} to {high}.")


def _choice(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise SettingsError(f"{name} was {bounded.shown(value)}.", f"Choose one of {', '.join(allowed)}.")
