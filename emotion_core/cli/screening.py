"""`python -m emotion_core screening FILM --viewers FOLDER`: what viewers' faces showed, scene by scene."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ..console import terminal
from ..errors import EmotionError, NoSound, ScanCancelled, SettingsError
from ..formatting import count, in_one_line
from ..media import check_is_file
from ..parsing import decode_text
from .options import CheckpointOption, EngineOption

if TYPE_CHECKING:  # the help is shown without it
    from ..audience import Consent, Viewer
    from ..decoding import BandEnergies
    from ..library import Film, Library
    from ..settings import ScanSettings


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
        from ..audience import notice_text

        print(notice_text("recording"))
        return
    check_is_file(film)
    if not consent.strip():
        raise SettingsError(
            "Nobody confirmed that the viewers were told.",
            "Show them what --notice prints, and say who confirms it: --consent “Told and agreed, K. Weber”.",
        )
    from ..audience import Alignment, check_ratings, consent_to_notice
    from ..expression.checkpoints import locate
    from ..ingest import RECORDING, recordings_in
    from ..library import Library, outputs

    locate(checkpoint)  # an unknown checkpoint is refused before anything is taken in
    typed = None if offset is None else Alignment(offset, method="typed")
    files = recordings_in(viewers)
    grouped = _groups(groups, files)
    reviews = "" if ratings is None else decode_text(_bytes(ratings))
    if ratings is not None:
        check_ratings(reviews)
    library = Library.open()
    csv_file, json_file = outputs.outputs_for(library, (film, groups, ratings, *files), csv, json)
    context.with_resource(outputs.keep_standard_output_clear((csv_file, json_file)))
    settings = replace(RECORDING, checkpoint=checkpoint, engine=engine)
    shown = _analysed(library, film, settings)
    screening_id = _screening(library, shown, name or viewers.resolve().name)
    told = consent_to_notice("recording", consent)
    by_sound = None
    if typed is None and align != "start":
        by_sound = _FilmSound(library, shown, needed=align == "sound")
    read = _read(library, screening_id, files, told, settings, by_sound)
    for file, recording in read:
        for viewer in (each for each in library.viewers(screening_id) if each.recording == recording):
            if file.stem in grouped:
                library.set_viewer_groups(viewer.id, grouped[file.stem])
            if typed is not None or align == "start":
                library.set_viewer_alignment(viewer.id, typed or Alignment())
            if seats:
                _split(library, library.viewer(viewer.id))
    if ratings is not None:
        _keep_ratings(library, screening_id, ratings.name, reviews)
    _write(library, screening_id, csv_file, json_file, names=names)


def _groups(file: Path | None, files: list[Path]) -> dict[str, dict[str, str]]:
    """The groups in `file` by viewers' names as the library has them; refused before anything is read."""
    from ..audience import groups_of_viewers, read_groups

    if file is None:
        return {}
    return groups_of_viewers(read_groups(_bytes(file)), [each.stem for each in files])


def _bytes(file: Path) -> bytes:
    from ..storage import short_path

    try:
        return file.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"{short_path(file)} cannot be read: {error.strerror}.", "Check the path and its permissions."
        ) from error


def _keep_ratings(library: Library, screening_id: str, file_name: str, text: str) -> None:
    """Keep the reviews if they are some of this screening's viewers and scenes; else those before stay, with a note."""
    from ..audience import read_ratings, spans_of

    scenes = spans_of(library.analysis(library.screening(screening_id).film_id).scenes)
    try:
        read_ratings(text, library.viewers(screening_id), scenes)
    except SettingsError as error:
        _tell(f"{file_name} was left out: {error}")
        return
    library.set_ratings(screening_id, file_name, text, scenes)


def _analysed(library: Library, file: Path, settings: ScanSettings) -> Film:
    """The film, analysed; with the settings of its page if it is new."""
    from ..ingest import begin_film
    from ..settings import ScanSettings as Settings
    from ..storage import Configuration
    from .progress import add_film, follow

    film = add_film(library, file)
    if library.newest_scan(film.id) is None:
        pictures = Configuration.load(library.home).keep_pictures
        wanted = Settings(checkpoint=settings.checkpoint, engine=settings.engine, keep_pictures=pictures)
        follow(library, begin_film(library, film, wanted, browser_copy=False), film.name)
    return film


def _screening(library: Library, film: Film, name: str) -> str:
    """The id of the film's screening of this name; it is added if there is none."""
    from ..library.screenings import names

    for each in library.screenings(film.id):
        if names.key(each.name) == names.key(name):
            return each.id
    return library.add_screening(film.id, name).id


def _read(
    library: Library,
    screening_id: str,
    files: list[Path],
    consent: Consent,
    settings: ScanSettings,
    film_sound: _FilmSound | None,
) -> list[tuple[Path, str]]:
    """These recordings with their film ids, each read. One that cannot be a viewer is told of and left out.

    With `film_sound` new recordings are aligned by it, and all if it is needed; a new one in which it is not heard is
    left out.
    """
    from ..ingest import add_recording, align_viewer_by_sound
    from ..jobs import scans
    from .progress import follow

    added: dict[str, Path] = {}
    before = set(library.viewer_ids(screening_id))
    for file in files:
        try:
            viewer = add_recording(library, screening_id, file, consent=consent, settings=settings, known=True)
        except EmotionError as error:
            _tell(f"{file.name} was left out: {error}")
            continue
        assert viewer.recording is not None
        if viewer.recording in added:
            same = added[viewer.recording].name
            _tell(f"{file.name} was left out: it holds the same bytes as {same}, and is the same viewer.")
            continue
        try:
            is_wanted = film_sound is not None and (film_sound.needed or viewer.id not in before)
            if film_sound is not None and is_wanted and (sound := film_sound.read()) is not None:
                align_viewer_by_sound(library, viewer.id, sound)
        except EmotionError as error:
            _tell(f"{file.name} was left out: {error} Or give --offset SECONDS, or --align start.")
            if viewer.id not in before:
                scans.delete_viewer(library, viewer.id)
            continue
        added[viewer.recording] = file
    read = []
    for recording, file in added.items():
        try:
            if (latest := scans.latest(library, recording)) is not None:
                follow(library, latest[0], file.name)
            read.append((file, recording))
        except ScanCancelled:
            raise
        except EmotionError as error:
            _tell(f"{file.name} could not be read: {error}")
    if not read:
        raise SettingsError("No recording could be read.", "See above what is wrong with each.")
    return read


class _FilmSound:
    """The film's sound, read when it is first asked for."""

    def __init__(self, library: Library, film: Film, *, needed: bool) -> None:
        """Raises NoSound if the film has none and it is `needed`."""
        self.needed = needed
        self._library, self._film = library, film
        self._sound: BandEnergies | None = None
        self._is_read = False
        if needed:
            self.read()

    def read(self) -> BandEnergies | None:
        """The sound; None, with a note, if the film has none."""
        from ..ingest import sound_of

        if not self._is_read:
            self._is_read = True
            try:
                self._sound = sound_of(self._library, self._film.id)
            except NoSound as error:
                if self.needed:
                    raise
                _tell(f"{error.problem} Recordings are taken to begin together with it; else give --offset SECONDS.")
        return self._sound


def _split(library: Library, viewer: Viewer) -> None:
    """A viewer for each seat of a room's recording; one person stays one viewer."""
    from ..library import seats_of_recording, split_into_seats

    if viewer.seat is None and len(seats_of_recording(library, viewer)) > 1:
        split_into_seats(library, viewer.id)


def _write(library: Library, screening_id: str, csv_file: object, json_file: object, *, names: bool) -> None:
    from ..export import FORMATS, ScreenedFilm
    from ..library import numbers_of_screening
    from ..library.outputs import Output

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


def _tell(text: str) -> None:
    print(f"Note: {in_one_line(text)}", file=terminal.error_output())
