"""The seams of a range, as its reader leaves them for the join: what it could not know, and what it carries on.

A range is read from the keyframe before it on, without the frames before. Three things cross a seam:

* The cut detectors' numbers of a frame depend on the frame before (scenes.LOOKBACK). A reader goes on for PROVEN frames
  after its range and leaves their numbers; the next range's first frame takes from them what it lacks. The others must
  be equal: that proves that both readers decoded the same pictures.
* A face that looks the same as on the sampled frame before is not read again (faces.crop_reuse). A reader takes the
  faces of its first sampled frame for new ones, and leaves their crops: the join compares them with those that the
  range before carries on.
* Which frames are sampled, their times and numbers. The plan says them, and every reader compares.

The numbers of damaged frames cross a seam, too: a reader gives a damaged range up.

A seam's crops are as large as those that a store keeps of faces at the ends of its segments, and travel with the film
itself, also for a scan that keeps no pictures. The join stores none of them there.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ...faces import SIDE, CropReading
from ...media import Media
from ...observations import CheckpointIdentity, EngineIdentity, Scores
from ...scenes import FrameScore, pack_scores
from ...settings import ScanSettings, to_json
from ...storage import hashed_json

FILE = "seam.json"
"""Name of the file in a range's folder; it is written last."""
PROVEN = 4
"""Frames after a range whose numbers its reader leaves for the next range."""


@dataclass(frozen=True, slots=True, eq=False)
class Seam:
    """What a range's reader leaves beside the segment's files."""

    plan: str
    """RangePlan.key of the plan that was read by."""
    number: int
    """The range's."""
    settings: str
    """settings_key of the settings that were read with."""
    digest: str
    """SHA-256 of the segment's numbers, hex."""
    checkpoint: CheckpointIdentity
    engine: EngineIdentity
    following: Scores
    """Of the frames after the range, PROVEN at most, none after the last range."""
    first_faces: tuple[CropReading, ...]
    """The faces of the first sampled frame, with their crops as they are compared; none if the settings do not ask for
    the reuse of crops."""
    media: Media | None
    """The film's facts when it was read to its end: of the last range alone."""

    def write(self, folder: Path) -> None:
        """Write FILE. Raises DiskFull or LibraryError."""
        hashed_json.write(folder / FILE, self.to_json())

    @classmethod
    def read(cls, folder: Path) -> Seam:
        """Raises OSError, and LookupError, TypeError or ValueError where the file is damaged."""
        return cls.from_json(hashed_json.read(folder / FILE, allow_unhashed=False))

    def to_json(self) -> dict[str, Any]:
        return {
            "plan": self.plan,
            "number": self.number,
            "settings": self.settings,
            "digest": self.digest,
            "checkpoint": asdict(self.checkpoint),
            "engine": asdict(self.engine),
            "following": _scores_to_json(self.following),
            "first_faces": [
                {"frame": face.frame, "box": list(face.box), "crop": _text(face.picture.tobytes())}
                for face in self.first_faces
            ],
            "media": None if self.media is None else self.media.to_json(),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Seam:
        return cls(
            plan=data["plan"],
            number=data["number"],
            settings=data["settings"],
            digest=data["digest"],
            checkpoint=CheckpointIdentity.from_json(data["checkpoint"]),
            engine=EngineIdentity(**data["engine"]),
            following=_scores_from_json(data["following"]),
            first_faces=tuple(
                CropReading(
                    face["frame"],
                    tuple(face["box"]),
                    np.frombuffer(_bytes(face["crop"]), dtype=np.uint8).reshape(SIDE, SIDE, 3),
                )
                for face in data["first_faces"]
            ),
            media=None if data["media"] is None else Media.from_json(data["media"]),
        )


def settings_key(settings: ScanSettings) -> str:
    """SHA-256, hex, of the settings that decide what a range holds; which engine that is, Seam.engine says."""
    text = json.dumps(to_json(replace(settings, engine="default")), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _scores_to_json(scores: Scores) -> list[dict[str, Any]]:
    return [
        {
            "ticks": int(scores.pts[row]),
            "stamp": int(scores.stamp[row]),
            **{name: float(getattr(scores, name)[row]) for name in _METRICS},
            "layout": _text(scores.layout[row].tobytes()),
        }
        for row in range(len(scores))
    ]


_METRICS = ("content", "brightness", "histogram", "hash")


def _scores_from_json(rows: Sequence[dict[str, Any]]) -> Scores:
    scores = [
        FrameScore(
            **{name: row[name] for name in _METRICS}, layout=np.frombuffer(_bytes(row["layout"]), dtype=np.uint8)
        )
        for row in rows
    ]
    return pack_scores([row["ticks"] for row in rows], scores, [row["stamp"] for row in rows])


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
