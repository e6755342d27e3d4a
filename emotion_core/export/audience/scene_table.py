"""A screening as a table, a row a scene: the columns of the CSV and of the JSON."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...audience import AudienceShares, Differences, Mean, ScreeningSummary
from ...labels import neutral_index
from ...report import rows_csv, wording
from .screened_film import ScreenedFilm

Cells = list[tuple[str, Any]]
"""Titles and cells of a row; None where there is no number."""


def csv(screened: ScreenedFilm) -> bytes:
    """The numbers of each scene, for spreadsheets."""
    rows = [scene_cells(screened, index) for index in range(len(screened.summary.scenes))]
    return rows_csv([title for title, _ in rows[0]], [[cell for _, cell in row] for row in rows])


def scene_cells(screened: ScreenedFilm, index: int) -> Cells:
    """A scene's row."""
    summary, labels = screened.summary, screened.summary.labels
    scene = summary.scenes[index]
    tc_in, tc_out, _ = wording.scene_timecodes(screened.analysis, screened.analysis.scenes[index])
    cells: Cells = [
        ("scene", scene.number),
        ("name", scene.name),
        ("tc_in", tc_in),
        ("tc_out", tc_out),
        ("start", round(scene.start, 6)),
        ("end", round(scene.end, 6)),
        ("part_of_film", scene.counts),
        *share_cells(labels, summary.by_scene, index),
        ("interval_missing", summary.by_scene.no_interval_because(index)),
        *_synchrony(summary, index),
        ("cast_distance", None if summary.cast is None else number(summary.cast.distance[index])),
        ("without_face", number(summary.leaving.without_face[index])),
        ("away", number(summary.leaving.away[index])),
    ]
    if summary.ratings is not None:
        rating = summary.ratings.scenes[index]
        cells += mean_cells(rating)
        cells.append(("rating_gap", number(summary.ratings.gaps[index])))
    for column, differences in zip(summary.groups, summary.differences, strict=True):
        for group in column.groups:
            cells += share_cells(labels, group.scenes, index, f"{column.name} {group.name}: ")
        if column.scenes is not None:
            cells += share_cells(labels, column.scenes, index, f"{column.name} balanced: ")
        cells += _differences(labels, differences, index)
    return cells


def share_cells(labels: tuple[str, ...], shares: AudienceShares, index: int, prefix: str = "") -> Cells:
    """Viewers, coverage, the leading expression, and the share and interval of intensity and of each label."""
    leading, neutral = shares.leading(index), neutral_index(labels)
    intensity: list[float | None] = [None, None, None]
    if neutral is not None:
        of_neutral = (shares.share, shares.high, shares.low)
        intensity = [number(1 - array[index, neutral]) for array in of_neutral]
    cells: Cells = [
        ("viewers", int(shares.viewers[index])),
        ("coverage", number(shares.coverage[index])),
        ("top", None if leading is None else labels[leading.label]),
        ("certainty", None if leading is None else leading.certainty),
        *zip(("intensity", "intensity_low", "intensity_high"), intensity, strict=True),
    ]
    for place, label in enumerate(labels):
        cells += [
            (label, number(shares.share[index, place])),
            (f"{label}_low", number(shares.low[index, place])),
            (f"{label}_high", number(shares.high[index, place])),
        ]
    return [(prefix + title, cell) for title, cell in cells]


def mean_cells(mean: Mean) -> Cells:
    """A mean rating with its interval, and the people behind it."""
    cells: Cells = [
        ("rating", number(mean.value)),
        ("rating_low", number(mean.low)),
        ("rating_high", number(mean.high)),
    ]
    return [*cells, ("rating_people", mean.people)]


def number(value: float | np.floating[Any] | None) -> float | None:
    """Four decimals; None for what is missing."""
    if value is None or math.isnan(value):
        return None
    return round(float(value), 4)


def synchrony_reason(summary: ScreeningSummary, index: int) -> str | None:
    """Why a scene lacks synchrony or a p; said once where it is the same for all labels."""
    reasons = [summary.synchrony.because(index, place) for place in range(len(summary.labels))]
    if len(set(reasons)) == 1:
        return reasons[0]
    return "; ".join(f"{label}: {why}" for label, why in zip(summary.labels, reasons, strict=True) if why) or None


def _synchrony(summary: ScreeningSummary, index: int) -> Cells:
    synchrony = summary.synchrony
    cells: Cells = []
    for place, label in enumerate(summary.labels):
        cells += [
            (f"{label}_synchrony", number(synchrony.correlation[index, place])),
            (f"{label}_synchrony_p", number(synchrony.p[index, place])),
            (f"{label}_synchrony_q", number(synchrony.adjusted[index, place])),
        ]
    cells.append(("synchrony_viewers", int(synchrony.viewers[index].max(initial=0))))
    cells.append(("synchrony_missing", synchrony_reason(summary, index)))
    return cells


def _differences(labels: tuple[str, ...], differences: Differences, index: int) -> Cells:
    cells: Cells = []
    for place, label in enumerate(labels):
        cells += [
            (f"{differences.column}: {label}_difference", number(differences.spread[index, place])),
            (f"{differences.column}: {label}_difference_p", number(differences.adjusted[index, place])),
        ]
    cells.append((f"{differences.column}: difference_missing", differences.because(index)))
    return cells
