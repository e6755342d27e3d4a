"""The record of a track, and a face's place on its frame."""

from __future__ import annotations

from dataclasses import dataclass

from ..face_corrections import PLACES, FaceAnchor
from ..observations import Face, Observations

_DIGITS = 4
"""Decimals of an anchor's place: a ten-thousandth of the picture."""


@dataclass(frozen=True, slots=True)
class Track:
    """The faces of one person within one shot."""

    shot: int
    """Index of the shot, from 0, among those that the tracks were made for."""
    faces: tuple[int, ...]
    """Indices into Observations.faces, ascending by sampled frame, at most one a frame."""
    anchor: FaceAnchor
    """Its first face."""
    name: str | None = None
    """The person, as the editor named it."""
    left_out: bool = False
    """Whether the editor left it out: its faces do not count."""


def anchor_of(observations: Observations, face: Face) -> FaceAnchor:
    """The anchor of a face: the middle of its box, rounded."""
    media = observations.media_at(face.sample_frame)
    left, top, width, height = face.box
    low, high = PLACES
    x, y = (left + width / 2) / media.display_width, (top + height / 2) / media.display_height
    return FaceAnchor(face.sample_frame, round(min(max(x, low), high), _DIGITS), round(min(max(y, low), high), _DIGITS))
