"""Changes between two analyses: each scene beside the one that shows its footage, and film totals.

The interval of a change comes from those of the two scenes by the method of variance estimates recovery (Zou and Donner
2008, doi:10.1002/sim.3095). For shares a and b with intervals (la, ua) and (lb, ub), the interval of a - b reaches from
a - b - sqrt((a - la)^2 + (ub - b)^2) to a - b + sqrt((ua - a)^2 + (b - lb)^2). Scenes of two films are sampled
independently; where both intervals have the same confidence, so has the change's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from ..analysis import NOT_ENOUGH, Analysis, SceneEmotion
from .alignment import AlignmentMap
from .compatibility import check_comparable
from .scene_matching import MatchKind, match_scenes
from .short_scenes import ScannedScenes, with_short_scenes, without_other_pictures

if TYPE_CHECKING:
    import pandas as pd

PAIR_FORMAT = 2
"""To be raised with each change of what `pair` says, besides alignment.FORMAT: kept pairs are then made again."""
_PARTIAL: tuple[MatchKind, ...] = ("split", "merged", "repeated")


@dataclass(frozen=True, slots=True)
class SceneChange:
    """A scene of one cut beside its counterpart in the other."""

    kind: MatchKind
    before: SceneEmotion | None
    after: SceneEmotion | None
    delta: tuple[float, ...] | None
    """Share after - share before, one a label. None unless both scenes have enough faces for a dominant expression, and
    for a scene that was split, merged or repeated: a part is not comparable with the whole."""
    intervals: tuple[tuple[float, float], ...] | None
    """(low, high) of each difference; None without `delta`, and unless both scenes' shares have intervals."""
    shared: Fraction | None = None
    """Seconds of shared footage, see scene_matching.SceneMatch."""
    moved: bool = False
    """Whether most of the shared footage was moved."""

    @property
    def longer_by(self) -> Fraction | None:
        """Length after - length before, seconds; None for a single, split, merged or repeated scene."""
        if self.before is None or self.after is None or self.kind in _PARTIAL:
            return None
        return self.after.scene.span.seconds - self.before.scene.span.seconds

    @property
    def largest(self) -> int | None:
        """Index of the label whose share changed most; None without a difference."""
        delta = self.delta
        return None if delta is None else max(range(len(delta)), key=lambda k: abs(delta[k]))

    def is_clear(self, label_index: int) -> bool | None:
        """Whether the interval of a label's difference excludes 0; None if there is no interval."""
        if self.intervals is None:
            return None
        low, high = self.intervals[label_index]
        return low > 0 or high < 0


def pair(before: Analysis, after: Analysis, alignment: AlignmentMap | None) -> tuple[SceneChange, ...]:
    """Pair the scenes of two cuts by the footage that they share, or by their order without any.

    `alignment` is align(before.observations, after.observations). Raises ComparisonError where the label sets differ.
    """
    check_comparable(before, after)
    first_cut, second_cut = (
        ScannedScenes([row.scene for row in analysis.scenes], analysis.observations) for analysis in (before, after)
    )
    if alignment is not None:
        alignment = without_other_pictures(alignment, first_cut, second_cut)
    matches = match_scenes(first_cut.scenes, second_cut.scenes, alignment)
    if alignment is not None and any(match.kind != "by order" for match in matches):
        matches = with_short_scenes(matches, first_cut, second_cut, alignment.rate)
    changes = []
    for match in matches:
        first = None if match.before is None else before.scenes[match.before]
        second = None if match.after is None else after.scenes[match.after]
        difference = (None, None) if match.kind in _PARTIAL else scene_difference(first, second)
        changes.append(SceneChange(match.kind, first, second, *difference, match.shared, match.moved))
    return tuple(changes)


def scene_difference(
    before: SceneEmotion | None, after: SceneEmotion | None
) -> tuple[tuple[float, ...] | None, tuple[tuple[float, float], ...] | None]:
    """The difference of two scenes' shares, and its intervals; None where there are none: see SceneChange."""
    if before is None or after is None or before.dominant is None or after.dominant is None:
        return None, None
    if before.shares is None or after.shares is None:
        return None, None
    delta = tuple(a - b for b, a in zip(before.shares, after.shares, strict=True))
    if before.intervals is None or after.intervals is None:
        return delta, None
    sides = zip(before.shares, before.intervals, after.shares, after.intervals, strict=True)
    return delta, tuple(difference_interval(*side) for side in sides)


def difference_interval(
    b: float, of_b: tuple[float, float], a: float, of_a: tuple[float, float]
) -> tuple[float, float]:
    """Interval of a - b. A percentile interval of few frames may exclude the share itself; that side adds nothing."""
    below = math.hypot(max(0.0, a - of_a[0]), max(0.0, of_b[1] - b))
    above = math.hypot(max(0.0, of_a[1] - a), max(0.0, b - of_b[0]))
    return a - b - below, a - b + above


def totals(before: Analysis, after: Analysis) -> pd.DataFrame:
    """Film totals, one row a label and one for "not enough faces".

    Columns: label; seconds_before, seconds_after, seconds_change (length of the film's scenes where the label is
    dominant); share_before, share_after, share_change (see mean_shares; None in the last row and for a film without
    faces).
    """
    import pandas as pd  # who compares no cuts does not need it

    check_comparable(before, after)
    seconds = [_seconds_by_dominant(a) for a in (before, after)]
    means = [mean_shares(a) for a in (before, after)]
    rows = []
    for i, label in enumerate((*before.labels, NOT_ENOUGH)):
        b_seconds, a_seconds = (s[label] for s in seconds)
        b_share, a_share = (m[i] if m is not None and i < len(m) else None for m in means)
        rows.append(
            {
                "label": label,
                "seconds_before": round(b_seconds, 3),
                "seconds_after": round(a_seconds, 3),
                "seconds_change": round(a_seconds - b_seconds, 3),
                "share_before": rounded(b_share),
                "share_after": rounded(a_share),
                "share_change": rounded(a_share - b_share if a_share is not None and b_share is not None else None),
            }
        )
    return pd.DataFrame(rows)


def _seconds_by_dominant(analysis: Analysis) -> dict[str, float]:
    seconds = dict.fromkeys((*analysis.labels, NOT_ENOUGH), 0.0)
    for row in (row for row in analysis.scenes if row.scene.counts):
        seconds[row.dominant or NOT_ENOUGH] += float(row.scene.span.seconds)
    return seconds


def mean_shares(analysis: Analysis) -> tuple[float, ...] | None:
    """The film's mean share of each label over the time with a usable face; None without one.

    A scene is weighted by its length times its coverage, so that a face passing through a minute of landscape does not
    count as a minute. Where scenes are split or merged then makes little difference.
    """
    rows = [row for row in analysis.scenes if row.shares is not None]
    weights = np.array([float(row.scene.span.seconds) * (row.coverage or 0.0) for row in rows])
    if not weights.sum():
        return None
    mean = np.average(np.array([row.shares for row in rows]), axis=0, weights=weights)
    return tuple(mean.tolist())


def rounded(value: float | None) -> float | None:
    """A share or difference as tables have it: four decimals."""
    return None if value is None else round(value, 4)
