"""The page of the benchmarks: its sections, and what a new measurement changes of it."""

from __future__ import annotations

import pytest

from tests.benchmarks.page import BLOCKS, PAGE, with_output
from tests.support.repository import ROOT


def test_an_output_is_replaced_and_nothing_else() -> None:
    """Text before an output stays, whatever the output holds; a page without the section is refused."""
    page = "# Title\n\n## A\n\nBy hand.\n\n## B\n\nMore.\n"
    first = with_output(page, "A", "Measured by `a`:\n\n| \\1 |\n")
    assert first == "# Title\n\n## A\n\nBy hand.\n\nMeasured by `a`:\n\n| \\1 |\n\n## B\n\nMore.\n"
    assert with_output(first, "A", "Measured by `b`:\n") == first.replace("`a`:\n\n| \\1 |", "`b`:")
    with pytest.raises(ValueError, match="no section C"):
        with_output(page, "C", "")


def test_the_page_has_every_benchmark() -> None:
    """Each benchmark has a section, and is a module."""
    page = PAGE.read_text()
    for block in BLOCKS.values():
        with_output(page, block.heading, "")
        assert (ROOT / "tests" / "benchmarks" / f"{block.words.split()[0]}.py").exists()
