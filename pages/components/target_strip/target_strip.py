"""A strip of the film's scenes on which an editor draws targets: an intensity by height, or an expression by brush.

The pointer draws, and so do keys.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from emotion_core.analysis import Analysis
from emotion_core.library import Film

from ...services import page_cache, route_tokens
from ..component import component

_strip = component(
    "target_strip", Path(__file__).parent, html="target_strip.html", css=("target_strip.css",), js="target_strip.js"
)


@dataclass(frozen=True, slots=True)
class Stroke:
    """What was drawn in one go."""

    expression: str | None
    """The brush; None for intensities and for the eraser."""
    levels: dict[int, int | None]
    """Per cent by the id of a scene; None where an expression was drawn, and for the eraser."""
    erases: bool


def show(film: Film, analysis: Analysis, on_stroke: Callable[[Stroke], None]) -> None:
    """The strip; `on_stroke` is called before the next run of the page."""
    key = f"target-strip-{film.id}"
    _strip(
        key=key,
        data={
            "film": film.id,
            "link": route_tokens.film_link(film.id),
            "version": page_cache.version(film.id),
        },
        on_expired_change=lambda: route_tokens.forget_film_link(film.id),
        on_stroke_change=lambda: _on_stroke(key, analysis, on_stroke),
    )


def _on_stroke(key: str, analysis: Analysis, on_stroke: Callable[[Stroke], None]) -> None:
    stroke = read_stroke(st.session_state[key].get("stroke"), analysis)
    if stroke is not None:
        on_stroke(stroke)


def read_stroke(value: Any, analysis: Analysis) -> Stroke | None:
    """What the script sent; None for anything else, since it comes from a browser."""
    match value:
        case {"brush": str(brush), "scenes": list(scenes)} if scenes:
            ids = {row.scene.id for row in analysis.scenes}
            levels: dict[int, int | None] = {}
            for entry in scenes:
                match entry:
                    case [int(scene), (int() | None) as level] if scene in ids and 0 <= (level or 0) <= 100:
                        levels[scene] = level if brush == "intensity" else None
                    case _:
                        return None
            if brush in analysis.labels:
                return Stroke(brush, levels, erases=False)
            if brush in ("intensity", "erase"):
                return Stroke(None, levels, erases=brush == "erase")
    return None
