"""Two analyses side by side: each scene with the one of the other cut that shows its footage, film totals, differences.

The interval of a change comes from those of the two scenes by the method of variance estimates recovery (Zou and Donner
2008, doi:10.1002/sim.3095): for shares a and b with intervals (la, ua) and (lb, ub), that of a - b reaches from
a - b - sqrt((a - la)^2 + (ub - b)^2) to a - b + sqrt((ua - a)^2 + (b - lb)^2). Scenes of two films are looked at
independently; where both have the same confidence, so has the change.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from ..analysis.records import NOT_ENOUGH, Analysis, SceneEmotion
from ..report.table import PROVENANCE, table
from .alignment import Footage
from .compatibility import check_comparable
from .scene_matching import Fate, linked

_PARTS: tuple[Fate, ...] = ("split", "merged", "repeated")


@dataclass(frozen=True, slots=True)
class SceneChange:
    """A scene of the one cut beside its counterpart in the other."""

    kind: Fate
    before: SceneEmotion | None
    after: SceneEmotion | None
    delta: tuple[float, ...] | None
    """Share after - share before, a label; None unless both scenes have enough faces for a dominant expression, and for
    a scene that was split, merged or is shown again: a part is no change of the whole."""
    intervals: tuple[tuple[float, float], ...] | None
    """(low, high) of each difference; None unless there is one and both scenes' shares have intervals."""
    shared: Fraction | None = None
    """See scene_matching.Link; so for moved."""
    moved: bool = False

    @property
    def longer_by(self) -> Fraction | None:
        """Seconds, after less before; None for a scene that stands alone, was split or merged or is shown again."""
        if self.before is None or self.after is None or self.kind in _PARTS:
            return None
        return self.after.scene.span.seconds - self.before.scene.span.seconds

    @property
    def largest(self) -> int | None:
        """Which label's share changed most; None without a difference."""
        delta = self.delta
        return None if delta is None else max(range(len(delta)), key=lambda k: abs(delta[k]))

    def clear(self, label_index: int) -> bool | None:
        """Whether the interval of a label's difference leaves out 0; None if there is no interval."""
        if self.intervals is None:
            return None
        low, high = self.intervals[label_index]
        return low > 0 or high < 0


def pair(before: Analysis, after: Analysis, footage: Footage | None) -> tuple[SceneChange, ...]:
    """The scenes of two cuts side by side, by the footage that they share; by their order without any.

    `footage` is alignment.footage(before.observations, after.observations). This is the one place that decides which
    scene stands beside which. Raises ComparisonError where the label sets differ.
    """
    check_comparable(before, after)
    scenes_before, scenes_after = ([row.scene for row in analysis.scenes] for analysis in (before, after))
    changes = []
    for link in linked(scenes_before, scenes_after, footage):
        one = None if link.before is None else before.scenes[link.before]
        other = None if link.after is None else after.scenes[link.after]
        change = (None, None) if link.fate in _PARTS else _change(one, other)
        changes.append(SceneChange(link.fate, one, other, *change, link.shared, link.moved))
    return tuple(changes)


def _change(
    before: SceneEmotion | None, after: SceneEmotion | None
) -> tuple[tuple[float, ...] | None, tuple[tuple[float, float], ...] | None]:
    """The difference of two scenes' shares, and its intervals."""
    if before is None or after is None or before.dominant is None or after.dominant is None:
        return None, None
    if before.shares is None or after.shares is None:
        return None, None
    delta = tuple(a - b for b, a in zip(before.shares, after.shares, strict=True))
    if before.intervals is None or after.intervals is None:
        return delta, None
    sides = zip(before.shares, before.intervals, after.shares, after.intervals, strict=True)
    return delta, tuple(_interval(*side) for side in sides)


def _interval(b: float, of_b: tuple[float, float], a: float, of_a: tuple[float, float]) -> tuple[float, float]:
    """Of a - b. A percentile interval of few frames may leave out the share itself: then that side adds nothing."""
    below = math.hypot(max(0.0, a - of_a[0]), max(0.0, of_b[1] - b))
    above = math.hypot(max(0.0, of_a[1] - a), max(0.0, b - of_b[0]))
    return a - b - below, a - b + above


def totals(before: Analysis, after: Analysis) -> pd.DataFrame:
    """Film totals, one row a label and one for "not enough faces".

    Columns: label; seconds_before, seconds_after, seconds_change (length of the scenes where the label is dominant,
    of those that are part of the film);
    share_before, share_after, share_change (see mean_shares; None for the last row and for a film without faces).
    """
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
                "share_before": _rounded(b_share),
                "share_after": _rounded(a_share),
                "share_change": _rounded(a_share - b_share if a_share is not None and b_share is not None else None),
            }
        )
    return pd.DataFrame(rows)


def _seconds_by_dominant(analysis: Analysis) -> dict[str, float]:
    seconds = dict.fromkeys((*analysis.labels, NOT_ENOUGH), 0.0)
    for row in (row for row in analysis.scenes if row.scene.counts):
        seconds[row.dominant or NOT_ENOUGH] += float(row.scene.span.seconds)
    return seconds


def mean_shares(analysis: Analysis) -> tuple[float, ...] | None:
    """The film's mean share a label, over the time with a usable face; None where there is none.

    A scene weighs its length times its coverage: a face that passes through a minute of landscape is not a minute of
    film, and where scenes are split or merged makes little difference.
    """
    rows = [row for row in analysis.scenes if row.shares is not None]
    weights = np.array([float(row.scene.span.seconds) * (row.coverage or 0.0) for row in rows])
    if not weights.sum():
        return None
    mean = np.average(np.array([row.shares for row in rows]), axis=0, weights=weights)
    return tuple(mean.tolist())


def comparison_table(before: Analysis, after: Analysis, changes: tuple[SceneChange, ...]) -> pd.DataFrame:
    """What `pair` made of both films' scenes in one table: `kind`, `moved`, `seconds_shared` (as Link has it), each
    report column with _before and _after, `seconds_change`, and {label}_change with its interval, {label}_change_low
    and {label}_change_high. A scene that was split or merged stands in several rows.
    """
    tables = {"before": table(before), "after": table(after)}
    sides = [(suffix, list(one), one.to_dict("records")) for suffix, one in tables.items()]
    rows = []
    for change in changes:
        shared = None if change.shared is None else round(float(change.shared), 6)
        moved = None if change.kind == "by order" else change.moved
        cells: dict[str, object] = {"kind": change.kind, "moved": moved, "seconds_shared": shared}
        for suffix, names, records in sides:
            scene = change.before if suffix == "before" else change.after
            record = records[scene.scene.number - 1] if scene is not None else {}
            cells.update({f"{name}_{suffix}": record.get(name) for name in names if name not in PROVENANCE})
        cells["seconds_change"] = None if change.longer_by is None else round(float(change.longer_by), 6)
        for i, label in enumerate(before.labels):
            cells[f"{label}_change"] = None if change.delta is None else _rounded(change.delta[i])
            for j, end in enumerate(("low", "high")):
                cells[f"{label}_change_{end}"] = None if change.intervals is None else _rounded(change.intervals[i][j])
        for suffix, _, records in sides:
            cells.update({f"{name}_{suffix}": records[0][name] for name in PROVENANCE if records})
        rows.append(cells)
    # A scene without a counterpart leaves gaps; in plain integer columns those would turn 25 into 25.0.
    whole = [name for name in tables["before"].select_dtypes("int64") if name not in before.labels]
    return pd.DataFrame(rows).astype({f"{name}_{side}": "Int64" for name in whole for side in tables})


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
