"""Groups of a screening in numbers: each group's own mean with interval and n, and the two means of all."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from emotion_core import charts, formatting
from emotion_core.audience import AudienceShares, GroupColumn, ScreeningSummary

from ...services import markdown
from .curves import GROUPS_NOTE


def show(summary: ScreeningSummary) -> None:
    """A table a column of groups: whole film, one row a group."""
    if not summary.groups:
        st.markdown(
            "The viewers are in no groups yet. Give each viewer a group, such as an age band or a row of seats, in the "
            "list of viewers below."
        )
        return
    st.caption(GROUPS_NOTE)
    for column, differences in zip(summary.groups, summary.differences, strict=True):
        st.header(markdown.escape(column.name), anchor=False)
        st.dataframe(_rows(summary, column), hide_index=True, placeholder="–")
        clear = int((differences.adjusted < 0.05).sum())
        if differences.reason:
            st.caption(markdown.escape(f"Groups were not compared: {differences.reason}."))
        else:
            compared = formatting.count(clear, "difference is", "differences are")
            st.caption(
                markdown.escape(
                    f"Compared by permuting group labels: {', '.join(differences.groups)}. Over all scenes and "
                    f"expressions {compared} below an adjusted p of 0.05."
                )
            )
        for note in column.notes:
            st.caption(markdown.escape(note))


def _rows(summary: ScreeningSummary, column: GroupColumn) -> pd.DataFrame:
    rows = [_row(summary, f"{group.name}{' (too few)' if group.too_few else ''}", group.viewers, group.film)
            for group in column.groups]  # fmt: skip
    rows.append(_row(summary, "plain mean: each viewer the same", len(summary.viewers), summary.film))
    if column.film is not None:
        weights = "as the target population" if column.by_target else "each group the same"
        count = len(summary.viewers) - column.without
        rows.append(_row(summary, f"group-balanced mean: {weights}", count, column.film))
    return pd.DataFrame(rows)


def _row(summary: ScreeningSummary, name: str, viewers: int, shares: AudienceShares) -> dict[str, object]:
    cells: dict[str, object] = {"Group": name, "Viewers": viewers}
    for row in charts.available_rows(summary):
        cells[charts.row_name(summary, row)] = charts.share_words(summary, shares, row)
    return cells
