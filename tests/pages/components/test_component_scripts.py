"""The JavaScript of the web components, run by the Node.js that Playwright brings along."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from emotion_core import formatting
from emotion_core.timecode import nominal_rate, to_timecode
from tests.support.films import FILM, NTSC, PAL
from tests.support.node import node
from tests.support.repository import ROOT

HERE = Path(__file__).parent
COMPONENTS = ROOT / "pages" / "components"
TESTS = sorted(HERE.glob("*.test.js"))

COMPARE = """
import { readFileSync } from "node:fs";
const [file, name] = process.argv.slice(2);
const twin = (await import(file))[name];
const wrong = JSON.parse(readFileSync(0)).filter(([values, text]) => twin(...values) !== text);
console.log(JSON.stringify(wrong.slice(0, 5).map(([values, text]) => [values, text, twin(...values)])));
"""


def differences(file: str, function: str, table: list[tuple[list[object], str]], tmp_path: Path) -> object:
    """The first rows of `table`, arguments and text, for which `function` of the module `file` gives another text."""
    script = tmp_path / "compare.mjs"
    script.write_text(COMPARE)
    return json.loads(node(str(script), (COMPONENTS / file).as_uri(), function, text=json.dumps(table)))


@pytest.mark.parametrize("file", TESTS, ids=lambda file: file.name)
def test_a_module_passes_its_own_tests(file: Path) -> None:
    """Each test file of JavaScript passes under `node --test`."""
    assert "fail 0" in node("--test", str(file))


def test_timecode_is_counted_as_in_python(tmp_path: Path) -> None:
    """The player's timecode is emotion_core.timecode's, at every rate, around every kind of minute."""
    table: list[tuple[list[object], str]] = []
    rates = ((FILM, False), (PAL, False), (NTSC, False), (NTSC, True), (NTSC * 2, True), (Fraction(120), False))
    for rate, drop in rates:
        base = nominal_rate(rate)
        minutes = [base * 60 * minute for minute in (0, 1, 2, 9, 10, 11, 60, 599, 1439, 1440)]
        for frame in {max(0, near + by) for near in minutes for by in range(-1200, 1200, 7)} | set(range(4000)):
            table.append(([frame, base, drop], to_timecode(frame, rate, drop_frame=drop)))
    assert differences("player/timecode.js", "timecode", table, tmp_path) == []


def test_sizes_are_written_as_in_python(tmp_path: Path) -> None:
    """The upload row's sizes are emotion_core.formatting's, also where a tie is rounded and where the unit changes."""
    values = {
        *range(0, 12_000, 7),
        *range(500, 1_000_000, 500),
        *range(10**6, 10**8, 50_000),
        *range(10**9, 10**11, 10**8),
    }
    values |= {edge + by for edge in (10**6, 10**8, 10**9, 10**11, 10**12) for by in range(-60, 60)}
    values |= {7919**power * factor for power in range(4) for factor in range(1, 400)}
    table: list[tuple[list[object], str]] = [([octets], formatting.size(octets)) for octets in sorted(values)]
    assert differences("uploads/formatting.js", "size", table, tmp_path) == []


def test_clocks_are_written_as_in_python(tmp_path: Path) -> None:
    """The upload row's time left is emotion_core.formatting's from ten seconds on, where that has no decimals."""
    values = [*(number / 8 for number in range(80, 30_000)), *range(3500, 3_599_999, 997), 3_599_999]
    table: list[tuple[list[object], str]] = [([seconds], formatting.hms(seconds)) for seconds in values]
    assert differences("uploads/formatting.js", "hms", table, tmp_path) == []


def test_shares_are_written_as_in_python(tmp_path: Path) -> None:
    """Whole percent on board and table are emotion_core.formatting's, also where a half is rounded."""
    values = [*(number / 10_000 for number in range(10_001)), *(number / 8 for number in range(9)), None]
    table: list[tuple[list[object], str]] = [([share], formatting.percent(share)) for share in values]
    assert differences("scene_browser/finding/fields.js", "percent", table, tmp_path) == []
