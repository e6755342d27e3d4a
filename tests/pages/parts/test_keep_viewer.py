"""A live session is kept as a viewer of a screening, with all that belongs to it."""

from __future__ import annotations

import pytest

from emotion_core.errors import SettingsError
from pages.parts.keep_viewer import parse_groups


def test_groups_as_typed() -> None:
    """Names and values without their spaces; a colon in a value stays."""
    assert parse_groups("") == {}
    assert parse_groups(" age : 18-29, seat: A4, ratio: 16:9,") == {"age": "18-29", "seat": "A4", "ratio": "16:9"}


@pytest.mark.parametrize("text", ["young", "age:", ": A4", "age: 1, age: 2"])
def test_what_are_no_groups(text: str) -> None:
    """One clear message that shows how to write them."""
    with pytest.raises(SettingsError, match="age: 18-29, seat: A4"):
        parse_groups(text)
