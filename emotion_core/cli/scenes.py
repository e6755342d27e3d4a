"""`python -m emotion_core scenes FILM`: the scenes of an analysed film, and one correction of them at a time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from ..errors import CorrectionError
from .progress import follow

if TYPE_CHECKING:
    from ..analysis.records import Analysis
    from ..corrections import Mark
    from ..library.editing import Verb
    from ..scenes.scenes import Scene


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
    from ..jobs import scans
    from ..library import editing, outputs
    from ..library.library import Library
    from ..media.media import content_id
    from ..report import csv_file as csv_report, table

    asked = {"--merge": merge, "--split": split, "--move": move, "--rename": rename, "--mark": mark}
    given = {name: text for name, text in asked.items() if text is not None}
    if len(given) + undo + redo > 1:
        raise CorrectionError("Several corrections were given.", "Give one at a time: scene numbers shift with each.")
    library = Library.existing()
    (csv_file,) = made = outputs.asked_for(library, (film,), csv)
    context.with_resource(outputs.clear_of(made))
    film_id = library.film(content_id(film)).id
    analysis = library.analysis(film_id)
    scan = library.scan_of(film_id)
    assert scan is not None
    for name, text in given.items():
        editing.correct(library, film_id, _asked(analysis, name, text), f"{name.lstrip('-')} {text}")
    if (undo and not library.undo(film_id)) or (redo and not library.redo(film_id)):
        raise CorrectionError(f"There is nothing to {'undo' if undo else 'redo'}.")
    if (given or undo or redo) and scans.top_up(library, scan.id, library.report_settings(film_id)):
        follow(library, scan.id, film.name)
    analysis = library.analysis(film_id)
    for note in analysis.notes:
        print(f"Note: {note}")
    if csv_file is not None:
        csv_file.write(csv_report.csv(table.table(analysis)))
        return
    shown = table.table(analysis)[["scene", "name", "kind", "tc_in", "tc_out", "frame_in", "dominant", "coverage"]]
    print(shown.to_string(index=False, na_rep="–"))


def _asked(analysis: Analysis, option: str, text: str) -> Verb:
    """The correction, about the scenes as they are in `analysis`."""
    from ..library import editing
    from ..media.positions import frame_of

    rows, media = tuple(row.scene for row in analysis.scenes), analysis.observations.media
    if option == "--merge":
        one, other = (_number(option, part) for part in _parts(option, text, "-"))
        if one >= other:
            raise CorrectionError(f"Scenes {one} to {other} cannot be merged.", "Name two scenes or more, in order.")
        _scene(rows, other)
        return editing.merge(*(_scene(rows, number) for number in range(one, other + 1)))
    if option == "--split":
        frame = frame_of(text, media)
        return editing.split(_around(rows, frame), frame)
    first, value = _parts(option, text, "=")
    scene = _scene(rows, _number(option, first))
    if option == "--move":
        return editing.move(scene, frame_of(value, media))
    if option == "--rename":
        return editing.rename(scene, value)
    return editing.mark(scene, cast("Mark", value.strip()))


def _parts(option: str, text: str, between: str) -> tuple[str, str]:
    first, sign, rest = text.partition(between)
    if not sign:
        raise CorrectionError(f"{option} was “{text}”.", f"Write a scene's number, {between}, and the rest.")
    return first, rest


def _number(option: str, text: str) -> int:
    if not text.strip().isdecimal() or len(text) > 9:
        raise CorrectionError(f"{option} names scene “{text}”.", "Write its number, from 1.")
    return int(text)


def _scene(rows: tuple[Scene, ...], number: int) -> Scene:
    if not 1 <= number <= len(rows):
        raise CorrectionError(f"There is no scene {number}.", f"This film has scenes 1 to {len(rows)}.")
    return rows[number - 1]


def _around(rows: tuple[Scene, ...], frame: int) -> Scene:
    """The scene with this frame."""
    scene = next((scene for scene in rows if scene.frame_in <= frame < scene.frame_out), None)
    if scene is None:
        raise CorrectionError(f"The film has no frame {frame}.", f"Its frames are 0 to {rows[-1].frame_out - 1}.")
    return scene
