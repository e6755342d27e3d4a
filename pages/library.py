"""The library: drop in a film, watch its analysis, open it, delete it."""

from __future__ import annotations

import streamlit as st

from emotion_core import formatting
from emotion_core.analysis.film_summary import Card
from emotion_core.errors import CHECK, EmotionError, LaterVersion, OutOfDescriptors, PlaceNotPermitted
from emotion_core.ingest import sample_cut
from emotion_core.jobs import scans
from emotion_core.library.records import Film
from emotion_core.playback import proxies
from emotion_core.report import provenance
from emotion_core.settings import ScanSettings
from pages.parts import folder, links, opened, problems, progress, scan_form, upload, words

_SAYS_IT_ALL = (LaterVersion, PlaceNotPermitted, OutOfDescriptors)
"""Errors about an analysis that a check of the library adds nothing to."""
KEPT = "Your own file stays where it is."


def page() -> None:
    with st.container(gap=None):
        progress.follow(opened.library().state())
        st.title("Library", anchor=False)
    st.markdown(
        "Drop in a cut of a film and see, scene by scene, which facial expressions are on screen. "
        "Nothing leaves this machine."
    )
    links.say_notice()
    if lost := opened.library().lost():
        st.warning(words.plain(lost), icon=":material/warning:")
    films = opened.library().films()
    place = st.container()  # what is chosen below goes with the films that are dropped in above
    with st.container():
        film = folder.choose()
        settings = scan_form.show()
        if film is not None and settings is not None:
            _begin(film, settings)
        if settings is not None:
            _sample(films, settings)
    with place, problems.told():
        upload.show(settings)
    unreadable = opened.library().unreadable()
    if films or unreadable:
        st.subheader(f"Films ({len(films) + len(unreadable)})", anchor=False)
    for each in films:
        with problems.isolated(each.name):
            _row(each, settings)
    for film_id, name, error in unreadable:
        _unreadable(film_id, name, error)


def _begin(film: Film, settings: ScanSettings) -> None:
    """Analyse a film that came in, or open it if that was done before."""
    known = film.known and opened.state(film.id) != ""
    if not known:
        with problems.told():
            scans.start(opened.library(), film.id, settings)
            proxies.request(opened.library(), film)  # so that it is there by the time the numbers are
            st.rerun()
        return
    links.to_film(film.id, f"These are the bytes of {film.name}, which was found in the library.")


def _sample(films: list[Film], settings: ScanSettings) -> None:
    """One click for someone with no film at hand, and another for a second cut of it."""
    here = {film.name for film in films}
    which: sample_cut.Which
    if sample_cut.NAMES["cut"] not in here:
        which, question, label = "cut", "No film at hand?", "Try the sample cut"
    elif sample_cut.NAMES["re-cut"] not in here:
        which, question, label = "re-cut", "Two cuts can be compared:", "Add the sample's re-cut"
    else:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(question, width="content")
        pressed = st.button(label, icon=":material/movie:", key=f"sample-{which}")
    if pressed:
        with problems.told(), st.spinner("Splicing the sample …"):
            # Nothing is shown between the two: a click elsewhere would end this run there, and the film would lie idle.
            film = sample_cut.make(opened.library(), which)
            scans.start(opened.library(), film.id, settings)
        st.rerun()


def _row(film: Film, settings: ScanSettings | None) -> None:
    with st.container(border=True, key=f"film-{film.id[:12]}"), problems.told():
        card, trouble = _card(film)
        latest = scans.latest(opened.library(), film.id)
        picture, facts, buttons = st.columns([1, 5, 2], vertical_alignment="center")
        if card is not None and card.thumbnail is not None:
            picture.image(card.thumbnail, width="stretch")
        elif card is not None:
            picture.caption(words.NO_PICTURES)
        facts.markdown(f"**{words.plain(film.name)}**  \n{_facts(film, card)}")
        active = latest is not None and latest[1].active
        with buttons.container(horizontal=True, horizontal_alignment="right"):
            if card is not None and st.button("Open", type="primary", key=f"open-{film.id}"):
                links.to_film(film.id)
            if (
                settings is not None
                and not active
                and st.button(
                    "" if card else "Analyse again" if latest else "Analyse",
                    icon=":material/refresh:",
                    help="Analyse again, with the model and sampling chosen above" if card else None,
                    key=f"again-{film.id}",
                )
            ):
                _again(film, settings)
            _delete_button(film.id, film.name, "The library's copy of it goes too." if film.managed else KEPT)
        if trouble:
            st.error(words.plain(trouble), icon=":material/error:")
        if card is not None and card.damaged:
            st.warning(words.plain(card.damaged), icon=":material/warning:")
        if latest is not None and latest[1].state == "failed":
            st.error(words.plain(latest[1].message), icon=":material/error:")
        elif latest is not None and latest[1].state == "cancelled" and card is None:
            st.info("The analysis was cancelled.", icon=":material/cancel:")
        if active:
            progress.watch(film.id, opens=card is None)


def _unreadable(film_id: str, name: str, error: EmotionError) -> None:
    """The card of a film of which no more is known than its name."""
    with st.container(border=True, key=f"film-{film_id[:12]}", horizontal=True):
        st.error(words.plain(str(error)), icon=":material/error:")
        _delete_button(film_id, name, "A copy of it that the library holds goes too.")


def _delete_button(film_id: str, name: str, rest: str) -> None:
    if st.button("", icon=":material/delete:", help="Delete", key=f"delete-{film_id}"):
        _ask(film_id, name, rest)


def _card(film: Film) -> tuple[Card | None, str]:
    """What is known of a film's analysis, and why it cannot be shown; empty where it can."""
    try:
        return opened.card(film.id), ""
    except EmotionError as error:
        told = str(error)
        return None, told if CHECK in told or isinstance(error, _SAYS_IT_ALL) else f"{told} {CHECK}"


def _again(film: Film, settings: ScanSettings) -> None:
    shelf = opened.library()
    if shelf.store(scans.start(shelf, film.id, settings)).sealed:
        told = f"{film.name} was analysed with this model and these settings before: this is what its page shows now."
        st.session_state["notice"] = told
    st.rerun()


def _facts(film: Film, card: Card | None) -> str:
    media = film.media
    facts = [formatting.clock(media.duration if card is None else card.seconds)]
    if card is not None:
        facts.append(formatting.count(card.scenes, "scene"))
        if card.scenes_without_faces:
            facts.append(f"{card.scenes_without_faces} without enough faces")
        facts.append(words.plain(provenance.model(card.model)))
    else:
        facts += [f"{media.display_width} × {media.display_height}", formatting.size(film.bytes)]
    return " · ".join(facts)


@st.dialog("Delete this film?")
def _ask(film_id: str, name: str, rest: str) -> None:
    st.markdown(f"**{words.plain(name)}** and its analysis will be removed from the library. {rest}")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep", key="keep"):
            st.rerun()
        if st.button("Delete", type="primary", key="delete-for-good", on_click=_delete, args=(film_id,)):
            st.rerun()


def _delete(film_id: str) -> None:
    try:
        scans.delete_film(opened.library(), film_id)
    except EmotionError as error:
        st.session_state["notice"] = str(error)
    opened.forget()


with problems.told():
    page()
