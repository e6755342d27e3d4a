"""All scenes of both films in one table, each beside the one that shows its footage."""

from __future__ import annotations

from pathlib import PurePath

import streamlit as st

from emotion_core.analysis import Analysis
from emotion_core.compare import SceneChange, comparison_table, display_table
from emotion_core.report import csv_bytes


def show(
    before: Analysis,
    after: Analysis,
    changes: tuple[SceneChange, ...],
    names: tuple[str, str],
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
