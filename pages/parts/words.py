"""Text that others wrote - names of films, scenes and models, messages - put where Markdown is read."""

from __future__ import annotations

import re
from collections import Counter

from emotion_core.library.records import Film

_MEANT = r"\`*_{}[]<>#|$~:"
"""What Markdown, and what is added to it here (colours, icons, formulas), gives a meaning to."""

_ADDRESS = re.compile(r"(www(?=\.)|https?(?=:)|ftp(?=:)|mailto(?=:)|xmpp(?=:)|@)", re.IGNORECASE)
_UNBROKEN = "\u2060"
"""Word joiner: shown as nothing."""

NO_PICTURES = "no pictures kept"
"""Where a picture would be."""
DAMAGED_PICTURE = "picture damaged: run python -m emotion_core library check"
"""Where a picture would be that is not as it was written."""


def film_names(films: list[Film]) -> dict[str, str]:
    """By film id, a name that no other has, for a box to choose from: a browser sends back the name alone."""
    once = Counter(film.name for film in films)
    names = {film.id: film.name if once[film.name] == 1 else f"{film.name} · {_added(film)}" for film in films}
    still = Counter(names.values())
    return {film_id: name if still[name] == 1 else f"{name} · {film_id[:8]}" for film_id, name in names.items()}


def _added(film: Film) -> str:
    return f"added {film.added_at.astimezone():%d %b %Y, %H:%M:%S}"


def plain(text: str) -> str:
    """`text` so that it is shown as it stands; an address in it is no link.

    Streamlit's Markdown looks for bare addresses after it has taken escapes away, so each is broken by a character that
    is not shown.
    """
    return "".join(f"\\{c}" if c in _MEANT else c for c in _ADDRESS.sub(rf"\1{_UNBROKEN}", text))
