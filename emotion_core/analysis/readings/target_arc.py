"""How far each scene is from its target: what an editor wants it to show, against what its faces do.

For a target expression the deviation is 1 - the share of that label, the distance in total variation between the
scene's shares and a face that shows the target alone. For a target intensity it is the distance between the two. Both
go from 0 to 1, and a scene with both has the larger. Its interval comes from the scene's own interval.

A share of less than 1 misses no target by itself, since expressions mix. What counts is which expression leads:

- "met": the target is dominant and clear (see certainty.py); an intensity lies within CLOSE of the target.
- "within reach": the intervals do not tell the target from the expression that leads, or the target leads below the
  mixed floor; the interval of the intensity reaches to within CLOSE of the target.
- "missed": another expression leads, and no interval says otherwise; the interval lies farther from the target.
- "few frames": with fewer than three frames with usable faces nothing says how far the shares would vary.

A scene without enough faces has no deviation: missing is not far from a target.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ...annotations import Target
from ...labels import canonical, neutral_index
from ..records import Analysis, SceneEmotion
from .certainty import certainty_of

Result = Literal["met", "within reach", "missed", "few frames"]

CLOSE = 0.1
"""Distance between two intensities, 0 to 1, that counts as none: nobody means a target more finely."""
_WORST_FIRST: tuple[Result | None, ...] = ("missed", "few frames", "within reach", "met", None)


@dataclass(frozen=True, slots=True)
class Deviation:
    """A scene with a target, and its distance from it."""

    row: SceneEmotion
    target: Target
    label: str | None
    """The label of the present checkpoint that the target expression means; None without one."""
    value: float | None
    """0 to 1; None without enough faces, and where the checkpoint has neither that expression nor an intensity."""
    interval: tuple[float, float] | None
    """Of `value`; None with fewer than three frames with usable faces."""
    result: Result | None
    """The worse one where there are two; None without a value."""

    @property
    def is_off(self) -> bool:
        """Whether there is a value and the target is not met."""
        return self.result not in ("met", None)


def deviation_of(analysis: Analysis, row: SceneEmotion, target: Target) -> Deviation:
    """The deviation of a scene of `analysis` from a target."""
    label = label_of(target.expression, analysis.labels)
    parts = [
        part
        for part in (_of_expression(analysis, row, label), _of_intensity(analysis, row, target.intensity))
        if part is not None
    ]
    if not parts:
        return Deviation(row, target, label, None, None, None)
    value, interval, _ = max(parts, key=lambda part: part[0])
    result = min((part[2] for part in parts), key=_WORST_FIRST.index)
    return Deviation(row, target, label, value, interval, result)


def deviations(analysis: Analysis) -> tuple[Deviation, ...]:
    """The scenes with a target, in film order."""
    targets = analysis.report_settings.annotations.by_scene
    return tuple(
        deviation_of(analysis, row, targets[row.scene.id]) for row in analysis.scenes if row.scene.id in targets
    )


def ranked(of_scenes: tuple[Deviation, ...]) -> tuple[Deviation, ...]:
    """The deviations, those with missed targets first, each kind from the largest; those without a value last."""
    return tuple(sorted(of_scenes, key=lambda each: (_WORST_FIRST.index(each.result), -(each.value or 0.0))))


def waiting_targets(analysis: Analysis) -> tuple[Target, ...]:
    """The targets whose scene is not there now; see annotations.py."""
    ids = {row.scene.id for row in analysis.scenes}
    return tuple(target for target in analysis.report_settings.annotations.targets if target.scene not in ids)


def label_of(expression: str | None, labels: tuple[str, ...]) -> str | None:
    """The label of a checkpoint that means the same as a target's expression; None if there is none."""
    if expression is None or expression in labels:
        return expression
    meaning = canonical(expression)
    return next((label for label in labels if meaning is not None and canonical(label) == meaning), None)


_Part = tuple[float, tuple[float, float] | None, Result]


def _of_expression(analysis: Analysis, row: SceneEmotion, label: str | None) -> _Part | None:
    if label is None or row.shares is None or row.dominant is None:
        return None
    index, leader = analysis.labels.index(label), analysis.labels.index(row.dominant)
    value, interval = 1 - row.shares[index], row.interval_of(index)
    if row.intervals is None or interval is None:
        return value, None, "few frames"
    result: Result
    if index == leader:
        result = "met" if certainty_of(analysis, row) == "clear" else "within reach"
    else:
        result = "within reach" if interval[1] >= row.intervals[leader][0] else "missed"
    return value, (1 - interval[1], 1 - interval[0]), result


def _of_intensity(analysis: Analysis, row: SceneEmotion, target: float | None) -> _Part | None:
    neutral = neutral_index(analysis.labels)
    if target is None or row.intensity is None or row.dominant is None or neutral is None:
        return None
    value, of_neutral = abs(row.intensity - target), row.interval_of(neutral)
    if of_neutral is None:
        return value, None, "few frames"
    low, high = 1 - of_neutral[1], 1 - of_neutral[0]
    ends = sorted((abs(low - target), abs(high - target)))
    nearest = 0.0 if low <= target <= high else ends[0]
    result: Result = "met" if value <= CLOSE else "within reach" if nearest <= CLOSE else "missed"
    return value, (nearest, ends[1]), result
