"""Names and groups that users type."""

from __future__ import annotations

import pytest

from emotion_core.errors import SettingsError
from emotion_core.library.screenings import names


def test_a_name_is_one_line_of_plain_text() -> None:
    """Control characters, lone surrogates and doubled spaces go; composed and decomposed forms are the same name."""
    assert names.plain(" a\x00b\n c\ud800 ") == "a b c\N{REPLACEMENT CHARACTER}"
    assert names.key("ZOE\u0308") == names.key("zo\u00eb")


def test_a_taken_name_gets_a_number() -> None:
    """The first free one."""
    assert names.free("Anna", {"bert"}) == "Anna"
    assert names.free("Anna", {"anna", "anna (2)"}) == "Anna (3)"


def test_groups_without_a_value_are_left_out() -> None:
    """Groups are plain text of bounded length and number."""
    assert names.groups({" age ": " 18-29\n", "seat": "  "}) == {"age": "18-29"}
    for bad in ({"": "x"}, {"a": "x" * 201}, {str(i): "x" for i in range(21)}):
        with pytest.raises(SettingsError):
            names.groups(bad)
