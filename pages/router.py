"""Which pages there are, and what they share. Run by the app at the top level."""

from __future__ import annotations

import streamlit as st

from pages.parts import links, problems, sign_in

st.set_page_config(page_title="Film emotion dashboard", page_icon=str(links.ICON), layout="wide")
with problems.told():
    if not sign_in.page():
        st.navigation(
            [
                st.Page(links.LIBRARY, title="Library", icon=":material/video_library:", default=True),
                st.Page(links.FILM, title="Film", icon=":material/movie:", url_path="film"),
                st.Page(links.COMPARE, title="Compare", icon=":material/compare:", url_path="compare"),
                st.Page(links.ENGINES, title="Engines", icon=":material/speed:", url_path="engines"),
                *sign_in.way_out(),
            ],
            position="top",
        ).run()
