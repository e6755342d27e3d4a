"""A table as a CSV file that spreadsheets open correctly."""

from __future__ import annotations

from typing import Any

import pandas as pd

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv(frame: pd.DataFrame) -> bytes:
    """A table as a CSV file that spreadsheets open rightly: UTF-8 with BOM, CRLF, text cells never a formula."""
    safe = frame.copy()
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            safe[name] = safe[name].map(_no_formula)
    safe.columns = pd.Index([_no_formula(name) for name in safe.columns])
    return safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _no_formula(cell: Any) -> Any:
    """Text that a spreadsheet would run is led by an apostrophe (OWASP, CSV injection); numbers are left alone."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
