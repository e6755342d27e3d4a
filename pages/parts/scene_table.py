"""The scenes of a film as a table that can be picked from."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from emotion_core import formatting
from emotion_core.analysis.records import Analysis, SceneEmotion
from emotion_core.report import wording

from . import opened, player

PAGE = 100
"""Scenes shown at once: each carries a picture, and a film may have thousands."""


def show(film_id: str, analysis: Analysis, key: str, chosen: int | None) -> None:
    """The table, a page at a time, at first the one with the chosen scene.

    A picked row's place on the page lies in st.session_state[key + "-rows"].
    """
    pages = -(-len(analysis.scenes) // PAGE)
    usual = 1 if chosen is None else 1 + (chosen - 1) // PAGE
    page = st.pagination(pages, default=usual, key=f"{key}-page") if pages > 1 else 1
    first = (page - 1) * PAGE
    rows = analysis.scenes[first : first + PAGE]
    st.dataframe(
        _table(film_id, analysis, rows),
        hide_index=True,
        height=min(560, 38 + 56 * len(rows)),
        row_height=56,
        placeholder="–",
        column_config=_columns(analysis),
        key=f"{key}-rows-{page}",
        on_select=lambda: _picked(f"{key}-rows-{page}", first),
        selection_mode="single-row",
    )


def _picked(key: str, first: int) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    if rows:
        pick(first + rows[0] + 1)


def pick(scene: int) -> None:
    """Choose a scene from outside the timeline, which then is drawn anew with that scene marked."""
    unpick()
    player.jump()
    st.query_params["scene"] = str(scene)


def unpick() -> None:
    """Choose no scene: their numbers have changed, or another one is about to be chosen."""
    st.query_params.pop("scene", None)
    st.session_state["marked"] = st.session_state.get("marked", 0) + 1


def _table(film_id: str, analysis: Analysis, rows: tuple[SceneEmotion, ...]) -> pd.DataFrame:
    scan, behind, keeps = opened.scan_id(film_id), opened.samples(film_id), _keeps_pictures(analysis)
    cells = opened.table(film_id).iloc[[row.scene.number - 1 for row in rows]]
    pictures: list[str | None] = []
    for row in rows:
        samples = behind[row.scene.number - 1]
        middle = samples[len(samples) // 2].thumbnail if samples else None
        if middle is not None:
            pictures.append(opened.table_picture(film_id, scan, middle))
        else:
            pictures.append(None if keeps or not samples else "none kept")
    shown = pd.DataFrame({"picture": pictures, "scene": cells["scene"].to_numpy()})
    if any(row.scene.name for row in rows):
        shown["name"] = cells["name"].to_numpy()
    if any(len(row.scene.shots) > 1 for row in rows):
        shown["shots"] = cells["shots"].to_numpy()
    shown["dominant"] = [wording.dominant(row) for row in rows]
    labels = analysis.labels
    shown["share"] = [None if row.dominant is None else wording.share(row, labels.index(row.dominant)) for row in rows]
    shown["tc_in"] = cells["tc_in"].to_numpy()
    shown["length"] = [formatting.clock(row.scene.span.seconds) for row in rows]
    shown["intensity"] = cells["intensity"].to_numpy(dtype=float) * 100
    shown["faces"] = cells["faces"].to_numpy()
    shown["coverage"] = cells["coverage"].to_numpy(dtype=float) * 100
    return shown


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
            "Dominant", width=112, help="The apparent expression with the largest share of the scene."
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
