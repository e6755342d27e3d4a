"""Parsers for numbers and JSON from requests and files, with limits on length, depth and value.

Python computes exactly with numbers of any size: `Fraction("1e999999999")` takes seconds, and no other thread runs
meanwhile. Each parser therefore checks the number of characters first, then the exponent, then the value.
"""

from __future__ import annotations

import codecs
import json
import math
import re
import reprlib
from fractions import Fraction
from typing import Any

from .errors import SettingsError

MAX_CHARACTERS = 40
"""Of a number, with sign, point, exponent and both sides of a fraction."""
MAX_VALUE = 10**15
"""Of a number's magnitude: the frames and the bytes of the longest film are fewer."""
MAX_JSON_CHARACTERS = 16_384
"""Of settings in JSON; those that a page sends have 500."""
MAX_JSON_DEPTH = 16
"""Levels of nested lists and objects."""

_NUMBER = re.compile(r"[+-]?[0-9]+(?:/[0-9]+|(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,2})?)")
_INTEGER = re.compile(r"-?[0-9]{1,16}")


def parse_fraction(value: object, name: str) -> Fraction:
    """`value`, a number or text such as “2”, “0.5” or “24000/1001”, exactly.

    `name` names it in the message. Raises SettingsError.
    """
    number: Fraction | None = None
    if isinstance(value, (int, float, Fraction)) and not isinstance(value, bool):
        number = Fraction(value) if -MAX_VALUE <= value <= MAX_VALUE else None  # False for infinity and NaN
    elif isinstance(value, str) and len(value) <= MAX_CHARACTERS and _NUMBER.fullmatch(value):
        _, slash, denominator = value.partition("/")
        number = Fraction(value) if not slash or denominator.strip("0") else None
    if number is None or abs(number) > MAX_VALUE:
        raise SettingsError(
            f"{name} was {quote(value)}.",
            f"Write a number of at most {MAX_CHARACTERS} characters, such as 2, 0.5 or 3/2.",
        )
    return number


def parse_int(value: object, name: str, least: int = -MAX_VALUE, most: int = MAX_VALUE) -> int:
    """`value`, a whole number or its ASCII digits, from `least` to `most`.

    `name` names it in the message. Raises SettingsError.
    """
    number: int | None = None
    if isinstance(value, int) and not isinstance(value, bool):
        number = value
    elif isinstance(value, str) and _INTEGER.fullmatch(value):
        number = int(value)
    if number is None or not least <= number <= most:
        raise SettingsError(f"{name} was {quote(value)}.", f"Give a whole number, {least} to {most}.")
    return number


def parse_json(text: str, name: str) -> Any:
    """The value of a JSON `text` of at most MAX_JSON_CHARACTERS characters and MAX_JSON_DEPTH levels.

    Its numbers are finite and at most MAX_CHARACTERS long; its strings are Unicode without lone surrogates.
    `name` names it in the message. Raises SettingsError.
    """
    try:
        if len(text) > MAX_JSON_CHARACTERS:
            raise ValueError
        value = json.loads(text, parse_int=_json_int, parse_float=_json_float, parse_constant=_refuse_constant)
        _check_json(value)
    except (ValueError, RecursionError) as error:
        raise SettingsError(
            f"{name} cannot be read.",
            f"Give JSON of at most {MAX_JSON_CHARACTERS} characters and {MAX_JSON_DEPTH} levels, with finite numbers.",
        ) from error
    return value


def quote(value: object) -> str:
    """A value as a message quotes it: short, and valid Unicode."""
    if isinstance(value, str):
        text = f"“{value[:MAX_CHARACTERS]}{'…' if len(value) > MAX_CHARACTERS else ''}”"
        return text.encode("utf-8", "replace").decode()
    if isinstance(value, (int, Fraction)) and not -MAX_VALUE <= value <= MAX_VALUE:
        return "a number of too many digits"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, Fraction):
        return str(value) if value.denominator <= MAX_VALUE else f"{float(value):g}"
    return reprlib.repr(value).encode("utf-8", "replace").decode()


def _json_int(text: str) -> int:
    if len(text) > MAX_CHARACTERS:
        raise ValueError
    return int(text)


def _json_float(text: str) -> float:
    if len(text) > MAX_CHARACTERS or not math.isfinite(number := float(text)):
        raise ValueError
    return number


def _refuse_constant(constant: str) -> float:
    """NaN and the infinities, which Python's parser would accept."""
    raise ValueError(constant)


def _check_json(value: object) -> None:
    """Raise ValueError for too many levels, and for a string that is not Unicode."""
    level = [value]
    for _ in range(MAX_JSON_DEPTH + 1):
        for item in level:
            if isinstance(item, str):
                item.encode()
        containers = [item for item in level if isinstance(item, (dict, list))]
        if not containers:
            return
        level = [
            item
            for container in containers
            for item in ([*container, *container.values()] if isinstance(container, dict) else container)
        ]
    raise ValueError


def decode_text(content: bytes) -> str:
    """The text of a file that another program wrote, without its byte order mark: UTF-8, UTF-16 that begins with the
    mark, or else Windows-1252, in which each byte that stands for nothing is replaced.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
