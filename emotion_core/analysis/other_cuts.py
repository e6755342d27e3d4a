"""What of a scan was taken over from analyses of other cuts, film by film."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from ..observations import Observations


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What was taken over from one film."""

    name: str
    content_id: str
    """SHA-256 of its file, hex."""
    frames: int
    """Sampled frames that are its frames too, and were looked at there."""
    faces: int
    """Faces on them."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def taken_over(observations: Observations) -> tuple[TakenOver, ...]:
    """What was taken over, in the order in which the films are met."""
    origins = {sample.frame: sample.origin for sample in observations.samples if sample.origin is not None}
    if not origins:
        return ()
    frames = Counter((origin.name, origin.film) for origin in origins.values())
    found = (origins.get(face.sample_frame) for face in observations.faces)
    faces = Counter((origin.name, origin.film) for origin in found if origin is not None)
    return tuple(TakenOver(*film, count, faces[film]) for film, count in frames.items())


def taken_over_notes(observations: Observations) -> list[str]:
    """A sentence a film."""
    faces, samples = len(observations.faces), len(observations.samples)
    return [
        f"{film.faces:,} of {faces:,} faces, on {film.frames:,} of {samples:,} sampled frames, were not read again: "
        f"these frames are in {film.name} too (SHA-256 {film.content_id[:12]}), and were read there."
        for film in taken_over(observations)
    ]
