"""The film player beside the scenes. It plays the film's file, or a copy that browsers can play."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from emotion_core import formatting
from emotion_core.analysis import Analysis
from emotion_core.library import Film
from emotion_core.playback import Proxy, proxies
from emotion_core.timecode import nominal_rate
from emotion_core.web import signed_link

from ...services import auth, markdown, page_cache, report_edits, route_tokens
from ..component import component

_player = component(
    "film_player", Path(__file__).parent, html="player.html", css=("../transport.css", "player.css"), js="player.js"
)


def show(film: Film, analysis: Analysis) -> None:
    """The player, at the moment in the page's address; while there is no copy to play, its progress or its error."""
    proxy = proxies.request(page_cache.library(), film)
    if proxy.file is None:
        wait_for_copy(film)
        return
    key = f"player-{film.id}"
    home, media = page_cache.library().home, analysis.observations.media
    _player(
        key=key,
        data={
            "film": film.id,
            "file": proxy.file,
            "video": signed_link(home, film.id, proxy.file, auth.user_id()),
            "frames": signed_link(home, film.id, "frames", auth.user_id()),
            "link": route_tokens.film_link(film.id),
            "version": page_cache.version(film.id),
            "state": page_cache.scan_id(film.id),
            "rate": float(media.rate),
            "rate_over": media.rate.numerator,
            "rate_under": media.rate.denominator,
            "base": nominal_rate(media.rate),
            "start": media.start_frame,
            "drop": media.drop_frame,
            "scenes": [row.scene.frame_in for row in analysis.scenes],
        },
        on_expired_change=partial(route_tokens.forget_film_link, film.id),  # the others are signed at each run
        on_note_change=lambda: _add_note(film.id, st.session_state[key].get("note")),
        on_split_change=lambda: _split(film.id, st.session_state[key].get("split")),
    )


def _add_note(film_id: str, asked: object) -> None:
    match asked:
        case {"frame": int(frame), "text": str(text)}:
            report_edits.add_note(film_id, frame, text)


def _split(film_id: str, asked: object) -> None:
    match asked:
        case {"first": int(first), "end": int(end)}:
            report_edits.split_range(film_id, first, end)


@st.fragment(run_every=1)
def wait_for_copy(film: Film) -> None:
    """The progress of the copy; the page runs again as soon as it can be played."""
    proxy = proxies.status(page_cache.library(), film)
    if proxy.file is not None:
        st.rerun()
    because = f"{proxy.reason[:1].upper()}{proxy.reason[1:]}." if proxy.reason else ""
    if proxy.state == "failed":
        what = "There is no copy of this film for the browser." if proxy.reason else "The film cannot be played."
        st.warning(markdown.escape(f"{what} {because} {proxy.message}"), icon=":material/movie_off:")
        if film.unchanged and st.button("Make it again", icon=":material/refresh:", key=f"proxy-again-{film.id}"):
            proxies.retry(page_cache.library(), film)
            st.rerun(scope="fragment")
        return
    st.progress(0.0 if proxy.progress is None else proxy.progress.share, text=markdown.escape(_progress_text(proxy)))
    st.caption(markdown.escape(because))


def _progress_text(proxy: Proxy) -> str:
    """“A copy for the browser is being made · 42 % · 1:12 left”."""
    parts = ["A copy for the browser is being made"]
    if proxy.stands_still:
        parts.append("it goes on when the analyses are done")
    else:
        share = 0.0 if proxy.progress is None else proxy.progress.share
        parts.append(formatting.percent(share) if share else "waiting for its turn")
    if proxy.progress is not None and proxy.progress.seconds_left is not None:
        parts.append(f"{formatting.hms(proxy.progress.seconds_left)} left")
    return " · ".join(parts)
