"""What changed between two cut lists, without films, as an Excel workbook and as a page to print."""

from __future__ import annotations

import io
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from ..formatting import frame_rate
from ..interchange.compared_lists import clip_change_table, clip_sentence
from . import sheets

if TYPE_CHECKING:
    from ..interchange.compared_lists import ClipChange, SourceList

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }}
body {{ margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; font-size: .85rem; }}
th, td {{ border-bottom: 1px solid #8886; padding: .3rem .5rem; text-align: left; vertical-align: top; }}
td.number {{ text-align: right; font-variant-numeric: tabular-nums; }}
tr {{ break-inside: avoid; }}
div {{ overflow-x: auto; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p><strong>{sentence}</strong></p>
<p>{method}</p>
<div><table><thead><tr>{head}</tr></thead><tbody>
{rows}
</tbody></table></div>
</main>
</body>
</html>
"""
_METHOD = (
    "Clips are compared by their sources: reel or media, and the range shown of it. Frames cut off at head and tail "
    "are those of the source; the shift says how much later the same footage comes. {rate} frames a second."
)


def clip_changes_xlsx(before: SourceList, after: SourceList, changes: Sequence[ClipChange]) -> bytes:
    """A workbook: “Summary”, and “Changes” with a row a change."""
    table = clip_change_table(before, after, changes)
    content = io.BytesIO()
    with sheets.workbook(content) as book:
        head = book.add_format({"bold": True})
        texts = [
            ("first list", before.name),
            ("second list", after.name),
            ("what changed", clip_sentence(changes)),
            ("method", _METHOD.format(rate=frame_rate(before.rate))),
        ]
        sheets.add_sheet(book, "Summary", ["what", "value"], texts, head, {})
        rows = table.astype(object).to_numpy().tolist()
        sheets.add_sheet(book, "Changes", [str(column) for column in table.columns], rows, head, {})
    return content.getvalue()


def clip_changes_html(before: SourceList, after: SourceList, changes: Sequence[ClipChange]) -> bytes:
    """A page that asks for nothing outside it; what is unchanged is counted, not listed."""
    table = clip_change_table(before, after, changes)
    table = table[table["kind"] != "unchanged"].dropna(axis="columns", how="all")
    numbers = {column for column in table.columns if "frame" in str(column)}
    rows = [
        "<tr>" + "".join(_cell(value, is_number=column in numbers) for column, value in row.items()) + "</tr>"
        for row in table.astype(object).where(table.notna(), None).to_dict(orient="records")
    ]
    page = _PAGE.format(
        title=escape(f"What changed: {before.name} → {after.name}"),
        sentence=escape(clip_sentence(changes)),
        method=escape(_METHOD.format(rate=frame_rate(before.rate))),
        head="".join(f"<th>{escape(str(column).replace('_', ' '))}</th>" for column in table.columns),
        rows="\n".join(rows),
    )
    return page.encode()


def _cell(value: object, *, is_number: bool) -> str:
    text = "" if value is None else ("yes" if value else "") if isinstance(value, bool) else str(value)
    return f'<td class="number">{escape(text)}</td>' if is_number else f"<td>{escape(text)}</td>"
