"""What changed between two lists as a page to print."""

from __future__ import annotations

from html import escape

from ...interchange.compared_lists import clip_change_table
from .compared_clips import ComparedClips

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


def write(clips: ComparedClips) -> bytes:
    """A page that asks for nothing outside it; what is unchanged is counted, not listed."""
    table = clip_change_table(clips.before, clips.after, clips.changes)
    table = table[table["kind"] != "unchanged"].dropna(axis="columns", how="all")
    numbers = {column for column in table.columns if "frame" in str(column)}
    rows = [
        "<tr>" + "".join(_cell(value, is_number=column in numbers) for column, value in row.items()) + "</tr>"
        for row in table.astype(object).where(table.notna(), None).to_dict(orient="records")
    ]
    page = _PAGE.format(
        title=escape(f"What changed: {clips.before.name} → {clips.after.name}"),
        sentence=escape(clips.sentence),
        method=escape(clips.method),
        head="".join(f"<th>{escape(str(column).replace('_', ' '))}</th>" for column in table.columns),
        rows="\n".join(rows),
    )
    return page.encode()


def _cell(value: object, *, is_number: bool) -> str:
    text = "" if value is None else ("yes" if value else "") if isinstance(value, bool) else str(value)
    return f'<td class="number">{escape(text)}</td>' if is_number else f"<td>{escape(text)}</td>"
