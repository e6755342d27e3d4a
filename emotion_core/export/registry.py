"""The export formats by name, and all of a film's files in one archive."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Literal

from .. import interchange
from ..errors import SettingsError
from .export_format import ExportFormat, ReportedFilm

FORMATS: dict[str, ExportFormat] = {
    each.name: each
    for each in (
        ExportFormat("csv", "CSV: a row a scene", "-emotion-report.csv", "text/csv", "tables", "csv"),
        ExportFormat(
            "json", "JSON: every number, with the settings behind it", "-emotion-report.json", "application/json",
            "tables", "json",
        ),
        ExportFormat(
            "xlsx", "Excel workbook: scenes, intervals, method", "-emotion-report.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "tables", "workbook",
        ),
        ExportFormat(
            "parquet", "Parquet, for pandas, R and databases", "-emotion-report.parquet",
            "application/vnd.apache.parquet", "tables", "parquet",
        ),
        ExportFormat(
            "html", "Web page: charts, board and method, to open offline or print", "-emotion-report.html", "text/html",
            "html_page",
        ),
        ExportFormat("vtt", "WebVTT chapters, for players", "-chapters.vtt", "text/vtt", "web_vtt", "chapters"),
        ExportFormat("vtt-json", "WebVTT with JSON, for web players", "-scenes.vtt", "text/vtt", "web_vtt", "metadata"),
        ExportFormat("eaf", "ELAN annotations, for film scholars", "-scenes.eaf", "text/x-eaf+xml", "elan"),
    )
}  # fmt: skip
"""In the order in which pages and the command line offer them."""
NAMES = tuple(FORMATS)

if TYPE_CHECKING:
    ExportName = str
else:
    ExportName = Literal[NAMES]  # Typer reads the choices of --to from the type
"""A key of FORMATS."""


def file_name(name: ExportName, film: str) -> str:
    """The name of a film's file in this format: “cut 7-emotion-report.csv” for “cut 7.mov”."""
    return PurePath(film).stem + FORMATS[name].suffix


def archive_name(film: str) -> str:
    """The name of the ZIP with all of a film's files: “cut 7-emotion-report.zip” for “cut 7.mov”."""
    return f"{PurePath(film).stem}-emotion-report.zip"


def everything(film: ReportedFilm) -> tuple[str, bytes]:
    """Name and content of a ZIP with the film's report in every format, and its markers in every format.

    A format that cannot hold this film, such as markers of more than 24 hours, is left out; a text file says so.
    """
    files: dict[str, bytes] = {file_name(name, film.name): FORMATS[name].write(film) for name in NAMES}
    stem, missing = PurePath(film.name).stem, []
    for name in interchange.NAMES:
        try:
            markers = interchange.mark_scenes(film.analysis, film.name)
            written = interchange.write_files(name, markers, interchange.file_stem(name, f"{stem}-{name}"))
            files |= {f"markers/{file}": content for file, content in written.items()}
        except SettingsError as error:
            missing.append(f"{interchange.FORMATS[name].title}: {error}\n")
    if missing:
        files["not included.txt"] = "".join(missing).encode()
    return interchange.pack_files(files, archive_name(film.name).removesuffix(".zip"))
