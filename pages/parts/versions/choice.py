"""Which project is shown; new ones, other names, and the end of one."""

from __future__ import annotations

import streamlit as st

from emotion_core.formatting import count
from emotion_core.library import Project

from ...services import error_messages, markdown, page_cache, routes


def show(projects: list[Project]) -> Project | None:
    """A select box in a row with what is done to projects; the one chosen, which is in the page's address."""
    by_id = {project.id: project for project in projects}
    ids = list(by_id)
    asked = st.session_state.pop("project-go", "") or routes.query("project")
    place = ids.index(asked) if asked in by_id else (0 if ids else None)
    with st.container(horizontal=True, vertical_alignment="bottom", key="versions-choice"):
        chosen = None
        if ids:
            chosen = st.selectbox(
                "Project", ids, place, format_func=lambda each: by_id[each].name, key=f"project-{place}-{len(ids)}",
                width=420,
            )  # fmt: skip
        with (
            st.popover("New project", icon=":material/add:"),
            st.form("project-new", border=False, clear_on_submit=True),
        ):
            st.text_input("Name of the new project", max_chars=200, key="project-name", placeholder="Feature")
            st.form_submit_button("Make it", on_click=_add)
        if chosen is not None:
            _change(by_id[chosen])
    if chosen is None:
        st.query_params.pop("project", None)
        return None
    st.query_params["project"] = chosen
    return by_id[chosen]


def _add() -> None:
    with error_messages.defer():
        st.session_state["project-go"] = page_cache.library().add_project(st.session_state["project-name"]).id


def _change(project: Project) -> None:
    key = f"project-rename-{project.id}-{project.revision}"
    with st.popover("Rename or delete", icon=":material/edit:"):
        st.text_input("Name", project.name, max_chars=200, key=key, on_change=_rename, args=(project.id, key))
        if st.button("Delete this project", icon=":material/delete:", key="project-delete"):
            _ask(project)
    history = page_cache.library().project_history(project.id)
    for word, step, undone in (("Undo", history.undo, True), ("Redo", history.redo, False)):
        st.button(
            word, icon=f":material/{word.lower()}:", key=f"project-{word}", type="tertiary", disabled=step is None,
            help=f"{word}: {step}" if step else None, on_click=_step, args=(project, undone),
        )  # fmt: skip


def _rename(project_id: str, key: str) -> None:
    with error_messages.defer():
        page_cache.library().rename_project(project_id, st.session_state[key])


def _step(project: Project, undone: bool) -> None:
    with error_messages.defer():
        library = page_cache.library()
        (library.undo_project if undone else library.redo_project)(project.id, project.revision)


@st.dialog("Delete this project?")
def _ask(project: Project) -> None:
    versions = count(len(project.films), "version")
    st.markdown(
        f"**{markdown.escape(project.name)}** with the order of its {versions} goes. The films and their analyses stay "
        "in the Library."
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep", key="project-keep"):
            st.rerun()
        if st.button("Delete", type="primary", key="project-gone", on_click=_delete, args=(project.id,)):
            st.rerun()


def _delete(project_id: str) -> None:
    with error_messages.defer():
        page_cache.library().delete_project(project_id)
