"""Parsers of numbers and JSON from outside: accepted values, and refusals before any computation."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest

from emotion_core import corrections, parsing
from emotion_core.errors import SettingsError
from emotion_core.settings import (
    ReportSettings,
    ScanSettings,
    ShotSettings,
    report_from_json,
    scan_from_json,
    shots_from_json,
    to_json,
)

HUGE = "1e999999999"

FRACTIONS: list[tuple[object, Fraction]] = [
    (2, Fraction(2)),
    (0.5, Fraction(1, 2)),
    ("2", Fraction(2)),
    ("-0", Fraction(0)),
    ("24000/1001", Fraction(24000, 1001)),
    ("3602879701896397/36028797018963968", Fraction(0.1)),
    ("0.5", Fraction(1, 2)),
    ("5.", Fraction(5)),
    ("2e1", Fraction(20)),
    ("1E-2", Fraction(1, 100)),
    (Fraction(5, 3), Fraction(5, 3)),
    (10**15, Fraction(10**15)),
]
NO_FRACTIONS: list[object] = [
    HUGE, f"-{HUGE}", "1e-999999999", "1e99", "9" * 41, "9" * 10**6, "1/" + "9" * 10**6, "1/0", "1/00", "", " 2", "2 ",
    "x", "1_0", "٣", "NaN", "inf", "1/2/3", "1.5/2", math.nan, math.inf, -math.inf, 1e16, 10**15 + 1, 10**5000,
    True, None, [], {}, b"2", [[[]]],
]  # fmt: skip
NO_WHOLES: list[object] = [
    "1.0", "1e3", "9" * 17, "9" * 10**6, "+1", "", "x", "1_0", "٣", 1.0, math.nan, 10**15 + 1, -(10**15) - 1, 10**5000,
    True, None, [],
]  # fmt: skip
NO_JSON = [
    "", "{", "x", "NaN", "[Infinity]", "-Infinity", HUGE[:3] + "9" * 40, "1e999", "9" * 41, "9" * 10**5, '"\\ud800"',
    '{"\\udfff": 1}', "[" * 17 + "]" * 17, "[" * 10**5, '{"a":' * 10**4 + "1" + "}" * 10**4, '"' + "x" * 17_000 + '"',
]  # fmt: skip


@pytest.mark.parametrize(("given", "number"), FRACTIONS)
def test_numbers_are_exact(given: object, number: Fraction) -> None:
    """A number, or its text, is read as the exact fraction."""
    assert parsing.parse_fraction(given, "It") == number


@pytest.mark.parametrize("given", NO_FRACTIONS, ids=lambda given: parsing.quote(given)[:20])
def test_no_numbers(given: object) -> None:
    """Other text, too many digits, and too large an exponent or value are refused in a short sentence."""
    with pytest.raises(SettingsError) as refused:
        parsing.parse_fraction(given, "It")
    assert str(refused.value).startswith("It was ")
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize("given", NO_WHOLES, ids=lambda given: parsing.quote(given)[:20])
def test_no_whole_numbers(given: object) -> None:
    """Whole numbers are ASCII digits within limits; all else is refused."""
    assert [parsing.parse_int(one, "It") for one in (0, "0", -1, "-1", 10**15, str(10**15))] == [
        0,
        0,
        -1,
        -1,
        *[10**15] * 2,
    ]
    with pytest.raises(SettingsError, match="It was "):
        parsing.parse_int(given, "It")


@pytest.mark.parametrize("text", NO_JSON, ids=lambda text: text[:12])
def test_no_json(text: str) -> None:
    """JSON that is invalid, too long or too deep, or has non-finite numbers or invalid Unicode, is refused."""
    assert parsing.parse_json('{"a": [1, 2.5, null, true, "ü"]}', "It") == {"a": [1, 2.5, None, True, "ü"]}
    with pytest.raises(SettingsError, match=r"^It cannot be read\."):
        parsing.parse_json(text, "It")


def test_what_was_given_is_quoted_shortly() -> None:
    """Any value can be quoted in a message, which can be encoded."""
    for given in [
        *NO_FRACTIONS,
        *NO_WHOLES,
        "\ud800",
        ["\ud800"],
        "x" * 10**6,
        {"a": ["x" * 10**6]},
        Fraction(10**400),
    ]:
        text = parsing.quote(given)
        assert len(text.encode()) < 200


CUTS = to_json(ShotSettings(detector="cuts", cuts=((3, ""),)))
REPORT = to_json(ReportSettings())
SCAN = to_json(ScanSettings())
NONE: dict[str, list[Any]] = {"begins": [], "joined": [], "moves": [], "names": [], "marks": []}


@pytest.mark.parametrize("number", [HUGE, "9" * 5000, 1e300, math.nan, True, None, [], {}])
def test_stored_numbers_are_bounded_too(number: Any) -> None:
    """Stored or altered settings and corrections are refused like those of a request."""
    for read in (
        lambda: scan_from_json({**SCAN, "samples_per_second": number}),
        lambda: shots_from_json({**CUTS, "cuts": [[number, ""]]}),
        lambda: report_from_json({**REPORT, "shots": {**CUTS, "cuts": [[number, ""]]}}),
        lambda: corrections.from_json({**NONE, "begins": [number]}),
        lambda: corrections.from_json({**NONE, "moves": [[number, 3]]}),
        lambda: corrections.from_json({**NONE, "names": [[number, "x"]]}),
    ):
        with pytest.raises(SettingsError):
            read()


@pytest.mark.parametrize(
    "content",
    ["Zoë,4".encode(), "Zoë,4".encode("utf-8-sig"), "Zoë,4".encode("utf-16"), "Zoë,4".encode("cp1252")],
    ids=["UTF-8", "UTF-8 with a mark", "UTF-16", "Windows-1252"],
)
def test_a_text_of_another_program_is_read(content: bytes) -> None:
    """Spreadsheets write tables in each of these."""
    assert parsing.decode_text(content) == "Zoë,4"
