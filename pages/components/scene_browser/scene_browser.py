"""Board and table of a film's scenes. The browser loads the scenes itself, filters and sorts them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from ...services import page_cache, route_tokens
from .. import film_audience
from ..component import component

_browser = component(
    "scene_browser",
    Path(__file__).parent,
    html="scene_browser.html",
    css=("scene_browser.css", "scene_items.css"),
    js="scene_browser.js",
)


def show(film_id: str, problem: str, on_change: Callable[[dict[str, Any]], None]) -> None:
    """Show the scenes, and a `problem` unless it is empty.

    `on_change(event)` is called with each change of scenes that is asked for. The event has `change` ("merge", "split",
    "move", "rename" or "mark"), `scenes` (ids, ascending), `version` (of the scenes that were shown), and `frame`,
    `name` or `mark` where the change needs one.
    """
    key = f"scenes-{film_id}"
    _browser(
        key=key,
        data={
            "film": film_id,
            "link": route_tokens.film_link(film_id),
            "version": page_cache.version(film_id),
            "problem": problem,
            "audience": film_audience.component_data(film_id),
        },
        on_change_change=lambda: on_change(st.session_state[key]["change"]),
        on_expired_change=lambda: route_tokens.forget_film_link(film_id),
    )
