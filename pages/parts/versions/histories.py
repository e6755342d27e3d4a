"""What became of each scene over the versions, and the expressions of each: computed beside the page."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from emotion_core import charts
from emotion_core.compare.versions import history_sentence, history_table, version_shares
from emotion_core.errors import EmotionError
from emotion_core.formatting import count
from emotion_core.library import Library, Project
from emotion_core.library.projects import ComparedVersions, compare_versions, project_key
from emotion_core.report import csv_bytes

from ...components import version_board
from ...services import markdown, page_cache, routes
from .. import background_progress, figures
from . import background


def show(project: Project) -> None:
    """The sections, or how far the comparison is."""
    key = project_key(page_cache.library(), project.films)
    make = partial(_compare, project.films)
    work = background.works.get(key, make, page_cache.library())
    if not work.is_done(background.SOON):
        st.caption("Each version is compared with the one before, once. The page can be left meanwhile.")
        background_progress.watch(partial(_progress, work), work.stop, "stop-comparing")
        return
    try:
        compared: ComparedVersions = work.result.result()
    except EmotionError as error:
        st.info(markdown.escape(str(error)), icon=":material/pause:")
        st.button("Compare the versions", on_click=background.works.forget, args=(key,), key="compare-versions")
        return
    _sections(project, compared, key)


def _compare(films: tuple[str, ...], library: Library, tell: background.Tell) -> ComparedVersions:
    return compare_versions(library, films, tell)


def _progress(work: background.Work) -> tuple[float, str] | None:
    return None if work.is_done() else (work.share, f"{work.sentence} …")


def _sections(project: Project, compared: ComparedVersions, key: str) -> None:
    for sentence in compared.left_out:
        st.warning(markdown.escape(sentence), icon=":material/warning:")
    if len(compared.versions) < 2:
        st.info("Two analysed versions are needed to say what became of their scenes. Add films above.")
        return
    title, button = st.columns([3, 2], vertical_alignment="bottom")
    title.header("What became of each scene", anchor=False)
    with button.container(horizontal=True, horizontal_alignment="right"):
        st.download_button(
            "Download the history", lambda: csv_bytes(_table(compared)), f"{project.name}-history.csv", "text/csv",
            icon=":material/download:", on_click="ignore",
        )  # fmt: skip
    st.markdown(f"**{history_sentence(compared.histories, len(compared.versions))}**")
    if compared.warnings:
        with st.expander(f"{count(len(compared.warnings), 'note')} on the comparisons", icon=":material/info:"):
            for sentence in compared.warnings:
                st.markdown(f"- {markdown.escape(sentence)}")
    st.caption(
        "A cell says what a version did to the scene, against the version before; a click compares the two. A scene is "
        "known by its footage, also where it was merged, split, or left out in between."
    )
    version_board.show(_document(compared, key), key, _ask_to_compare)
    if pair := st.session_state.pop("versions-compare", None):
        st.switch_page(routes.COMPARE, query_params=dict(zip(("before", "after"), pair, strict=True)))
    _expressions(compared)


@page_cache.cleared_with_films
@st.cache_resource(max_entries=4, show_spinner=False)
def _document(_compared: ComparedVersions, key: str) -> dict[str, Any]:
    return version_board.document(_compared)


def _ask_to_compare(first: str, second: str) -> None:
    st.session_state["versions-compare"] = first, second


def _table(compared: ComparedVersions) -> pd.DataFrame:
    return history_table(compared.versions, compared.histories, compared.numbers)


def _expressions(compared: ComparedVersions) -> None:
    st.header("Expressions of each version", anchor=False)
    shares = [version_shares(version) for version in compared.versions]
    if not any(shares):
        st.caption("No version has a usable face.")
        return
    labels = compared.versions[0].labels
    names = [version.name for version in compared.versions]
    st.caption(
        "Each expression's share of the time with a usable face, with its interval, in each version. All panels have "
        "one scale. Shares say what faces show, not what anyone feels."
    )
    figure = charts.version_shares_figure(labels, shares, names, compared.numbers)

    def table() -> pd.DataFrame:
        rows = []
        for number, name, each in zip(compared.numbers, names, shares, strict=True):
            cells: dict[str, object] = {"version": number, "film": name}
            for k, label in enumerate(labels):
                cells[f"{label}, %"] = None if each is None else round(100 * each.shares[k], 1)
            rows.append(cells)
        return pd.DataFrame(rows)

    figures.show(figure, "Share of each expression in each version, a panel an expression", table, "version-shares")
