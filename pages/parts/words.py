"""Text that others wrote - names of films, scenes and models, messages - put where Markdown is read."""

from __future__ import annotations

_MEANT = r"\`*_{}[]<>#|$~:"
"""What Markdown, and what is added to it here (colours, icons, formulas), gives a meaning to."""

NO_PICTURES = "no pictures kept"
"""Where a picture would be."""


def plain(text: str) -> str:
    """`text` so that it is shown as it stands."""
    return "".join(f"\\{c}" if c in _MEANT else c for c in text)
