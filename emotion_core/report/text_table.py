"""Columns of an analysis as text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..formatting import in_one_line
from .table import scene_rows

if TYPE_CHECKING:
    from ..analysis import Analysis

_MISSING = "–"


def scene_text(analysis: Analysis, columns: Sequence[str]) -> str:
    """A line with the names of `columns`, which are some of table_columns, and one a scene, all flush right."""
    rows = scene_rows(analysis)
    texts = [[name, *_cells([row[name] for row in rows])] for name in columns]
    widths = [max(map(len, column)) for column in texts]
    lines = zip(*texts, strict=True)
    return "\n".join(" ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def _cells(values: list[Any]) -> list[str]:
    """The texts of a column; fractions have as many places as the longest of them needs."""
    places = max((len(str(value).partition(".")[2]) for value in values if isinstance(value, float)), default=0)

    def text(value: Any) -> str:
        if value is None:
            return _MISSING
        return f"{value:.{places}f}" if isinstance(value, float) else in_one_line(value)

    return [text(value) for value in values]
