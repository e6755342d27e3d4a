"""What of a film could not be read: a pure function of what was observed."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ..media.media import Media
from ..timecode import clock
from .observations import Observations

ADVICE = "Copy or export it again."

_EVEN = 0.98
"""Share of the steps from frame to frame that are alike in a film of constant rate …"""
_ALIKE = 0.1
"""… by no more than this share of the usual one."""
_GAP = 6
"""In such a film a step of so many usual ones or more is a hole. Cameras drop a frame or two."""
_FEWEST = 12
"""With fewer frames nothing is usual."""


@dataclass(frozen=True, slots=True)
class Damage:
    """Of a film that is damaged, what is missing."""

    read_until: Fraction
    """Seconds: the end of the last frame that could be read."""
    whole_until: Fraction | None
    """Seconds up to which no frame is missing or spoilt; None where an older analysis does not say."""
    claimed: Fraction | None
    """Seconds that the film says it lasts, where it could not be read so far; None where it was read to its end."""
    frames: int
    """Before `read_until`, how many could not be decoded, or only in part."""

    @property
    def told(self) -> str:
        """What a reader must know first: one or two sentences and what to do."""
        said = []
        if self.claimed is not None:
            of = f" of {clock(self.claimed)}" if self.claimed > self.read_until else ""
            said.append(f"only the first {clock(self.read_until)}{of} could be read")
        if self.frames:
            frames = "1 frame" if self.frames == 1 else f"{self.frames:,} frames"
            where = "" if self.whole_until is None else f", the first about {clock(self.whole_until)} into the film"
            said.append(f"{frames} could not be decoded, or only in part{where}")
        return f"Damaged: {'; '.join(said)}. {ADVICE}"

    def to_json(self) -> dict[str, float | int | None]:
        """JSON types; seconds rounded to 6 decimals."""
        return {
            "read_until": _rounded(self.read_until),
            "whole_until": _rounded(self.whole_until),
            "claimed": _rounded(self.claimed),
            "frames": self.frames,
        }


def of(seen: Observations) -> Damage | None:
    """The damage of the film that was `seen`, or None if it is whole, as far as can be told."""
    return told_by(seen.media, seen.scores.pts, seen.damaged_frames, seen.damaged_from, seen.claimed)


def told_by(
    media: Media, pts: NDArray[np.int64], damaged: int, damaged_from: Fraction | None, claimed: Fraction | None
) -> Damage | None:
    """The damage of a film that was read, with its frames' times in ticks and the rest as Observations has it."""
    lost, gap = holes(pts, media.time_base)
    if not damaged and claimed is None and len(pts) >= (media.frames_from_header or 0):
        lost, gap = 0, None  # nothing says that there was something to be decoded
    places = [place for place in (damaged_from, gap) if place is not None]
    frames = max(damaged, lost, 0 if claimed is not None else _fewer_than_said(media, len(pts)))
    if claimed is None and not frames:
        return None
    end = media.duration
    first = min(places, default=None if frames else end)
    return Damage(end, None if first is None else min(first, end), claimed, frames)


def holes(pts: NDArray[np.int64], time_base: Fraction) -> tuple[int, Fraction | None]:
    """For how many frames' time a film of constant rate shows none, and where first, seconds; None where nowhere."""
    if len(pts) < _FEWEST:
        return 0, None
    steps = np.diff(pts)
    usual = float(np.median(steps))
    alike = np.abs(steps - usual) <= max(1.0, usual * _ALIKE)
    holes = np.flatnonzero(steps >= _GAP * usual)
    if not len(holes) or usual <= 0 or (~alike).sum() - len(holes) > (1 - _EVEN) * len(steps):
        return 0, None
    lost = int(sum(round(float(step) / usual) - 1 for step in steps[holes]))
    return lost, (int(pts[holes[0]]) + Fraction(round(usual))) * time_base


def _fewer_than_said(media: Media, frames: int) -> int:
    """Frames that a film read to its end lacks of those that its header counts, but for the few of an edit list."""
    said = media.frames_from_header
    if not said:
        return 0
    lost = min(said, round(media.duration * media.rate)) - frames
    return lost if lost > max(8, said // 50) else 0


def _rounded(seconds: Fraction | None) -> float | None:
    return None if seconds is None else round(float(seconds), 6)
