"""The chart of each version's expressions."""

from __future__ import annotations

from emotion_core.charts import version_shares_figure
from emotion_core.compare.versions import VersionShares

LABELS = ("sad", "happy", "neutral", "fear", "angry")


def test_a_panel_an_expression_with_a_gap_for_a_version_without_faces() -> None:
    """Values, intervals and the versions' own numbers; names of films are text, never markup."""
    shares = VersionShares((0.1, 0.5, 0.2, 0.1, 0.1), ((0.0, 0.2), (0.3, 0.6), (0.1, 0.3), (0.0, 0.2), (0.0, 0.2)), 9.0)
    figure = version_shares_figure(LABELS, [shares, None, shares], ["<b>one", "two", "three"], (1, 2, 4))
    happy = figure.data[1]
    assert len(figure.data) == len(LABELS)
    assert list(happy.y) == [0.5, None, 0.5]
    assert [round(each, 6) for each in happy.error_y.arrayminus] == [0.2, 0.0, 0.2]
    assert figure.layout.xaxis2.ticktext == ("1", "2", "4")
    assert happy.text[0].startswith("<b>Version 1</b> &lt;b&gt;one")
    assert "no usable face" in happy.text[1]
    ranges = {tuple(figure.layout[f"yaxis{k or ''}"].range) for k in ("", 2, 3, 4, 5)}
    assert len(ranges) == 1
    assert figure.layout.yaxis5.domain[1] < figure.layout.yaxis.domain[0]
