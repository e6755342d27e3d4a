"""Mounts the channel, and acts on what it tells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from emotion_core.analysis import Analysis
from emotion_core.library import Film
from emotion_core.playback import proxies

from ...services import moment, page_cache, report_edits
from ..component import component

_channel = component(
    "moment_channel", Path(__file__).parent, html="moment_channel.html", css=(), js="moment_channel.js"
)


def show(film: Film, analysis: Analysis) -> None:
    """Keep Python and the film's player at one moment. What surrounds this runs again when the player rests.

    While the film cannot be played, the channel stands in for the player.
    """
    film_id = film.id
    key = "moment-channel"
    number, wished = moment.wish()
    _channel(
        key=key,
        data={
            "film": film_id,
            "frame": moment.frame(film_id),
            "wish": number,
            "wished": wished,
            "still": None if proxies.status(page_cache.library(), film).file else _still(analysis),
            "revision": page_cache.library().edit_state(film_id).revision,
        },
        on_rest_change=lambda: moment.hear(film_id, st.session_state[key].get("rest")),
        on_step_change=lambda: _step(film_id, st.session_state[key].get("step")),
    )


def _still(analysis: Analysis) -> dict[str, Any]:
    """What the stand-in for the player needs."""
    media = analysis.observations.media
    return {
        "frames": analysis.observations.frames,
        "rate": float(media.rate),
        "even": not media.is_vfr,
        "starts": [row.scene.frame_in for row in analysis.scenes],
    }


def _step(film_id: str, asked: object) -> None:
    """Undo or redo, as the keys ask."""
    match asked:
        case {"step": "undo", "revision": int(revision)}:
            report_edits.undo(film_id, revision)
        case {"step": "redo", "revision": int(revision)}:
            report_edits.redo(film_id, revision)
