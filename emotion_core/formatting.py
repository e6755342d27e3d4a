"""Text for people: numbers, lengths and names as pages and the terminal show them.

Nothing else of the package is imported here, since even error messages are made of it.
"""

from __future__ import annotations

import unicodedata
from fractions import Fraction

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
"""Stands in for a character that is not shown."""

_BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Unicode's bidirectional controls (UAX #9): with them a name reads otherwise than it is spelt."""


def printable(text: object) -> str:
    """`text` with REPLACEMENT for each byte that is not UTF-8 (a lone surrogate, PEP 383), each control character other
    than white space, and each bidirectional control.

    Terminals, pages and files accept the result. It shows a file's name; it does not open the file.
    """
    shown = str(text)
    if shown.isprintable():  # as most names are: not looked at by character
        return shown
    return "".join(REPLACEMENT if _is_unprintable(character) else character for character in shown)


def in_one_line(text: object) -> str:
    """`printable`, with each run of white space as a single space."""
    return " ".join(printable(text).split())


def has_non_utf8(text: object) -> bool:
    """Whether `text` holds bytes that are not UTF-8, as lone surrogates."""
    return any(unicodedata.category(character) == "Cs" for character in str(text))


def hms(seconds: float | Fraction) -> str:
    """A length: “0.5 s” below ten seconds, “1:02” below an hour, “1:02:03” from there on."""
    if seconds < 10:
        return f"{float(seconds):.1f} s"
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours:,}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def rough(seconds: float | Fraction) -> str:
    """A length in words, for sentences, cut off below the second unit: “50 s”, “12 min”, “1 h 15 min”, “30 h”."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole}\u00a0s"
    hours, minutes = whole // 3600, whole // 60 % 60
    words = [f"{hours:,}\u00a0h"] * (hours > 0) + [f"{minutes}\u00a0min"] * (minutes > 0 and hours < 24)
    return " ".join(words)


def frame_rate(rate: Fraction) -> str:
    """“25”, “23.976”."""
    return f"{float(rate):.3f}".rstrip("0").rstrip(".")


def percent(share: float | None) -> str:
    """A share from 0 to 1 as whole percent; a dash for None, since missing is not zero."""
    return "–" if share is None else f"{share:.0%}".replace("%", "\u00a0%")  # a line never breaks before the sign


def count(number: int, noun: str, plural: str = "") -> str:
    """“1 scene”, “1,200 scenes”; `plural` where it is not `noun` + s."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def signed(value: float, decimals: int = 1) -> str:
    """“+12.0”, “−3.5”; zero has no sign."""
    rounded = round(value, decimals)
    return f"{rounded:+,.{decimals}f}".replace("-", "−") if rounded else f"{0:.{decimals}f}"


def signed_count(number: int, noun: str) -> str:
    """“−12 frames”, “+1 frame”, “0 frames”."""
    return f"{signed(number, 0)} {count(abs(number), noun).partition(' ')[2]}"


def size(octets: int) -> str:
    """A file's size in kB, MB or GB, powers of 1,000."""
    if octets < 1_000_000:
        return f"{octets / 1e3:.0f} kB"
    value, unit = (octets / 1e6, "MB") if octets < 1_000_000_000 else (octets / 1e9, "GB")
    return f"{value:.1f} {unit}" if value < 100 else f"{value:.0f} {unit}"


def _is_unprintable(character: str) -> bool:
    if character in _BIDI_CONTROLS:
        return True
    return unicodedata.category(character) in ("Cc", "Cs") and not character.isspace()
