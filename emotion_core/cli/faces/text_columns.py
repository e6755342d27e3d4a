"""Rows of words as columns of a terminal."""

from __future__ import annotations

from collections.abc import Sequence


def print_columns(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a line a row below the heads, each column as wide as its longest cell."""
    widths = [max(len(row[place]) for row in [heads, *rows]) for place in range(len(heads))]
    for row in [heads, *rows]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
