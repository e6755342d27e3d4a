"""The plan of a film's ranges: what a worker must know of the film to read one of them alone.

A range is exactly a segment that one pass over the film would write. The plan is made from the container's index and
packets: it is a prediction. Every reader of a range compares it with the frames that it decodes, and gives the range up
where they differ.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import cached_property
from itertools import groupby, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...media import Media
from ...observations import Scores

BLOCK_BYTES = 4 * 1024**2
"""Bytes of a block, the unit of spans."""

Span = tuple[int, int]
"""First byte of a part of a file, and the byte after its last."""


@dataclass(frozen=True, slots=True)
class FilmRange:
    """One range of a film."""

    number: int
    """That of the segment, from 0."""
    first: int
    """Index of its first frame in the film."""
    end: int
    """One past the index of its last frame."""
    seek: Fraction | None
    """Seconds before the first frame at which a reader begins to decode, at the keyframe before; None for the film's
    first frame."""
    spans: tuple[Span, ...] | None
    """Bytes of the file that reading it needs, whole blocks, ascending; None for the whole file."""

    @property
    def frames(self) -> int:
        return self.end - self.first


@dataclass(frozen=True)
class RangePlan:
    """The ranges of a film, in order; none where it can only be read whole."""

    content_id: str
    """SHA-256 of the film's file, hex."""
    bytes: int
    """Size of the film's file."""
    media: Media
    """The film's facts as a scan has them when it begins, with its bars."""
    segment_seconds: Fraction
    whole_reason: str
    """Why the film must be read whole, by one machine, in a sentence; empty where it may be read range by range."""
    ranges: tuple[FilmRange, ...] = ()
    steps: tuple[tuple[int, int], ...] = ()
    """Ticks from each frame to the next and how often in a row."""

    @cached_property
    def ticks(self) -> NDArray[np.int64]:
        """Time of each frame of the film, media time-base ticks since the first."""
        steps = [np.full(count, step, dtype=np.int64) for step, count in self.steps]
        return np.cumsum(np.concatenate([np.zeros(1, dtype=np.int64), *steps]))

    @cached_property
    def times(self) -> Scores:
        """The frames' times as `Decoder.frames_from` takes them: scores that hold nothing else."""
        nothing = np.empty(0, dtype=np.float64)
        return Scores(self.ticks, nothing, nothing, nothing, nothing, np.empty((0, 0), dtype=np.uint8))

    @cached_property
    def key(self) -> str:
        """SHA-256 of the plan, hex: what was read by another plan does not belong to this one."""
        return hashlib.sha256(json.dumps(self.to_json(), sort_keys=True).encode()).hexdigest()

    def spans(self, number: int) -> tuple[Span, ...] | None:
        """As FilmRange.spans, of the range `number`."""
        return self.ranges[number].spans

    def to_json(self) -> dict[str, Any]:
        """JSON types for `from_json`; a film of two hours at a constant rate takes about 200 KB."""
        return {
            **{name: getattr(self, name) for name in ("content_id", "bytes", "whole_reason")},
            "media": self.media.to_json(),
            "segment_seconds": str(self.segment_seconds),
            "ranges": [
                {**asdict(one), "seek": None if one.seek is None else str(one.seek)} for one in self.ranges
            ],
            "steps": [list(run) for run in self.steps],
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> RangePlan:
        """The inverse of `to_json`. Raises KeyError, TypeError or ValueError."""
        ranges = tuple(
            FilmRange(
                **{
                    **one,
                    "seek": None if one["seek"] is None else Fraction(one["seek"]),
                    "spans": None if one["spans"] is None else tuple((first, end) for first, end in one["spans"]),
                }
            )
            for one in data["ranges"]
        )
        return cls(
            **{
                **data,
                "media": Media.from_json(data["media"]),
                "segment_seconds": Fraction(data["segment_seconds"]),
                "ranges": ranges,
                "steps": tuple((step, count) for step, count in data["steps"]),
            }
        )


def steps_of(ticks: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """RangePlan.steps of frames at these times, the first at 0."""
    steps = (after - before for before, after in pairwise(ticks))
    return tuple((step, sum(1 for _ in run)) for step, run in groupby(steps))


def whole_blocks(parts: Sequence[Span], size: int, block: int = BLOCK_BYTES) -> tuple[Span, ...]:
    """The blocks of a file of `size` bytes that hold these parts, as spans that do not touch, ascending."""
    numbers = sorted({n for first, end in parts if first < end for n in range(first // block, -(-end // block))})
    spans: list[Span] = []
    for number in numbers:
        first, end = number * block, min(size, (number + 1) * block)
        if first >= size:
            break
        if spans and spans[-1][1] == first:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((first, end))
    return tuple(spans)
