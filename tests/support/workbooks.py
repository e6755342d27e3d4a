"""Workbooks (Office Open XML) as their XML has them."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree

_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheet(content: bytes, number: int) -> dict[str, str | float]:
    """The cells of a sheet by their place; formulas would have an element of their own."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        words = ["".join(item.itertext()) for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
        root = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
    assert root.find(f".//{_SHEET}f") is None
    cells: dict[str, str | float] = {}
    for cell in root.iter(f"{_SHEET}c"):
        value = cell.findtext(f"{_SHEET}v")
        if value is not None:
            cells[cell.attrib["r"]] = words[int(value)] if cell.get("t") == "s" else float(value)
    return cells
