"""Common style of the charts, and their hover texts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from html import escape
from typing import Any

import numpy as np

from ..analysis import NOT_ENOUGH, Analysis, SceneEmotion, certainty_of
from ..labels import MISSING_COLOUR, colour
from ..report import wording

PLOTLY_CONFIG = {
    "showSendToCloud": False,
    "displaylogo": False,
    "scrollZoom": False,
    "modeBarButtons": [["toImage", "zoomIn2d", "zoomOut2d", "resetScale2d"]],
}
"""Plotly configuration for showing a figure: a small toolbar without links to other servers."""

CLEAR = "rgba(0,0,0,0)"
LINE = "rgba(128,128,128,0.45)"
LANE = "rgba(128,128,128,0.08)"
MANY = 150
"""Number of scenes above which charts omit details that would be too small to see."""
HATCHING = {
    "shape": "/",
    "size": 7,
    "solidity": 0.2,
    "fillmode": "replace",
    "fgcolor": "rgba(154,160,166,0.28)",
    "bgcolor": "rgba(154,160,166,0.05)",
}
"""MISSING_COLOUR, so transparent that it is quieter than what was measured."""
PALE = 0.4
"""Opacity of scenes whose dominant expression is not clear."""
NOT_FILM = "rgba(154,160,166,0.28)"
"""Colour over scenes that are not part of the film."""
HOVER = {"bgcolor": "#22252B", "bordercolor": "#22252B", "font": {"color": "#F5F5F5", "size": 12}, "align": "left"}
CHART: dict[str, Any] = {
    "paper_bgcolor": CLEAR,
    "plot_bgcolor": CLEAR,
    "showlegend": False,
    "hoverlabel": HOVER,
    "modebar": {"bgcolor": CLEAR, "color": "rgba(128,128,128,0.6)", "activecolor": "rgba(128,128,128,1)"},
}
"""Layout of every figure."""


def plain(text: str) -> str:
    """Text for a figure, shown as it is written.

    Quotes stay: Plotly's texts take `<`, `>` and `&` for HTML, but know no entity for a quote, and would show “&quot;”.
    """
    return escape(text, quote=False)


def bar_layout(names: Sequence[str], *, above: int, left: int, unit: str) -> dict[str, Any]:
    """Layout of horizontal bars, a row a name from the top; `above` and `left` in pixels, `unit` the axis title."""
    return {
        **CHART,
        "height": above + 46 * len(names),
        "margin": {"l": left, "r": 70, "t": 8, "b": 48},
        "bargap": 0.28,
        "bargroupgap": 0.06,
        "xaxis": {"title": {"text": unit}, "rangemode": "tozero", "fixedrange": True, "zeroline": False},
        "yaxis": {
            "tickvals": np.arange(len(names)),
            "ticktext": names,
            "range": [len(names) - 0.5, -0.5],
            "fixedrange": True,
            "showgrid": False,
            "zeroline": False,
        },
    }


def readable_on(hue: str) -> str:
    """Black or white, whichever has more contrast with a hex colour (WCAG 2.2, relative luminance)."""
    parts = np.array([int(hue[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return "#000000" if float(linear @ [0.2126, 0.7152, 0.0722]) > 0.179 else "#FFFFFF"


def full_scale(*analyses: Analysis) -> float:
    """Top of the common scale of shares of these films: 0.5 if no share or interval exceeds it, else 1.

    Soft models spread shares over many labels, which a scale to 1 would make indistinguishable.
    """
    rows = [row for analysis in analyses for row in analysis.scenes if row.shares is not None]
    highest = max((max(row.shares or (0,)) for row in rows), default=0)
    highest_interval = max((high for row in rows for _, high in row.intervals or ()), default=0)
    return 0.5 if max(highest, highest_interval) <= 0.5 else 1.0


@cache
def swatch(label: str, labels: tuple[str, ...]) -> str:
    """A label as HTML, with a square of its colour."""
    hue = MISSING_COLOUR if label == NOT_ENOUGH else colour(label, labels)
    return f'<span style="color:{hue}">■</span> {plain(label)}'


def story(analysis: Analysis, row: SceneEmotion, title: str = "") -> str:
    """A scene's hover text: its times, shares with intervals, largest first, and their basis."""
    order = [] if row.shares is None else np.argsort(row.shares)[::-1].tolist()
    above, below = _around(analysis, row, title)
    return "<br>".join([*above, *(_share(analysis, row, i) for i in order), below])


def stories_by_label(analysis: Analysis, row: SceneEmotion) -> list[str]:
    """A scene's hover texts by label, each with the share of that label only."""
    above, below = _around(analysis, row, "")
    shares = [[] if row.shares is None else [_share(analysis, row, i)] for i in range(len(analysis.labels))]
    return ["<br>".join([*above, *share, below]) for share in shares]


def _share(analysis: Analysis, row: SceneEmotion, label: int) -> str:
    return f"{swatch(analysis.labels[label], analysis.labels)} {wording.share_text(row, label)}"


def _around(analysis: Analysis, row: SceneEmotion, title: str) -> tuple[list[str], str]:
    """The lines above and below the shares."""
    lines = [plain(title)] if title else []
    lines += [f"<b>{plain(wording.scene_title(row))}</b>", wording.scene_times(analysis, row)]
    if certainty_of(analysis, row) != "clear":
        why = wording.certainty_text(analysis, row)
        lines.append(f"<b>{plain(wording.dominant_or_reason(analysis, row))}</b>" + (f": {why}" if why else ""))
    return lines, wording.evidence_text(row)


def faded(hue: str, alpha: float) -> str:
    """A hex colour as rgba with `alpha`, 0 to 1."""
    red, green, blue = (int(hue[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"
