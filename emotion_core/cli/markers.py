"""`python -m emotion_core markers FILM`: a report, or what a re-cut changed, as markers for an editing tool."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer

from ..errors import SettingsError
from ..interchange.writers.registry import FORMATS, FormatName, files, stem
from ..plain_text import in_one_line
from ..timecode import rate_from_header
from .compare import beside

_RATE = re.compile(r"^\d{1,6}(\.\d{1,6}|/[1-9]\d{0,5})?$")
_FORMATS = "; ".join(f"{name}: {one.title} ({one.suffix})" for name, one in FORMATS.items())


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
        Path | None, typer.Option(readable=False, help="An earlier cut: mark what FILM changed of it.")
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
    from ..interchange.change_markers import change_markers
    from ..interchange.scene_markers import MarkerSettings, scene_markers
    from ..library.library import Library
    from ..library.outputs import asked_for, clear_of
    from ..media.media import content_id

    other = earlier or later
    if earlier is not None and later is not None:
        raise SettingsError("Both an earlier and a later cut were named.", "Name one of them.")
    if other is not None and (changes_only or only or without_expression or FORMATS[to].whole):
        raise SettingsError(
            "Of a re-cut every scene that changed is marked.",
            "Leave out --changes-only, --only and --without-expression, and --to cut-list.",
        )
    settings = MarkerSettings(
        changes_only=changes_only,
        expressions=tuple(only) if only else None,
        without_expression=without_expression,
        as_long_as_scenes=not one_frame,
        rate=None if rate is None else _rate(rate),
        starts_at=starts_at,
    )
    library = Library.existing()
    folder, called = _place(out, to)
    inputs = (film, other)
    (target,) = asked_for(library, inputs, out)
    context.with_resource(clear_of([target]))
    if other is None:
        made = scene_markers(library.analysis(library.film(content_id(film)).id), film.name, settings)
    else:
        before, after, _, changes = beside(*((other, film) if earlier else (film, other)))
        made = change_markers(before, after, changes, "after" if earlier else "before", film.name, settings)
    written = files(to, made, called)
    if target is not None and target.is_special:
        if len(written) > 1:
            raise SettingsError(f"{len(written)} files do not fit into {out}.", "Name a file.")
        target.write(*written.values())
        return
    targets = asked_for(library, inputs, *(folder / name for name in written))
    for one, content in zip(targets, written.values(), strict=True):
        assert one is not None
        one.write(content)
        print(in_one_line(one.path))


def _place(out: Path, to: FormatName) -> tuple[Path, str]:
    """Folder and name, without the suffix, of the file asked for. Raises SettingsError for a folder."""
    suffix = FORMATS[to].suffix
    if out.is_dir() or not out.name:
        raise SettingsError(f"{out} is a folder.", f"Name a file in it, such as {out / FORMATS[to].holds}{suffix}.")
    if out.name.lower().endswith(suffix) and out.name.lower() != suffix:
        return out.parent, out.name[: -len(suffix)]
    return out.parent, stem(to, out.name)


def _rate(text: str) -> Fraction:
    """“25”, “23.976”, “24000/1001”. Raises SettingsError for what is no frame rate."""
    if not _RATE.match(text):
        raise SettingsError(f"“{text}” is no frame rate.", "Write 25, 23.976 or 24000/1001.")
    return rate_from_header(Fraction(text))
