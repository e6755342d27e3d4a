"""What a re-cut did: one sentence, both pictures in step, and the list of changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from emotion_core import charts
from emotion_core.compare import check_comparable, find_shared_segments, has_shared_footage, recut_summary
from emotion_core.library import Film

from ...components.change_list import change_list
from ...services import markdown, page_cache
from .. import figures
from ..screening import audience_comparison
from . import changes_menu, comparison_tables, kept_comparisons, prepared_pairs


def show(
    films: tuple[Film, Film],
    names: tuple[str, str],
    above: DeltaGenerator,
    warn: Callable[[Iterable[str]], None],
    *,
    has_players: bool,
) -> None:
    """The section; where the films share no footage, a sentence that says so.

    `above` is where the sentence stands, above the players, which are drawn by now. `warn` shows warnings.
    """
    first, second = films
    shared, changes = page_cache.comparison(first.id, second.id)
    analyses = page_cache.analysis(first.id), page_cache.analysis(second.id)
    is_shared = has_shared_footage(shared)
    if has_players:
        prepared_pairs.let_players_begin(films, sum(len(analysis.scenes) for analysis in analyses))
    listed = kept_comparisons.change_list(first.id, second.id)
    summary = recut_summary(shared, changes, (listed.left_out, listed.new) if listed.changes else None)
    with above:
        warn(check_comparable(*analyses))
        if not is_shared:
            st.info(markdown.escape(summary))
            return
        _say(films, summary)
    segments = find_shared_segments(shared)
    table = partial(comparison_tables.shared_footage, segments)
    if has_players:
        orange = " Orange: in another place." if any(segment.moved for segment in segments) else ""
        st.caption(
            f"Bands join the same footage in both films.{orange} Where none begins, footage was left out (above) or is "
            "new (below). A click on a band or a scene goes there; colours are the dominant expressions."
        )
    else:
        alt = f"Footage that {names[0]} and {names[1]} share"
        figures.show(charts.shared_segments_figure(*analyses, segments, names), alt, table, "shared")
    if listed.changes:
        audience = audience_comparison.change_texts(films, listed.changes)
        if audience is not None:
            st.caption(markdown.escape(audience_comparison.whose(films)))
        change_list.show(films, analyses, listed, audience)
    if has_players:
        figures.behind(table, "shared", "Shared footage as a table")


def _say(films: tuple[Film, Film], summary: str) -> None:
    """The heading, the menu of exports, the sentence that counts what changed."""
    first, second = films
    title, button = st.columns([3, 2], vertical_alignment="bottom")
    title.header("What the re-cut did", anchor=False)
    if sentence := kept_comparisons.sentence(first.id, second.id):
        with button.container(horizontal=True, horizontal_alignment="right"):
            changes_menu.show(films)
        st.markdown(f"**{markdown.escape(sentence)}**")
        summary += " Times of expressions: their share, times the time in which a usable face is seen."
    st.caption(markdown.escape(summary))
