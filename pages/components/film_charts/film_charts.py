"""The timeline and the heatmap of a film's page. A script fetches their figures and draws them in place."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from emotion_core.library import Film
from emotion_core.web import PLOTLY_ADDRESS, signed_link

from ...services import auth, page_cache, route_tokens
from .. import film_audience
from ..component import component

_chart = component(
    "film_charts", Path(__file__).parent, html="film_charts.html", css=("film_charts.css",), js="film_charts.js"
)
_preload = component("film_charts_preload", Path(__file__).parent, html="preload.html", css=(), js="preload.js")


def preload() -> None:
    """Let the browser load what draws charts, before there is anything to draw."""
    _preload(key="film-charts-preload", data={"script": PLOTLY_ADDRESS})


def timeline(film: Film) -> None:
    """The emotion timeline: a click seeks the very frame."""
    _mount(film, "timeline", "Emotion timeline", "share of each apparent expression over running time")


def heatmap(film: Film) -> None:
    """The heatmap of scenes by expression, linked with the timeline; a click seeks the scene's first frame."""
    _mount(film, "heatmap", "Heatmap", "scenes by apparent expression")


def targets(film: Film) -> None:
    """The target arc, linked with the timeline; a click seeks the very frame."""
    _mount(film, "targets", "Target arc", "intended and read expressions over running time")


def _mount(film: Film, kind: Literal["timeline", "heatmap", "targets"], name: str, what: str) -> None:
    drawn = page_cache.numbers_version(film.id) if kind == "heatmap" else page_cache.targets_version(film.id)
    mount(film, kind, name, what, key=f"film-{kind}-{film.id}", drawn=drawn, query={})


def mount(film: Film, kind: str, name: str, what: str, *, key: str, drawn: str, query: dict[str, str]) -> None:
    """A chart whose figure is that of `kind`, asked for with the parameters `query`, and anew when `drawn` changes."""
    _chart(
        key=key,
        data={
            "film": film.id,
            "kind": kind,
            "name": f"{name} of {film.name}",
            "alt": f"{name} of {film.name}: {what}",
            "link": route_tokens.film_link(film.id),
            "version": page_cache.version(film.id),
            "drawn": drawn,
            "query": query,
            "audience": film_audience.component_data(film.id) if kind == "timeline" else None,
            "frames": signed_link(page_cache.library().home, film.id, "frames", auth.user_id()),
            "script": PLOTLY_ADDRESS,
        },
        on_expired_change=lambda: route_tokens.forget_film_link(film.id),
    )
