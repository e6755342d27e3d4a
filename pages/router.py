"""Which pages there are, and what they share. Run by the app at the top level."""

from __future__ import annotations

import streamlit as st

from pages.services import auth, error_messages, routes, styles

st.set_page_config(page_title="Film emotion dashboard", page_icon=str(routes.ICON), layout="wide")
st.html(styles.ALL_PAGES)
with error_messages.show():
    if not auth.show_gate():
        st.navigation(
            [
                st.Page(routes.LIBRARY, title="Library", icon=":material/video_library:", default=True),
                st.Page(routes.QUEUE, title="Queue", icon=":material/reorder:", url_path="queue"),
                st.Page(routes.FILM, title="Film", icon=":material/movie:", url_path="film"),
                st.Page(routes.PEOPLE, title="People", icon=":material/face:", url_path="people"),
                st.Page(routes.SCREENING, title="Screening", icon=":material/groups:", url_path="screening"),
                st.Page(routes.COMPARE, title="Compare", icon=":material/compare:", url_path="compare"),
                st.Page(routes.VERSIONS, title="Versions", icon=":material/layers:", url_path="versions"),
                st.Page(routes.LIVE, title="Live", icon=":material/videocam:", url_path="live"),
                st.Page(routes.ENGINES, title="Engines", icon=":material/speed:", url_path="engines"),
                st.Page(routes.GUIDE, title="Guide", icon=":material/menu_book:", url_path="guide"),
                *auth.sign_out_pages(),
            ],
            position="top",
        ).run()
