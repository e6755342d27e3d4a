"""The command `conform`: a marker list, subtitles or a cut list of one cut, moved to another by their footage."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...errors import ComparisonError, SettingsError
from ...formatting import in_one_line

if TYPE_CHECKING:
    from ...interchange.conforming import Move, TwoCuts
    from ...library import Library


def conform(
    context: typer.Context,
    list_: Annotated[
        Path,
        typer.Argument(
            metavar="LIST", readable=False,
            help="EDL, OpenTimelineIO, CSV, markers of Premiere Pro or Avid, WebVTT or SRT of the first cut.",
        ),
    ],
    before: Annotated[
        Path, typer.Option("--from", readable=False, help="The film that the list was made for, analysed before.")
    ],
    after: Annotated[Path, typer.Option("--to", readable=False, help="Another cut of it, analysed too.")],
    out: Annotated[Path, typer.Option(readable=False, help="Write the list for the second cut here.")],
    lost: Annotated[
        Path | None,
        typer.Option(readable=False, help="Write what lost its place or part of its footage here, with the reason."),
    ] = None,
    every_place: Annotated[
        bool, typer.Option("--every-place", help="Set markers and texts wherever their footage is shown, not once.")
    ] = False,
) -> None:  # fmt: skip
    """Move a list of one analysed cut to another: markers, subtitles, a cut list, or your notes and targets."""
    from ...library import Library, outputs

    library = Library.existing()
    out_file, lost_file = files = outputs.outputs_for(library, (before, after, list_), out, lost)
    context.with_resource(outputs.keep_standard_output_clear(files))
    assert out_file is not None
    raw = _content(list_)
    cuts = load_cuts(library, before, after)

    from ...interchange.conforming import conform_list, lost_table, summary
    from ...report import csv_bytes

    moved = conform_list(raw, list_.name, cuts, every=every_place)
    for note in moved.notes:
        print(f"Note: {in_one_line(note)}")
    print(summary(moved.moves))
    if moved.content:
        out_file.write(moved.content)
    else:
        print(f"Nothing of the list has a place in {in_one_line(after.name)}: no list was written.")
    if lost_file is not None:
        lost_file.write(csv_bytes(lost_table(cuts, moved.moves)))
        return
    print_lost(cuts, moved.lost)


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

    from ...compare import align
    from ...interchange.conforming import two_cuts

    first, second = (library.analysis(film_id) for film_id in ids)
    return two_cuts(first, second, align(first.observations, second.observations))


def _content(path: Path) -> bytes:
    import os

    from ...interchange import MAX_BYTES
    from ...storage import os_errors

    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        why = f"{os_errors.short_path(path)} cannot be read: {os.strerror(error.errno or 0)}."
        raise SettingsError(why, "Check the path and its permissions.") from error
