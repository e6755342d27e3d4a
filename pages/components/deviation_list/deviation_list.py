"""The scenes with a target, missed ones first, as a table; a click goes to the scene's first frame."""

from __future__ import annotations

from pathlib import Path

from emotion_core.library import Film

from ...services import page_cache, route_tokens
from ..component import component

_deviations = component(
    "deviation_list", Path(__file__).parent, html="deviation_list.html", css=("deviation_list.css",),
    js="deviation_list.js",
)  # fmt: skip


def show(film: Film) -> None:
    """The table; its script loads the scenes."""
    _deviations(
        key=f"deviations-{film.id}",
        data={
            "film": film.id,
            "link": route_tokens.film_link(film.id),
            "version": page_cache.version(film.id),
        },
        on_expired_change=lambda: route_tokens.forget_film_link(film.id),
    )
