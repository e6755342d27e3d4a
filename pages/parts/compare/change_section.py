"""What a re-cut did: one sentence, both pictures in step, and the list of changes."""

from __future__ import annotations

from functools import partial

import streamlit as st

from emotion_core import charts
from emotion_core.compare import AlignmentMap, SceneChange, find_shared_segments, has_shared_footage, recut_summary
from emotion_core.compare.change_list import screen_times, summary_sentence
from emotion_core.library import Film

from ...components.change_list import change_list
from ...components.pair_player import pair_player
from ...services import markdown, page_cache
from .. import figures
from ..screening import audience_comparison
from . import changes_menu, comparison_tables, kept_comparisons


def show(
    films: tuple[Film, Film], names: tuple[str, str], shared: AlignmentMap, changes: tuple[SceneChange, ...]
) -> None:
    """The section; where the films share no footage, a sentence that says so."""
    summary = recut_summary(shared, changes)
    if not has_shared_footage(shared):
        st.info(markdown.escape(summary))
        return
    first, second = films
    analyses = page_cache.analysis(first.id), page_cache.analysis(second.id)
    listed = kept_comparisons.change_list(first.id, second.id)
    title, button = st.columns([3, 2], vertical_alignment="bottom")
    title.header("What the re-cut did", anchor=False)
    if listed.changes:
        with button.container(horizontal=True, horizontal_alignment="right"):
            changes_menu.show(films)
        st.markdown(f"**{markdown.escape(summary_sentence(listed, screen_times(*analyses, listed)))}**")
        summary += " Times of expressions: their share, times the time in which a usable face is seen."
    st.caption(markdown.escape(summary))
    segments = find_shared_segments(shared)
    table = partial(comparison_tables.shared_footage, segments)
    has_players = pair_player.show(films, analyses, shared)
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
