"""Versions of a film: their order, what became of each scene from cut to cut, and the expressions of each."""

from __future__ import annotations

import streamlit as st

from pages.parts.versions import choice, histories, version_list
from pages.services import error_messages, markdown, page_cache, routes

WHAT = (
    "A project holds the cuts of one film in their order, and says what became of each scene from cut to cut: new, "
    "trimmed, left out, reinstated."
)


def page() -> None:
    st.title("Versions", anchor=False)
    error_messages.show_deferred()
    library = page_cache.library()
    projects = library.projects()
    if not projects:
        st.markdown(WHAT)
    project = choice.show(projects)
    if project is None:
        st.info("Make a project, then add its films.")
        if not library.films():
            st.page_link(routes.LIBRARY, label="Add films in the Library", icon=":material/video_library:")
        return
    with st.expander(
        f"Versions of {markdown.escape(project.name)}", expanded=len(project.films) < 8, key="version-list"
    ):
        version_list.show(project, library.films())
    if len(project.films) < 2:
        st.info("Add two films or more: the first cut first.")
        return
    with error_messages.isolate(project.name):
        histories.show(project)


with error_messages.show():
    page()
