"""Sheets of workbooks (Office Open XML): no text is taken for a formula or a link, and a missing value is empty."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
WIDEST = 300
"""Pixels of a column that fits its content."""


@contextmanager
def workbook(content: io.BytesIO) -> Iterator[Any]:
    """An xlsxwriter workbook that is written to `content` at the end."""
    import xlsxwriter

    with xlsxwriter.Workbook(content, OPTIONS) as book:
        yield book


def add_sheet(
    book: Any, name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], head: Any, formats: Mapping[str, Any]
) -> Any:
    """Add a table with a frozen header and filters; `formats` are those of columns, by title. Returns the sheet."""
    import pandas as pd

    sheet = book.add_worksheet(name)
    sheet.write_row(0, 0, columns, head)
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            if not pd.isna(value):
                sheet.write(number, place, value, formats.get(columns[place]))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(rows)), len(columns) - 1)
    sheet.autofit(WIDEST)
    return sheet
