"""`python -m emotion_core compare BEFORE AFTER`: what a re-cut changed, scene by scene, and as files to take away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...errors import SettingsError
from ...export.changes import FORMATS, ChangesName
from .lists import are_lists, compare_two_lists
from .loading import load_comparison
from .parts import write_parts

if TYPE_CHECKING:
    from ...analysis import Analysis
    from ...compare import AlignmentMap, SceneChange
    from ...compare.change_list import ChangeList
    from ...library import Library
    from ...library.outputs import Output

_FORMATS = "; ".join(f"{name}: {form.title}" for name, form in FORMATS.items())


def compare(
    context: typer.Context,
    before: Annotated[
        Path, typer.Argument(readable=False, help="A film that was analysed before; or a list, EDL or OTIO.")
    ],
    after: Annotated[Path, typer.Argument(readable=False, help="Another cut of it, analysed too; or its list.")],
    csv: Annotated[
        Path | None, typer.Option(readable=False, help="Write both films' scenes and every change here.")
    ] = None,
    changes_csv: Annotated[
        Path | None, typer.Option(readable=False, help="Write what became of each scene here, by kind of change.")
    ] = None,
    audience_csv: Annotated[
        Path | None,
        typer.Option(
            readable=False,
            help="Write what the audiences of both showed here; of the last screenings with viewers.",
        ),
    ] = None,
    to: Annotated[ChangesName | None, typer.Option(help=f"Write the list of changes. {_FORMATS}.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(readable=False, help="The file for --to; default: named after both films, in this folder."),
    ] = None,
) -> None:
    """Set the scenes of two analysed cuts beside the same footage, and say what changed."""
    from ...library import Library, outputs

    if out is not None and to is None:
        raise SettingsError(f"--out names {out}, and no format was given.", f"Add --to {', '.join(FORMATS)}.")
    if are_lists(before, after):
        if audience_csv is not None:
            raise SettingsError("Lists have no audiences.", "Leave out --audience-csv.")
        written = _target(before, after, to, out)
        tables = [path for path in (csv, changes_csv, written if to == "csv" else None) if path is not None]
        if len(tables) > 1:
            raise SettingsError("Several files were named for one table.", "Name one.")
        other = None if to in (None, "csv") else written
        compare_two_lists(context, before, after, tables[0] if tables else None, to or "", other)
        return
    library = Library.existing()
    written = _target(before, after, to, out)
    targets = outputs.outputs_for(library, (before, after), csv, changes_csv, audience_csv, written)
    csv_file, changes_file, audience_file, list_file = targets
    context.with_resource(outputs.keep_standard_output_clear(targets))
    earlier, later, shared, changes = load_comparison(before, after)

    from ...compare import comparison_table, display_table, recut_summary
    from ...compare.change_list import change_rows, change_table, kinds_of_scenes, screen_times, summary_sentence
    from ...library.projects import listed_changes
    from ...report import csv_bytes

    listed = listed_changes(library, earlier, later, shared, changes)
    if listed.changes:
        print(summary_sentence(listed, screen_times(earlier, later, listed)))
    print(recut_summary(shared, changes, (listed.left_out, listed.new) if listed.changes else None))
    if changes_file is not None:
        changes_file.write(csv_bytes(change_table(earlier, later, listed)))
    if audience_file is not None:
        _write_audiences(library, (earlier, later), listed, changes, audience_file)
    if to is not None and list_file is not None:
        _write_list(library, (earlier, later), (before, after), shared, changes, listed, to, list_file)
    if csv_file is not None:
        csv_file.write(csv_bytes(comparison_table(earlier, later, changes)))
    if csv_file is not None or list_file is not None:
        return
    rows = change_rows(earlier, later, listed)
    if len(rows):
        print(rows.fillna("–").to_string(index=False))
        print()
    print(display_table(earlier, later, changes, kinds_of_scenes(listed)).fillna("–").to_string(index=False))


def _target(before: Path, after: Path, to: ChangesName | None, out: Path | None) -> Path | None:
    """The file that --to writes."""
    from ...export.changes import file_stem

    if to is None or out is not None:
        return out
    return Path(file_stem((before.name, after.name)) + FORMATS[to].suffix)


def _write_list(
    library: Library, analyses: tuple[Analysis, Analysis], films: tuple[Path, Path], shared: AlignmentMap,
    scenes: tuple[SceneChange, ...], listed: ChangeList, to: ChangesName, file: Output,
) -> None:  # fmt: skip
    """Write the list of changes; an EDL of more events than one holds as several files. Prints where they are."""
    from ...export.changes import ComparedCuts, write

    names = films[0].name, films[1].name
    cuts = ComparedCuts.of(library, shared, scenes, listed, analyses, names)
    write_parts(library, films, file, FORMATS[to].suffix, list(write(to, cuts, file.path.stem).values()))


def _write_audiences(
    library: Library,
    films: tuple[Analysis, Analysis],
    listed: ChangeList,
    scenes: tuple[SceneChange, ...],
    file: Output,
) -> None:
    """Write what the audiences of the last screenings with viewers showed. Raises LibraryError without one."""
    from ...export import (
        audience_comparison_csv,
        matched_scenes,
        of_audience,
        screening_of_film,
        shared_viewers_note,
    )

    ids = [film.observations.media.content_id for film in films]
    first, second = (of_audience(library, film_id) for film_id in ids)
    viewers = [library.viewers(each.id) for film_id in ids if (each := screening_of_film(library, film_id))]
    file.write(audience_comparison_csv(first, second, matched_scenes(listed, scenes)))
    if note := shared_viewers_note(*viewers):
        print(f"Note: {note}")
