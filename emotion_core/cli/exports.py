"""What is taken away: `markers FILM`, for editing tools, and `export FILM`, the report in every other format."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import SettingsError
from ..export import (
    AUDIENCE_NAMES,
    FORMATS as EXPORTS,
    PEOPLE_NAMES,
    REPORT_NAMES,
    WITH_AUDIENCE,
    ExportName,
    archive_name,
    file_name,
)
from ..formatting import in_one_line
from ..interchange import FORMATS, FormatName, file_stem, write_files
from ..timecode import rate_from_header
from .comparing import are_lists, load_changes, load_lists

if TYPE_CHECKING:
    from ..interchange import MarkerList, MarkerSettings

_RATE = re.compile(r"^\d{1,6}(\.\d{1,6}|/[1-9]\d{0,5})?$")
_FORMATS = "; ".join(f"{name}: {form.title} ({form.suffix})" for name, form in FORMATS.items())
_EVERY_SCENE = " or ".join(name for name, form in FORMATS.items() if form.has_every_scene)
"""Formats that mark every scene, so that none can be chosen."""
_EXPORTS = "; ".join(f"{name}: {form.title}" for name, form in EXPORTS.items())


def markers(
    context: typer.Context,
    film: Annotated[Path, typer.Argument(readable=False, help="A film that was analysed before.")],
    to: Annotated[FormatName, typer.Option(help=_FORMATS)],
    out: Annotated[
        Path,
        typer.Option(
            readable=False, help="The file to write; to M without a suffix what it holds is added: M-markers.edl."
        ),
    ],
    earlier: Annotated[
        Path | None,
        typer.Option(readable=False, help="An earlier cut: mark what FILM changed of it. Two EDLs or OTIOs, too."),
    ] = None,
    later: Annotated[
        Path | None, typer.Option(readable=False, help="A later cut: mark in FILM what it changed.")
    ] = None,
    changes_only: Annotated[
        bool, typer.Option("--changes-only", help="Only scenes with another dominant expression than the one before.")
    ] = False,
    only: Annotated[
        list[str] | None, typer.Option(help="Only scenes with this dominant expression; may be said several times.")
    ] = None,
    without_expression: Annotated[
        bool, typer.Option("--without-expression", help="Scenes without enough faces, and what is not film, too.")
    ] = False,
    off_target: Annotated[
        bool, typer.Option("--off-target", help="Only scenes that do not meet their target; see `targets`.")
    ] = False,
    notes: Annotated[
        bool, typer.Option("--notes/--no-notes", help="Your notes at their frames, too.", show_default=False)
    ] = True,
    notes_only: Annotated[bool, typer.Option("--notes-only", help="Your notes, and no scenes.")] = False,
    audience: Annotated[
        bool, typer.Option("--audience", help="What the viewers of the film's screening showed, not its own faces.")
    ] = False,
    screening: Annotated[
        str, typer.Option(metavar="NAME", help="Whose audience it is; default: the last one with viewers.")
    ] = "",
    one_frame: Annotated[
        bool, typer.Option("--one-frame", help="Markers of one frame, not as long as their scenes.")
    ] = False,
    starts_at: Annotated[
        str | None, typer.Option(help="Timecode of the timeline's first frame; default: the film's own.")
    ] = None,
    rate: Annotated[
        str | None,
        typer.Option(help="The timeline's frames a second, as 25 or 23.976 or 24000/1001; default: the film's."),
    ] = None,
) -> None:
    """Write the scenes of FILM, which was analysed before, as markers that an editing tool takes in."""
    from ..interchange import MarkerSettings, mark_changes, mark_scenes
    from ..library import Library, outputs
    from ..media import content_id

    other = earlier or later
    if earlier is not None and later is not None:
        raise SettingsError("Both an earlier and a later cut were named.", "Name one of them.")
    is_chosen = changes_only or only or without_expression or off_target or notes_only
    if other is not None and (is_chosen or FORMATS[to].has_every_scene):
        raise SettingsError(
            "Of a re-cut every scene that changed is marked.",
            f"Leave out --changes-only, --only, --without-expression, --off-target and --notes-only, and "
            f"--to {_EVERY_SCENE}.",
        )
    if (audience or screening) and (other is not None or off_target or notes_only):
        raise SettingsError(
            "Targets, notes and the changes of a re-cut are the film's, not its audience's.",
            "Leave out --earlier, --later, --off-target and --notes-only, or --audience and --screening.",
        )
    if notes_only and not notes:
        raise SettingsError("Neither notes nor scenes were to be marked.", "Leave out --no-notes or --notes-only.")
    settings = MarkerSettings(
        changes_only=changes_only,
        expressions=tuple(only) if only else None,
        without_expression=without_expression,
        off_target_only=off_target,
        scenes=not notes_only,
        notes=notes,
        as_long_as_scenes=not one_frame,
        rate=None if rate is None else _rate(rate),
        starts_at=starts_at,
    )
    library = Library.existing()
    folder, name = _folder_and_stem(out, to)
    inputs = (film, other)
    (target,) = outputs.outputs_for(library, inputs, out)
    context.with_resource(outputs.keep_standard_output_clear([target]))
    if audience or screening:
        from ..export import audience_markers, of_audience

        screened = of_audience(library, library.film(content_id(film)).id, screening)
        marker_list = audience_markers(screened, film.name, settings)
    elif other is not None and are_lists(film, other):
        marker_list = _list_markers(film, other, is_later=earlier is not None, settings=settings)
    elif other is None:
        marker_list = mark_scenes(library.analysis(library.film(content_id(film)).id), film.name, settings)
    else:
        before, after, listed = load_changes(*((other, film) if earlier else (film, other)))
        marker_list = mark_changes(before, after, listed, "after" if earlier else "before", film.name, settings)
    contents = write_files(to, marker_list, name)
    if target is not None and target.is_special:
        if len(contents) > 1:
            raise SettingsError(f"{len(contents)} files do not fit into {out}.", "Name a file.")
        target.write(*contents.values())
        return
    targets = outputs.outputs_for(library, inputs, *(folder / name for name in contents))
    for output, content in zip(targets, contents.values(), strict=True):
        assert output is not None
        output.write(content)
        print(in_one_line(output.path))


def export(
    context: typer.Context,
    film: Annotated[Path, typer.Argument(readable=False, help="A film that was analysed before.")],
    to: Annotated[
        ExportName | None, typer.Option(help=f"{_EXPORTS}; default: a ZIP with all, and all markers.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(readable=False, help="The file to write; default: named after FILM, in this folder.")
    ] = None,
    screening: Annotated[
        str,
        typer.Option(metavar="NAME", help="Whose audience is exported; default: the last one with viewers."),
    ] = "",
    names: Annotated[bool, typer.Option("--names", help="Names of viewers, too; else numbers only.")] = False,
) -> None:
    """Write the report of FILM, which was analysed before, or its audience, in another format, or in all as a ZIP."""
    from ..export import ReportedFilm, everything
    from ..library import Library, outputs
    from ..media import content_id

    if screening and to in ({*REPORT_NAMES, *PEOPLE_NAMES} - set(WITH_AUDIENCE)):
        raise SettingsError(
            f"--screening was given, and {to} holds no audience.",
            f"Leave it out, or write {', '.join([*WITH_AUDIENCE, *AUDIENCE_NAMES])}.",
        )
    library = Library.existing()
    name = file_name(to, film.name) if to else archive_name(film.name)
    (target,) = outputs.outputs_for(library, (film,), out or Path(name))
    assert target is not None
    context.with_resource(outputs.keep_standard_output_clear([target]))
    reported = ReportedFilm.of(library, library.film(content_id(film)).id, film.name, screening=screening, names=names)
    target.write(EXPORTS[to].write(reported) if to else everything(reported)[1])
    if not target.is_special:
        print(in_one_line(target.path))
    if (to is None or to in WITH_AUDIENCE) and (why := reported.audience_or_why_not()[1]):
        print(f"Note: {why}")


def _list_markers(of: Path, other: Path, *, is_later: bool, settings: MarkerSettings) -> MarkerList:
    """Markers on the list `of` of what changed between it and `other`. Raises SettingsError for another timeline."""
    from ..interchange.compared_lists import mark_clip_changes

    if settings.rate is not None or settings.starts_at is not None:
        raise SettingsError("Markers of a list count as the list does.", "Leave out --rate and --starts-at.")
    clips = load_lists(*((other, of) if is_later else (of, other)))
    marked = mark_clip_changes(clips.before, clips.after, clips.changes, "after" if is_later else "before")
    if settings.as_long_as_scenes:
        return marked
    return replace(marked, markers=tuple(replace(marker, frames=1) for marker in marked.markers))


def _folder_and_stem(out: Path, to: FormatName) -> tuple[Path, str]:
    """Folder of the target and its file name without the format's suffix. Raises SettingsError for a folder."""
    suffix = FORMATS[to].suffix
    if out.is_dir() or not out.name:
        raise SettingsError(f"{out} is a folder.", f"Name a file in it, such as {out / FORMATS[to].content}{suffix}.")
    if out.name.lower().endswith(suffix) and out.name.lower() != suffix:
        return out.parent, out.name[: -len(suffix)]
    return out.parent, file_stem(to, out.name)


def _rate(text: str) -> Fraction:
    """A frame rate written as “25”, “23.976” or “24000/1001”. Raises SettingsError for any other text."""
    if not _RATE.match(text):
        raise SettingsError(f"“{text}” is no frame rate.", "Write 25, 23.976 or 24000/1001.")
    return rate_from_header(Fraction(text))
