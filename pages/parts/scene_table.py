"""The table of a film's scenes, in which one can be selected."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from emotion_core import formatting
from emotion_core.analysis import Analysis, SceneEmotion, certainty_of
from emotion_core.report import wording

from ..services import moment, page_cache

_GREY = "color: #7d7d7d"
"""In light and dark."""
PAGE = 100
"""Scenes on a page of the table: each has a picture, and a film may have thousands."""


def show(film_id: str, analysis: Analysis, key: str, selected: int | None) -> None:
    """Show a page of the table, at first the one with the selected scene. Widget keys begin with `key`."""
    pages = -(-len(analysis.scenes) // PAGE)
    default = 1 if selected is None else 1 + (selected - 1) // PAGE
    page = st.pagination(pages, default=default, key=f"{key}-page") if pages > 1 else 1
    first = (page - 1) * PAGE
    rows = analysis.scenes[first : first + PAGE]
    st.dataframe(
        _with_weak_grey(_table(film_id, analysis, rows), analysis, rows),
        hide_index=True,
        height=min(560, 38 + 56 * len(rows)),
        row_height=56,
        placeholder="–",
        column_config=_columns(analysis),
        key=f"{key}-rows-{page}",
        on_select=lambda: _on_select(film_id, f"{key}-rows-{page}", first),
        selection_mode="single-row",
    )


def _on_select(film_id: str, key: str, first: int) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    if rows:
        moment.go(film_id, page_cache.analysis(film_id).scenes[first + rows[0]].scene.frame_in)


def _table(film_id: str, analysis: Analysis, rows: tuple[SceneEmotion, ...]) -> pd.DataFrame:
    scan, samples_of, keeps = page_cache.scan_id(film_id), page_cache.samples(film_id), _keeps_pictures(analysis)
    cells = page_cache.table(film_id).iloc[[row.scene.number - 1 for row in rows]]
    pictures: list[str | None] = []
    for row in rows:
        samples = samples_of[row.scene.number - 1]
        middle = samples[len(samples) // 2].thumbnail if samples else None
        if middle is not None:
            pictures.append(page_cache.table_picture(film_id, scan, middle))
        else:
            pictures.append(None if keeps or not samples else "none kept")
    display = pd.DataFrame({"picture": pictures, "scene": cells["scene"].to_numpy()})
    if any(row.scene.name for row in rows):
        display["name"] = cells["name"].to_numpy()
    if any(len(row.scene.shots) > 1 for row in rows):
        display["shots"] = cells["shots"].to_numpy()
    display["dominant"] = [wording.dominant_or_reason(analysis, row) for row in rows]
    labels = analysis.labels
    display["share"] = [
        None if row.dominant is None else wording.share_text(row, labels.index(row.dominant)) for row in rows
    ]
    display["tc_in"] = cells["tc_in"].to_numpy()
    display["length"] = [formatting.hms(row.scene.span.seconds) for row in rows]
    display["intensity"] = cells["intensity"].to_numpy(dtype=float) * 100
    display["faces"] = cells["faces"].to_numpy()
    display["coverage"] = cells["coverage"].to_numpy(dtype=float) * 100
    return display


def _with_weak_grey(table: pd.DataFrame, analysis: Analysis, rows: tuple[SceneEmotion, ...]) -> Styler:
    """The table, grey where a dominant expression is not clear."""
    colours = [_GREY if certainty_of(analysis, row) in ("mixed", "few frames") else "" for row in rows]
    return table.style.apply(lambda column: colours, subset=["dominant", "share"])


def _keeps_pictures(analysis: Analysis) -> bool:
    return analysis.observations.scan_settings.keep_pictures


def _columns(analysis: Analysis) -> dict[str, Any]:
    column = st.column_config
    width = analysis.report_settings.confidence
    return {
        "picture": column.ImageColumn("", width=78)
        if _keeps_pictures(analysis)
        else column.TextColumn("Pictures", width=78),
        "scene": column.NumberColumn("Scene", width=56),
        "name": column.TextColumn("Name"),
        "shots": column.NumberColumn("Shots", width=56, help="How many shots the scene groups."),
        "tc_in": column.TextColumn("In", width=96),
        "length": column.TextColumn("Length", width=64),
        "dominant": column.TextColumn(
            "Dominant",
            width=112,
            help="The apparent expression with the largest share of the scene. “Mixed”: the next one's interval "
            "overlaps its own, or its share is low. Grey alone: too few frames for an interval.",
        ),
        "share": column.TextColumn(
            "Share", width=118, help=f"Its share of the scene, and the {width:.0%} interval in brackets."
        ),
        "intensity": column.NumberColumn("Intensity", format="%.0f %%", width=76, help="1 − the share of neutral."),
        "faces": column.NumberColumn("Faces", width=56, help="Usable faces on the sampled frames."),
        "coverage": column.NumberColumn(
            "Coverage", format="%.0f %%", width=76, help="Share of the sampled frames that have a usable face."
        ),
    }
