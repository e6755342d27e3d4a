"""The charts of the target arc."""

from __future__ import annotations

import pytest

from emotion_core import charts
from emotion_core.analysis import Analysis, analyse
from emotion_core.annotations import Annotations, Target
from emotion_core.charts.target_arc import RANKED
from emotion_core.labels import colour
from tests.support.scans import Look, by_cuts, logits_of, observations

HAPPY: Look = ((10.0, 10.0, 40.0, 40.0), 0.9, logits_of(happy=0.88))
TARGETS = (Target(0, "sad"), Target(25, "<b>", 0.3), Target(50, "happy", 0.9), Target(75, "happy"))


@pytest.fixture(scope="module")
def film() -> Analysis:
    """Four scenes of a second: three happy ones, and one without a face."""
    looks = {frame: [HAPPY] if frame < 75 else [] for frame in range(0, 100, 5)}
    return analyse(observations(looks), by_cuts(25, 50, 75, annotations=Annotations((), TARGETS)))


def test_the_arc_sets_intended_above_read(film: Analysis) -> None:
    """Each target has its colour, each deviation its height; a scene without faces has none, and no text is HTML."""
    figure = charts.target_arc_figure(film)
    intended, read, *_ = figure.data
    assert intended.text == ("sad", "&lt;b&gt;", "happy", "happy")
    assert intended.marker.color[0] == colour("sad")
    assert len(read.x) == 3
    (off,) = (trace for trace in figure.data if trace.type == "bar" and trace.error_y.array is not None)
    assert [round(value, 2) for value in off.y] == [0.98, 0.68, 0.12]
    assert [title.text for title in figure.layout.annotations] == [
        "<b>intended</b>",
        "<b>read</b>",
        "intensity",
        "off by",
    ]
    stories = figure.data[-1].customdata
    assert len(stories) == 4
    assert stories[0].startswith("Target: sad<br>missed, off by 98 points (98–98)<br>happy leads, sad")
    assert stories[3].startswith("Target: happy<br>not enough faces<br>")
    assert "<b>, intensity" not in stories[1]


def test_there_are_rows_for_what_is_intended_only() -> None:
    """Expressions or intensities alone have a row less; without any target the chart is empty, not wrong."""
    looks = {frame: [HAPPY] for frame in range(0, 100, 5)}
    for targets, titles in (((Target(0, "sad"),), 3), ((Target(0, None, 0.5),), 3), ((), 2)):
        film = analyse(observations(looks), by_cuts(50, annotations=Annotations((), targets)))
        assert len(charts.target_arc_figure(film).layout.annotations) == titles
        assert len(charts.deviations_figure(film).data[0].y) == len(targets)


def test_the_ranking_begins_with_what_is_missed_most(film: Analysis) -> None:
    """A bar a scene with a deviation, worst first, with its interval and its result in words."""
    (bars,) = charts.deviations_figure(film).data
    assert charts.deviations_figure(film).layout.yaxis.ticktext == (
        "Scene 1: sad · <b>missed</b>",
        "Scene 2: &lt;b&gt;, intensity 0.30 · <b>missed</b>",
        "Scene 3: happy, intensity 0.90 · <b>met</b>",
    )
    assert len(bars.x) <= RANKED
