"""Scans written by hand: input of pure functions, without a film."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from emotion_core.analysis import FrameSums
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.media import Media
from emotion_core.observations import (
    LAYOUT,
    CheckpointIdentity,
    EngineIdentity,
    Expression,
    Face,
    Observations,
    Sample,
    Scores,
    Thumbnail,
)
from emotion_core.settings import ReportSettings, ScanSettings, ShotSettings
from emotion_core.storage import hashed_json

PAL = Fraction(25)

Box = tuple[float, float, float, float]

Look = tuple[Box, float, Sequence[float]]
"""A face on a sampled frame: box, detector score, logits."""

CHECKPOINT = CheckpointIdentity("test-faces", "folder", "", "ab" * 32, REFERENCE_LABELS, "TestNet")
ENGINE = EngineIdentity("torch", "fp32", "torch 0", 2, "named")


def media(**facts: Any) -> Media:
    """A plain 320 x 240 film at 25 frames a second, but for `facts`."""
    plain: dict[str, Any] = {
        "content_id": "c0" * 32,
        "rate": PAL,
        "start_frame": 0,
        "drop_frame": False,
        "duration": Fraction(4),
        "frames_from_header": None,
        "width": 320,
        "height": 240,
        "pixel_aspect": Fraction(1),
        "rotation": 0,
        "field_order": "progressive",
        "transfer": "",
        "is_vfr": False,
        "time_base": Fraction(1, 1000),
        "first_pts": 0,
        "codec": "h264",
    }
    return Media(**{**plain, **facts})


def even_scores(frames: int, rate: Fraction = PAL, time_base: Fraction = Fraction(1, 1000)) -> Scores:
    """Frames at an even rate on which no detector finds anything."""
    pts = np.array([round(i / rate / time_base) for i in range(frames)], dtype=np.int64)
    calm = np.zeros(frames)
    layout = np.full((frames, LAYOUT[0] * LAYOUT[1]), 128, dtype=np.uint8)
    return Scores(pts, calm, calm + 128.0, calm + 1.0, calm, layout)


def observations(
    looks: Mapping[int, Iterable[Look]],
    *,
    frames: int = 100,
    too_small: Mapping[int, int] | None = None,
    labels: tuple[str, ...] = REFERENCE_LABELS,
    film: Media | None = None,
    checkpoint: CheckpointIdentity | None = None,
    min_scene_samples: int = 0,
    filled: Sequence[int] = (),
    damaged_frames: int = 0,
) -> Observations:
    """A scan whose sampled frames are the keys of `looks`, each with its faces."""
    film = film or media(duration=frames / PAL)
    scores = even_scores(frames, film.rate, film.time_base)
    faces: list[Face] = []
    expressions: list[Expression] = []
    samples = []
    for frame in sorted(looks):
        pts = int(scores.pts[frame]) * film.time_base
        samples.append(
            Sample(frame, pts, 0, Thumbnail(0, 0, 0), (too_small or {}).get(frame, 0), filled=frame in filled)
        )
        for box, score, logits in looks[frame]:
            expressions.append(Expression(len(faces), tuple(logits)))
            faces.append(Face(len(faces), frame, box, (0.0,) * 10, score))
    if checkpoint is None:
        checkpoint = CheckpointIdentity("test-faces", "folder", "", "ab" * 32, labels, "TestNet")
    return Observations(
        media=film,
        scan_settings=ScanSettings(min_scene_samples=min_scene_samples),
        checkpoint=checkpoint,
        engine=ENGINE,
        scores=scores,
        samples=tuple(samples),
        faces=tuple(faces),
        expressions=tuple(expressions),
        damaged_frames=damaged_frames,
    )


def by_cuts(*cuts: int | tuple[int, str], **more: Any) -> ReportSettings:
    """Report settings with scenes that begin at these frames."""
    named = tuple(cut if isinstance(cut, tuple) else (cut, "") for cut in cuts)
    return ReportSettings(shots=ShotSettings(detector="cuts", cuts=named), **more)


def logits_of(**chances: float) -> tuple[float, ...]:
    """Logits of the reference labels whose softmax gives these chances; the rest share what is left."""
    left = (1.0 - sum(chances.values())) / (len(REFERENCE_LABELS) - len(chances))
    return tuple(float(np.log(chances.get(label, left))) for label in REFERENCE_LABELS)


def as_layout(store: Path, layout: int, *, without: Iterable[str] = ()) -> None:
    """Make the finished scan in a folder one of layout 5 or before: without the arrays `without`, without hashes of its
    JSON files, and with those of its segments in the seal.
    """
    hashes = []
    for path in sorted((store / "segments").glob("*.npz")):
        with np.load(path) as archive:
            arrays = {name: array for name, array in archive.items() if name not in without}
        np.savez(path, **arrays)
        hashes.append(hashlib.sha256(path.read_bytes()).hexdigest())
    for name, changed in (("scan.json", {"format": layout}), ("sealed.json", {"hashes": hashes})):
        note = hashed_json.read(store / name)
        note.pop("scan", None)
        (store / name).write_text(json.dumps({**note, **changed}))


def sums_of(weights: list[float], first_label: list[float], scenes: list[int] | None = None) -> FrameSums:
    """A frame a second with a face of this weight, whose probability of the first of two labels is given."""
    w, p = np.array(weights), np.array(first_label)
    return FrameSums(
        np.arange(len(w), dtype=float),
        np.array(scenes or [0] * len(w)),
        (w > 0).astype(np.int64),
        w,
        np.stack([w * p, w * (1 - p)], axis=1),
    )
