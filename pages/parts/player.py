"""The film itself beside its scenes: played from its file, or from the copy that browsers can play."""

from __future__ import annotations

import streamlit as st

from emotion_core import formatting
from emotion_core.analysis.records import Analysis
from emotion_core.library.records import Film
from emotion_core.playback import proxies
from emotion_core.playback.proxies import Proxy
from emotion_core.timecode import nominal
from emotion_core.web import media_routes

from . import opened, scripted, sign_in, words

_player = scripted.component(
    "film_player", html="player.html", css=("player.css",), js=("player_times.js", "player.js")
)


def show(film: Film, analysis: Analysis, number: int | None) -> None:
    """The player at the first frame of the scene chosen last; or why there is none yet."""
    proxy = proxies.request(opened.library(), film)
    if proxy.file is None:
        _wait(film)
        return
    home, media = opened.library().home, analysis.observations.media
    _player(
        key=f"player-{film.id}",
        data={
            "film": film.id,
            "file": proxy.file,
            "video": media_routes.link(home, film.id, proxy.file, sign_in.user()),
            "frames": media_routes.link(home, film.id, "frames", sign_in.user()),
            "state": opened.scan_id(film.id),
            "rate": float(media.rate),
            "rate_over": media.rate.numerator,
            "rate_under": media.rate.denominator,
            "base": nominal(media.rate),
            "start": media.start_frame,
            "drop": media.drop_frame,
            "scenes": [row.scene.frame_in for row in analysis.scenes],
            "first": None if number is None else analysis.scenes[number - 1].scene.frame_in,
            "jump": f"{number}-{st.session_state.get('jumps', 0)}",
        },
        on_expired_change=lambda: None,  # each run of the page gives new links
    )


def jump() -> None:
    """A scene was chosen, perhaps the same one again: the player goes to its first frame."""
    st.session_state["jumps"] = st.session_state.get("jumps", 0) + 1


@st.fragment(run_every=1)
def _wait(film: Film) -> None:
    """How the making of the copy goes; the page is drawn anew as soon as it is there."""
    proxy = proxies.status(opened.library(), film)
    if proxy.file is not None:
        st.rerun()
    because = f"{proxy.reason[:1].upper()}{proxy.reason[1:]}." if proxy.reason else ""
    if proxy.state == "failed":
        what = "There is no copy of this film for the browser." if proxy.reason else "The film cannot be played."
        st.warning(words.plain(f"{what} {because} {proxy.message}"), icon=":material/movie_off:")
        if film.unchanged and st.button("Make it again", icon=":material/refresh:", key=f"proxy-again-{film.id}"):
            proxies.again(opened.library(), film)
            st.rerun(scope="fragment")
        return
    st.progress(proxy.share or 0.0, text=words.plain(_words(proxy)))
    st.caption(words.plain(because))


def _words(proxy: Proxy) -> str:
    """“A copy for the browser is being made · 42 % · 1:12 left”."""
    said = ["A copy for the browser is being made"]
    if proxy.stands_still:
        said.append("it goes on when the analyses are done")
    else:
        said.append("waiting for its turn" if proxy.share is None else formatting.percent(proxy.share))
    if proxy.seconds_left is not None:
        said.append(f"{formatting.clock(proxy.seconds_left)} left")
    return " · ".join(said)
