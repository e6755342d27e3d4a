"""The charts of a screening: what is drawn, what is missing, and the words and tables behind."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from emotion_core import charts
from emotion_core.audience import Plant, ScreeningSummary, summarize, synthetic_reactions, synthetic_viewers
from emotion_core.errors import SettingsError

SCENES = [(0.0, 40.0), (40.0, 41.0), (41.0, 90.0)]


def summary(viewers: int = 12, duration: float = 90.0, scenes: list[tuple[float, float]] = SCENES) -> ScreeningSummary:
    """Viewers in two groups who share a story; nobody has a face in the last ten seconds."""
    plant = Plant(duration=duration, scenes=scenes, gain=1.5, effects={"<b>old": 1.0, "young": 0.0}, missing=0.05)
    shown = []
    for own in synthetic_reactions(plant, viewers):
        probabilities = own.probabilities.copy()
        probabilities[own.seconds >= duration - 10] = np.nan
        shown.append(replace(own, probabilities=probabilities))
    return summarize(plant.labels, scenes, duration, synthetic_viewers(plant, viewers), shown)


@pytest.fixture(scope="module")
def shown() -> ScreeningSummary:
    return summary()


def unpacked(values: dict[str, Any]) -> np.ndarray[Any, Any]:
    return np.frombuffer(base64.b64decode(values["bdata"]), dtype=np.dtype(values["dtype"]).newbyteorder("<"))


def test_curves_have_the_numbers_of_the_summary(shown: ScreeningSummary) -> None:
    """A column a second where there is room: share and interval in whole percents, nothing where nobody has a face; a
    group is drawn beside, with its number of viewers, and its name is no markup.
    """
    chosen = charts.chosen_from_text(shown, "6,i", "0.0,0.b", cast=True)
    document = charts.audience_curves_document(shown, 0, 90, 1000, chosen)
    assert go.Figure(document["figure"]).data
    readouts = document["readouts"]
    assert len(readouts["starts"]) == 90
    assert readouts["shares"][0][20] == round(100 * float(shown.seconds.share[20, 6]))
    assert readouts["low"][0][20] == round(100 * float(shown.seconds.low[20, 6]))
    assert readouts["shares"][1][20] == round(100 * (1 - float(shown.seconds.share[20, 3])))
    assert readouts["shares"][0][-5] is None
    assert readouts["leading"][-5] == "nobody has a usable face"
    assert "12 viewers" in readouts["evidence"][20]
    label = shown.labels[6]
    assert document["labels"][:3] == [label, "intensity", f"{label}, group: <b>old (n = 6)"]
    assert len(document["labels"]) == len(readouts["shares"]) == len(readouts["low"])
    legend = document["figure"]["layout"]["annotations"][0]["text"]
    assert "&lt;b&gt;old (n = 6)" in legend
    assert "<b>old" not in legend
    assert "<br>" not in legend
    narrow = charts.audience_curves_document(shown, 0, 90, 500, chosen)["figure"]["layout"]
    assert narrow["annotations"][0]["text"].count("<br>") == 1  # a second line, above the rows
    assert narrow["margin"]["t"] > document["figure"]["layout"]["margin"]["t"]


def test_a_feature_film_is_drawn_in_pooled_columns() -> None:
    """6,000 seconds on 1,000 pixels are columns of some pixels, whose intervals are over viewers, not over seconds."""
    long = summary(8, 6000.0, [(start, start + 60.0) for start in np.arange(0, 6000, 60.0)])
    chosen = charts.chosen_from_text(long, "i", "", cast=True)
    document = charts.audience_curves_document(long, 0, 6000, 1000, chosen)
    assert document["per"] == 20
    assert len(document["readouts"]["starts"]) <= 300
    assert "pools 20 s" in document["note"]
    share, low, high = (document["readouts"][name][0][3] for name in ("shares", "low", "high"))
    assert low < share < high
    assert share == pytest.approx(100 * np.nanmean(1 - long.viewer_seconds.values[:, 60:80, 3].mean(axis=1)), abs=6)
    part = charts.audience_curves_document(long, 600, 660, 1000, chosen)
    assert part["per"] == 0
    assert len(part["readouts"]["starts"]) == 90  # a quarter more on either side


def test_missing_is_hatched_and_never_zero(shown: ScreeningSummary) -> None:
    """Among viewers by time a missing part has no value, and lies in an outline that is hatched."""
    document = charts.viewers_document(shown, 0, 90, 1400, charts.INTENSITY)
    hatched, cells = document["figure"]["data"]
    values = unpacked(cells["z"]).reshape(12, -1)
    assert np.isnan(values[:, -3:]).all()
    assert (values[~np.isnan(values)] > 0).all()
    assert cells["colorscale"][0][1].endswith("0.14)")
    assert hatched["fillpattern"]["shape"] == "/"
    assert document["labels"][0] == "Synthetic viewer 1"
    assert document["readouts"]["shares"][0][-1] is None


def test_scenes_without_synchrony_say_why(shown: ScreeningSummary) -> None:
    """The scene of a second is too short; the others have a correlation with p and the number of viewers."""
    leading = charts.synchrony_document(shown, 0, 90, 1000, 6)["readouts"]["leading"]
    assert leading[0].startswith("correlation ")
    assert "adjusted" in leading[0]
    assert "viewers compared" in leading[0]
    assert leading[1].startswith("no synchrony: fewer than 20 seconds")


def test_scenes_by_expressions(shown: ScreeningSummary) -> None:
    """A column a scene, with the audience's shares in whole percents."""
    document = charts.audience_scenes_document(shown, 0, 90, 1000)
    assert go.Figure(document["figure"]).data
    assert [column[0] for column in document["readouts"]["shares"]] == [
        round(100 * float(share)) for share in shown.by_scene.share[0]
    ]
    assert document["readouts"]["titles"] == ["Scene 1", "Scene 2", "Scene 3"]


@pytest.mark.parametrize(("rows", "groups"), [("x", ""), ("9", ""), ("i", "0.7"), ("i", "1.0"), ("i", "a")])
def test_what_is_not_there_is_refused(shown: ScreeningSummary, rows: str, groups: str) -> None:
    """A curve or group that the screening lacks is one clear error."""
    with pytest.raises(SettingsError):
        charts.chosen_from_text(shown, rows, groups, cast=True)
