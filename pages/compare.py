"""Comparison of two films: what a re-cut did, both pictures in step, totals, timelines, heatmaps, all scenes.

The players come first, with what is known of the films before anything is computed or loaded. Once their pictures are
there the films are compared; the rest follows in a second run of the page, which keeps the players.
"""

from __future__ import annotations

import streamlit as st

from pages.components.pair_player import pair_player
from pages.parts.compare import pair_choice, prepared_pairs, two_lists
from pages.services import error_messages, page_cache, preload, routes


def page() -> None:
    st.title("Compare", anchor=False)
    films = page_cache.analysed_films()
    if len(films) < 2:
        st.info("Two analysed films are needed: two cuts of the same one, say.")
        st.page_link(routes.LIBRARY, label="Add films in the Library", icon=":material/video_library:")
        two_lists.show()
        return
    chosen = pair_choice.choose(films)
    if chosen is None:
        two_lists.show()
        return
    above, players = st.container(key="compare-above"), st.container(key="compare-players")
    state = prepared_pairs.state(chosen)
    if state == "to be compared":
        with players:
            has_players = pair_player.show_before(chosen)
        with st.spinner("Looking for footage that both films show …"):
            if has_players:
                prepared_pairs.let_pictures_come(chosen)
            preload.load_for_compare_page()
            prepared_pairs.prepare(chosen)
        st.rerun()
    has_players = state == "compared" and prepared_pairs.show_players(chosen, players)
    from pages.parts.compare import sections  # draws charts and tables, for which much is loaded

    sections.show(chosen, above, is_compared=state == "compared", has_players=has_players)
    two_lists.show()


with error_messages.show():
    page()
