"""The current moment of a film's page, as Python knows it: the frame on which the player in the browser rests.

The player alone knows what is on screen, and writes it into the page's address. Python reads the address when the page
is opened, and hears of the frame on pause, seek and choice. It never sets the address: Streamlit would send all of it
again, and so undo what the browser wrote meanwhile.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from fractions import Fraction

import streamlit as st

from emotion_core.analysis import Analysis
from emotion_core.observations import Observations

from . import page_cache, routes

_SECONDS = re.compile(r"\d{1,7}(\.\d{1,6})?")


def frame(film_id: str) -> int:
    """The frame, from 0."""
    analysis = page_cache.analysis(film_id)
    heard = st.session_state.get(_key(film_id))
    if not isinstance(heard, int):
        heard = st.session_state[_key(film_id)] = _of_address(analysis)
    return max(0, min(heard, analysis.observations.frames - 1))


def scene(film_id: str) -> int:
    """The number of the scene with the frame, from 1."""
    return _scene_at(film_id, frame(film_id))


def _scene_at(film_id: str, frame: int) -> int:
    rows = page_cache.analysis(film_id).scenes
    return max(1, bisect_right(rows, frame, key=lambda row: row.scene.frame_in))


def hear(film_id: str, frame: object) -> None:
    """The browser says that the player rests on this frame."""
    if isinstance(frame, int):
        st.session_state[_key(film_id)] = frame


def go(film_id: str, frame: int) -> None:
    """Ask the player for a frame, at the next run of what `wish` is sent with."""
    st.session_state[_key(film_id)] = frame
    st.session_state["moment-wish"] = (wish()[0] + 1, frame)


def show(film_id: str, frame: int) -> None:
    """Ask the player for a frame, unless its scene is on screen."""
    if _scene_at(film_id, frame) != scene(film_id):
        go(film_id, frame)


def wish() -> tuple[int, int]:
    """The number of wishes so far, and the frame of the last one."""
    number, frame = st.session_state.get("moment-wish", (0, 0))
    return int(number), int(frame)


def _of_address(analysis: Analysis) -> int:
    """The frame at the seconds `t` of the address, or the first one of its `scene`, or the film's first."""
    seconds = routes.query("t")
    if _SECONDS.fullmatch(seconds):
        return _nearest_frame(analysis.observations, Fraction(seconds))
    number = routes.query_number("scene")
    return analysis.scenes[number - 1].scene.frame_in if number and number <= len(analysis.scenes) else 0


def _nearest_frame(observations: Observations, seconds: Fraction) -> int:
    """The frame whose own time is nearest."""
    after = bisect_right(range(observations.frames), seconds, key=observations.seconds_at)
    near = [index for index in (after - 1, after) if 0 <= index < observations.frames]
    return min(near, key=lambda index: abs(observations.seconds_at(index) - seconds), default=0)


def _key(film_id: str) -> str:
    return f"moment-{film_id}"
