"""The charts of a screening. They are drawn, zoomed, clicked and followed as those of the film's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ...services import page_cache
from .film_charts import mount

if TYPE_CHECKING:  # a film's own charts need no numbers of audiences
    from emotion_core.charts import Chosen
    from emotion_core.library import Film

Kind = Literal["audience", "audience-scenes", "audience-synchrony", "audience-viewers"]

_NAMES: dict[Kind, tuple[str, str]] = {
    "audience": ("Audience", "shares of the audience's expressions over running time"),
    "audience-scenes": ("Audience by scene", "scenes by apparent expression of the audience"),
    "audience-synchrony": ("Synchrony", "synchrony of the viewers by scene"),
    "audience-viewers": ("Viewers", "each viewer's expression over running time"),
}


def audience(film: Film, screening_id: str, numbers: str, kind: Kind, chosen: Chosen) -> None:
    """A chart; a click seeks the very frame. `numbers` is the key of the screening's numbers."""
    query = {
        "screening": screening_id,
        "numbers": numbers,
        "rows": ",".join("i" if row < 0 else str(row) for row in chosen.rows),
        "groups": ",".join(f"{column}.{'b' if group < 0 else group}" for column, group in chosen.groups),
        "cast": "1" if chosen.cast else "0",
    }
    name, what = _NAMES[kind]
    drawn = "-".join([page_cache.version(film.id), *query.values()])
    mount(film, kind, name, what, key=f"{kind}-{screening_id}", drawn=drawn, query=query)
