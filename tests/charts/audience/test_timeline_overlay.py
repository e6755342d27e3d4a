"""The audience over the film's timeline: its numbers, its style, and what is missing."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import plotly.graph_objects as go

from emotion_core import charts
from emotion_core.analysis import Analysis
from emotion_core.audience import ScreeningSummary
from emotion_core.charts.audience import timeline_overlay
from tests.support.screened import HIDDEN, screened, shown_film


def unpacked(values: dict[str, Any]) -> np.ndarray[Any, Any]:
    """The numbers of a trace: its axis has 32-bit floats."""
    assert values["dtype"] == "f4"
    return np.frombuffer(base64.b64decode(values["bdata"]), dtype="<f4")


def traces(document: dict[str, Any], dash: str | None = None) -> list[dict[str, Any]]:
    return [each for each in document["figure"]["data"] if each.get("line", {}).get("dash") == dash]


def test_scenes_have_the_audiences_share_with_its_interval_in_another_style() -> None:
    """Over each label's row lie a dashed line and an outlined band; words and table have the same numbers."""
    film = shown_film()
    summary = screened(film=film).summary
    plain = charts.timeline_document(film, 0, 100, 1000)
    document = charts.timeline_with_audience(film, summary, 0, 100, 1000)
    assert go.Figure(document["figure"]).data
    assert document["rows"] == plain["rows"]
    labels = list(summary.labels)
    assert document["labels"] == labels + [f"audience, {label}" for label in labels]
    readouts, count = document["readouts"], len(labels)
    assert [len(readouts[name]) for name in ("shares", "low", "high")] == 3 * [2 * count]
    for name, values in (("shares", summary.by_scene.share), ("low", summary.by_scene.low)):
        assert readouts[name][:count] == plain["readouts"][name]
        assert readouts[name][count:] == np.rint(100 * values).astype(int).T.tolist()
    leading = summary.by_scene.leading(0)
    assert leading is not None
    assert readouts["audience"][0].startswith("audience: ")
    assert f"{summary.labels[leading.label]} {100 * leading.share:.0f}\u00a0% (" in readouts["audience"][0]
    assert readouts["audience"][0].endswith(", 12 viewers")
    dashed = traces(document, "5px,3px")
    assert [each["yaxis"] for each in dashed] == [f"y{4 + k}" for k in range(count)]
    assert not traces(plain, "5px,3px")
    tops = [document["figure"]["layout"][f"yaxis{4 + k}"]["range"][1] for k in range(count)]
    assert np.nanmax(unpacked(dashed[leading.label]["y"])) <= tops[leading.label]


def test_the_curve_is_by_second_and_has_gaps() -> None:
    """Where the film's curve is drawn the audience's is, too; a second in which nobody has a face is no point of it."""
    film = shown_film()
    document = charts.timeline_with_audience(film, screened(film=film).summary, 0, 100, 1000, 1)
    values = unpacked(traces(document, "2px,2px")[0]["y"])
    assert len(values) == 100
    assert np.flatnonzero(np.isnan(values)).tolist() == [HIDDEN]
    smooth = charts.timeline_with_audience(film, screened(film=film).summary, 0, 100, 1000, 10)
    means = unpacked(traces(smooth, "2px,2px")[0]["y"])
    assert np.flatnonzero(np.isnan(means)).tolist() == [HIDDEN]
    assert np.nanstd(means) < np.nanstd(values)


def test_too_few_viewers_are_not_drawn() -> None:
    """With fewer than five viewers there is no interval: no line either, and words say so."""
    film = shown_film()
    document = charts.timeline_with_audience(film, screened(3, film=film).summary, 0, 100, 1000)
    assert document["readouts"]["audience"] == ["audience: not enough viewers, 3 viewers"] * 2
    assert all(share is None for share in document["readouts"]["shares"][-1])
    assert all(len(unpacked(each["y"])) == 0 for each in traces(document, "5px,3px"))


def test_columns_that_pool_have_the_audience_of_the_same_seconds() -> None:
    """Where scenes are too narrow both are of the same parts, and the audience's are over viewers."""
    film, summary = long()
    document = charts.timeline_with_audience(film, summary, 0, 100, 300)
    per, readouts = int(document["per"]), document["readouts"]
    assert per > 1
    label = int(np.argmax(summary.film.share[0]))
    part = summary.viewer_seconds.values[:, 2 * per : 3 * per, label]
    expected = np.nanmean(np.nanmean(part, axis=1))
    assert abs(readouts["shares"][len(summary.labels) + label][2] - 100 * expected) <= 1


def long() -> tuple[Analysis, ScreeningSummary]:
    """A film whose scenes are a second each."""
    film = shown_film(*range(100))
    return film, screened(film=film).summary


def test_a_curve_smoothed_over_more_seconds_than_there_are_is_their_mean() -> None:
    """Of a clip of two seconds, too: sums around its ends are of what is there."""
    values = np.array([1.0, 2.0, 4.0])
    for reach, sums in ((0, [1, 2, 4]), (1, [3, 7, 6]), (5, [7, 7, 7])):
        assert timeline_overlay._sums_around(values, reach).tolist() == sums
    assert timeline_overlay._sums_around(np.array([True]), 1).tolist() == [1]
