"""A film's report in every format, and its markers for editing tools: `export` and `markers` of the command line."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import PurePath
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from ... import export as exports, interchange
from ...errors import SettingsError
from ...export import ExportName
from ...library import Library
from ...timecode import rate_from_header
from .. import models
from ..report_options import with_report_options
from .comparisons import compared
from .shared import In, analysed_film, bearer, file_response, files, problems

router = APIRouter(tags=["reports"], dependencies=[bearer])
_ERRORS = problems(404, 409, 422)
ReportQuery = Annotated[models.ReportOptions, Query()]


_CSV = files("text/csv", what="A row a scene.")
_EXPORT = files(*(form.mime for form in exports.FORMATS.values()), "application/zip", what="The file.")
_MARKERS = files(
    *(form.mime for form in interchange.FORMATS.values()),
    "application/zip",
    what="The file; a ZIP where there are several.",
)


@router.get("/films/{film_id}/report.csv", response_class=Response, responses={**_CSV, **_ERRORS})
async def report_csv(shared: In, film_id: models.FilmId, options: ReportQuery) -> Response:
    """The per-scene report; `export` with `to=csv` under other options than the film's."""
    return await shared.slow(lambda: _report(shared.library(), film_id, options, "csv"))


@router.get("/films/{film_id}/report.json", response_model=dict[str, Any], responses=_ERRORS)
async def report_json(shared: In, film_id: models.FilmId, options: ReportQuery) -> Response:
    """The report with every label's interval, and the settings, model and engine behind it."""
    return await shared.slow(lambda: _report(shared.library(), film_id, options, "json"))


@router.get("/films/{film_id}/export", response_class=Response, responses={**_EXPORT, **_ERRORS})
async def export(
    shared: In,
    film_id: models.FilmId,
    to: Annotated[
        ExportName | None, Query(description="The format; left out: a ZIP with all, and all markers.")
    ] = None,
    screening: Annotated[str, Query(max_length=200, description="Whose audience; else the last with viewers.")] = "",
    names: Annotated[bool, Query(description="Names of viewers, too; else numbers only.")] = False,
) -> Response:
    """The report, the people or the audience of a film that was analysed, in another format, or in all as a ZIP."""

    def write() -> Response:
        library = shared.library()
        film = analysed_film(library, film_id)
        if screening and to in ({*exports.REPORT_NAMES, *exports.PEOPLE_NAMES} - set(exports.WITH_AUDIENCE)):
            with_audience = ", ".join([*exports.WITH_AUDIENCE, *exports.AUDIENCE_NAMES])
            raise SettingsError(
                f"screening was given, and {to} holds no audience.", f"Leave it out, or take {with_audience}."
            )
        reported = exports.ReportedFilm.of(library, film_id, film.name, screening=screening, names=names)
        if to is None:
            name, content = exports.everything(reported)
            return file_response(content, name, "application/zip")
        form = exports.FORMATS[to]
        return file_response(form.write(reported), exports.file_name(to, film.name), form.mime)

    return await shared.slow(write)


@router.get("/films/{film_id}/markers", response_class=Response, responses={**_MARKERS, **_ERRORS})
async def markers(
    shared: In,
    film_id: models.FilmId,
    chosen: Annotated[models.MarkerOptions, Query()],
) -> Response:
    """The scenes of a film that was analysed as markers that an editing tool takes in."""
    settings = _marker_settings(chosen)

    def write() -> Response:
        library = shared.library()
        film = analysed_film(library, film_id)
        if chosen.audience or chosen.screening:
            screened = exports.of_audience(library, film_id, chosen.screening)
            marker_list = exports.audience_markers(screened, film.name, settings)
        elif (other := chosen.earlier or chosen.later) is not None:
            cuts = (other, film_id) if chosen.earlier else (film_id, other)
            before, after, _, _, listed = compared(library, *cuts)
            side: interchange.Side = "after" if chosen.earlier else "before"
            marker_list = interchange.mark_changes(before, after, listed, side, film.name, settings)
        else:
            marker_list = interchange.mark_scenes(library.analysis(film_id), film.name, settings)
        stem = interchange.file_stem(chosen.to, PurePath(film.name).stem)
        contents = interchange.write_files(chosen.to, marker_list, stem)
        name, content = interchange.pack_files(contents, stem)
        return file_response(
            content, name, interchange.FORMATS[chosen.to].mime if len(contents) == 1 else "application/zip"
        )

    return await shared.slow(write)


def _report(library: Library, film_id: str, options: models.ReportOptions, to: Literal["csv", "json"]) -> Response:
    """The report under these options; the film's own are not changed."""
    from ...report import json_bytes, scene_csv

    film = analysed_film(library, film_id)
    scan = library.newest_scan(film_id)
    assert scan is not None
    analysis = library.analysis_of(scan, with_report_options(library.report_settings(film_id), options))
    write: Callable[[Any], bytes] = scene_csv if to == "csv" else json_bytes
    return file_response(write(analysis), exports.file_name(to, film.name), exports.FORMATS[to].mime)


def _marker_settings(chosen: models.MarkerOptions) -> interchange.MarkerSettings:
    """The settings of markers. Raises SettingsError for options that exclude each other."""
    other, is_of_audience = chosen.earlier or chosen.later, bool(chosen.audience or chosen.screening)
    if chosen.earlier is not None and chosen.later is not None:
        raise SettingsError("Both an earlier and a later cut were named.", "Name one of them.")
    is_chosen = (
        chosen.changes_only or chosen.only or chosen.without_expression or chosen.off_target or chosen.notes_only
    )
    if other is not None and (is_chosen or is_of_audience or interchange.FORMATS[chosen.to].has_every_scene):
        raise SettingsError(
            "Of a re-cut every scene that changed is marked.",
            "Leave out the options that choose scenes, audience, and a format that holds every scene.",
        )
    if chosen.notes_only and not chosen.notes:
        raise SettingsError("Neither notes nor scenes were to be marked.", "Leave out notes=false or notes_only.")
    if is_of_audience and (chosen.off_target or chosen.notes_only):
        raise SettingsError(
            "Targets and notes are the film's, not its audience's.",
            "Leave out off_target and notes_only, or audience and screening.",
        )
    return interchange.MarkerSettings(
        changes_only=chosen.changes_only,
        expressions=tuple(chosen.only) or None,
        without_expression=chosen.without_expression,
        off_target_only=chosen.off_target,
        scenes=not chosen.notes_only,
        notes=chosen.notes,
        as_long_as_scenes=not chosen.one_frame,
        rate=None if chosen.rate is None else rate_from_header(Fraction(chosen.rate)),
        starts_at=chosen.starts_at,
    )
