"""The README says nothing that is not so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from emotion_core.interchange.writers.edl_lines import MOST
from emotion_core.interchange.writers.registry import NAMES
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.report.table import columns
from emotion_core.settings import ENGINES, ReportSettings, ScanSettings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def test_every_command_line_option_exists() -> None:
    """Each option that the README names is one that the named command's help shows."""
    section = README.split("In a terminal")[1].split("## What this is not for")[0]
    commands = ("analyze", "scenes", "compare", "markers", "frames", "classify", "download")
    shown = "".join(_help(command) for command in commands)
    named = set(re.findall(r"--[a-z-]+", section))
    assert named >= {
        "--csv",
        "--json",
        "--checkpoint",
        "--engine",
        "--samples-per-second",
        "--detector",
        "--every",
        "--merge",
    }
    assert {option for option in named if option not in shown} == set()


def test_every_format_for_editing_tools_is_told() -> None:
    """The README's table of formats has each that there is, and the options named below it exist."""
    section = README.split("## Markers for editing tools")[1].split("\n## ")[0]
    assert re.findall(r"^\| `([a-z][a-z-]+)` \|", section, re.MULTILINE) == list(NAMES)
    shown = _help("markers")
    assert {option for option in re.findall(r"--[a-z][a-z-]+", section) if option not in shown} == set()
    assert f"More than {MOST}" in section


@pytest.mark.parametrize("column", columns(REFERENCE_LABELS))
def test_every_report_column_is_explained(column: str) -> None:
    """Each CSV column stands in the README's table, the labels as the range from the first to the last."""
    table = README.split("## How to read the report")[1].split("## Models and engines")[0]
    explained = f"`{column}`" in table
    assert explained or column in REFERENCE_LABELS[1:-1]


def test_the_figures_it_names_are_the_defaults() -> None:
    """The README's sampling rate, face size, score, coverage floor and interval are the settings' defaults."""
    scan, report = ScanSettings(), ReportSettings()
    assert scan.samples_per_second == 2
    assert "two frames a second" in README
    assert f"at least {scan.min_face_px} px" in README
    assert f"score of {report.min_face_score} or more" in README
    assert f"floor** is {report.coverage_floor}" in README
    assert f"{report.confidence * 100:.0f} % interval" in README
    assert f"{report.resamples:,} bootstrap samples" in README


def test_the_files_it_names_exist() -> None:
    """Requirements, entry script and linked files are where the README says, and its engines are the ones there are."""
    for path in ("requirements.txt", "tests/requirements.txt", "app.py", "emotion_core/expression/embedded/README.md"):
        assert (ROOT / path).is_file()
        assert path in README
    assert {f"`{engine}`" in README or f"--engine {engine}" in README for engine in ENGINES} == {True}


def _help(command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "emotion_core", command, "--help"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={"COLUMNS": "200", "PATH": "", "NO_COLOR": "1"},
    )
    return done.stdout
