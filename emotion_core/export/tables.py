"""The per-scene report as CSV, JSON, an Excel workbook and Parquet, with the method behind its numbers."""

from __future__ import annotations

import io
from json import dumps
from typing import Any

from ..report import json_bytes, json_document, scene_csv, scene_table
from . import sheets
from .export_format import ReportedFilm

SHARES = {"num_format": "0.0%"}
"""Cell format of shares, which stay numbers from 0 to 1."""
_ABOUT = "film_emotion"
"""Key of the report's facts in the metadata of a Parquet file."""


def csv(film: ReportedFilm) -> bytes:
    """The per-scene report as CSV."""
    return scene_csv(film.analysis)


def json(film: ReportedFilm) -> bytes:
    """The report as JSON."""
    return json_bytes(film.analysis)


def workbook(film: ReportedFilm) -> bytes:
    """A workbook (Office Open XML): “Scenes”, as the CSV, “Intervals” of every label, “Notes” and “Method”.

    No text is taken for a formula or a link. A missing number is an empty cell.
    """
    table, about = scene_table(film.analysis), json_document(film.analysis)
    content = io.BytesIO()
    with sheets.workbook(content) as book:
        head, share = book.add_format({"bold": True}), book.add_format(SHARES)
        shares = {"interval_low", "interval_high", "intensity", "coverage", "runner_up_share", *film.analysis.labels}
        shares |= {"deviation", "deviation_low", "deviation_high"}
        rows = [list(record.values()) for record in table.to_dict("records")]
        sheets.add_sheet(book, "Scenes", list(table.columns), rows, head, dict.fromkeys(shares, share))
        ends = [f"{label}_{end}" for label in film.analysis.labels for end in ("low", "high")]
        intervals = [
            [row.scene.number, *(end for pair in row.intervals or () for end in pair)] for row in film.analysis.scenes
        ]
        sheets.add_sheet(book, "Intervals", ["scene", *ends], intervals, head, dict.fromkeys(ends, share))
        notes = [list(note.values()) for note in about["editor_notes"]]
        sheets.add_sheet(book, "Notes", ["frame", "timecode", "scene", "of_scene", "text"], notes, head, {})
        sheets.add_sheet(book, "Method", ["what", "value"], method_rows(film, about), head, {})
        book.set_properties({"title": film.name, "comments": "Apparent facial expression, scene by scene."})
    return content.getvalue()


def parquet(film: ReportedFilm) -> bytes:
    """The table of the CSV as Parquet, with the report's facts as JSON in the file's metadata."""
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.Table.from_pandas(scene_table(film.analysis), preserve_index=False)
    about = {name: value for name, value in json_document(film.analysis).items() if name != "scenes"}
    facts = dumps({"film": film.name, **about}, ensure_ascii=False)
    content = io.BytesIO()
    pyarrow.parquet.write_table(
        table.replace_schema_metadata({**(table.schema.metadata or {}), _ABOUT: facts}), content
    )
    return content.getvalue()


def method_rows(film: ReportedFilm, about: dict[str, Any]) -> list[list[Any]]:
    """What is behind the numbers, as rows of a name and a value: film, model, engine, settings and notes."""
    rows: list[list[Any]] = [["film", film.name]]
    for group in ("media", "model", "engine", "temperature", "scan_settings", "report_settings"):
        for name, value in about[group].items():
            is_plain = value is None or isinstance(value, (str, int, float))
            rows.append([f"{group}: {name}", value if is_plain else dumps(value, ensure_ascii=False)])
    return [*rows, *(["note", note] for note in about["notes"])]
