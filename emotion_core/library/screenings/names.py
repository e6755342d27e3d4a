"""Names and groups that users type, as they are stored: plain text of bounded length."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from ...errors import SettingsError
from ...formatting import REPLACEMENT
from ...parsing import quote

MAX_NAME = 200
"""Characters of a name, and of a group's value."""
MAX_GROUPS = 20
"""Groupings of a viewer, such as age and seat."""


def plain(text: str) -> str:
    """Text in one line, without control characters, composed (NFC), with single spaces."""
    text = re.sub("[\ud800-\udfff]", REPLACEMENT, text)
    one_line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return unicodedata.normalize("NFC", one_line)


def checked(name: str, what: str) -> str:
    """The `plain` form of a name. Raises SettingsError if it is empty or too long; `what` says whose it is."""
    text = plain(name)
    if not text:
        raise SettingsError(f"The {what} has no name.", "Give it one; a number will do.")
    if len(text) > MAX_NAME:
        raise SettingsError(f"The {what}'s name has {len(text)} characters.", f"Give at most {MAX_NAME}.")
    return text


def key(name: str) -> str:
    """What two names have in common that count as the same."""
    return plain(name).casefold()


def free(wanted: str, taken: set[str]) -> str:
    """`wanted`, with a number behind it if its `key` is among those `taken`."""
    name, number = wanted, 1
    while key(name) in taken:
        number += 1
        name = f"{wanted} ({number})"
    return name


def groups(given: Mapping[str, str]) -> dict[str, str]:
    """Groups in their stored form, those without a value left out. Raises SettingsError."""
    stored = {}
    for name, value in given.items():
        grouping, text = plain(name), plain(value)
        if not text:
            continue
        if not grouping or len(grouping) > MAX_NAME or len(text) > MAX_NAME:
            raise SettingsError(
                f"The group {quote(grouping)}: {quote(text)} cannot be kept.",
                f"Give it a name and a value of at most {MAX_NAME} characters each.",
            )
        stored[grouping] = text
    if len(stored) > MAX_GROUPS:
        raise SettingsError(f"A viewer has {len(stored)} groups.", f"Give at most {MAX_GROUPS}.")
    return stored
