"""`python -m emotion_core screening FILM --viewers FOLDER`: what viewers' faces showed, scene by scene."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ...errors import SettingsError
from ...formatting import count, in_one_line
from ...media import check_is_file
from ...parsing import decode_text
from ..options import CheckpointOption, EngineOption
from . import recordings, tables

if TYPE_CHECKING:  # the help is shown without it
    from ...library import Film, Library
    from ...settings import ScanSettings


def screening(
    context: typer.Context,
    film: Annotated[Path, typer.Argument(readable=False, help="The film that was shown; analysed first if need be.")],
    viewers: Annotated[
        Path,
        typer.Option(
            readable=False, help="A folder with a recording of each viewer; its file name is the viewer's name."
        ),
    ],
    consent: Annotated[
        str,
        typer.Option(
            metavar="TEXT", help="Who confirmed that the viewers were told and agreed; see --notice for what."
        ),
    ] = "",
    notice: Annotated[bool, typer.Option("--notice", help="Print what viewers must be told, and do nothing.")] = False,
    csv: Annotated[Path | None, typer.Option(readable=False, help="Write a row a scene here.")] = None,
    json: Annotated[
        Path | None, typer.Option(readable=False, help="Write all numbers, with viewers and consent, here.")
    ] = None,
    names: Annotated[bool, typer.Option("--names", help="Names of viewers in the JSON; else numbers only.")] = False,
    groups: Annotated[
        Path | None, typer.Option(readable=False, help="A CSV with the column “viewer” and a column a grouping.")
    ] = None,
    ratings: Annotated[
        Path | None, typer.Option(readable=False, help="A CSV of reviews, kept beside the screening.")
    ] = None,
    align: Annotated[
        Literal["sound", "start"] | None,
        typer.Option(
            help="How a recording's time becomes the film's: by the film's sound in it (default for new ones), or both "
            "began together."
        ),
    ] = None,
    offset: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", help="Second of each recording at which the film begins, instead of --align."),
    ] = None,
    seats: Annotated[
        bool, typer.Option("--seats", help="A recording that shows several people is a viewer for each seat.")
    ] = False,
    name: Annotated[str, typer.Option(help="Of the screening; default: the folder's. Said again, it goes on.")] = "",
    checkpoint: CheckpointOption = None,
    engine: EngineOption = "default",
) -> None:
    """Read the faces of a film's viewers off their recordings, and write what the audience showed scene by scene.

    No picture of a viewer is kept. A recording that was read before is not read again.
    """
    if notice:
        from ...audience import notice_text

        print(notice_text("recording"))
        return
    if offset is not None and align is not None:
        raise SettingsError("Both --offset and --align were given.", "Give one: a second, or how it is found.")
    check_is_file(film)
    if not consent.strip():
        raise SettingsError(
            "Nobody confirmed that the viewers were told.",
            "Show them what --notice prints, and say who confirms it: --consent “Told and agreed, K. Weber”.",
        )
    from ...audience import Alignment, check_ratings, consent_to_notice
    from ...expression.checkpoints import locate
    from ...ingest import RECORDING, FilmSounds, recordings_in
    from ...library import Library, outputs

    locate(checkpoint)  # an unknown checkpoint is refused before anything is taken in
    typed = None if offset is None else Alignment(offset, method="typed")
    files = recordings_in(viewers)
    grouped = tables.groups_of(groups, files)
    reviews = "" if ratings is None else decode_text(tables.content_of(ratings))
    if ratings is not None:
        check_ratings(reviews)
    library = Library.open()
    csv_file, json_file = outputs.outputs_for(library, (film, groups, ratings, *files), csv, json)
    context.with_resource(outputs.keep_standard_output_clear((csv_file, json_file)))
    settings = replace(RECORDING, checkpoint=checkpoint, engine=engine)
    shown = _analysed(library, film, settings)
    screening_id = _screening(library, shown, name or viewers.resolve().name)
    told = consent_to_notice("recording", consent)
    in_time = "start" if typed is not None else align
    sounds = FilmSounds(library)
    if in_time == "sound":
        sounds.of(shown.id)  # a film without sound is refused before anything is taken in
    taken = recordings.taken_in(library, screening_id, files, told)
    if in_time != "start":
        taken = recordings.in_time_with(library, shown.id, taken, sounds, all_of_them=in_time == "sound")
    for file, recording in recordings.read_all(library, taken, settings):
        for viewer in (each for each in library.viewers(screening_id) if each.recording == recording):
            if file.stem in grouped:
                library.set_viewer_groups(viewer.id, grouped[file.stem])
            if typed is not None or align == "start":
                library.set_viewer_alignment(viewer.id, typed or Alignment())
            if seats:
                recordings.split(library, library.viewer(viewer.id))
    if ratings is not None:
        tables.keep_ratings(library, screening_id, ratings.name, reviews)
    _write(library, screening_id, csv_file, json_file, names=names)


def _analysed(library: Library, file: Path, settings: ScanSettings) -> Film:
    """The film, analysed; with the settings of its page if it is new."""
    from ...ingest import begin_film
    from ...settings import ScanSettings as Settings
    from ...storage import Configuration
    from ..progress import add_film, follow

    film = add_film(library, file)
    if library.newest_scan(film.id) is None:
        pictures = Configuration.load(library.home).keep_pictures
        wanted = Settings(checkpoint=settings.checkpoint, engine=settings.engine, keep_pictures=pictures)
        follow(library, begin_film(library, film, wanted, browser_copy=False), film.name)
    return film


def _screening(library: Library, film: Film, name: str) -> str:
    """The id of the film's screening of this name; it is added if there is none."""
    from ...library.screenings import names

    for each in library.screenings(film.id):
        if names.key(each.name) == names.key(name):
            return each.id
    return library.add_screening(film.id, name).id


def _write(library: Library, screening_id: str, csv_file: object, json_file: object, *, names: bool) -> None:
    from ...export import FORMATS, ScreenedFilm
    from ...library import numbers_of_screening
    from ...library.outputs import Output

    numbers = numbers_of_screening(library, screening_id)
    summary, screening = numbers.summary, library.screening(screening_id)
    screened = ScreenedFilm.of(library, screening, names=names, numbers=lambda: numbers)
    for output, form in ((csv_file, "audience-csv"), (json_file, "audience-json")):
        if isinstance(output, Output):
            output.write(FORMATS[form].write_audience(screened))
    print(
        f"{in_one_line(screening.name)}: {count(len(summary.viewers), 'viewer')}, "
        f"{count(len(summary.scenes), 'scene')}; expressions that faces show, never what anyone felt"
    )
    for viewer in summary.viewers:
        print(f"Viewer {viewer.number}: {in_one_line(viewer.name)}")
    for note in (*numbers.notes, *numbers.named_notes):
        print(f"Note: {in_one_line(note)}")
