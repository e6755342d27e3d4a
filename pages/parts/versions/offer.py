"""What is offered for a film that came in and shares footage with another: to compare both, to make it a version.

Which films share footage is found beside the page by a cheap test, once in a process for the same analyses. Two films
that share nothing are not compared.
"""

from __future__ import annotations

import time
from functools import partial
from pathlib import PurePath

import streamlit as st

from emotion_core.library import Film, Library, Project
from emotion_core.library.projects import footage_partners

from ...services import error_messages, markdown, page_cache, routes
from .. import icon_button
from . import background

MOST = 12
"""Films, those added last, that are tried."""
_AT_ONCE = 0.3
"""Seconds that the page, of which all else is shown, waits for what is tried."""
_LATER = 2
"""Seconds between two looks at what was not done then, or is to be shown."""
_DISMISSED = "versions-dismissed"


def newcomer(films: list[Film]) -> str:
    """Id of the film added last that is analysed and in no project; empty without one."""
    taken = {film_id for project in page_cache.library().projects() for film_id in project.films}
    return next((film.id for film in films if film.id not in taken and page_cache.is_readable(film.id)), "")


def show(film_id: str) -> None:
    """The offer, where films that share footage are known; nothing for a film that is in a project."""
    work = background.works.known(_key(film_id))
    if work is None or not work.is_done() or not _is_wanted(film_id):
        return
    if partners := _partners(work):
        by_id = {film.id: film for film in page_cache.library().films()}
        known = [by_id[each] for each in partners if each in by_id]
        if known:
            _offer(by_id[film_id], known)


def wait(film_id: str) -> None:
    """Look for films that share footage, and run the page again as soon as they are known. Called when the rest of the
    page is there.
    """
    library = page_cache.library()
    if not _is_wanted(film_id) or all(film.id == film_id for film in library.films()):
        return
    before = background.works.known(key := _key(film_id))
    if before is not None and before.is_done():  # it was when `show` was called
        return
    work = background.works.get(key, partial(_find, film_id), library)
    if not work.is_done(within=_AT_ONCE) or _partners(work):
        _wait(work, time.monotonic())


def _is_wanted(film_id: str) -> bool:
    dismissed = film_id in st.session_state.get(_DISMISSED, ())
    return not dismissed and page_cache.library().project_of(film_id) is None


@st.fragment(run_every=_LATER)
def _wait(work: background.Work, since: float) -> None:
    """Run the page again once the work is done, but not while a browser draws what the page showed at the time `since`:
    it would draw all of it twice.
    """
    if work.is_done() and time.monotonic() - since >= _LATER / 2:
        st.rerun()


def _key(film_id: str) -> str:
    """Text that changes when a film comes, goes or is analysed; what was tried before is kept all the same."""
    return f"partners {film_id} {page_cache.library().change_token()}"


def _find(film_id: str, library: Library, tell: background.Tell) -> list[str]:
    """Ids of films that share footage with one, among the MOST others that were added last."""
    found = []
    others = [film.id for film in library.films() if film.id != film_id][:MOST]
    for place, other in enumerate(others):
        tell(place, len(others), "Looking for films that share footage")
        found += footage_partners(library, film_id, [other])
    return found


def _partners(work: background.Work) -> list[str]:
    found: list[str] = [] if work.result.exception() is not None else work.result.result()
    return found


def _offer(film: Film, partners: list[Film]) -> None:
    """One line: the film that shares footage, the comparison of both, and the place in its project."""
    best, project = _best(partners, page_cache.library().projects())
    with st.container(horizontal=True, vertical_alignment="center", key=f"offer-{film.id[:12]}", gap="small"):
        more = f" and {len(partners) - 1} more" if len(partners) > 1 else ""
        st.markdown(f"Shares footage with **{markdown.escape(best.name)}**{more}.", width="content")
        st.page_link(
            routes.COMPARE, label="Compare", icon=":material/compare:",
            query_params={"before": best.id, "after": film.id}, width="content",
        )  # fmt: skip
        label = "Make both versions of a project"
        if project is not None:
            label = f"Add as version {len(project.films) + 1} of “{markdown.escape(project.name)}”"
        st.button(
            label, icon=":material/add:", key=f"offer-add-{film.id}", type="tertiary", on_click=_add,
            args=(film.id, best, project),
        )  # fmt: skip
        icon_button.show(
            f"Do not offer this for {film.name}", "close", f"offer-no-{film.id}", hint="Not now", kind="tertiary",
            on_click=_dismiss, args=(film.id,),
        )  # fmt: skip


def _best(partners: list[Film], projects: list[Project]) -> tuple[Film, Project | None]:
    """The latest version among the films, with its project; without a project the film added last."""
    for project in projects:
        versions = [film for film in partners if film.id in project.films]
        if versions:
            return max(versions, key=lambda film: project.films.index(film.id)), project
    return partners[0], None


def _add(film_id: str, other: Film, project: Project | None) -> None:
    """Make the film the next version, or both versions of a new project that is called after the other film."""
    with error_messages.defer():
        library = page_cache.library()
        if project is None:
            project = library.add_project(_free_name(PurePath(other.name).stem), [other.id])
        library.add_version(project.id, film_id)
        routes.set_notice(f"This is version {len(library.project(project.id).films)} of “{project.name}” now.")


def _free_name(wanted: str) -> str:
    library, name, number = page_cache.library(), wanted[:190], 1
    while library.project_named(name) is not None:
        number += 1
        name = f"{wanted[:190]} ({number})"
    return name


def _dismiss(film_id: str) -> None:
    st.session_state[_DISMISSED] = {*st.session_state.get(_DISMISSED, ()), film_id}
