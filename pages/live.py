"""A viewer before the camera: notice and consent, the film beside the camera, then keep or throw away."""

from __future__ import annotations

import streamlit as st

from emotion_core import audience, formatting
from emotion_core.library import Film
from emotion_core.live import KEEP_MINUTES, Session, sessions_of
from emotion_core.playback import proxies
from pages.components import camera
from pages.components.player import wait_for_copy
from pages.parts import keep_viewer
from pages.services import auth, error_messages, markdown, page_cache, routes

MIRROR = ""
"""In place of a film's id: the camera alone."""


def page() -> None:
    st.title("Live", anchor=False)
    routes.show_notice()
    error_messages.show_deferred()
    session = _current()
    if session is None:
        _offer_left()
        _begin()
    elif st.session_state.get("live-finished") != session.id and _has_film(session):
        _run(session)
    elif session.film_id is None:
        _close(session, "The camera is off. Nothing was kept.")
    else:
        _end(session)


def _current() -> Session | None:
    """The session of this window."""
    session_id = st.session_state.get("live", "")
    if not session_id:
        return None
    session = sessions_of(page_cache.library().home).find(session_id, auth.user_id())
    if session is None:
        _forget()
        st.warning(
            f"The session is not there any more: it was left for more than {KEEP_MINUTES} minutes, or thrown away in "
            "another window."
        )
    return session


def _forget() -> None:
    for key in ("live", "live-finished"):
        st.session_state.pop(key, None)


def _close(session: Session, sentence: str) -> None:
    """Throw a session away and show the page's beginning."""
    sessions_of(page_cache.library().home).discard(session.id)
    _forget()
    routes.set_notice(sentence)
    st.rerun()


def _offer_left() -> None:
    """Sessions whose window was closed, as long as they are there."""
    sessions = sessions_of(page_cache.library().home)
    for session in sessions.left(auth.user_id()):
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"left-{session.id}"):
            summary = session.summary()
            st.markdown(
                f"A session with **{markdown.escape(session.film_name)}** was left: "
                f"{formatting.hms(summary.seen)} of the film. It is discarded in "
                f"{formatting.count(max(1, round(sessions.minutes_left(session))), 'minute')}.",
                width="stretch",
            )
            for label, finished in (("Go on", ""), ("Look at it", session.id)):
                if st.button(label, key=f"{label}-{session.id}"):
                    st.session_state.update({"live": session.id, "live-finished": finished})
                    st.rerun()
            if st.button("Throw away", key=f"discard-{session.id}", icon=":material/delete:"):
                sessions.discard(session.id)
                st.rerun()


def _begin() -> None:
    """Choose a film, or none; read the notice; agree."""
    st.markdown(
        "A viewer's face is read while the film plays, picture by picture, on this machine: expressions that the face "
        "shows, never what anyone feels. Without a film the page is a mirror."
    )
    films = {film.id: film for film in page_cache.library().films()}
    names = {MIRROR: "No film: try your camera", **markdown.unique_names(list(films.values()))}
    wanted = routes.query("film")
    chosen = st.selectbox(
        "Film",
        list(names),
        list(names).index(wanted) if wanted in names else 0,
        format_func=lambda film_id: names[film_id],
        key="live-film",
    )
    film = films.get(chosen)
    if film is not None and not _is_playable(film):
        return
    told = _notice(mirror=film is None)
    with st.container(border=True):
        st.header("Before the camera opens", anchor=False)
        st.markdown(markdown.escape(told).replace("\n", "  \n"))
        agreed = st.checkbox("I have read this, and I agree to it.", key=f"live-agreed-{chosen}")
        agreed_by = st.text_input("Name or initials of who agrees", max_chars=100, key="live-agreed-by")
    if not st.button("Open the camera", type="primary", icon=":material/videocam:"):
        return
    if not (agreed and agreed_by.strip()):
        st.warning(
            "The camera stays off until you agree: tick the box, and give a name or initials.",
            icon=":material/pan_tool:",
        )
        return
    session = sessions_of(page_cache.library().home).begin(
        None if film is None else film.id, "" if film is None else film.name, told, agreed_by.strip(), auth.user_id()
    )
    st.session_state["live"] = session.id
    st.rerun()


def _notice(*, mirror: bool) -> str:
    """What a viewer is told before the camera opens."""
    undecided = (
        "Without a film nothing is kept: the numbers are gone when you finish."
        if mirror
        else "At the end you keep the numbers or throw them away. Until then they are in this machine's memory only, "
        f"and {KEEP_MINUTES} minutes after you leave without an answer they are gone."
    )
    return f"{audience.notice_text('camera')}\n{undecided}"


def _is_playable(film: Film) -> bool:
    """Whether the browser can play the film now; else the progress of its copy is shown."""
    if proxies.request(page_cache.library(), film).file is not None:
        return True
    st.info("The film is shown here as soon as there is a copy of it that browsers play.", icon=":material/movie:")
    wait_for_copy(film)
    return False


def _has_film(session: Session) -> bool:
    """Whether the session can go on: its film is in the library, or it needs none."""
    return session.film_id is None or any(film.id == session.film_id for film in page_cache.library().films())


def _run(session: Session) -> None:
    """The film beside the camera."""
    file = None
    if session.film_id is not None:
        film = page_cache.library().film(session.film_id)
        file = proxies.status(page_cache.library(), film).file
        st.markdown(f"**{markdown.escape(session.film_name)}**")
    camera.show(session, file, lambda: st.session_state.update({"live-finished": session.id}))
    kept = (
        "Nothing is kept."
        if session.film_id is None
        else f"Until you decide, all numbers are in memory only. When this window is closed they stay there for "
        f"{KEEP_MINUTES} minutes, are offered again on this page, and are then discarded."
    )
    st.caption(f"Pictures are read on the machine that runs this app and are never stored. {kept}")


def _end(session: Session) -> None:
    """What the session has, and what becomes of it."""
    summary = session.summary()
    st.header(markdown.escape(session.film_name), anchor=False)
    if session.trouble:
        st.warning(markdown.escape(session.trouble), icon=":material/warning:")
    if summary.readings == 0:
        _close(session, "There was no reading while the film played, so there is nothing to keep.")
    seen, face, pace = st.columns(3)
    seen.metric("Film seen", formatting.hms(summary.seen))
    face.metric("Readings with a usable face", formatting.percent(summary.usable / summary.readings))
    if summary.rate.a_second is not None:
        pace.metric("Readings a second", f"{summary.rate.a_second:.1f}")
    if summary.replayed >= 0.5:
        st.caption(f"{formatting.hms(summary.replayed)} of the film were seen again: only the first time counts.")
    if summary.rate.delay_median is not None and summary.rate.delay_99 is not None:
        st.caption(
            f"Numbers came {summary.rate.delay_median:.0f} ms after their picture (99 %: within "
            f"{summary.rate.delay_99:.0f} ms). {formatting.count(summary.rate.dropped, 'picture')} of the camera came "
            "while another was read, and were left out."
        )
    if session.opened is not None and session.opened.size is not None:
        st.caption(markdown.escape(session.opened.size.in_words))
    has_film = _has_film(session)
    if has_film:
        viewer = keep_viewer.show(session)
        if viewer is not None:
            is_analysed = page_cache.library().newest_scan(session.film_id or "") is not None
            when = "" if is_analysed else ", once the film is analysed"
            _close(session, f"{viewer.name} is a viewer of this film now. The Screening page has the numbers{when}.")
    else:
        st.warning(
            "The film was deleted from the library meanwhile. Add the same file again to keep this session.",
            icon=":material/movie:",
        )
    st.caption(f"After {KEEP_MINUTES} minutes without an answer the session is discarded.")
    left, right = st.columns(2)
    if left.button("Go on with the film", icon=":material/play_arrow:", disabled=not has_film):
        st.session_state["live-finished"] = ""
        st.rerun()
    if right.button("Throw away", icon=":material/delete:"):
        _close(session, "The session was thrown away. Nothing of it was stored.")


with error_messages.show():
    page()
