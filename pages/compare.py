"""Comparison of two films: what a re-cut did, totals, both timelines on one axis, both heatmaps, all scenes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import PurePath
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from emotion_core import charts, formatting
from emotion_core.analysis import Analysis
from emotion_core.compare import (
    AlignmentMap,
    SceneChange,
    SharedSegment,
    check_comparable,
    comparison_table,
    display_table,
    find_shared_segments,
    has_shared_footage,
    recut_summary,
    totals,
)
from emotion_core.library import Film
from emotion_core.report import csv_bytes, wording
from pages.parts import comparison_tables, figures, marker_form, shown_part
from pages.parts.screening import audience_comparison
from pages.services import error_messages, markdown, page_cache, routes

MOST_TICKS = 8
"""Numbers below the part of a heatmap that is shown, about."""


def page() -> None:
    st.title("Compare", anchor=False)
    films = page_cache.analysed_films()
    if len(films) < 2:
        st.info("Two analysed films are needed: two cuts of the same one, say.")
        st.page_link(routes.LIBRARY, label="Add films in the Library", icon=":material/video_library:")
        return
    chosen = _choose(films)
    if chosen is None:
        return
    before, after = (page_cache.analysis(film.id) for film in chosen)
    names = _names(chosen)
    warnings = check_comparable(before, after)
    for warning in warnings:
        st.warning(markdown.escape(warning), icon=":material/warning:")
    shared, changes = page_cache.comparison(*(film.id for film in chosen))
    _recut(before, after, shared, changes, names)
    _totals(before, after, names)
    st.header("Timelines", anchor=False)
    tables = [page_cache.table(film.id) for film in chosen]
    _timelines(before, after, names, tables)
    st.header("Every scene at a glance", anchor=False)
    _heatmaps(before, after, names, chosen, tables)
    _scenes(before, after, changes, names, chosen)
    audience_comparison.show(chosen, changes)


def _choose(films: list[Film]) -> tuple[Film, Film] | None:
    """The films of the two boxes, which begin with those that the address names; None where both are the same."""
    ids, names = [film.id for film in films], markdown.unique_names(films)
    picked: list[Film] = []
    boxes = st.columns(2, gap="medium")
    for box, side, word, default in zip(boxes, ("before", "after"), ("First", "Second"), (1, 0), strict=True):
        film_id = routes.query(side)
        index = ids.index(film_id) if film_id in ids else default
        film = box.selectbox(
            f"{word} film",
            films,
            index,
            format_func=lambda film: names[film.id],
            key=f"{side}-{'-'.join(ids)[:80]}",
        )
        st.query_params[side] = film.id
        picked.append(film)
    if picked[0].id == picked[1].id:
        st.info("Choose two different films.")
        return None
    return picked[0], picked[1]


def _names(chosen: tuple[Film, Film]) -> tuple[str, str]:
    """The films' names, with "(first)" and "(second)" where they are equal."""
    first, second = (film.name for film in chosen)
    return (first, second) if first != second else (f"{first} (first)", f"{second} (second)")


def _recut(
    before: Analysis, after: Analysis, shared: AlignmentMap, changes: tuple[SceneChange, ...], names: tuple[str, str]
) -> None:
    summary = markdown.escape(recut_summary(shared, changes))
    if not has_shared_footage(shared):
        st.info(summary)
        return
    st.header("What the re-cut did", anchor=False)
    st.markdown(summary)
    segments = find_shared_segments(shared)
    orange = " Orange: in another place." if any(segment.moved for segment in segments) else ""
    st.caption(
        f"Bands join the same footage in both films.{orange} Where none begins, footage was left out (above) or is new "
        f"(below). Colours of the scenes: dominant expression. {wording.veil_legend(before, after)}"
    )
    _shared(before, after, segments, names)


@st.fragment
def _shared(before: Analysis, after: Analysis, segments: Sequence[SharedSegment], names: tuple[str, str]) -> None:
    figure = charts.shared_segments_figure(before, after, segments, names)
    if part := shown_part.of_time(_end(before, after), f"shared-{names}", "Part of both films shown"):
        figure.update_xaxes(range=part)
    figures.show(
        figure, f"Footage that {names[0]} and {names[1]} share",
        lambda: comparison_tables.shared_footage(segments), "shared",
    )  # fmt: skip


def _end(*analyses: Analysis) -> float:
    """The length of the longest film, seconds."""
    return max(float(analysis.observations.media.duration) for analysis in analyses)


@st.fragment
def _timelines(before: Analysis, after: Analysis, names: tuple[str, str], tables: list[pd.DataFrame]) -> None:
    st.caption(
        f"Both films on one time axis and one scale. {wording.veil_legend(before, after)} Drag to zoom into both at "
        "once, or choose the part shown."
    )
    figure = charts.comparison_figure(before, after, names)
    if part := shown_part.of_time(_end(before, after), f"timelines-{names}"):
        figure.update_xaxes(range=part)
    figures.show(
        figure, f"Emotion timelines of {names[0]} and {names[1]}",
        lambda: comparison_tables.scenes(tables, names, before.labels), "timelines",
    )  # fmt: skip


@st.fragment
def _heatmaps(
    before: Analysis, after: Analysis, names: tuple[str, str], films: tuple[Film, Film], tables: list[pd.DataFrame]
) -> None:
    scale, count = charts.full_scale(before, after), max(len(before.scenes), len(after.scenes))
    st.caption(
        "One column a scene, whatever its length. The stronger the colour, the larger the expression's share: "
        f"full at {formatting.percent(scale)} in both."
    )
    part = shown_part.of_scenes(count, f"heatmaps-{names}")
    for column, film, name, table in zip(st.columns(2, gap="medium"), films, names, tables, strict=True):
        figure = page_cache.heatmap(film.id, count, scale)
        if part:
            ticks = {"tickvals": None, "tick0": 1, "dtick": max(1, round((part[1] - part[0]) / MOST_TICKS))}
            figure = go.Figure(figure).update_xaxes(range=part, **ticks)  # a copy: the cached one shows all
        with column:
            st.markdown(f"**{markdown.escape(name)}**")
            figures.show(
                figure, f"Heatmap of {name}: scenes by apparent expression",
                partial(comparison_tables.scenes, [table], [name], before.labels), f"heatmap-{film.id}",
            )  # fmt: skip


def _totals(before: Analysis, after: Analysis, names: tuple[str, str]) -> None:
    st.header("In all", anchor=False)
    table = totals(before, after)
    with st.container(key="compare-totals"):  # one below the other in a narrow window
        chart, numbers = st.columns(2, gap="medium")
    with chart:
        st.caption(
            f"How long the scenes last in which an expression is dominant. Dim: {markdown.escape(names[0])}; full: "
            f"{markdown.escape(names[1])}."
        )
        figures.show(charts.totals_figure(table, names), "Seconds of both films' scenes by dominant expression")
    with numbers:
        st.caption("The same in numbers, and each expression's mean share of the time with a usable face.")
        st.dataframe(_signed(table), hide_index=True, placeholder="–", column_config=_total_columns(names))


def _signed(table: pd.DataFrame) -> pd.DataFrame:
    display = table.copy()
    display["seconds_change"] = [_change(value) for value in table["seconds_change"]]
    for side in ("before", "after"):
        display[f"share_{side}"] = table[f"share_{side}"].astype(float) * 100
    display["share_change"] = [_change(value * 100) for value in table["share_change"].astype(float)]
    return display


def _change(value: float) -> str | None:
    """A difference with its sign; None if it is missing."""
    if pd.isna(value):
        return None
    return formatting.signed(value)


def _total_columns(names: tuple[str, str]) -> dict[str, Any]:
    column = st.column_config
    return {
        "label": column.TextColumn("Expression"),
        "seconds_before": column.NumberColumn("First, s", format="%.1f", help=markdown.escape(names[0])),
        "seconds_after": column.NumberColumn("Second, s", format="%.1f", help=markdown.escape(names[1])),
        "seconds_change": column.TextColumn("Change, s", alignment="right"),
        "share_before": column.NumberColumn("First, %", format="%.1f", help=markdown.escape(names[0])),
        "share_after": column.NumberColumn("Second, %", format="%.1f", help=markdown.escape(names[1])),
        "share_change": column.TextColumn(
            "Change, points", alignment="right", help="Percentage points, second less first."
        ),
    }


def _scenes(
    before: Analysis,
    after: Analysis,
    changes: tuple[SceneChange, ...],
    names: tuple[str, str],
    films: tuple[Film, Film],
) -> None:
    table = comparison_table(before, after, changes)
    title, button = st.columns([3, 2], vertical_alignment="bottom")
    title.header("Scenes of both films", anchor=False)
    stems = "-vs-".join(PurePath(name).stem for name in names)
    with button.container(horizontal=True, horizontal_alignment="right"):
        st.download_button(
            "Download CSV", csv_bytes(table), f"{stems}-comparison.csv", "text/csv",
            type="primary", icon=":material/download:", on_click="ignore",
        )  # fmt: skip
        if any(change.kind != "by order" for change in changes) and marker_form.button("to-markers-of-changes"):
            marker_form.of_changes(films)
    st.caption(
        "In the order of the second film; what is only in the first stands where it was. A change is called clear if "
        "its interval, made of those of both scenes, leaves out zero; the CSV has every expression's. Where footage is "
        "the same, numbers differ by which frames of it were looked at, and by what a warning above names."
    )
    st.dataframe(
        display_table(before, after, changes),
        hide_index=True,
        placeholder="–",
        height="auto" if len(table) <= 10 else 520,
    )


with error_messages.show():
    page()
