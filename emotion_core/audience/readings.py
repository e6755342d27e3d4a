"""What the faces of a live viewer showed, as it was read: numbers only, and their file.

The file is NumPy's npz followed by the SHA-256 of its bytes; readers of ZIP archives ignore it.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from ..observations import CheckpointIdentity, EngineIdentity
from ..storage import ChangedError
from .records import Floats

FORMAT = 1
"""Version of the file; one of a later version is refused."""
_DIGEST = hashlib.sha256().digest_size


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """Readings in the order in which they were taken: one row a picture that was read.

    The film's time may jump back (the viewer saw a part again) or stand still (the player paused).
    """

    labels: tuple[str, ...]
    seconds: Floats
    """(n,) the player's media time, seconds of the film, when the picture was taken."""
    probabilities: Floats
    """(n, labels), rows sum to 1; NaN where no face was usable."""
    taken_at: Floats
    """(n,) seconds since 1970 by this machine's clock, when the picture was taken; ascending."""
    checkpoint: CheckpointIdentity | None = None
    """What read the faces; None of synthetic readings."""
    engine: EngineIdentity | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    """What else a reader of the numbers must know, in words: the temperature, how many pictures were dropped."""

    def __post_init__(self) -> None:
        count = len(self.seconds)
        if self.probabilities.shape != (count, len(self.labels)) or self.taken_at.shape != (count,):
            raise ValueError(f"{self.probabilities.shape} probabilities, {self.taken_at.shape} times for {count} rows.")
        if not (np.isfinite(self.seconds).all() and np.isfinite(self.taken_at).all()):
            raise ValueError("A time of a reading is no number.")

    @property
    def usable(self) -> int:
        """Readings with a usable face."""
        return int((~np.isnan(self.probabilities).any(axis=1)).sum())

    def to_bytes(self) -> bytes:
        """The file of the self."""
        about = {
            "format": FORMAT,
            "labels": self.labels,
            "checkpoint": None if self.checkpoint is None else asdict(self.checkpoint),
            "engine": None if self.engine is None else asdict(self.engine),
            "facts": dict(self.facts),
        }
        buffer = io.BytesIO()
        np.savez(
            buffer,
            about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
            seconds=self.seconds.astype(np.float64),
            probabilities=self.probabilities.astype(np.float32),
            taken_at=self.taken_at.astype(np.float64),
        )
        content = buffer.getvalue()
        return content + hashlib.sha256(content).digest()

    @classmethod
    def from_bytes(cls, content: bytes) -> Readings:
        """The readings in a file's bytes.

        Raises ValueError if they are not those that were written, or of a later version.
        """
        whole, digest = content[:-_DIGEST], content[-_DIGEST:]
        if hashlib.sha256(whole).digest() != digest:
            raise ChangedError("its bytes are not those that were written")
        with np.load(io.BytesIO(whole), allow_pickle=False) as arrays:
            about: dict[str, Any] = json.loads(arrays["about"].tobytes())
            if about["format"] > FORMAT:
                raise ValueError("it was written by a later version")
            return cls(
                labels=tuple(about["labels"]),
                seconds=arrays["seconds"],
                probabilities=arrays["probabilities"].astype(np.float64),
                taken_at=arrays["taken_at"],
                checkpoint=_checkpoint(about["checkpoint"]),
                engine=None if about["engine"] is None else EngineIdentity(**about["engine"]),
                facts=about["facts"],
            )


def _checkpoint(data: dict[str, Any] | None) -> CheckpointIdentity | None:
    return None if data is None else CheckpointIdentity.from_json(data)
