"""What a browser needs to place scenes, times and frames on a chart."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from ...analysis import Analysis, placed_notes
from ...observations import Observations

STEADY = 0.002
"""Seconds by which a frame may be off its place at an even rate: some containers round times to milliseconds."""


def film_outline(analysis: Analysis) -> dict[str, Any]:
    """`labels`; `starts` (seconds) and `frames` (first frame) of each scene; the film's `end` (seconds); `rate`, frames
    a second as [numerator, denominator], None where frames do not come evenly; and `notes` (frame, seconds, text).
    """
    observations = analysis.observations
    rate = _even_rate(observations)
    return {
        "labels": list(analysis.labels),
        "starts": [round(float(row.scene.span.start), 6) for row in analysis.scenes],
        "frames": [row.scene.frame_in for row in analysis.scenes],
        "end": max(float(observations.media.duration), 0.001),
        "rate": None if rate is None else [rate.numerator, rate.denominator],
        "notes": [
            {"frame": note.frame, "seconds": float(observations.seconds_at(note.frame)), "text": note.note.text}
            for note in placed_notes(analysis)
        ],
    }


def _even_rate(observations: Observations) -> Fraction | None:
    rate, base, pts = observations.media.rate, observations.media.time_base, observations.scores.pts
    seconds = pts.astype(np.float64) * (base.numerator / base.denominator)
    even = np.arange(len(pts)) * (rate.denominator / rate.numerator)
    return rate if bool(np.all(np.abs(seconds - even) <= STEADY)) else None
