"""The export formats by name, and all of a film's files in one archive."""

from __future__ import annotations

import contextlib
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
        ExportFormat(
            "people-csv", "CSV: a row a person and scene", "-people.csv", "text/csv", "people.scene_table", "csv",
            of_people=True,
        ),
        ExportFormat(
            "people-json", "JSON: people, their appearances, and who is with whom", "-people.json", "application/json",
            "people.document", of_people=True,
        ),
        ExportFormat(
            "audience-csv", "CSV: a row a scene, with intervals, synchrony and groups", "-audience.csv", "text/csv",
            "audience.scene_table", "csv", of_audience=True,
        ),
        ExportFormat(
            "audience-json", "JSON: every number, with settings and consent", "-audience.json", "application/json",
            "audience.document", of_audience=True,
        ),
        ExportFormat(
            "audience-vtt", "WebVTT with JSON a second, for web players", "-audience.vtt", "text/vtt",
            "audience.web_vtt", of_audience=True,
        ),
        ExportFormat(
            "viewers-csv", "CSV: a row a viewer and second", "-viewers.csv", "text/csv", "audience.second_table", "csv",
            of_audience=True,
        ),
        ExportFormat(
            "viewers-parquet", "Parquet: a row a viewer and second", "-viewers.parquet",
            "application/vnd.apache.parquet", "audience.second_table", "parquet", of_audience=True,
        ),
    )
}  # fmt: skip
"""In the order in which pages and the command line offer them."""
NAMES = tuple(FORMATS)
REPORT_NAMES = tuple(name for name, form in FORMATS.items() if not (form.of_audience or form.of_people))
"""Those of a film's report."""
PEOPLE_NAMES = tuple(name for name, form in FORMATS.items() if form.of_people)
"""Those of a film's people."""
AUDIENCE_NAMES = tuple(name for name, form in FORMATS.items() if form.of_audience)
"""Those of a screening."""
WITH_AUDIENCE = ("html",)
"""Those of a report that hold its screening, too."""

MARKED = 20
"""People, from the longest on screen, whose markers are in an archive: embeddings find hundreds, seen for a second."""

if TYPE_CHECKING:
    from ..people import FilmPeople
    from .audience import ScreenedFilm

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


def audience_files(screened: ScreenedFilm, film: str) -> dict[str, bytes]:
    """A screening of the film in the file `film` in every format, and its markers in every format that holds them."""
    from .audience import audience_markers

    files = {file_name(name, film): FORMATS[name].write_audience(screened) for name in AUDIENCE_NAMES}
    stem = f"{PurePath(film).stem}-audience"
    for name, form in interchange.FORMATS.items():
        if not form.has_every_scene:
            with contextlib.suppress(SettingsError):  # more than 24 hours, or nobody was seen
                files |= interchange.write_files(
                    name,
                    audience_markers(screened, film),
                    interchange.file_stem(name, f"{stem}-{name}"),
                )
    return files


def people_files(people: FilmPeople, film: str) -> dict[str, bytes]:
    """The people of the film in the file `film` in every format, and markers of the MARKED first in every format."""
    from .people.markers import marker_files

    files = {file_name(name, film): FORMATS[name].write_people(people) for name in PEOPLE_NAMES}
    for name, form in interchange.FORMATS.items():
        if not form.has_every_scene:
            for person in people.arcs[:MARKED]:
                with contextlib.suppress(SettingsError):  # more than 24 hours
                    files |= marker_files(people, person, film, name)
    return files


def people_archive(people: FilmPeople, film: str) -> tuple[str, bytes]:
    """Name and content of a ZIP with a film's people in every format: “cut 7-people.zip” for “cut 7.mov”."""
    return interchange.pack_files(people_files(people, film), f"{PurePath(film).stem}-people")


def audience_archive(screened: ScreenedFilm) -> tuple[str, bytes]:
    """Name and content of a ZIP with a screening in every format: “cut 7-audience.zip” for “cut 7.mov”."""
    return interchange.pack_files(audience_files(screened, screened.film), f"{PurePath(screened.film).stem}-audience")


def everything(film: ReportedFilm) -> tuple[str, bytes]:
    """Name and content of a ZIP with the film's report in every format, its markers, people and audience likewise.

    A format that cannot hold this film, such as markers of more than 24 hours, is left out; a text file says so.
    """
    files: dict[str, bytes] = {file_name(name, film.name): FORMATS[name].write(film) for name in REPORT_NAMES}
    stem, missing = PurePath(film.name).stem, []
    screened, why = film.audience_or_why_not()
    if screened is not None:
        files |= {f"audience/{name}": content for name, content in audience_files(screened, film.name).items()}
    elif why:
        missing.append(f"{why}\n")
    people = film.people()
    if people is not None:
        files |= {f"people/{name}": content for name, content in people_files(people, film.name).items()}
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
