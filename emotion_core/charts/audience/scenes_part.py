"""The heatmap of scenes by expressions of the audience, on the film's time axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import formatting
from ...audience import ScreeningSummary
from ..film_page import Columns, column_traces as traces
from ..film_page.arrays import packed_times
from ..film_page.heatmap_part import GAPS, ROW, cells, label_axis
from ..film_page.rows import BESIDE, BOTTOM, RIGHT, TOP, left_margin, pooled_time, time_axis
from ..steps import ZERO
from ..style import CHART
from .columns import between, columns_of, percents, texts
from .pooling import pool_of

NARROW = 4
"""Pixels: where more than a quarter of the scenes would be narrower, columns are parts of equal length."""


def audience_scenes_document(summary: ScreeningSummary, start: float, end: float, width: int) -> dict[str, Any]:
    """A document as `heatmap_document` makes it."""
    labels, plot = summary.labels, width - left_margin(width) - RIGHT
    drawn = _columns(summary, start, end, plot)
    pixels = float(np.median(drawn.ends - drawn.starts)) * plot / (end - start)
    scale = 0.5 if not (summary.by_scene.share > 0.5).any() else 1.0
    edges = traces.edges(drawn)
    data = cells(drawn, labels, scale, packed_times(edges), gap=1 if pixels >= GAPS else 0)
    data += traces.veils(drawn, edges, "y2", 1)
    layout = {
        **CHART,
        "height": TOP + BOTTOM + ROW * len(labels),
        "margin": {"l": left_margin(width), "r": RIGHT, "t": TOP, "b": BOTTOM},
        "hovermode": False,
        "xaxis": time_axis(start, end) | {"anchor": "y"},
        "yaxis": label_axis(labels),
        "yaxis2": {"range": [0, 1], "overlaying": "y", "visible": False, "anchor": "x"},
    }
    leading = [
        "nobody has a usable face" if k < 0 else f"{labels[k]} {formatting.percent(float(drawn.shares[i, k]))}"
        for i, k in enumerate(drawn.dominant.tolist())
    ]
    full = f"Full colour at {formatting.percent(scale)}"
    return {
        "figure": {"data": data, "layout": layout},
        "axis": "time",
        "zero": ZERO,
        "rows": [[k * ROW, (k + 1) * ROW] for k in range(len(labels))],
        "per": drawn.per,
        "note": f"{full}. Each column pools {pooled_time(drawn.per)}; zoom in for scenes" if drawn.per else full,
        "labels": list(labels),
        "names": ["Scene", "Time", "Largest share", "Viewers"],
        "readouts": texts(summary, drawn, leading)
        | {
            name: [percents(column) for column in getattr(drawn, name).T]
            for name in ("shares", "low", "high")
        },
    }  # fmt: skip


def _columns(summary: ScreeningSummary, start: float, end: float, plot: float) -> Columns:
    """Scenes, or parts of one length where scenes would be too narrow to see."""
    starts = [scene.start for scene in summary.scenes]
    edges = np.append(starts, summary.scenes[-1].end)
    scenes = columns_of(summary, summary.by_scene, edges, 0)
    beside = (end - start) * BESIDE
    shown = between(scenes, start, end, beside)
    drawn = scenes.between(shown.start, shown.stop)
    pixels = (drawn.ends - drawn.starts) * plot / max(end - start, 1e-9)
    if np.count_nonzero(pixels < NARROW) <= max(len(drawn) / 4, 10):
        return drawn
    pool = pool_of(summary, start, end, plot * 0.5)
    whole = columns_of(summary, pool.shares(), pool.edges, pool.length)
    shown = between(whole, start, end, beside)
    return whole.between(shown.start, shown.stop)
