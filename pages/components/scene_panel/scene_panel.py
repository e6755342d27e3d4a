"""The panel of the current scene. It follows the player in the browser; the page is run for corrections only."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from ...services import page_cache, report_edits, route_tokens
from .. import film_audience
from ..component import component
from . import face_edits

_panel = component(
    "scene_panel", Path(__file__).parent, html="scene_panel.html", css=("scene_panel.css",), js="scene_panel.js"
)


def show(film_id: str, frame: int) -> None:
    """The panel of a film; `frame` is the one whose scene it shows until the player shows a picture."""
    key = f"panel-{film_id}"
    _panel(
        key=key,
        data={
            "film": film_id,
            "link": route_tokens.film_link(film_id),
            "version": page_cache.version(film_id),
            "frame": frame,
            "audience": film_audience.component_data(film_id),
        },
        height="stretch",
        on_expired_change=partial(route_tokens.forget_film_link, film_id),
        on_split_change=partial(_split, film_id, key),
        on_face_change=partial(_correct_face, film_id, key),
    )


def _split(film_id: str, key: str) -> None:
    """Split a scene, as it was shown, at the frame that was asked for."""
    asked = st.session_state[key].get("split")
    if isinstance(asked, dict) and isinstance(asked.get("scene"), int) and isinstance(asked.get("frame"), int):
        report_edits.split(film_id, asked["scene"], asked["frame"])


def _correct_face(film_id: str, key: str) -> None:
    """Correct the track of a face that was clicked on."""
    asked = st.session_state[key].get("face")
    if isinstance(asked, dict):
        face_edits.apply(film_id, asked)
