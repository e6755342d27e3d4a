"""What all charts look like, and the text they show under the pointer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from html import escape
from typing import Any

import numpy as np

from ..analysis.records import NOT_ENOUGH, Analysis, SceneEmotion
from ..labels import MISSING_COLOUR, colour
from ..report import wording

CONFIG = {
    "showSendToCloud": False,
    "displaylogo": False,
    "scrollZoom": False,
    "modeBarButtons": [["toImage", "zoomIn2d", "zoomOut2d", "resetScale2d"]],
}
"""For whoever shows a figure: a small toolbar, and nothing that leads off this machine."""

CLEAR = "rgba(0,0,0,0)"
LINE = "rgba(128,128,128,0.45)"
LANE = "rgba(128,128,128,0.08)"
MANY = 150
"""Scenes from which on a chart leaves out what could not be seen anyway."""
HATCHING = {
    "shape": "/",
    "size": 7,
    "solidity": 0.25,
    "fillmode": "replace",
    "fgcolor": "rgba(154,160,166,0.75)",
    "bgcolor": "rgba(154,160,166,0.10)",
}
"""MISSING_COLOUR, so thin that the page shows through."""
NOT_FILM = "rgba(154,160,166,0.28)"
"""Over scenes that are no part of the film."""
HOVER = {"bgcolor": "#22252B", "bordercolor": "#22252B", "font": {"color": "#F5F5F5", "size": 12}, "align": "left"}
CHART: dict[str, Any] = {
    "paper_bgcolor": CLEAR,
    "plot_bgcolor": CLEAR,
    "showlegend": False,
    "hoverlabel": HOVER,
    "modebar": {"bgcolor": CLEAR, "color": "rgba(128,128,128,0.6)", "activecolor": "rgba(128,128,128,1)"},
}
"""Layout that every figure shares."""


def bars(names: Sequence[str], *, above: int, left: int, counted: str) -> dict[str, Any]:
    """Layout of horizontal bars, one row a name from the top down; `above` and `left` in pixels, `counted` the unit."""
    return {
        **CHART,
        "height": above + 46 * len(names),
        "margin": {"l": left, "r": 70, "t": 8, "b": 48},
        "bargap": 0.28,
        "bargroupgap": 0.06,
        "xaxis": {"title": {"text": counted}, "rangemode": "tozero", "fixedrange": True, "zeroline": False},
        "yaxis": {
            "tickvals": np.arange(len(names)),
            "ticktext": names,
            "range": [len(names) - 0.5, -0.5],
            "fixedrange": True,
            "showgrid": False,
            "zeroline": False,
        },
    }


def full_scale(*analyses: Analysis) -> float:
    """The share at the top of a scale that all rows of these films have in common: 0.5 if that holds them all, else 1.

    Soft models spread their shares over many labels; on a scale to 1 nothing could then be told apart.
    """
    rows = [row for analysis in analyses for row in analysis.scenes if row.shares is not None]
    highest = max((max(row.shares or (0,)) for row in rows), default=0)
    reach = max((high for row in rows for _, high in row.intervals or ()), default=0)
    return 0.5 if max(highest, reach) <= 0.5 else 1.0


@cache
def swatch(label: str, labels: tuple[str, ...]) -> str:
    hue = MISSING_COLOUR if label == NOT_ENOUGH else colour(label, labels)
    return f'<span style="color:{hue}">■</span> {escape(label)}'


def story(analysis: Analysis, row: SceneEmotion, title: str = "") -> str:
    """A scene's hover text: when it is, the shares with their intervals, largest first, and what they rest on."""
    order = [] if row.shares is None else np.argsort(row.shares)[::-1].tolist()
    above, below = _around(analysis, row, title)
    return "<br>".join([*above, *(_share(analysis, row, i) for i in order), below])


def stories_by_label(analysis: Analysis, row: SceneEmotion) -> list[str]:
    """The scene's hover text for each label, with that label's share only."""
    above, below = _around(analysis, row, "")
    shares = [[] if row.shares is None else [_share(analysis, row, i)] for i in range(len(analysis.labels))]
    return ["<br>".join([*above, *share, below]) for share in shares]


def _share(analysis: Analysis, row: SceneEmotion, label: int) -> str:
    return f"{swatch(analysis.labels[label], analysis.labels)} {wording.share(row, label)}"


def _around(analysis: Analysis, row: SceneEmotion, title: str) -> tuple[list[str], str]:
    """What stands above and below the shares."""
    lines = [escape(title)] if title else []
    lines += [f"<b>{escape(wording.scene_title(row))}</b>", wording.scene_clock(analysis, row)]
    if row.dominant is None:
        lines.append(f"<b>{wording.dominant(row)}</b>")
    return lines, wording.evidence(row)


def faded(hue: str, alpha: float) -> str:
    """A hex colour as rgba."""
    red, green, blue = (int(hue[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"
