"""What the section “Audience” of the report as a web page shows of a screening. It names nobody."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import charts, formatting
from ...audience import AudienceShares, ScreeningSummary, notice_version
from ...interchange import leading_text
from ...labels import neutral_index
from ...report import wording
from .scene_table import synchrony_reason
from .screened_film import ScreenedFilm

SYNCHRONOUS = 0.05
"""Adjusted p below which a correlation is set in bold."""
METHOD = (
    "A viewer's share of a scene is the mean over their readings with a usable face; the audience's is the mean over "
    "viewers, each the same. Intervals resample viewers, never frames. Synchrony is the correlation of each viewer's "
    "curve by second with the mean of the others' (leave-one-out), averaged by Fisher's z; its p compares it with "
    "viewers shifted in time, and is adjusted for the number of scenes (Benjamini and Hochberg). It is not compared "
    "between groups, which differ in it by age, sex and seat by themselves. Missing is neither zero nor neutral."
)


def audience_section(screened: ScreenedFilm) -> dict[str, Any]:
    """The fields of the template; texts are plain, but for `figure`, which is a figure."""
    summary = screened.summary
    consents = [viewer.consent for viewer in summary.viewers if viewer.consent is not None]
    return {
        "name": screened.screening,
        "facts": _facts(summary),
        "notes": screened.notes,
        "figure": charts.audience_report_figure(screened.analysis, summary),
        "confidence": f"{summary.settings.confidence:.0%}",
        "labels": summary.labels,
        "scenes": [_scene(screened, index) for index in range(len(summary.scenes))],
        "groups": [row for column in summary.groups for row in _groups(summary, column)],
        "lag": _lag(summary),
        "method": METHOD,
        "reading": screened.reading_text,
        "notices": sorted({consent.notice for consent in consents}),
        "told": _told(len(consents), {notice_version(consent.notice) for consent in consents}),
    }


def _facts(summary: ScreeningSummary) -> list[str]:
    facts = [formatting.count(len(summary.viewers), "viewer")]
    coverage = float(summary.film.coverage[0])
    if not np.isnan(coverage):
        facts.append(f"a usable face in {formatting.percent(coverage)} of their readings")
    return [*facts, leading_text(summary, summary.film.leading(0))]


def _scene(screened: ScreenedFilm, index: int) -> dict[str, Any]:
    summary = screened.summary
    shares, synchrony = summary.by_scene, summary.synchrony
    distance = None if summary.cast is None else float(summary.cast.distance[index])
    cells = [
        {
            "text": "–" if np.isnan(value) else f"{value:.2f}",
            "is_called": bool(synchrony.adjusted[index, place] < SYNCHRONOUS),
        }
        for place, value in enumerate(synchrony.correlation[index].tolist())
    ]
    return {
        "title": wording.scene_title(screened.analysis.scenes[index]),
        "leading": leading_text(summary, shares.leading(index)),
        "intensity": _intensity(summary, shares, index),
        "viewers": int(shares.viewers[index]),
        "away": formatting.percent(_or_none(float(summary.leaving.away[index]))),
        "distance": "–" if distance is None or np.isnan(distance) else f"{distance:.2f}",
        "synchrony": cells,
        "why": synchrony_reason(summary, index) or shares.no_interval_because(index) or "",
    }


def _groups(summary: ScreeningSummary, column: Any) -> list[dict[str, Any]]:
    """A row a group of a column, and one for their group-balanced mean."""
    rows = [
        (f"{column.name}: {group.name}", group.viewers, group.film, "too few, not ranked" if group.too_few else "")
        for group in column.groups
    ]
    if column.film is not None:
        weighed = "weighed as the target population" if column.by_target else "each group weighs the same"
        members = sum(group.viewers for group in column.groups if group.weight)
        rows.append((f"{column.name}: group-balanced mean", members, column.film, weighed))
    return [
        {
            "name": name,
            "viewers": viewers,
            "leading": leading_text(summary, shares.leading(0)),
            "intensity": _intensity(summary, shares, 0),
            "why": why,
        }
        for name, viewers, shares, why in rows
    ]


def _intensity(summary: ScreeningSummary, shares: AudienceShares, index: int) -> str:
    """“0.42 (0.35–0.51)”; “–” where nobody is seen or there is no neutral label."""
    neutral = neutral_index(summary.labels)
    if neutral is None or np.isnan(shares.share[index, neutral]):
        return "–"
    share, low, high = (float(1 - array[index, neutral]) for array in (shares.share, shares.high, shares.low))
    return f"{share:.2f}" if np.isnan(low) else f"{share:.2f} ({low:.2f}–{high:.2f})"


def _lag(summary: ScreeningSummary) -> str:
    """When the audience follows the film's own faces, in a sentence; empty without a comparison."""
    if summary.cast is None:
        return ""
    lag = summary.cast.lag
    if lag.seconds is None:
        return f"No lag behind the film's own faces: {lag.reason}."
    interval = "" if lag.low is None or lag.high is None else f" ({lag.low:.1f} to {lag.high:.1f})"
    return f"The audience's intensity follows that of the film's own faces best after {lag.seconds:.1f} s{interval}."


def _told(count: int, versions: set[str]) -> str:
    """How many viewers were told, and by which notice; empty where nobody was, as of synthetic viewers."""
    if not count:
        return ""
    named = ", ".join(sorted(versions - {""}))
    return f"{formatting.count(count, 'viewer')} agreed to this notice{f' (version {named})' if named else ''}:"


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else value
