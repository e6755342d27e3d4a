"""`python -m emotion_core faces FILM`: the faces of a film, track by track, and corrections of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...errors import CorrectionError, SettingsError
from ...face_corrections import without_corrections
from ...formatting import in_one_line
from ...settings import FacesWeigh
from .text_columns import print_columns

if TYPE_CHECKING:
    from ...analysis import Analysis
    from ...report import ListedCorrection


def faces(
    context: typer.Context,
    film: Annotated[Path, typer.Argument(readable=False, help="A film that was analysed before.")],
    leave_out: Annotated[
        str | None, typer.Option(metavar="FACE", help="The track of this face does not count: a poster, not a person.")
    ] = None,
    count: Annotated[str | None, typer.Option(metavar="FACE", help="It counts again.")] = None,
    name: Annotated[
        str | None, typer.Option(metavar="FACE=NAME", help="Whose the track of this face is; without a name, nobody's.")
    ] = None,
    join: Annotated[
        str | None, typer.Option(metavar="FACE=FACE", help="The tracks of two faces of a shot are one person's.")
    ] = None,
    split: Annotated[str | None, typer.Option(metavar="FACE", help="A new track begins at this face.")] = None,
    remove: Annotated[
        int | None, typer.Option(min=1, metavar="NUMBER", help="Take back this correction, as listed; later ones stay.")
    ] = None,
    weigh: Annotated[
        FacesWeigh | None, typer.Option(help="What a scene's shares are a mean of; see how to read the report.")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take back the last step, of faces or scenes.")] = False,
    redo: Annotated[bool, typer.Option("--redo", help="Do again what was taken back.")] = False,
    scene: Annotated[int | None, typer.Option(min=1, help="List the faces of this scene alone.")] = None,
) -> None:
    """List the faces of FILM, which was analysed before, by track, and correct them: one correction at a time.

    A track is one person's faces within a shot. FACE is FRAME,X,Y as listed: the frame of a face, or its timecode, and
    the face's middle in shares of the picture from the left and the top.
    """
    from ...media import check_is_file, content_id

    asked = {"--leave-out": leave_out, "--count": count, "--name": name, "--join": join, "--split": split}
    requested = {option: text for option, text in asked.items() if text is not None}
    if len(requested) + (weigh is not None) + (remove is not None) + undo + redo > 1:
        raise CorrectionError("Several corrections were given.", "Give one at a time.")
    check_is_file(film)
    from ...library import Library

    library = Library.existing()
    film_id = library.film(content_id(film)).id
    from ...jobs import report_edits
    from ..progress import follow
    from .face_requests import correction

    analysis = library.analysis(film_id)
    _check_scene(analysis, scene)
    for option, text in requested.items():
        report_edits.correct_faces(library, film_id, *correction(option, text, analysis.observations.media))
    if remove is not None:
        entry = _listed(analysis, remove)
        gone = entry.corrections
        report_edits.correct_faces(
            library, film_id, lambda now, *_: without_corrections(now, gone), f"without “{entry.text}”"
        )
    backfill: report_edits.Backfill | None = None
    if weigh is not None:
        now = library.report_settings(film_id)
        wanted = replace(now, faces_weigh=weigh)
        backfill = report_edits.save_settings(library, film_id, now, wanted, f"shares are a mean of {weigh}")
    if undo or redo:
        backfill = (report_edits.undo if undo else report_edits.redo)(library, film_id)
        if backfill is None:
            raise CorrectionError(f"There is nothing to {'undo' if undo else 'redo'}.")
    if backfill is not None and backfill.error is not None:
        raise backfill.error
    scan = library.newest_scan(film_id)
    if backfill is not None and backfill.requested and scan is not None:
        follow(library, scan.id, film.name)
    _print(library.analysis(film_id), scene)


def _check_scene(analysis: Analysis, scene: int | None) -> None:
    if scene is not None and scene > len(analysis.scenes):
        raise SettingsError(f"There is no scene {scene}.", f"This film has scenes 1 to {len(analysis.scenes)}.")


def _listed(analysis: Analysis, number: int) -> ListedCorrection:
    """The correction that the list gives this number. Raises CorrectionError."""
    from ...report import listed_corrections

    entries = listed_corrections(analysis)
    if number > len(entries):
        there = f"Its list goes from 1 to {len(entries)}." if entries else "No face of this film was corrected."
        raise CorrectionError(f"There is no correction {number}.", there)
    return entries[number - 1]


def _print(analysis: Analysis, scene: int | None) -> None:
    """A line a track, by its first face, then the corrections, and what shares are a mean of."""
    from ...analysis import tracks_in
    from ...media import timecode_at
    from ...report import listed_corrections

    observations = analysis.observations
    rows = []
    scenes = iter(analysis.scenes)
    row = next(scenes, None)
    for track in tracks_in(analysis):
        while row is not None and row.scene.frame_out <= track.anchor.frame:
            row = next(scenes, None)
        if row is None or scene not in (None, row.scene.number):
            continue
        frame, x, y = track.anchor
        at = timecode_at(observations.media, observations.seconds_at(frame))
        state = "left out" if track.left_out else in_one_line(track.name or "")
        rows.append((str(row.scene.number), at, f"{frame},{x:g},{y:g}", str(len(track.faces)), state))
    if rows:
        print_columns(("scene", "from", "face", "faces", "who"), rows)
    else:
        print("No face was found in this film." if scene is None else "No face was found in this scene.")
    for number, entry in enumerate(listed_corrections(analysis), start=1):
        print(f"Correction {number}: {in_one_line(entry.text)}")
    if analysis.report_settings.faces_weigh != "faces":
        print(f"A scene's shares are a mean of its {analysis.report_settings.faces_weigh}, not its faces.")
