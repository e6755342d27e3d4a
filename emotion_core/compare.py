"""Two analyses side by side: paired scenes, film totals and their differences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Literal

import numpy as np
import pandas as pd

from .corrections import Corrections
from .errors import ComparisonError
from .report import PROVENANCE, table
from .summary import Analysis, SceneEmotion

NOT_ENOUGH = "not enough faces"


@dataclass(frozen=True, slots=True)
class SceneChange:
    """A scene of the one cut beside its counterpart in the other."""

    kind: Literal["paired", "only before", "only after"]
    before: SceneEmotion | None
    after: SceneEmotion | None
    delta: tuple[float, ...] | None
    """Share after - share before, a label; None unless both scenes have shares."""


def pair(before: Analysis, after: Analysis) -> tuple[SceneChange, ...]:
    """The scenes of two cuts side by side, by their order: first with first, second with second.

    This is the one place that decides which scene stands beside which.
    """
    return tuple(_change(b, a) for b, a in zip_longest(before.scenes, after.scenes))


def _change(before: SceneEmotion | None, after: SceneEmotion | None) -> SceneChange:
    if before is None or after is None:
        return SceneChange("only before" if after is None else "only after", before, after, None)
    delta = None
    if before.shares is not None and after.shares is not None:
        delta = tuple(a - b for b, a in zip(before.shares, after.shares, strict=True))
    return SceneChange("paired", before, after, delta)


def check_comparable(before: Analysis, after: Analysis) -> tuple[str, ...]:
    """Warnings to show beside a comparison. Raises ComparisonError where the label sets differ."""
    if before.labels != after.labels:
        raise ComparisonError(
            f"These films were analysed with different labels: {', '.join(before.labels)}; {', '.join(after.labels)}.",
            "Analyse one of them again with the other's checkpoint.",
        )
    warnings = [
        f"The {which} film is damaged, and a part of it is missing from this comparison. {analysis.damage.told}"
        for which, analysis in (("first", before), ("second", after))
        if analysis.damage is not None
    ]
    one, other = before.observations.checkpoint, after.observations.checkpoint
    if one.hash != other.hash:
        warnings.append(
            f"The films were analysed with different models ({one.name} and {other.name}): "
            "part of each difference may be the model's."
        )
    if before.observations.scan_settings != after.observations.scan_settings:
        warnings.append("The films were sampled with different settings.")
    values = [a.temperature.value for a in (before, after)]
    if one.hash == other.hash and values[0] != values[1]:
        warnings.append(
            f"The films were read at different temperatures ({values[0]:.3g} and {values[1]:.3g}): "
            "part of each difference may be theirs."
        )
    # Corrections are each film's own; temperatures decide no scene.
    if len({replace(a.report_settings, corrections=Corrections(), temperature=None) for a in (before, after)}) > 1:
        warnings.append("The scenes of the two films were decided with different settings.")
    return tuple(warnings)


def totals(before: Analysis, after: Analysis) -> pd.DataFrame:
    """Film totals, one row a label and one for "not enough faces".

    Columns: label; seconds_before, seconds_after, seconds_change (length of the scenes where the label is dominant,
    of those that are part of the film);
    share_before, share_after, share_change (mean share over scenes with faces, weighted by their length; None for the
    last row and for a film without faces).
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
    """The film's mean share a label, scenes weighted by length; None where no scene has faces."""
    rows = [row for row in analysis.scenes if row.shares is not None]
    if not rows:
        return None
    lengths = np.array([float(row.scene.span.seconds) for row in rows])
    mean = np.average(np.array([row.shares for row in rows]), axis=0, weights=lengths)
    return tuple(mean.tolist())


def comparison_table(before: Analysis, after: Analysis) -> pd.DataFrame:
    """Both films' scenes in one table: `kind`, each report column with _before and _after, and {label}_change."""
    check_comparable(before, after)
    sides = [
        (suffix, list(table(analysis)), table(analysis).to_dict("records"))
        for suffix, analysis in (("before", before), ("after", after))
    ]
    rows = []
    for change in pair(before, after):
        cells: dict[str, object] = {"kind": change.kind}
        for suffix, names, records in sides:
            scene = change.before if suffix == "before" else change.after
            record = records[scene.scene.number - 1] if scene is not None else {}
            cells.update({f"{name}_{suffix}": record.get(name) for name in names if name not in PROVENANCE})
        for i, label in enumerate(before.labels):
            cells[f"{label}_change"] = None if change.delta is None else _rounded(change.delta[i])
        for suffix, _, records in sides:
            cells.update({f"{name}_{suffix}": records[0][name] for name in PROVENANCE if records})
        rows.append(cells)
    # A scene without a counterpart leaves gaps; in plain integer columns those would turn 25 into 25.0.
    whole = [name for name in table(before).select_dtypes("int64") if name not in before.labels]
    return pd.DataFrame(rows).astype({f"{name}_{side}": "Int64" for name in whole for side in ("before", "after")})


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
