"""The charts of a part of a film, made for a width in pixels."""

from __future__ import annotations

import base64
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from emotion_core import charts
from emotion_core.analysis import Analysis, analyse, sums_by_frame
from emotion_core.charts.film_page.arrays import DTYPES
from emotion_core.charts.film_page.column_traces import UNITS
from emotion_core.charts.film_page.columns import (
    CLEAR,
    FEW,
    MIXED,
    NONE,
    columns_of_scenes,
    columns_of_time,
    scene_columns,
)
from emotion_core.charts.steps import ZERO
from emotion_core.library import Library
from emotion_core.settings import ReportSettings, ShotSettings
from tests.support import library_builder, scans

KITCHEN = "<The> kitchen"


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    """Four scenes of 30 frames: sad, no face, happy, black."""
    library = Library.open(tmp_path_factory.mktemp("home"))
    return library.analysis(library_builder.film(library, "bikes.mp4", ("sad", None, "happy", "black")).id)


SCENES, LENGTH = 2000, 36
"""Of the long film: scenes of 36 frames at 25 a second, 48 minutes."""


@pytest.fixture(scope="module")
def long() -> Analysis:
    """Two thousand scenes with a face on three frames each; every fourth has none."""
    face = ((20.0, 20.0, 40.0, 40.0), 0.9)
    looks = {
        scene * LENGTH + at: [(*face, scans.logits_of(**{("sad", "happy", "fear")[scene // 40 % 3]: 0.8}))]
        if scene % 4
        else []
        for scene in range(SCENES)
        for at in (4, 16, 28)
    }
    film = scans.media(duration=Fraction(SCENES * LENGTH, 25))
    observed = scans.observations(looks, frames=SCENES * LENGTH, film=film)
    cuts = tuple((scene * LENGTH, KITCHEN if scene == 7 else "") for scene in range(SCENES))
    return analyse(observed, ReportSettings(shots=ShotSettings(detector="cuts", cuts=cuts)))


def unpacked(spec: dict[str, Any]) -> Any:
    """The array of a spec by `packed`."""
    array = np.frombuffer(base64.b64decode(spec["bdata"]), DTYPES[spec["dtype"]])
    return array.reshape([int(n) for n in spec["shape"].split(",")]) if "shape" in spec else array


def both(analysis: Analysis, start: float, end: float, width: int) -> tuple[dict[str, Any], ...]:
    """The timeline with its curve, and the heatmap on the axis of scenes."""
    return (
        charts.timeline_document(analysis, start, end, width, 3),
        charts.heatmap_document(analysis, start, end, width, "scenes"),
    )


def text(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def traces(document: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [trace for trace in document["figure"]["data"] if trace["type"] == kind]


@pytest.mark.parametrize("part", [(0.0, 4.0), (1.0, 2.5)])
def test_plotly_knows_all_of_a_figure(short: Analysis, part: tuple[float, float]) -> None:
    """Every property of both charts, on both axes, is one of Plotly's."""
    for document in (
        charts.timeline_document(short, *part, 900, 3),
        charts.heatmap_document(short, *part, 900),
        charts.heatmap_document(short, *part, 900, "scenes"),
    ):
        assert len(go.Figure(document["figure"]).data) == len(document["figure"]["data"])


def test_scenes_stand_where_they_are_with_the_reports_numbers(short: Analysis) -> None:
    """Each label's line is level over each scene with shares, at its share, and has a gap over one without."""
    document = charts.timeline_document(short, 0, 4, 900)
    lines = [t for t in traces(document, "scatter") if "connectgaps" in t]
    assert len(lines) == len(short.labels)
    ends = [float(row.scene.span.end) for row in short.scenes]
    for k, line in enumerate(lines):
        x, y = (unpacked(line[axis]) for axis in "xy")
        np.testing.assert_allclose(x, ZERO + 1000 * np.array([0, ends[0], ends[0], ends[1], ends[2], ends[2]]), atol=1)
        shares = [row.shares[k] for row in short.scenes if row.shares is not None]
        np.testing.assert_allclose(y / UNITS, [shares[0]] * 2 + [np.nan] + [shares[1]] * 2 + [np.nan], rtol=1e-5)


def test_the_ribbon_has_dominant_and_runner_up(short: Analysis) -> None:
    """A clear scene has its colour above and below; one without a dominant expression has none."""
    ribbon = traces(charts.timeline_document(short, 0, 4, 900), "heatmap")[0]
    lower, upper = unpacked(ribbon["z"])
    sad, happy = (1 + short.labels.index(label) for label in ("sad", "happy"))
    assert upper.tolist() == lower.tolist() == [sad, 0, happy, 0]
    assert scene_columns(short).level.tolist() == [CLEAR, NONE, CLEAR, NONE]


def test_names_appear_only_where_they_fit(short: Analysis) -> None:
    """At 900 pixels both names stand on the ribbon, at 200 none does. Of a scene that the chart's edge cuts off, the
    name stands in the middle of the rest.
    """

    def names(start: float, end: float, width: int) -> dict[str, Any]:
        document = charts.timeline_document(short, start, end, width)
        return next(t for t in traces(document, "scatter") if t["mode"] == "text")

    assert names(0, 4, 900)["text"] == ["sad", "happy"]
    assert names(0, 4, 200)["text"] == []
    first = float(short.scenes[0].scene.span.end)
    assert unpacked(names(0.5, 4, 900)["x"])[0] == pytest.approx(ZERO + 500 * (0.5 + first), abs=1)


def test_the_readout_says_times_expression_interval_and_coverage(short: Analysis) -> None:
    """Texts a column in the report's words, and whole percents a label; missing shares are None, not 0."""
    said = charts.timeline_document(short, 0, 4, 900)["readouts"]
    assert said["titles"] == ("Scene 1", "Scene 2", "Scene 3", "Scene 4")
    assert said["times"][0].startswith("00:00:00:00 – ")
    assert said["leading"][0].startswith("sad 70")
    assert said["leading"][1:] == ["not enough faces", said["leading"][2], "black"]
    assert "coverage 100" in said["evidence"][0]
    assert [column[1] for column in said["shares"]] == [None] * len(short.labels)


def test_the_curve_is_drawn_over_scenes_only_where_it_is_chosen(short: Analysis) -> None:
    """With a smoothing each label has one more line."""
    lines = [
        sum("connectgaps" in t for t in traces(charts.timeline_document(short, 0, 4, 900, smoothing), "scatter"))
        for smoothing in (0, 3)
    ]
    assert lines == [len(short.labels), 2 * len(short.labels)]


def test_feature_length_is_pooled_and_scenes_come_back_on_zoom(long: Analysis) -> None:
    """Where scenes would be too narrow to see, columns pool parts of one length, over the frames in them; the
    hover says which scenes. Zoomed in, columns are scenes again.
    """
    whole = columns_of_time(long, 0, 2880, 1290)
    assert whole.per == 10
    assert whole.ends[0] * 1290 / 2880 >= 4
    sums = sums_by_frame(long)
    inside = (sums.seconds >= 20) & (sums.seconds < 30)
    np.testing.assert_allclose(whole.shares[2], sums.sums[inside].sum(axis=0) / sums.weights[inside].sum())
    assert whole.coverage[2] == pytest.approx((sums.faces[inside] > 0).mean())
    document = charts.timeline_document(long, 0, 2880, 1440)
    assert document["note"] == "Each column pools 10 s; zoom in for scenes"
    assert document["readouts"]["titles"][2] == "Scenes 14–21"
    near = charts.timeline_document(long, 600, 700, 1440)
    assert near["per"] == 0
    assert near["readouts"]["titles"][0] == f"Scene {near['readouts']['first'][0]}"
    assert near["readouts"]["starts"][0] <= 600
    assert near["readouts"]["ends"][-1] >= 700


def test_on_the_axis_of_scenes_neighbours_are_grouped(long: Analysis) -> None:
    """Groups of a round number of scenes are wide enough, and a group's shares are over all its frames."""
    grouped = columns_of_scenes(long, 0, SCENES, 1290)
    assert grouped.per == 10
    assert (grouped.first[1], grouped.last[1]) == (11, 20)
    sums = sums_by_frame(long)
    inside = (sums.scenes >= 10) & (sums.scenes < 20)
    np.testing.assert_allclose(grouped.shares[1], sums.sums[inside].sum(axis=0) / sums.weights[inside].sum())
    document = charts.heatmap_document(long, 0, 2880, 1440, "scenes")
    assert document["figure"]["layout"]["xaxis"]["range"] == [0.5, SCENES + 0.5]
    assert document["note"] == "Each column pools 10 scenes; zoom in for single ones"


@pytest.mark.parametrize("part", [(0, 2880), (500, 1500), (1000, 1500), (1000, 1200)])
def test_an_answer_stays_small(long: Analysis, part: tuple[float, float]) -> None:
    """Of two thousand scenes a chart takes less than 300 kB at every zoom, and has no trace a scene."""
    for document in (
        charts.timeline_document(long, *part, 1440, 3),
        charts.heatmap_document(long, *part, 1440, "scenes"),
    ):
        assert len(text(document)) < 300_000
        assert len(document["figure"]["data"]) < 60


def test_pooled_columns_follow_the_rules_of_scenes(long: Analysis) -> None:
    """A part is clear, mixed, or has no dominant expression by the floors and intervals that hold for scenes."""
    whole = columns_of_time(long, 0, 2880, 1290)
    assert set(whole.level.tolist()) <= {NONE, CLEAR, MIXED, FEW}
    sad = long.labels.index("sad")
    assert (whole.dominant[0], whole.level[0]) == (sad, CLEAR)
    edge = np.flatnonzero(whole.level == MIXED)  # where one expression gives way to the next
    assert 0 < len(edge) < len(whole) / 5


def test_a_film_without_faces_can_be_drawn(tmp_path: Path) -> None:
    """Nothing but hatching: one outline over all of it."""
    library = Library.open(tmp_path)
    nobody = library.analysis(library_builder.film(library, "bikes.mp4", (None, None)).id)
    for document in (
        charts.timeline_document(nobody, 0, 2, 800, 3),
        charts.heatmap_document(nobody, 0, 2, 800, "scenes"),
    ):
        assert go.Figure(document["figure"]).data
        (veil,) = (t for t in traces(document, "scatter") if "fillpattern" in t)
        assert unpacked(veil["y"])[:4].tolist() == [0, 1, 1, 0]
