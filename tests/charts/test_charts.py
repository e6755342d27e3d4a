"""Figures of a film with four known scenes."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
import pytest

from emotion_core import charts
from emotion_core.analysis import Analysis, SceneEmotion
from emotion_core.charts.steps import axis_time
from emotion_core.charts.style import NOT_FILM, PALE, faded
from emotion_core.compare import SharedSegment, totals
from emotion_core.labels import MISSING_COLOUR, REFERENCE_LABELS, colour
from emotion_core.media import Media
from emotion_core.observations import CheckpointIdentity, EngineIdentity, Observations, Scores
from emotion_core.scenes import Scene, Shot
from emotion_core.settings import ReportSettings, ScanSettings
from emotion_core.timecode import Span

ZERO = 86_400_000
"""Milliseconds: a film begins at midnight of a day, so that the axis reads as a clock."""

HAPPY = (0.05, 0.05, 0.05, 0.10, 0.05, 0.10, 0.60)
SAD = (0.50, 0.05, 0.10, 0.20, 0.05, 0.05, 0.05)

Rows = list[tuple[int, int, tuple[float, ...] | None, float | None, str | None]]
# first frame, last frame (exclusive), shares, interval half-width, dominant; 24 frames a second
SCENES: Rows = [
    (0, 48, HAPPY, 0.04, "happy"),
    (48, 49, None, None, None),  # one frame, no face
    (49, 120, SAD, 0.03, "sad"),
    (120, 240, SAD, None, None),  # faces on too few frames: shares, but neither interval nor dominant
]


def analysis(scenes: Rows = SCENES) -> Analysis:
    """An analysis of these scenes at 24 frames a second, without a scan behind it."""
    frames = scenes[-1][1]
    media = Media(
        content_id="0" * 64,
        rate=Fraction(24),
        start_frame=86400,
        drop_frame=False,
        duration=Fraction(frames, 24),
        frames_from_header=frames,
        width=640,
        height=360,
        pixel_aspect=Fraction(1),
        rotation=0,
        field_order="progressive",
        transfer="",
        is_vfr=False,
        time_base=Fraction(1, 24),
        first_pts=0,
        codec="h264",
    )
    observed = Observations(
        media=media,
        scan_settings=ScanSettings(),
        checkpoint=CheckpointIdentity("embedded", "embedded", "", "ab" * 32, REFERENCE_LABELS, "ResNet"),
        engine=EngineIdentity("torch", "fp32", "torch 2.8", 1, "the only one"),
        scores=Scores.empty(),
        samples=(),
        faces=(),
        expressions=(),
    )
    rows = []
    for number, (first, last, shares, spread, dominant) in enumerate(scenes, start=1):
        span = Span(Fraction(first, 24), Fraction(last, 24))
        intervals = None
        if shares is not None and spread is not None:
            intervals = tuple((share - spread, share + spread) for share in shares)
        rows.append(
            SceneEmotion(
                scene=Scene(first, number, (Shot(first, last, span),), "<The> kitchen" if number == 1 else ""),
                shares=shares,
                intervals=intervals,
                dominant=dominant,
                intensity=None if shares is None else 1 - shares[3],
                faces=0 if shares is None else 5,
                people=1.0,
                frames_sampled=6,
                frames_with_faces=0 if shares is None else 4,
                coverage=0.0 if shares is None else 4 / 6,
            )
        )
    return Analysis(observed, ReportSettings(), tuple(rows), ())


@pytest.fixture(scope="module")
def drawn() -> go.Figure:
    return charts.timeline_figure(analysis())


def scene_bars(figure: go.Figure) -> list[go.Bar]:
    return [trace for trace in figure.data if trace.name == "scenes"]


def fills(figure: go.Figure) -> list[go.Scatter]:
    """Each label's area and band: edges along the top, then back along the foot."""
    return [trace for trace in figure.data if trace.type == "scatter" and trace.fillcolor]


def hatchings(figure: go.Figure) -> list[go.Scatter]:
    return [trace for trace in figure.data if trace.type == "scatter" and trace.fillpattern.shape == "/"]


def test_every_label_has_a_row_in_its_own_colour(drawn: go.Figure) -> None:
    """Each label's line has the label's colour and a separate axis."""
    lines = [trace for trace in drawn.data if trace.type == "scatter" and trace.line.width == 2]
    assert [line.line.color for line in lines] == [colour(label) for label in REFERENCE_LABELS]
    assert len({line.yaxis for line in lines}) == len(REFERENCE_LABELS)


def test_all_rows_share_one_scale_and_one_time_axis(drawn: go.Figure) -> None:
    """Every row goes from 0 to 100 %, so heights may be compared between rows."""
    axes = [drawn.layout[key] for key in drawn.layout if key.startswith("yaxis")]
    assert len(axes) == len(REFERENCE_LABELS) + 3
    assert {axis.range for axis in axes} == {(0, 1)}
    assert {trace.xaxis for trace in drawn.data} <= {None, "x"}


def test_soft_shares_have_a_scale_to_a_half_in_both_films() -> None:
    """Rows end at 50 % if no share or interval exceeds it; beside a film that does, both end at 100 %."""
    soft = analysis([(0, 24, SAD[::-1], None, "happy"), (24, 48, SAD, None, "sad")])
    assert charts.full_scale(soft) == 0.5
    assert charts.full_scale(soft, analysis()) == 1.0
    assert charts.timeline_figure(soft).layout.yaxis3.range == (0, 0.5)
    assert charts.comparison_figure(soft, analysis(), ("a", "b")).layout.yaxis3.range == (0, 1)
    assert {trace.zmax for trace in charts.heatmap_figure(soft).data if trace.type == "heatmap"} == {0.5}
    assert {trace.zmax for trace in charts.heatmap_figure(soft, scale=1.0).data if trace.type == "heatmap"} == {1}


def test_rows_do_not_overlap(drawn: go.Figure) -> None:
    """Each label's row lies below the one before it."""
    lines = [trace for trace in drawn.data if trace.type == "scatter" and trace.line.width == 2]
    rows = [drawn.layout[f"yaxis{line.yaxis[1:]}"].domain for line in lines]
    assert all(lower[1] <= upper[0] for upper, lower in pairwise(rows))


def test_no_time_can_be_taken_for_a_year(drawn: go.Figure) -> None:
    """No time on the axis has so few digits that Plotly reads it as a year."""
    assert all(np.nanmin(np.asarray(trace.x)) > 9999 for trace in drawn.data)


def test_steps_stand_where_the_scenes_are(drawn: go.Figure) -> None:
    """A share is level from its scene's start to its end, in milliseconds of running time."""
    happy = [trace for trace in drawn.data if trace.type == "scatter" and trace.line.width == 2][-1]
    np.testing.assert_allclose(happy.x[:2] - ZERO, [0, 2000])
    np.testing.assert_allclose(happy.y[:2], [0.60, 0.60])
    np.testing.assert_allclose(happy.x[-2:] - ZERO, [5000, 10000])


def test_a_scene_without_faces_is_a_gap_and_not_zero(drawn: go.Figure) -> None:
    """Over a scene without shares the line has a gap, and areas and bands have no height."""
    happy = [trace for trace in drawn.data if trace.type == "scatter" and trace.line.width == 2][-1]
    assert np.isnan(happy.y).tolist() == [False, False, True, True, False, False, False, False]
    for filled in fills(drawn):
        roof, floor = filled.y[:8], filled.y[8:][::-1]
        np.testing.assert_array_equal(roof[2:4], floor[2:4])


def test_the_interval_is_a_band_around_the_share(drawn: go.Figure) -> None:
    """The band of the first scene's last label reaches from its interval's low end to its high end."""
    band = fills(drawn)[-1]
    np.testing.assert_allclose(band.x[:2] - ZERO, [0, 2000])
    np.testing.assert_allclose(band.y[:2], [0.64, 0.64])
    np.testing.assert_allclose(band.y[-2:], [0.56, 0.56])


def test_a_scene_without_an_interval_has_no_band(drawn: go.Figure) -> None:
    """With too few frames with faces the band has no height, though the share's area has one."""
    area, band = fills(drawn)[-2:]
    assert band.y[6:8].tolist() == band.y[8:10].tolist() == [0, 0]
    np.testing.assert_allclose(area.y[6:8], [0.05, 0.05])


def test_scenes_without_enough_faces_are_hatched(drawn: go.Figure) -> None:
    """The scenes without a dominant expression, and only they, are hatched."""
    (hatched,) = hatchings(drawn)
    np.testing.assert_allclose(hatched.x[2:4] - ZERO, [2000, 2000 + 1000 / 24])
    assert hatched.y.tolist() == [0, 0, 1, 1, 0, 0, 1, 1] + [0] * 8


def test_scenes_that_are_no_film_lie_under_grey() -> None:
    """A scene that is not part of the film is plain grey in timeline and heatmap, not hatched."""
    whole = analysis()
    rows = list(whole.scenes)
    rows[1] = dataclasses.replace(rows[1], scene=dataclasses.replace(rows[1].scene, kind="not film"))
    part = dataclasses.replace(whole, scenes=tuple(rows))
    (hatched,) = hatchings(charts.timeline_figure(part))
    assert hatched.y.tolist() == [0] * 6 + [1, 1] + [0] * 8
    (grey,) = (trace for trace in fills(charts.timeline_figure(part)) if trace.fillcolor == NOT_FILM)
    assert grey.y.tolist() == [0, 0, 1, 1] + [0] * 12
    assert NOT_FILM not in [trace.fillcolor for trace in fills(charts.timeline_figure(whole))]
    bars = [trace.x.tolist() for trace in charts.heatmap_figure(part).data if trace.type == "bar"]
    assert bars == [[4], [2]]
    assert "<b>not film</b>" in charts.timeline_figure(part).data[-1].customdata[1]


def test_the_ribbon_has_the_dominant_colours(drawn: go.Figure) -> None:
    """The ribbon has a bar for each scene with a dominant expression, in the expression's colour."""
    ribbon = next(t for t in drawn.data if t.type == "bar" and isinstance(t.marker.color, tuple))
    assert list(ribbon.marker.color) == [colour("happy"), colour("sad")]


def test_scene_boundaries_are_marked(drawn: go.Figure) -> None:
    """A stroke stands at the start of each scene but the first."""
    strokes = next(t for t in drawn.data if t.type == "scatter" and t.line.width == 1)
    np.testing.assert_allclose(np.unique(strokes.x[~np.isnan(strokes.x)]) - ZERO, [2000, 49000 / 24, 5000])


def test_the_pointer_tells_scene_timecode_share_interval_and_faces(drawn: go.Figure) -> None:
    """Each scene's hover text has its number, timecodes, shares with intervals, faces and coverage."""
    (bars,) = scene_bars(drawn)
    first = bars.customdata[0]
    for part in (
        "Scene 1", "01:00:00:00 – 01:00:02:00", "60\u00a0% (56–64\u00a0%)", "5 usable faces on 4 of 6",
        "coverage 67\u00a0%"
    ):  # fmt: skip
        assert part in first
    assert "not enough faces" in bars.customdata[1]
    assert "not enough faces" in bars.customdata[3]
    assert "50\u00a0%" in bars.customdata[3]


def test_a_scene_name_cannot_become_markup(drawn: go.Figure) -> None:
    """Angle brackets of a scene's name are shown as such."""
    assert "&lt;The&gt; kitchen" in scene_bars(drawn)[0].customdata[0]


def test_a_films_quotes_are_shown_as_they_are() -> None:
    """Plotly shows “&quot;” as it is written: a quote in a name stays one, and what could be markup does not."""
    film = analysis(SCENES)
    figure = charts.shared_segments_figure(film, film, [], ('the "new" <b>cut</b>', "it's"))
    titles = [annotation.text for annotation in figure.layout.annotations]
    assert titles == ['<b>the "new" &lt;b&gt;cut&lt;/b&gt;</b>', "<b>it's</b>"]


def test_both_timelines_have_one_time_axis_as_long_as_the_longer_film() -> None:
    """Two films of different length are drawn on one axis that ends with the longer one."""
    shorter = analysis(SCENES[:3])
    figure = charts.comparison_figure(shorter, analysis(), ("first", "second"))
    assert figure.layout.xaxis.range == (ZERO, ZERO + 10000)
    bars_before, bars_after = scene_bars(figure)
    assert (len(bars_before.x), len(bars_after.x)) == (3, 4)
    upper, lower = (figure.layout[f"yaxis{bars.yaxis[1:]}"].domain for bars in (bars_before, bars_after))
    assert lower[1] < upper[0]
    assert {figure.layout[key].range for key in figure.layout if key.startswith("yaxis")} == {(0, 1)}


def test_the_heatmap_leaves_missing_cells_empty() -> None:
    """A scene without shares has empty cells; one below the floor keeps its cells under the hatching."""
    figure = charts.heatmap_figure(analysis())
    clear, pale = (
        np.concatenate([trace.z for trace in figure.data if trace.type == "heatmap" and trace.opacity == opacity])
        for opacity in (1, PALE)
    )
    assert clear.shape == pale.shape == (7, 4)
    assert np.isnan(clear[:, 1]).all()
    assert np.isnan(pale[:, 1]).all()
    np.testing.assert_allclose(clear[:, 2], SAD)
    np.testing.assert_allclose(pale[:, 3], SAD)
    (hatched,) = (trace for trace in figure.data if trace.type == "bar")
    assert hatched.x.tolist() == [2, 4]


def test_a_scene_that_is_not_clear_is_pale() -> None:
    """Its ribbon is pale, with the runner-up's colour below where two lead, and so are its cells; the shares stay."""
    mixed, few = (48, 96, SAD, 0.2, "sad"), (96, 120, HAPPY, None, "happy")
    figures = analysis([SCENES[0], mixed, few])
    timeline, heatmap = charts.timeline_figure(figures), charts.heatmap_figure(figures)
    ribbon, below = (trace for trace in timeline.data if trace.type == "bar" and trace.name != "scenes")
    assert list(ribbon.text) == ["happy", "", ""]
    assert (ribbon.base.tolist(), ribbon.y.tolist()) == ([0, 0.5, 0], [1, 0.5, 1])
    assert ribbon.marker.color == (colour("happy"), faded(colour("sad"), PALE), faded(colour("happy"), PALE))
    assert (below.x.tolist(), below.y.tolist()) == ([ribbon.x[1]], [0.5])
    assert below.marker.color == (faded(colour("neutral"), PALE),)
    (bars,) = scene_bars(timeline)
    assert "mixed: sad, neutral</b>: the intervals of the two overlap" in bars.customdata[1]
    clear, pale = ([t.z[0] for t in heatmap.data if t.type == "heatmap" and t.opacity == o] for o in (1, PALE))
    np.testing.assert_allclose(np.array(clear), np.array([HAPPY, [np.nan] * 7, [np.nan] * 7]).T)
    np.testing.assert_allclose(np.array(pale), np.array([[np.nan] * 7, SAD, HAPPY]).T)


def test_heatmap_colours_are_those_of_the_labels() -> None:
    """A share of 1 has its label's own colour, a share of 0 is clear, on one scale for all labels."""
    for trace, label in zip(charts.heatmap_figure(analysis(SCENES[:3])).data, REFERENCE_LABELS, strict=False):
        assert trace.colorscale[1][1] == colour(label)
        assert trace.colorscale[0][1].endswith(",0)")
        assert (trace.zmin, trace.zmax) == (0, 1)


def test_heatmaps_of_two_films_can_have_columns_of_one_width() -> None:
    """With more columns requested than there are scenes, the axis is widened to them."""
    assert charts.heatmap_figure(analysis(), scenes=9).layout.xaxis.range == (0.5, 9.5)


def test_totals_have_a_bar_a_film_and_label() -> None:
    """Each label has its seconds, and "not enough faces" has the colour of missing."""
    figure = charts.totals_figure(totals(analysis(SCENES[:3]), analysis()), ("first", "second"))
    before, after = figure.data
    assert (before.name, after.name) == ("first", "second")
    assert before.x[-1] == pytest.approx(1 / 24, abs=1e-3)
    assert after.x[-1] == pytest.approx(1 / 24 + 5, abs=1e-3)
    assert after.x[REFERENCE_LABELS.index("happy")] == pytest.approx(2)
    assert after.marker.color[-1] == MISSING_COLOUR


def test_a_film_with_no_faces_at_all_can_be_drawn() -> None:
    """A film of one scene without faces gives hatched figures."""
    nobody = analysis([(0, 24, None, None, None)])
    (hatched,) = hatchings(charts.timeline_figure(nobody))
    assert hatched.y.tolist() == [1, 1, 0, 0]
    (column,) = (trace for trace in charts.heatmap_figure(nobody).data if trace.type == "bar")
    assert column.x.tolist() == [1]


@pytest.mark.parametrize("draw", [charts.timeline_figure, charts.heatmap_figure])
def test_figures_have_no_background_of_their_own(draw) -> None:  # type: ignore[no-untyped-def]
    """Paper and plot are transparent, so that the page shows through."""
    layout = draw(analysis()).layout
    assert (layout.paper_bgcolor, layout.plot_bgcolor) == ("rgba(0,0,0,0)", "rgba(0,0,0,0)")


def test_no_button_leads_off_this_machine() -> None:
    """The toolbar has neither a cloud button nor a logo with a link."""
    assert charts.PLOTLY_CONFIG["showSendToCloud"] is False
    assert charts.PLOTLY_CONFIG["displaylogo"] is False


def test_bands_join_the_same_footage() -> None:
    """A band joins a segment's places in both cuts; moved segments have a separate trace."""
    segments = (
        SharedSegment(Span(Fraction(1), Fraction(3)), Span(Fraction(0), Fraction(2)), moved=False),
        SharedSegment(Span(Fraction(0), Fraction(1)), Span(Fraction(2), Fraction(4)), moved=True),  # a picture is held
    )
    figure = charts.shared_segments_figure(analysis(), analysis(SCENES[:3]), segments, ("first", "second <cut>"))
    bands = [trace for trace in figure.data if trace.type == "scatter"][:2]
    corners = [[(x - axis_time(0)) / 1000 for x in band.x[:-1]] for band in bands]
    assert corners == [[1, 3, 2, 0, 1], [0, 1, 4, 2, 0]]
    assert [band.y for band in bands] == [(1, 1, 0, 0, 1, None)] * 2
    assert bands[0].fillcolor != bands[1].fillcolor
    texts = [note.text for note in figure.layout.annotations]
    assert texts == ["<b>first</b>", "<b>second &lt;cut&gt;</b>"]
    scenes = [trace for trace in figure.data if trace.name == "scenes"]
    assert [len(trace.x) for trace in scenes] == [len(SCENES), 3]
    assert "Scene 1" in scenes[0].customdata[0]
