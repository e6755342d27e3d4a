"""The library: add films, watch their analyses, open and delete them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from emotion_core import formatting
from emotion_core.errors import (
    CHECK_ADVICE,
    EarlierVersion,
    EmotionError,
    LaterVersion,
    OutOfDescriptors,
    PlaceNotPermitted,
)
from emotion_core.ingest import begin_film, sample_cut
from emotion_core.jobs import scans
from emotion_core.report import provenance
from emotion_core.settings import ScanSettings
from pages.components import scan_progress, uploads
from pages.parts import icon_button, local_folder, scan_form
from pages.parts.versions import offer
from pages.services import error_messages, markdown, page_cache, preload, routes

if TYPE_CHECKING:  # the first page of all is shown without NumPy, pandas and Plotly
    from emotion_core.analysis import FilmSummary
    from emotion_core.library import Film

_SAYS_IT_ALL = (EarlierVersion, LaterVersion, PlaceNotPermitted, OutOfDescriptors)
"""Errors of an analysis to which the advice to check the library adds nothing."""
KEPT = "Your own file stays where it is."


def page() -> None:
    routes.continue_opening()
    state = page_cache.library().change_token()  # first: a later change is then found the next time
    films = page_cache.library().films()
    with st.container(gap=None):
        scan_progress.follow_library(state, lists_films=bool(films))
        st.title("Library", anchor=False)
    st.markdown(
        "Drop in a cut of a film and see, scene by scene, which facial expressions are on screen. "
        "Nothing leaves this machine."
    )
    routes.show_notice()
    error_messages.show_deferred()
    if lost := page_cache.library().loss_warning():
        st.warning(markdown.escape(lost), icon=":material/warning:")
    place = st.container()  # shown above, but drawn last: uploads need the settings chosen below
    with st.container():
        film = local_folder.choose()
        settings = scan_form.show()
        if film is not None and settings is not None:
            _begin(film, settings)
        if settings is not None:
            _sample(films, settings)
    with place, error_messages.show():
        uploads.show(settings)
    unreadable = page_cache.library().unreadable()
    if films or unreadable:
        st.header(f"Films ({len(films) + len(unreadable)})", anchor=False)
    come = offer.newcomer(films) if len(films) > 1 else ""
    ahead = scans.places(page_cache.library())
    for each in films:
        with error_messages.isolate(each.name):
            _row(each, settings, ahead, is_new=each.id == come)
    for film_id, name, error in unreadable:
        _unreadable(film_id, name, error)
    if come:
        offer.wait(come)


def _begin(film: Film, settings: ScanSettings) -> None:
    """Analyse a film that was added, or open it if it has an analysis."""
    is_analysed = film.was_present and page_cache.version(film.id) != ""
    if not is_analysed:
        with error_messages.show():
            begin_film(page_cache.library(), film, settings)
            st.rerun()
        return
    routes.open_film(film.id, f"These are the bytes of {film.name}, which was found in the library.")


def _sample(films: list[Film], settings: ScanSettings) -> None:
    """A button that adds the sample cut; once that is here, one that adds its re-cut."""
    names = {film.name: film.id for film in films}
    which: sample_cut.Which
    cut = names.get(sample_cut.NAMES["cut"])
    if cut is not None and st.session_state.get("opening-sample", False):
        routes.open_film(cut)  # the new film had a component run the page again before its page was shown
    if cut is None:
        question = "No film at hand? Half a minute of three installed clips, spliced here:"
        which, label = "cut", "Try the sample cut"
    elif sample_cut.NAMES["re-cut"] not in names:
        question = "Two cuts can be compared:"
        which, label = "re-cut", "Add the sample's re-cut"
    else:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(question, width="content")
        pressed = st.button(label, icon=":material/movie:", key=f"sample-{which}")
    if pressed:
        st.session_state["splicing-sample"] = which  # told of its progress, this run may be ended by another
    if st.session_state.get("splicing-sample") == which:
        _splice(which, settings)


def _splice(which: sample_cut.Which, settings: ScanSettings) -> None:
    """Make a sample film, begin its analysis, and open the cut's page."""
    st.session_state["opening-sample"] = which == "cut"
    text = "Splicing the sample out of clips that were installed with the app …"
    bar = st.progress(0.0, text)
    film = None
    with error_messages.show():
        film = sample_cut.make(page_cache.library(), which, lambda share: bar.progress(0.9 * share, text))
        # Nothing is shown between the two: a click elsewhere ends the run there, and would leave the film idle.
        begin_film(page_cache.library(), film, settings)
    del st.session_state["splicing-sample"]
    if film is not None and which == "cut":
        routes.open_film(film.id)  # its page follows the analysis, and shows the report as soon as there is one
    st.session_state["opening-sample"] = False
    if film is None:
        bar.empty()
    else:
        st.rerun()


def _row(film: Film, settings: ScanSettings | None, ahead: Mapping[str, int], *, is_new: bool) -> None:
    """A film's card; with the film that shares its footage, where it is new. `ahead` as `scans.places` gives it."""
    with st.container(border=True, key=f"film-{film.id[:12]}"), error_messages.show():
        card, trouble = _card(film)
        latest = scans.latest(page_cache.library(), film.id, ahead)
        picture, facts, buttons = st.columns([1, 5, 2], vertical_alignment="center")
        if card is not None and card.thumbnail is not None:
            picture.image(card.thumbnail, width="stretch", alt=f"A frame of {film.name}")
        elif card is not None:
            picture.caption(markdown.NO_PICTURES)
        facts.markdown(f"**{markdown.escape(film.name)}**  \n{_facts(film, card)}")
        active = latest is not None and latest[1].active
        with buttons.container(horizontal=True, horizontal_alignment="right"):
            if card is not None:
                key = f"open-{film.id}"
                st.button("Open", type="primary", key=key, on_click=routes.begin_opening, args=(film.id,))
            if settings is not None and not active and _again_button(film, card, "again" if latest else ""):
                _again(film, settings)
            _delete_button(film.id, film.name, _what_goes(film))
        if trouble is not None:
            text = str(trouble)
            complete = CHECK_ADVICE in text or isinstance(trouble, _SAYS_IT_ALL)
            error_messages.show_error(trouble, text if complete else f"{text} {CHECK_ADVICE}")
        if card is not None and card.damaged:
            st.warning(markdown.escape(card.damaged), icon=":material/warning:")
        if latest is not None and not active:
            _say_what_was_not_taken_over(latest[0])
        if is_new and not active:
            offer.show(film.id)
        if latest is not None and latest[1].state == "failed":
            st.error(markdown.escape(latest[1].message), icon=":material/error:")
        elif latest is not None and latest[1].state == "cancelled" and card is None:
            st.info("The analysis was cancelled.", icon=":material/cancel:")
        if latest is not None and active:
            scan_progress.watch(film.id, *latest, opens=card is None)


def _say_what_was_not_taken_over(scan_id: str) -> None:
    """Why an analysis that was to take over faces from another cut took none; nothing otherwise."""
    if said := scans.why_nothing_was_taken_over(page_cache.library(), scan_id):
        st.caption(markdown.escape(said))


def _again_button(film: Film, card: FilmSummary | None, again: str) -> bool:
    """A button that analyses a film, small where it has an analysis."""
    if card is None:
        return st.button(f"Analyse {again}".strip(), icon=":material/refresh:", key=f"again-{film.id}")
    hint = "Analyse again, with the model and sampling chosen above"
    return icon_button.show(f"Analyse {film.name} again", "refresh", f"again-{film.id}", hint=hint)


def _unreadable(film_id: str, name: str, error: EmotionError) -> None:
    """The card of a film whose row in the library cannot be read."""
    with st.container(border=True, key=f"film-{film_id[:12]}", horizontal=True):
        st.error(markdown.escape(str(error)), icon=":material/error:")
        _delete_button(film_id, name, "A copy of it that the library holds goes too.")


def _delete_button(film_id: str, name: str, rest: str) -> None:
    if icon_button.show(f"Delete {name}", "delete", f"delete-{film_id}", hint="Delete"):
        _ask(film_id, name, rest)


def _what_goes(film: Film) -> str:
    """What is deleted with a film, and what stays, in one or two sentences."""
    rest = "The library's copy of it goes too." if film.managed else KEPT
    screenings = page_cache.library().screenings(film.id)
    if not screenings:
        return rest
    number = formatting.count(sum(len(page_cache.library().viewer_ids(each.id)) for each in screenings), "viewer")
    own = f"{formatting.count(len(screenings), 'screening')} with {number}"
    return f"So will its {own} and all that is known of them. {rest}"


def _card(film: Film) -> tuple[FilmSummary | None, EmotionError | None]:
    """A film's summary, None before its analysis; and the error if it cannot be read."""
    try:
        return page_cache.film_summary(film.id), None
    except EmotionError as error:
        return None, error


def _again(film: Film, settings: ScanSettings) -> None:
    library = page_cache.library()
    if library.store(begin_film(library, film, settings)).sealed:
        notice = f"{film.name} was analysed with this model and these settings before: this is what its page shows now."
        routes.set_notice(notice)
    st.rerun()


def _facts(film: Film, card: FilmSummary | None) -> str:
    media = film.media
    facts = [formatting.hms(media.duration if card is None else card.seconds)]
    if card is not None:
        facts.append(formatting.count(card.scenes, "scene"))
        if card.scenes_without_faces:
            facts.append(f"{card.scenes_without_faces} without enough faces")
        facts.append(markdown.escape(provenance.model_name(card.model)))
    else:
        facts += [f"{media.display_width} × {media.display_height}", formatting.size(film.bytes)]
    return " · ".join(facts)


@st.dialog("Delete this film?")
def _ask(film_id: str, name: str, rest: str) -> None:
    st.markdown(f"**{markdown.escape(name)}** and its analysis will be removed from the library. {rest}")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep", key="keep"):
            st.rerun()
        if st.button("Delete", type="primary", key="delete-for-good", on_click=_delete, args=(film_id,)):
            st.rerun()


def _delete(film_id: str) -> None:
    try:
        scans.delete_film(page_cache.library(), film_id)
    except EmotionError as error:
        routes.set_notice(str(error))
    page_cache.clear()


with error_messages.show():
    page()
preload.load_for_further_pages()
