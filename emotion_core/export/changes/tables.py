"""The change list as a table and CSV: a row a change, with the audiences' change where both cuts have screenings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...compare.change_list import change_table
from ...report import csv_bytes
from .audiences import audience_columns

if TYPE_CHECKING:
    import pandas as pd

    from .compared_cuts import ComparedCuts


def table(cuts: ComparedCuts) -> pd.DataFrame:
    """All columns; `docs/comparing.md` says what they mean."""
    import pandas as pd

    own = change_table(*cuts.analyses, cuts.listed)
    columns = audience_columns(cuts)
    return pd.concat([own, pd.DataFrame(columns)], axis=1) if columns else own


def csv(cuts: ComparedCuts) -> bytes:
    """The table as CSV that spreadsheets open correctly."""
    return csv_bytes(table(cuts))
