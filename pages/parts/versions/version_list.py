"""The versions of a project in their order: add, move, take out."""

from __future__ import annotations

import streamlit as st

from emotion_core import formatting
from emotion_core.errors import EmotionError
from emotion_core.library import Film, Project

from ...services import error_messages, markdown, page_cache, routes
from .. import icon_button


def show(project: Project, films: list[Film]) -> None:
    """The list, and a box with the films that are in no project."""
    by_id = {film.id: film for film in films}
    for number, film_id in enumerate(project.films, start=1):
        _row(project, number, film_id, by_id.get(film_id))
    taken = {film_id for each in page_cache.library().projects() for film_id in each.films}
    free = [film for film in films if film.id not in taken]
    if not free:
        st.caption("Every film of the Library is in a project." if films else "There is no film in the Library yet.")
        return
    names = markdown.unique_names(films)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = f"version-add-{project.id}-{project.revision}"
        chosen = st.multiselect(
            "Add films as the next versions", [film.id for film in free], key=key, placeholder="Choose films",
            format_func=lambda film_id: names[film_id], width=560,
        )  # fmt: skip
        st.button(
            "Add", icon=":material/add:", key="version-add", disabled=not chosen, on_click=_add,
            args=(project.id, chosen),
        )  # fmt: skip


def _row(project: Project, number: int, film_id: str, film: Film | None) -> None:
    name = film_id[:8] if film is None else film.name
    last = len(project.films)
    with st.container(horizontal=True, vertical_alignment="center", key=f"version-{number}", gap="small"):
        st.markdown(f"**{number}**", width=28)
        st.markdown(f"{markdown.escape(name)} · {_facts(film)}", width="stretch")
        if number > 1:
            before = project.films[number - 2]
            st.page_link(
                routes.COMPARE, label=f"Compare with {number - 1}", icon=":material/compare:",
                query_params={"before": before, "after": film_id}, width="content",
            )  # fmt: skip
        for word, icon, place in (("earlier", "arrow_upward", number - 1), ("later", "arrow_downward", number + 1)):
            icon_button.show(
                f"Move {name} {word}", icon, f"version-{word}-{number}", hint=f"Move {word}",
                kind="tertiary", disabled=not 1 <= place <= last, on_click=_move, args=(project.id, film_id, place),
            )  # fmt: skip
        icon_button.show(
            f"Take {name} out of the project", "close", f"version-out-{number}", hint="Take it out; the film stays",
            kind="tertiary", on_click=_remove, args=(project.id, film_id),
        )  # fmt: skip


def _facts(film: Film | None) -> str:
    if film is None:
        return "cannot be read: see the Library"
    try:
        summary = page_cache.film_summary(film.id)
    except EmotionError:
        return "its analysis cannot be read: see the Library"
    if summary is None:
        return f"{formatting.hms(film.media.duration)} · not analysed yet"
    return f"{formatting.hms(summary.seconds)} · {formatting.count(summary.scenes, 'scene')}"


def _add(project_id: str, films: list[str]) -> None:
    with error_messages.defer():
        for film_id in films:
            page_cache.library().add_version(project_id, film_id)


def _move(project_id: str, film_id: str, place: int) -> None:
    with error_messages.defer():
        page_cache.library().move_version(project_id, film_id, place)


def _remove(project_id: str, film_id: str) -> None:
    with error_messages.defer():
        page_cache.library().remove_version(project_id, film_id)
