"""Chart of two films' seconds by dominant expression."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from ..analysis import NOT_ENOUGH
from ..labels import MISSING_COLOUR, colour
from .style import bar_layout, plain, swatch

if TYPE_CHECKING:
    import pandas as pd


def totals_figure(table: pd.DataFrame, names: tuple[str, str]) -> go.Figure:
    """Seconds of each film by dominant expression, from `compare.totals`: a pale bar before, a solid one after."""
    labels = tuple(label for label in table["label"] if label != NOT_ENOUGH)
    colours = [MISSING_COLOUR if label == NOT_ENOUGH else colour(label, labels) for label in table["label"]]
    figure = go.Figure()
    for side, name, opacity in (("before", names[0], 0.45), ("after", names[1], 1.0)):
        seconds = table[f"seconds_{side}"].to_numpy(dtype=float)
        figure.add_bar(
            x=seconds,
            y=np.arange(len(table)),
            orientation="h",
            name=plain(name),
            marker={"color": colours, "opacity": opacity, "line": {"width": 0}},
            text=[f" {value:,.1f} s" if value else "" for value in seconds],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{fullData.name}: %{x:,.1f} s<extra></extra>",
        )
    names_of_rows = [swatch(label, labels) for label in table["label"]]
    figure.update_layout(bar_layout(names_of_rows, above=56, left=140, unit="Seconds of scenes"))
    return figure
