"""Number formats for people: durations, shares, counts, sizes."""

from __future__ import annotations

from . import timecode

clock = timecode.clock


def percent(share: float | None) -> str:
    """A share from 0 to 1 as whole percent; a dash where there is none, since missing is not zero."""
    return "–" if share is None else f"{share:.0%}".replace("%", "\u00a0%")  # never parted by a line's end


def count(number: int, noun: str, plural: str = "") -> str:
    """“1 scene”, “1,200 scenes”."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def signed(value: float, decimals: int = 1) -> str:
    """“+12.0”, “−3.5”; a zero has no sign."""
    rounded = round(value, decimals)
    return f"{rounded:+,.{decimals}f}".replace("-", "−") if rounded else f"{0:.{decimals}f}"


def size(octets: int) -> str:
    """A file's size, in steps of 1,000."""
    if octets < 1_000_000:
        return f"{octets / 1e3:.0f} kB"
    value, unit = (octets / 1e6, "MB") if octets < 1_000_000_000 else (octets / 1e9, "GB")
    return f"{value:.1f} {unit}" if value < 100 else f"{value:.0f} {unit}"
