"""Which film and which of its screenings; new ones, and the sample."""

from __future__ import annotations

import streamlit as st

from emotion_core.audience import Screening
from emotion_core.ingest import sample_screening
from emotion_core.jobs import scans
from emotion_core.library import Film, forget_numbers

from ...services import error_messages, markdown, page_cache, routes

WHAT = (
    "What the faces of a film's viewers show, scene by scene, beside the playing film: expressions that faces show, "
    "never what anyone felt. Nothing leaves this machine."
)


def show(films: list[Film]) -> tuple[Film, Screening | None] | None:
    """Select boxes in a row; the film, None where none is chosen, and its screening, None where it has none."""
    names = markdown.unique_names(films)
    ids = [film.id for film in films]
    wanted = _wanted_film()
    with st.container(horizontal=True, vertical_alignment="bottom", key="screening-choice"):
        chosen = st.selectbox(
            "Film", ids, ids.index(wanted) if wanted in ids else (0 if len(ids) == 1 else None),
            format_func=lambda film_id: names[film_id], placeholder="Choose a film", key="screening-film",
        )  # fmt: skip
        if chosen is None:
            return None
        film = next(film for film in films if film.id == chosen)
        screenings = {each.id: each for each in page_cache.library().screenings(film.id)}
        screening = None
        if screenings:
            asked = st.session_state.pop("screening-go", "") or routes.query("screening")
            place = list(screenings).index(asked) if asked in screenings else 0
            key = f"screening-of-{film.id}-{len(screenings)}"
            screening_id = st.selectbox(
                "Screening", list(screenings), place, format_func=lambda each: screenings[each].name, key=key
            )
            screening = screenings[screening_id]
            with st.popover("New or other", icon=":material/add:", key="screening-more"):
                _add(film)
                _rename_or_delete(screening)
    st.query_params["film"] = film.id
    if screening is not None:
        st.query_params["screening"] = screening.id
    elif "screening" in st.query_params:
        del st.query_params["screening"]
    return film, screening


def _wanted_film() -> str:
    """The film of the address, or that of its screening."""
    if film_id := routes.query("film"):
        return film_id
    screening_id = routes.query("screening")
    found = [each.film_id for each in page_cache.library().screenings() if each.id == screening_id]
    return found[0] if found else ""


def show_first(film: Film) -> None:
    """What is offered where a film has no screening yet."""
    st.markdown(f"**{markdown.escape(film.name)}** has no screening yet. {WHAT}")
    left, right = st.columns(2, gap="large")
    with left.container(border=True):
        st.header("Your viewers", anchor=False)
        st.markdown("Recordings of viewers' faces, or live sessions before this machine's camera.")
        _add(film)
    with right.container(border=True):
        st.header("No viewers at hand?", anchor=False)
        st.markdown(
            f"A sample screening: {sample_screening.VIEWERS} **synthetic** viewers, curves made by a formula. "
            "Nobody was filmed."
        )
        sample_button(film)


def sample_button(film: Film) -> None:
    """A button that adds the sample screening and shows it."""
    st.button(
        "Try the sample screening", icon=":material/science:", key="screening-sample", on_click=_sample,
        args=(film.id,),
    )  # fmt: skip


def _sample(film_id: str) -> None:
    with error_messages.defer():
        _go(sample_screening.make(page_cache.library(), film_id))


def _go(screening: Screening) -> None:
    st.session_state["screening-go"] = screening.id


def _add(film: Film) -> None:
    with st.form(f"screening-add-{film.id}", border=False, clear_on_submit=True):
        st.text_input(
            "Name of a new screening", max_chars=200, placeholder="Screening 1", key="screening-name",
            help="Left empty, it is called Screening and a number.",
        )  # fmt: skip
        st.form_submit_button("Add screening", icon=":material/add:", on_click=_add_now, args=(film.id,))


def _add_now(film_id: str) -> None:
    with error_messages.defer():
        _go(page_cache.library().add_screening(film_id, str(st.session_state.get("screening-name", "")).strip()))


def _rename_or_delete(screening: Screening) -> None:
    key = f"screening-rename-{screening.id}"
    st.text_input(
        "Name of this screening", screening.name, max_chars=200, key=key, on_change=_rename, args=(screening.id, key)
    )
    if st.button("Delete this screening", icon=":material/delete:", key="screening-delete"):
        _ask(screening)


def _rename(screening_id: str, key: str) -> None:
    with error_messages.defer():
        page_cache.library().rename_screening(screening_id, str(st.session_state[key]))


@st.dialog("Delete this screening?")
def _ask(screening: Screening) -> None:
    count = len(page_cache.library().viewer_ids(screening.id))
    st.markdown(
        f"**{markdown.escape(screening.name)}** with its {count} viewers, their readings, consents, ratings and "
        "recordings will be removed from the library. Recordings that lie in a folder of yours stay there."
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep", key="screening-keep"):
            st.rerun()
        if st.button("Delete", type="primary", key="screening-gone", on_click=_delete, args=(screening.id,)):
            st.rerun()


def _delete(screening_id: str) -> None:
    with error_messages.defer():
        scans.delete_screening(page_cache.library(), screening_id)
    forget_numbers()
