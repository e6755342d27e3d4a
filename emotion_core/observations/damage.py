"""The damage of a film: a pure function of what a scan observed."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ..formatting import hms
from ..media import Media
from .observations import Observations

ADVICE = "Copy or export it again."

_EVEN = 0.98
"""Share of equal steps from frame to frame from which a film counts as one of constant rate."""
_ALIKE = 0.1
"""Steps are equal if they differ by no more than this share of the median step."""
_GAP = 6
"""In such a film a step of this many median steps or more is a gap. Cameras drop a frame or two."""
_FEWEST = 12
"""With fewer frames there is no typical step."""


@dataclass(frozen=True, slots=True)
class Damage:
    """What of a damaged film is missing or spoilt."""

    read_until: Fraction
    """Seconds: the end of the last frame that could be read."""
    whole_until: Fraction | None
    """Seconds up to which no frame is missing or spoilt; None where the place is unknown."""
    claimed: Fraction | None
    """Seconds that the film claims to last, where it could not be read so far; None where it was read to its end."""
    frames: int
    """Frames before `read_until` that could not be decoded, or only in part."""

    @property
    def message(self) -> str:
        """One or two sentences for the reader of a report: the damage and what to do."""
        clauses = []
        if self.claimed is not None:
            of = f" of {hms(self.claimed)}" if self.claimed > self.read_until else ""
            clauses.append(f"only the first {hms(self.read_until)}{of} could be read")
        if self.frames:
            frames = "1 frame" if self.frames == 1 else f"{self.frames:,} frames"
            where = "" if self.whole_until is None else f", the first about {hms(self.whole_until)} into the film"
            clauses.append(f"{frames} could not be decoded, or only in part{where}")
        return f"Damaged: {'; '.join(clauses)}. {ADVICE}"

    def to_json(self) -> dict[str, float | int | None]:
        """JSON types; seconds rounded to 6 decimals."""
        return {
            "read_until": _rounded(self.read_until),
            "whole_until": _rounded(self.whole_until),
            "claimed": _rounded(self.claimed),
            "frames": self.frames,
        }


def damage_of(observations: Observations) -> Damage | None:
    """The damage of a scanned film, None if there is no sign of any."""
    return damage_from_reading(
        observations.media,
        observations.scores.pts,
        observations.damaged_frames,
        observations.damaged_from,
        observations.claimed,
    )


def damage_from_reading(
    media: Media, pts: NDArray[np.int64], damaged: int, damaged_from: Fraction | None, claimed: Fraction | None
) -> Damage | None:
    """The damage of a film that was read, by its frames' times in ticks; the other arguments as in Observations."""
    lost, gap = find_gaps(pts, media.time_base)
    if not damaged and claimed is None and len(pts) >= (media.frames_from_header or 0):
        lost, gap = 0, None  # the header counts no frame more than were decoded: the gap was recorded so
    places = [place for place in (damaged_from, gap) if place is not None]
    frames = max(damaged, lost, 0 if claimed is not None else _missing_by_header(media, len(pts)))
    if claimed is None and not frames:
        return None
    end = media.duration
    first = min(places, default=None if frames else end)
    return Damage(end, None if first is None else min(first, end), claimed, frames)


def find_gaps(pts: NDArray[np.int64], time_base: Fraction) -> tuple[int, Fraction | None]:
    """Number of frames missing from a film of constant rate, and seconds of the first gap; (0, None) for none."""
    if len(pts) < _FEWEST:
        return 0, None
    steps = np.diff(pts)
    median = float(np.median(steps))
    alike = np.abs(steps - median) <= max(1.0, median * _ALIKE)
    gaps = np.flatnonzero(steps >= _GAP * median)
    if not len(gaps) or median <= 0 or (~alike).sum() - len(gaps) > (1 - _EVEN) * len(steps):
        return 0, None
    lost = int(sum(round(float(step) / median) - 1 for step in steps[gaps]))
    return lost, (int(pts[gaps[0]]) + Fraction(round(median))) * time_base


def _missing_by_header(media: Media, frames: int) -> int:
    """Frames that the header counts and a complete reading did not give; a few, as of an edit list, count as none."""
    counted = media.frames_from_header
    if not counted:
        return 0
    lost = min(counted, round(media.duration * media.rate)) - frames
    return lost if lost > max(8, counted // 50) else 0


def _rounded(seconds: Fraction | None) -> float | None:
    return None if seconds is None else round(float(seconds), 6)
