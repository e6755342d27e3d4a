"""Numbers and JSON that others wrote, bounded before anything is computed with them.

Python computes exactly with numbers of any size: `Fraction("1e999999999")` takes seconds, and no other thread runs
meanwhile. What comes from a request or a file is therefore read here: characters first, then exponent, then value.
"""

from __future__ import annotations

import json
import math
import re
import reprlib
from fractions import Fraction
from typing import Any

from .errors import SettingsError

LONGEST = 40
"""Characters of a number: sign, point, exponent and both sides of a fraction included."""
MOST = 10**15
"""No number is larger: the frames and the bytes of the longest film are fewer."""
LONGEST_JSON = 16_384
"""Characters of settings in JSON; those that a page sends have 500."""
DEEPEST = 16
"""Levels of lists and objects in each other."""

_NUMBER = re.compile(r"[+-]?[0-9]+(?:/[0-9]+|(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,2})?)")
_WHOLE = re.compile(r"-?[0-9]{1,16}")


def fraction(given: object, name: str) -> Fraction:
    """`given`, a number or text such as “2”, “0.5” or “24000/1001”, exactly. Raises SettingsError.

    `name` is what the message calls it.
    """
    found: Fraction | None = None
    if isinstance(given, (int, float, Fraction)) and not isinstance(given, bool):
        found = Fraction(given) if -MOST <= given <= MOST else None  # neither infinity nor NaN is
    elif isinstance(given, str) and len(given) <= LONGEST and _NUMBER.fullmatch(given):
        _, sign, under = given.partition("/")
        found = Fraction(given) if not sign or under.strip("0") else None  # nothing is divided by zero
    if found is None or abs(found) > MOST:
        raise SettingsError(
            f"{name} was {shown(given)}.", f"Write a number of at most {LONGEST} characters, such as 2, 0.5 or 3/2."
        )
    return found


def whole(given: object, name: str, least: int = -MOST, most: int = MOST) -> int:
    """`given`, a whole number or its ASCII digits, from `least` to `most`. Raises SettingsError.

    `name` is what the message calls it.
    """
    found: int | None = None
    if isinstance(given, int) and not isinstance(given, bool):
        found = given
    elif isinstance(given, str) and _WHOLE.fullmatch(given):
        found = int(given)
    if found is None or not least <= found <= most:
        raise SettingsError(f"{name} was {shown(given)}.", f"Give a whole number, {least} to {most}.")
    return found


def from_json(text: str, name: str) -> Any:
    """`text` as JSON of at most LONGEST_JSON characters and DEEPEST levels. Raises SettingsError.

    Its numbers are finite and at most LONGEST characters long, and its text is Unicode: no half of a surrogate pair.
    `name` is what the message calls it.
    """
    try:
        if len(text) > LONGEST_JSON:
            raise ValueError
        found = json.loads(text, parse_int=_int, parse_float=_float, parse_constant=_refused)
        _check(found)
    except (ValueError, RecursionError) as error:
        raise SettingsError(
            f"{name} cannot be read.",
            f"Give JSON of at most {LONGEST_JSON} characters and {DEEPEST} levels, with finite numbers.",
        ) from error
    return found


def shown(given: object) -> str:
    """What was given, as a message can quote it: short, whatever it is."""
    if isinstance(given, str):
        text = f"“{given[:LONGEST]}{'…' if len(given) > LONGEST else ''}”"
        return text.encode("utf-8", "replace").decode()
    if isinstance(given, (int, Fraction)) and not -MOST <= given <= MOST:
        return "a number of too many digits"
    if isinstance(given, (int, float)):
        return str(given)
    if isinstance(given, Fraction):
        return str(given) if given.denominator <= MOST else f"{float(given):g}"
    return reprlib.repr(given).encode("utf-8", "replace").decode()


def _int(text: str) -> int:
    if len(text) > LONGEST:
        raise ValueError
    return int(text)


def _float(text: str) -> float:
    if len(text) > LONGEST or not math.isfinite(number := float(text)):
        raise ValueError
    return number


def _refused(constant: str) -> float:
    raise ValueError(constant)


def _check(found: object) -> None:
    """Raises ValueError for what lies too deep, and for text that is no Unicode."""
    level = [found]
    for _ in range(DEEPEST + 1):
        for one in level:
            if isinstance(one, str):
                one.encode()
        inside = [one for one in level if isinstance(one, (dict, list))]
        if not inside:
            return
        level = [each for one in inside for each in ([*one, *one.values()] if isinstance(one, dict) else one)]
    raise ValueError
