"""`python -m emotion_core notes FILM` and `targets FILM`: what an editor writes about a film and its scenes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import CorrectionError
from ..formatting import in_one_line
from .options import list_content

if TYPE_CHECKING:
    from ..analysis import Analysis
    from ..annotations import Target
    from ..library import Library
    from ..scenes import Scene
    from ..scenes.annotating import Operation

_STEPS = {
    "--add": "note",
    "--scene": "note on a scene",
    "--change": "another text of a note",
    "--remove": "removal of a note",
}
"""Names of the steps in the history, by option."""
_FilmArgument = Annotated[Path, typer.Argument(readable=False, help="A film that was analysed before.")]


def notes(
    film: _FilmArgument,
    add: Annotated[
        str | None, typer.Option(help="Where, a timecode or a frame, and the note, as “01:00:04:12=Look again”.")
    ] = None,
    scene: Annotated[str | None, typer.Option(help="A scene and a note about all of it, as “3=Slow”.")] = None,
    change: Annotated[
        str | None, typer.Option(help="A note's number in the list and its new text, as “2=Cut”.")
    ] = None,
    remove: Annotated[
        int | None, typer.Option(metavar="N", help="The number, in the list, of a note to remove.")
    ] = None,
) -> None:
    """List your notes on FILM, which was analysed before, and add, change or remove one."""
    requested = {"--add": add, "--scene": scene, "--change": change, "--remove": remove}
    requested = {name: value for name, value in requested.items() if value is not None}
    if len(requested) > 1:
        raise CorrectionError("Several changes were asked for.", "Ask for one at a time: numbers of notes shift.")
    library, film_id = _analysed(film)
    from ..analysis import placed_notes
    from ..jobs import report_edits
    from ..report import annotation_wording

    analysis = library.analysis(film_id)
    for name, value in requested.items():
        report_edits.annotate(library, film_id, _note_operation(analysis, name, str(value)), _STEPS[name])
        analysis = library.analysis(film_id)
    rows = [
        (
            str(number),
            annotation_wording.note_timecode(analysis, note),
            f"scene {note.row.scene.number}" if note.of_scene else str(note.frame),
            in_one_line(note.note.text),
        )
        for number, note in enumerate(placed_notes(analysis), start=1)
    ]
    _print_table(("note", "timecode", "frame", "text"), rows, "There are no notes.")


def targets(
    context: typer.Context,
    film: _FilmArgument,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="Scenes and what they are to show: an expression, an intensity from 0 to 1, or both, as “3=sad”, "
            "“3-5=0.6” or “3=sad,0.6”; may be said several times.",
        ),
    ] = None,
    clear: Annotated[
        list[str] | None, typer.Option(help="Scenes whose target is removed, as 3 or 3-5; may be said several times.")
    ] = None,
    read: Annotated[
        Path | None,
        typer.Option(
            "--from", readable=False,
            help="A table of scenes (CSV) with the columns frame_in, tc_in or scene, and target or target_intensity.",
        ),
    ] = None,
    csv: Annotated[
        Path | None, typer.Option(readable=False, help="Write the per-scene report here, with its target columns.")
    ] = None,
) -> None:  # fmt: skip
    """Show how far the scenes of FILM, which was analysed before, are from their targets, worst first; set them."""
    from ..library import outputs

    library, film_id = _analysed(film)
    (csv_file,) = chosen = outputs.outputs_for(library, (film, read), csv)
    context.with_resource(outputs.keep_standard_output_clear(chosen))
    from ..analysis import deviations, ranked
    from ..jobs import report_edits
    from ..report import annotation_wording, scene_csv

    analysis = library.analysis(film_id)
    wanted = _wanted(analysis, set_ or (), clear or (), read)
    if wanted:
        from ..scenes import annotating

        displayed = analysis.report_settings.annotations.targets
        operation = annotating.set_targets(displayed, wanted, analysis.labels)
        report_edits.annotate(library, film_id, operation, f"targets of {len(wanted)} scenes")
        analysis = library.analysis(film_id)
    if csv_file is not None:
        csv_file.write(scene_csv(analysis))
        return
    rows = [
        (
            str(each.row.scene.number),
            annotation_wording.target_text(each.target),
            annotation_wording.deviation_text(analysis, each),
            annotation_wording.reading_text(each, analysis.labels),
        )
        for each in ranked(deviations(analysis))
    ]
    _print_table(("scene", "target", "result", "read"), rows, "No scene has a target.")
    if waiting := annotation_wording.waiting_text(analysis):
        print(f"Note: {waiting}")


def _analysed(film: Path) -> tuple[Library, str]:
    from ..media import check_is_file, content_id

    check_is_file(film)  # before the library is opened
    from ..library import Library

    library = Library.existing()
    return library, library.film(content_id(film)).id


def _note_operation(analysis: Analysis, option: str, text: str) -> Operation:
    from ..analysis import placed_notes
    from ..media import parse_position
    from ..scenes import annotating

    if option == "--add":
        position, words = _parts(option, text)
        return annotating.add_note(parse_position(position, analysis.observations.media), words)
    if option == "--scene":
        number, words = _parts(option, text)
        (scene,) = _scenes(analysis, option, number)
        return annotating.add_scene_note(scene, words)
    number, words = _parts(option, text) if option == "--change" else (text, "")
    listed = placed_notes(analysis)
    if not number.strip().isdecimal() or len(number) > 9 or not 1 <= int(number) <= len(listed):
        raise CorrectionError(f"There is no note {number}.", f"The list has {len(listed)}.")
    note = listed[int(number) - 1].note
    return annotating.change_note(note, words) if option == "--change" else annotating.remove_note(note)


def _wanted(
    analysis: Analysis, settings: Sequence[str], cleared: Sequence[str], table: Path | None
) -> tuple[Target, ...]:
    """The targets that the options ask for, as they are to be. Raises CorrectionError."""
    from ..annotations import Target
    from ..interchange.target_list import parse_intensity, read_targets

    wanted = {} if table is None else {target.scene: target for target in read_targets(list_content(table), analysis)}
    now = analysis.report_settings.annotations.by_scene
    for text in settings:
        numbers, values = _parts("--set", text)
        is_number = values.strip()[:1].isdecimal()
        expression, _, number = ("", "", values) if is_number else values.partition(",")
        intensity = parse_intensity(number, "--set")
        for scene in _scenes(analysis, "--set", numbers):
            before = wanted.get(scene.id, now.get(scene.id, Target(scene.id)))
            wanted[scene.id] = Target(
                scene.id, expression.strip() or before.expression, before.intensity if intensity is None else intensity
            )
    for numbers in cleared:
        wanted |= {scene.id: Target(scene.id) for scene in _scenes(analysis, "--clear", numbers)}
    return tuple(wanted.values())


def _parts(option: str, text: str) -> tuple[str, str]:
    first, sign, rest = text.partition("=")
    if not sign or not rest.strip():
        raise CorrectionError(f"{option} was “{text}”.", "Write what it is about, =, and the rest.")
    return first, rest


def _scenes(analysis: Analysis, option: str, text: str) -> list[Scene]:
    """The scenes of “3” or “3-5”. Raises CorrectionError."""
    first, sign, last = text.strip().partition("-")
    ends = [first.strip(), (last if sign else first).strip()]
    if not all(end.isdecimal() and len(end) < 10 for end in ends):
        raise CorrectionError(f"{option} names the scenes “{text}”.", "Write a number from 1, or two as 3-5.")
    low, high = map(int, ends)
    if not 1 <= low <= high <= len(analysis.scenes):
        raise CorrectionError(f"There are no scenes {text}.", f"This film has scenes 1 to {len(analysis.scenes)}.")
    return [row.scene for row in analysis.scenes[low - 1 : high]]


def _print_table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]], empty: str) -> None:
    if not rows:
        print(empty)
        return
    widths = [max(len(row[place]) for row in [heads, *rows]) for place in range(len(heads))]
    for row in [heads, *rows]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
