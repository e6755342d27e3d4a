"""Chart of the speeds of engines, faces a second."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from ..expression.selection import Trial
from ..report import provenance
from ..settings import EngineName
from .style import bar_layout

PLAIN, INTEL, OTHER = "#8A8A8A", "#4477AA", "#66CCEE"


def engine_speeds_figure(trials: Sequence[Trial], default: EngineName | None) -> go.Figure:
    """Bars by engine, solid for batches and pale for single faces; `trials` are of one checkpoint.

    Plain PyTorch and Intel Extension for PyTorch come first, then the others, fastest first.
    """
    batches = sorted({trial.batch for trial in trials}, reverse=True)
    rate = {(trial.engine, trial.batch): trial.faces_per_second for trial in trials}
    engines = engine_order(trials)
    figure = go.Figure()
    for batch in reversed(batches):
        values = np.array([rate.get((engine, batch), np.nan) for engine in engines])
        figure.add_bar(
            x=values,
            y=np.arange(len(engines)),
            orientation="h",
            marker={
                "color": [_colour(engine) for engine in engines],
                "opacity": 1.0 if batch == batches[0] else 0.45,
                "line": {"width": 0},
            },
            text=["" if np.isnan(value) else f" {_speed_text(value)}" for value in values],
            textposition="outside",
            cliponaxis=False,
            hovertemplate=f"%{{x:,.1f}} faces/s, {batch} at once<extra></extra>",
        )
    names = [provenance.engine_title(e) + (" <b>(default)</b>" if e == default else "") for e in engines]
    figure.update_layout(bar_layout(names, above=70, left=260, unit="Faces a second"))
    return figure


def engine_order(trials: Sequence[Trial]) -> list[EngineName]:
    """Plain PyTorch, Intel Extension for PyTorch, then the others, fastest first."""
    fastest: dict[EngineName, float] = {}
    for trial in trials:
        fastest[trial.engine] = max(trial.faces_per_second, fastest.get(trial.engine, 0.0))
    first: dict[EngineName, int] = {"torch": 0, "ipex": 1}
    return sorted(fastest, key=lambda name: (first.get(name, 2), -fastest[name]))


def _colour(engine: EngineName) -> str:
    return PLAIN if engine == "torch" else INTEL if engine.startswith("ipex") else OTHER


def _speed_text(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"
