"""`python -m emotion_core scenes FILM`: the scenes of an analysed film, printed or corrected."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from ..errors import CorrectionError

if TYPE_CHECKING:
    from ..analysis import Analysis
    from ..corrections import Mark
    from ..library import Operation
    from ..scenes import Scene


def scenes(
    context: typer.Context,
    film: Annotated[Path, typer.Argument(readable=False, help="A film that was analysed before.")],
    merge: Annotated[str | None, typer.Option(help="Scenes to make one of, as 3-5.")] = None,
    split: Annotated[str | None, typer.Option(help="Where a scene begins: a timecode or a frame.")] = None,
    move: Annotated[str | None, typer.Option(help="A scene and where it begins, as 3=01:00:04:12.")] = None,
    rename: Annotated[str | None, typer.Option(help="A scene and its name, as 3=Kitchen.")] = None,
    mark: Annotated[str | None, typer.Option(help="A scene and what it is, as 3=film or “3=not film”.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take back the last step.")] = False,
    redo: Annotated[bool, typer.Option("--redo", help="Do again what was taken back.")] = False,
    csv: Annotated[Path | None, typer.Option(readable=False, help="Write the per-scene report here.")] = None,
) -> None:
    """Show the scenes of FILM as corrected on its page or here, and correct them: one correction at a time."""
    from ..media import check_is_file, content_id

    corrections = {"--merge": merge, "--split": split, "--move": move, "--rename": rename, "--mark": mark}
    requested = {name: text for name, text in corrections.items() if text is not None}
    if len(requested) + undo + redo > 1:
        raise CorrectionError("Several corrections were given.", "Give one at a time: scene numbers shift with each.")
    check_is_file(film)  # before all that is imported to show one
    from ..library import Library, outputs

    library = Library.existing()
    (csv_file,) = targets = outputs.outputs_for(library, (film,), csv)
    context.with_resource(outputs.keep_standard_output_clear(targets))
    film_id = library.film(content_id(film)).id

    from ..jobs import report_edits  # an unknown film is refused before the arrays of an analysis are loaded
    from ..report import scene_csv, scene_text
    from .progress import follow

    analysis = library.analysis(film_id)
    scan = library.newest_scan(film_id)
    assert scan is not None
    backfill: report_edits.Backfill | None = None
    for name, text in requested.items():
        correction = _correction(analysis, name, text)
        backfill = report_edits.correct(library, film_id, correction, f"{name.lstrip('-')} {text}")
    if undo or redo:
        backfill = (report_edits.undo if undo else report_edits.redo)(library, film_id)
        if backfill is None:
            raise CorrectionError(f"There is nothing to {'undo' if undo else 'redo'}.")
    if backfill is not None and backfill.error is not None:
        raise backfill.error
    if backfill is not None and backfill.requested:
        follow(library, scan.id, film.name)
    analysis = library.analysis(film_id)
    for note in analysis.notes:
        print(f"Note: {note}")
    if csv_file is not None:
        csv_file.write(scene_csv(analysis))
        return
    columns = ["scene", "name", "kind", "tc_in", "tc_out", "frame_in", "dominant", "coverage"]
    print(scene_text(analysis, columns))


def _correction(analysis: Analysis, option: str, text: str) -> Operation:
    """The correction that an option asks for, built on the scenes of `analysis`. Raises CorrectionError."""
    from ..library import editing
    from ..media import parse_position

    rows, media = tuple(row.scene for row in analysis.scenes), analysis.observations.media
    if option == "--merge":
        first_number, last_number = (_number(option, part) for part in _parts(option, text, "-"))
        if first_number >= last_number:
            raise CorrectionError(
                f"Scenes {first_number} to {last_number} cannot be merged.", "Name two scenes or more, in order."
            )
        _scene(rows, last_number)
        return editing.merge(*(_scene(rows, number) for number in range(first_number, last_number + 1)))
    if option == "--split":
        frame = parse_position(text, media)
        return editing.split(_scene_with_frame(rows, frame), frame)
    first, value = _parts(option, text, "=")
    scene = _scene(rows, _number(option, first))
    if option == "--move":
        return editing.move(scene, parse_position(value, media))
    if option == "--rename":
        return editing.rename(scene, value)
    return editing.mark(scene, cast("Mark", value.strip()))


def _parts(option: str, text: str, separator: str) -> tuple[str, str]:
    first, sign, rest = text.partition(separator)
    if not sign:
        raise CorrectionError(f"{option} was “{text}”.", f"Write a scene's number, {separator}, and the rest.")
    return first, rest


def _number(option: str, text: str) -> int:
    if not text.strip().isdecimal() or len(text) > 9:
        raise CorrectionError(f"{option} names scene “{text}”.", "Write its number, from 1.")
    return int(text)


def _scene(rows: tuple[Scene, ...], number: int) -> Scene:
    if not 1 <= number <= len(rows):
        raise CorrectionError(f"There is no scene {number}.", f"This film has scenes 1 to {len(rows)}.")
    return rows[number - 1]


def _scene_with_frame(rows: tuple[Scene, ...], frame: int) -> Scene:
    """The scene that contains `frame`. Raises CorrectionError."""
    scene = next((scene for scene in rows if scene.frame_in <= frame < scene.frame_out), None)
    if scene is None:
        raise CorrectionError(f"The film has no frame {frame}.", f"Its frames are 0 to {rows[-1].frame_out - 1}.")
    return scene
