"""Two films side by side: what the re-cut did, totals, both timelines on one clock, both heatmaps, scene by scene."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

import pandas as pd
import streamlit as st

from emotion_core import charts, formatting
from emotion_core.analysis.records import Analysis
from emotion_core.compare import changes as compare, table as side_by_side
from emotion_core.compare.alignment import Footage
from emotion_core.compare.changes import SceneChange
from emotion_core.compare.compatibility import check_comparable
from emotion_core.compare.shared_segments import runs
from emotion_core.library.records import Film
from emotion_core.report import csv_file, wording
from pages.parts import figures, links, marker_form, opened, problems, words


def page() -> None:
    st.title("Compare", anchor=False)
    films = opened.analysed()
    if len(films) < 2:
        st.info("Two analysed films are needed: two cuts of the same one, say.")
        st.page_link(links.LIBRARY, label="Add films in the Library", icon=":material/video_library:")
        return
    chosen = _choose(films)
    if chosen is None:
        return
    before, after = (opened.analysis(film.id) for film in chosen)
    names = _names(chosen)
    warnings = check_comparable(before, after)
    for warning in warnings:
        st.warning(words.plain(warning), icon=":material/warning:")
    shared, changes = opened.recut(*(film.id for film in chosen))
    _recut(before, after, shared, changes, names)
    _totals(before, after, names)
    st.subheader("Timelines", anchor=False)
    missing = wording.without_expression(before, after)
    st.caption(f"Both films on one time axis and one scale. {missing} Drag to zoom into both at once.")
    figures.show(charts.comparison(before, after, names), f"Emotion timelines of {names[0]} and {names[1]}")
    st.subheader("Every scene at a glance", anchor=False)
    scale, count = charts.full_scale(before, after), max(len(before.scenes), len(after.scenes))
    st.caption(
        "One column a scene, whatever its length. The stronger the colour, the larger the expression's share: "
        f"full at {formatting.percent(scale)} in both."
    )
    for column, film, name in zip(st.columns(2, gap="medium"), chosen, names, strict=True):
        with column:
            st.markdown(f"**{words.plain(name)}**")
            figures.show(opened.heatmap(film.id, count, scale), f"Heatmap of {name}: scenes by apparent expression")
    _scenes(before, after, changes, names, chosen)


def _choose(films: list[Film]) -> tuple[Film, Film] | None:
    """The two films that the address names, changed by the two boxes."""
    ids, shown = [film.id for film in films], words.film_names(films)
    picked: list[Film] = []
    boxes = st.columns(2, gap="medium")
    for box, side, word, usual in zip(boxes, ("before", "after"), ("First", "Second"), (1, 0), strict=True):
        asked = links.asked(side)
        at = ids.index(asked) if asked in ids else usual
        film = box.selectbox(
            f"{word} film",
            films,
            at,
            format_func=lambda f: shown[f.id],
            key=f"{side}-{'-'.join(ids)[:80]}",
        )
        st.query_params[side] = film.id
        picked.append(film)
    if picked[0].id == picked[1].id:
        st.info("Choose two different films.")
        return None
    return picked[0], picked[1]


def _names(chosen: tuple[Film, Film]) -> tuple[str, str]:
    """The films' names; told apart where they are the same."""
    one, other = (film.name for film in chosen)
    return (one, other) if one != other else (f"{one} (first)", f"{other} (second)")


def _recut(
    before: Analysis, after: Analysis, shared: Footage | None, changes: tuple[SceneChange, ...], names: tuple[str, str]
) -> None:
    told = words.plain(side_by_side.told(shared, changes))
    if shared is None or not side_by_side.shares(shared):
        st.info(told)
        return
    st.subheader("What the re-cut did", anchor=False)
    st.markdown(told)
    found = runs(shared)
    orange = " Orange: in another place." if any(run.moved for run in found) else ""
    st.caption(
        f"Bands join the same footage in both films.{orange} Where none begins, footage was left out (above) or is new "
        f"(below). Colours of the scenes: dominant expression. {wording.without_expression(before, after)}"
    )
    figures.show(charts.recut(before, after, found, names), f"Footage that {names[0]} and {names[1]} share")


def _totals(before: Analysis, after: Analysis, names: tuple[str, str]) -> None:
    st.subheader("In all", anchor=False)
    table = compare.totals(before, after)
    chart, numbers = st.columns(2, gap="medium")
    with chart:
        st.caption(
            f"How long the scenes last in which an expression is dominant. Dim: {words.plain(names[0])}; full: "
            f"{words.plain(names[1])}."
        )
        figures.show(charts.totals(table, names), "Seconds of both films' scenes by dominant expression")
    with numbers:
        st.caption("The same in numbers, and each expression's mean share of the time with a usable face.")
        st.dataframe(_signed(table), hide_index=True, placeholder="–", column_config=_total_columns(names))


def _signed(table: pd.DataFrame) -> pd.DataFrame:
    shown = table.copy()
    shown["seconds_change"] = [_change(value) for value in table["seconds_change"]]
    for side in ("before", "after"):
        shown[f"share_{side}"] = table[f"share_{side}"].astype(float) * 100
    shown["share_change"] = [_change(value * 100) for value in table["share_change"].astype(float)]
    return shown


def _change(value: float) -> str | None:
    """A difference with its sign; none for none."""
    if pd.isna(value):
        return None
    return formatting.signed(value)


def _total_columns(names: tuple[str, str]) -> dict[str, Any]:
    column = st.column_config
    return {
        "label": column.TextColumn("Expression"),
        "seconds_before": column.NumberColumn("First, s", format="%.1f", help=words.plain(names[0])),
        "seconds_after": column.NumberColumn("Second, s", format="%.1f", help=words.plain(names[1])),
        "seconds_change": column.TextColumn("Change, s"),
        "share_before": column.NumberColumn("First, %", format="%.1f", help=words.plain(names[0])),
        "share_after": column.NumberColumn("Second, %", format="%.1f", help=words.plain(names[1])),
        "share_change": column.TextColumn("Change, points", help="Percentage points, second less first."),
    }


def _scenes(
    before: Analysis,
    after: Analysis,
    changes: tuple[SceneChange, ...],
    names: tuple[str, str],
    films: tuple[Film, Film],
) -> None:
    table = compare.comparison_table(before, after, changes)
    title, button = st.columns([3, 2], vertical_alignment="bottom")
    title.subheader("Scenes of both films", anchor=False)
    stems = "-vs-".join(PurePath(name).stem for name in names)
    with button.container(horizontal=True, horizontal_alignment="right"):
        st.download_button(
            "Download CSV", csv_file.csv(table), f"{stems}-comparison.csv", "text/csv",
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
        side_by_side.table(before, after, changes),
        hide_index=True,
        placeholder="–",
        height="auto" if len(table) <= 10 else 520,
    )


with problems.told():
    page()
