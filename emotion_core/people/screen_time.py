"""Which part of the film each sampled frame stands for: what "on screen" is counted in.

Nobody knows who is on screen between two sampled frames. Each stands for the frames nearer to it than to any other
sampled frame of its shot. On the grid this is one sampling interval; in a shot that was filled up it is less. The parts
never overlap and never cross a cut. Seconds on screen are sums of them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from ..analysis import Analysis, samples_behind


@dataclass(frozen=True, slots=True)
class Part:
    """A sampled frame and what it stands for."""

    frame: int
    """The sampled frame."""
    scene: int
    """Index of its scene in Analysis.scenes."""
    first: int
    """First frame of the part."""
    end: int
    """Exclusive."""
    start_seconds: float
    end_seconds: float

    @property
    def seconds(self) -> float:
        return self.end_seconds - self.start_seconds


def parts_of(analysis: Analysis) -> dict[int, Part]:
    """By sampled frame, ascending, its part. Only frames that count for the report, of scenes that are film."""
    observations = analysis.observations
    scenes = tuple(row.scene for row in analysis.scenes)
    frames = [sample.frame for sample in samples_behind(observations, scenes)]
    parts: dict[int, Part] = {}
    for index, scene in enumerate(scenes):
        for shot in scene.shots if scene.counts else ():
            within = frames[bisect_left(frames, shot.frame_in) : bisect_left(frames, shot.frame_out)]
            edges = [shot.frame_in, *((a + b + 1) // 2 for a, b in pairwise(within)), shot.frame_out]
            for frame, (first, end) in zip(within, pairwise(edges), strict=False):
                times = float(observations.seconds_at(first)), float(observations.seconds_at(end))
                parts[frame] = Part(frame, index, first, end, *times)
    return parts


def seconds_of(parts: dict[int, Part], frames: Iterable[int]) -> float:
    """The seconds for which these sampled frames stand; those that do not count stand for none."""
    return sum(parts[frame].seconds for frame in frames if frame in parts)
