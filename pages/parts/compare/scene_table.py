"""All scenes of both films in one table, each beside the one that shows its footage."""

from __future__ import annotations

from pathlib import PurePath

import pandas as pd
import streamlit as st

from emotion_core.analysis import Analysis
from emotion_core.compare import SceneChange, comparison_table, display_table
from emotion_core.compare.change_list import ChangeList, kinds_of_scenes
from emotion_core.library import Film
from emotion_core.report import csv_bytes

from ...services import page_cache
from . import kept_comparisons


def show(films: tuple[Film, Film], names: tuple[str, str]) -> None:
    first, second = (film.id for film in films)
    before, after = page_cache.analysis(first), page_cache.analysis(second)
    _, changes = page_cache.comparison(first, second)
    key = f"{page_cache.numbers_version(first)}-{page_cache.numbers_version(second)}"
    title, button = st.columns([3, 2], vertical_alignment="bottom")
    title.header("Scenes of both films", anchor=False)
    stems = "-vs-".join(PurePath(name).stem for name in names)
    with button.container(horizontal=True, horizontal_alignment="right"):
        st.download_button(
            "Download CSV", lambda: csv_bytes(comparison_table(before, after, changes)), f"{stems}-comparison.csv",
            "text/csv", type="primary", icon=":material/download:", on_click="ignore",
        )  # fmt: skip
    st.caption(
        "In the order of the second film; what is only in the first stands where it was. A change is called clear if "
        "its interval, made of those of both scenes, leaves out zero; the CSV has every expression's. Where footage is "
        "the same, numbers differ by which frames of it were looked at, and by what a warning above names."
    )
    listed = kept_comparisons.change_list(first, second)
    table = _table(before, after, changes, listed, key)
    st.dataframe(table, hide_index=True, placeholder="–", height="auto" if len(table) <= 10 else 520)


@page_cache.cleared_with_films
@st.cache_resource(max_entries=6, show_spinner=False)
def _table(
    _before: Analysis, _after: Analysis, _changes: tuple[SceneChange, ...], _listed: ChangeList, key: str
) -> pd.DataFrame:
    return display_table(_before, _after, _changes, kinds_of_scenes(_listed))
