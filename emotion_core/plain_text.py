"""Text that a terminal, a page and a file take: without what no encoding holds, and without what steers a terminal."""

from __future__ import annotations

import unicodedata

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
"""In the place of a character that is not shown."""

_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of what follows (Unicode UAX #9): a name would read otherwise than it is spelt."""


def shown(text: object) -> str:
    """`text` with a replacement for each byte that was no UTF-8 (a lone surrogate, PEP 383), each control character but
    white space, and each mark of direction.

    What is shown so names a file to people; to open it, the name itself is needed.
    """
    return "".join(REPLACEMENT if _steers(character) else character for character in str(text))


def in_one_line(text: object) -> str:
    """As `shown`, every stretch of white space a single space."""
    return " ".join(shown(text).split())


def not_utf8(text: object) -> bool:
    """Whether `text` has bytes that were no UTF-8."""
    return any(unicodedata.category(character) == "Cs" for character in str(text))


def _steers(character: str) -> bool:
    if character in _DIRECTIONS:
        return True
    return unicodedata.category(character) in ("Cc", "Cs") and not character.isspace()
