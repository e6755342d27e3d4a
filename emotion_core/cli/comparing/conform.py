"""The command `conform`: a marker list, subtitles or a cut list of one cut, moved to another by their footage."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...errors import ComparisonError, SettingsError
from ...formatting import in_one_line
from ..options import list_content

if TYPE_CHECKING:
    from ...interchange.conforming import Move, TwoCuts
    from ...library import Library
    from ...library.outputs import Output


def conform(
    context: typer.Context,
    before: Annotated[
        Path, typer.Option("--from", readable=False, help="The film that the list was made for, analysed before.")
    ],
    after: Annotated[Path, typer.Option("--to", readable=False, help="Another cut of it, analysed too.")],
    list_: Annotated[
        Path | None,
        typer.Argument(
            metavar="LIST", readable=False,
            help="EDL, OpenTimelineIO, FCPXML, Premiere Pro's XML, AAF, ALE, CSV, markers of Premiere Pro or Avid, "
            "WebVTT or SRT of the first cut.",
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(readable=False, help="Write the list for the second cut here.")] = None,
    lost: Annotated[
        Path | None,
        typer.Option(readable=False, help="Write what lost its place or part of its footage here, with the reason."),
    ] = None,
    every_place: Annotated[
        bool, typer.Option("--every-place", help="Set markers and texts wherever their footage is shown, not once.")
    ] = False,
    notes: Annotated[
        bool, typer.Option("--notes", help="Show what of the first film's notes and targets has a place in the second.")
    ] = False,
    set_: Annotated[
        bool, typer.Option("--set", help="With --notes: set them in the second film, beside what it has.")
    ] = False,
) -> None:  # fmt: skip
    """Move a list of one analysed cut to another: markers, subtitles, a cut list, or your notes and targets."""
    from ...library import Library, outputs

    if notes in (list_ is not None, out is not None) or (set_ and not notes):
        raise SettingsError("Neither a list nor notes were named, or both.", "Name LIST and --out FILE, or --notes.")
    library = Library.existing()
    inputs = (before, after) if list_ is None else (before, after, list_)
    out_file, lost_file = files = outputs.outputs_for(library, inputs, out, lost)
    context.with_resource(outputs.keep_standard_output_clear(files))
    raw = b"" if list_ is None else list_content(list_)
    cuts = load_cuts(library, before, after)
    if list_ is None or out_file is None:
        moves = _carry(library, cuts, before, are_set=set_)
    else:
        moves = _move(raw, list_, cuts, out_file, every=every_place)
    if lost_file is not None:
        from ...interchange.conforming import lost_table
        from ...report import csv_bytes

        lost_file.write(csv_bytes(lost_table(cuts, moves)))
        return
    print_lost(cuts, tuple(move for move in moves if move.state != "moved"))


def _move(raw: bytes, list_: Path, cuts: TwoCuts, out: Output, *, every: bool) -> tuple[Move, ...]:
    """Write the list for the second cut."""
    from ...interchange.conforming import conform_list, summary

    moved = conform_list(raw, list_.name, cuts, every=every)
    for note in moved.notes:
        print(f"Note: {in_one_line(note)}")
    print(summary(moved.moves))
    if moved.content:
        out.write(moved.content)
    else:
        print("Nothing of the list has a place in the second film: no list was written.")
    return moved.moves


def _carry(library: Library, cuts: TwoCuts, before: Path, *, are_set: bool) -> tuple[Move, ...]:
    """The first film's notes and targets in the second, set there if that is asked for."""
    from ...interchange.conforming import carry_annotations, summary
    from ...jobs import report_edits

    first, second = (library.analysis(cut.media.content_id) for cut in (cuts.before, cuts.after))
    written = first.report_settings.annotations
    if not written:
        raise SettingsError(f"{before.name} has no notes and no targets.", "Write some, or name a list.")
    carried = carry_annotations(cuts, written, second.report_settings.annotations, second.labels)
    print(summary(carried.moves))
    if are_set and carried:
        film_id = cuts.after.media.content_id
        report_edits.annotate(library, film_id, carried.operation(), f"notes and targets of {before.name}")
        print(f"{carried.words} set; `scenes FILM --undo` takes them back.")
    elif carried:
        print(f"{carried.words} would be set; --set does it.")
    else:
        print("All that has a place is there.")
    return carried.moves


def print_lost(cuts: TwoCuts, lost: tuple[Move, ...]) -> None:
    """A line for each entry that is not as it was."""
    for move in lost:
        name = f" {move.name}" if move.name else ""
        print(in_one_line(f"{cuts.before.timecode(move.start)}  {move.state}: {move.what}{name}: {move.reason}"))


def load_cuts(library: Library, before: Path, after: Path) -> TwoCuts:
    """Two analysed films. Raises ComparisonError for the same one twice, and where they share no footage."""
    from ...media import check_is_file, content_id

    for film in (before, after):
        check_is_file(film)
    ids = [library.film(content_id(film)).id for film in (before, after)]
    if ids[0] == ids[1]:
        raise ComparisonError(f"{before.name} and {after.name} are the same film.", "Name two different ones.")

    from ...interchange.conforming import two_cuts
    from ...library.projects import aligned

    first, second = (library.analysis(film_id) for film_id in ids)
    return two_cuts(first, second, aligned(library, first, second))
