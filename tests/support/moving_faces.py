"""Scans of faces that move, written by hand: whose each face is, is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from emotion_core.faces import APPEARANCE_LENGTH
from emotion_core.observations import Observations
from emotion_core.scenes import Shot
from emotion_core.timecode import Span
from tests.support.scans import PAL, logits_of, observations

STEP = 12
"""Frames from one sampled frame to the next."""

Path = Callable[[int], tuple[float, float, float] | None]
"""Middle x, middle y and side of a face on the nth sampled frame, pixels of 320 x 240; None where it is not seen."""


@dataclass(frozen=True, slots=True)
class Moving:
    """A person."""

    name: str
    path: Path
    colour: int | None = 0
    """Persons with the same have the same appearance; None for none, as in older scans."""
    happy: float = 0.5
    score: float = 0.9


def steady(x: float, y: float = 120.0, side: float = 40.0, seen: Sequence[int] | range | None = None) -> Path:
    """A face that stays, on the sampled frames that are `seen`."""
    return lambda n: (x, y, side) if seen is None or n in seen else None


def walking(x: float, a_step: float, y: float = 120.0, side: float = 40.0) -> Path:
    """A face that goes so many pixels from one sampled frame to the next."""
    return lambda n: (x + a_step * n, y, side)


def scan_of(people: Sequence[Moving], samples: int, frames: int | None = None) -> tuple[Observations, list[str]]:
    """A scan of these people on so many sampled frames, and whose each face is."""
    looks, whose = {}, []
    colours = []
    for n in range(samples):
        seen = [(place, person) for person in people if (place := person.path(n)) is not None]
        seen.sort(key=lambda entry: entry[0][0])
        looks[n * STEP] = [
            ((x - side / 2, y - side / 2, side, side), person.score, logits_of(happy=person.happy))
            for (x, y, side), person in seen
        ]
        whose += [person.name for _, person in seen]
        colours += [person.colour for _, person in seen]
    scan = observations(looks, frames=frames or samples * STEP)
    faces = tuple(
        replace(face, appearance=_appearance(colour, face.id)) for face, colour in zip(scan.faces, colours, strict=True)
    )
    return replace(scan, faces=faces), whose


def shots_between(scan: Observations, *cuts: int) -> tuple[Shot, ...]:
    """The shots of a scan between these frames."""
    return tuple(Shot(a, b, Span(a / PAL, b / PAL)) for a, b in pairwise([0, *cuts, scan.frames]))


def tracks_found(tracks: Sequence[Sequence[int]], faces: int) -> list[int]:
    """For each face the index of its track."""
    of = {face: i for i, track in enumerate(tracks) for face in track}
    return [of[face] for face in range(faces)]


def _appearance(colour: int | None, seed: int) -> bytes:
    """Colour counts about those of a colour."""
    if colour is None:
        return b""
    rng, noise = np.random.default_rng(colour + 7), np.random.default_rng(seed)
    shares = np.concatenate([rng.dirichlet(np.full(APPEARANCE_LENGTH // 2, 0.3)) for _ in range(2)])
    roots = np.clip(np.sqrt(shares) + noise.normal(0, 0.01, APPEARANCE_LENGTH), 0, 1)
    return bytes((roots * 255).round().astype(np.uint8))
