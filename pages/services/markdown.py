"""Text from outside (names of films, scenes and models, messages) where Streamlit reads Markdown."""

from __future__ import annotations

import re
from collections import Counter

from emotion_core.library import Film

_MARKUP = r"\`*_{}[]<>#|$~:"
"""Characters with a meaning in Markdown or in Streamlit's additions to it (colours, icons, formulas)."""

_ADDRESS = re.compile(r"(www(?=\.)|https?(?=:)|ftp(?=:)|mailto(?=:)|xmpp(?=:)|@)", re.IGNORECASE)
_WORD_JOINER = "\u2060"
"""Invisible."""

NO_PICTURES = "no pictures kept"
"""In place of a picture that was not kept."""


def escape(text: str) -> str:
    """`text` with all markup escaped, and no address in it a link.

    Streamlit looks for bare addresses after it has removed the escapes, so an invisible character breaks each of them.
    """
    return "".join(f"\\{c}" if c in _MARKUP else c for c in _ADDRESS.sub(rf"\1{_WORD_JOINER}", text))


def unique_names(films: list[Film]) -> dict[str, str]:
    """By film id, a name for a select box: a browser sends back the name alone, so no two may be equal.

    Films of the same name also get the time they were added, or else a part of their id.
    """
    counts = Counter(film.name for film in films)
    names = {film.id: film.name if counts[film.name] == 1 else f"{film.name} · {_added(film)}" for film in films}
    counts = Counter(names.values())
    return {film_id: name if counts[name] == 1 else f"{name} · {film_id[:8]}" for film_id, name in names.items()}


def _added(film: Film) -> str:
    return f"added {film.added_at.astimezone():%d %b %Y, %H:%M:%S}"
