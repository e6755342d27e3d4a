"""The recordings of the command `screening`: taken in, brought into the film's time, and read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ...console import terminal
from ...errors import EmotionError, ScanCancelled, SettingsError
from ...formatting import in_one_line

if TYPE_CHECKING:
    from ...audience import Consent, Viewer
    from ...ingest import FilmSounds
    from ...library import Library
    from ...settings import ScanSettings


@dataclass(frozen=True, slots=True)
class Taken:
    """A recording that is a viewer of the screening."""

    file: Path
    viewer_id: str
    recording: str
    is_new: bool
    """Whether it was no viewer before."""
    to_align: bool
    """Whether nothing is known yet of how it is in time with the film."""


def taken_in(library: Library, screening_id: str, files: list[Path], consent: Consent) -> list[Taken]:
    """The recordings as viewers; none is read yet. One that cannot be a viewer is told of and left out."""
    from ...ingest import add_recording
    from ...jobs import scans

    taken: dict[str, Taken] = {}
    before = set(library.viewer_ids(screening_id))
    for file in files:
        try:
            viewer = add_recording(library, screening_id, file, consent=consent, known=True, begin=False)
        except EmotionError as error:
            tell(f"{file.name} was left out: {error}")
            continue
        assert viewer.recording is not None
        if viewer.recording in taken:
            same = taken[viewer.recording].file.name
            tell(f"{file.name} was left out: it holds the same bytes as {same}, and is the same viewer.")
            continue
        is_new, is_read = viewer.id not in before, scans.latest(library, viewer.recording) is not None
        to_align = is_new or (viewer.alignment.method == "start" and not is_read)  # a run before this was interrupted
        taken[viewer.recording] = Taken(file, viewer.id, viewer.recording, is_new, to_align)
    return list(taken.values())


def in_time_with(
    library: Library, film_id: str, taken: list[Taken], sounds: FilmSounds, *, all_of_them: bool
) -> list[Taken]:
    """Those of the recordings that are in time with the film: by its sound, the new ones or all of them.

    One in which the film is not heard is told of; a new one is removed again, another stays as it was.
    """
    from ...ingest import align_viewer_by_sound
    from ...jobs import scans

    in_time = []
    for each in taken:
        try:
            if each.to_align or all_of_them:
                align_viewer_by_sound(library, each.viewer_id, sounds.of(film_id))
        except EmotionError as error:
            if sounds.is_silent(film_id):
                tell(f"{error.problem} Recordings are taken to begin together with it; else give --offset SECONDS.")
                return taken
            done = "was left out" if each.is_new else "stays in time as it was"
            tell(f"{each.file.name} {done}: {error} Or give --offset SECONDS, or --align start.")
            if each.is_new:
                scans.delete_viewer(library, each.viewer_id)
                continue
        in_time.append(each)
    return in_time


def read_all(library: Library, taken: list[Taken], settings: ScanSettings) -> list[tuple[Path, str]]:
    """The recordings with their film ids, each read. One that cannot be read is told of and left out."""
    from ...ingest import begin_recording
    from ...jobs import scans
    from ..progress import follow

    begun, read = [], []
    for each in taken:
        try:
            begin_recording(library, library.film(each.recording), settings)
            begun.append(each)
        except EmotionError as error:
            tell(f"{each.file.name} could not be read: {error}")
    for each in begun:
        try:
            if (latest := scans.latest(library, each.recording)) is not None:
                follow(library, latest[0], each.file.name)
            read.append((each.file, each.recording))
        except ScanCancelled:
            raise
        except EmotionError as error:
            tell(f"{each.file.name} could not be read: {error}")
    if not read:
        raise SettingsError("No recording could be read.", "See above what is wrong with each.")
    return read


def split(library: Library, viewer: Viewer) -> None:
    """A viewer for each seat of a room's recording; one person stays one viewer."""
    from ...library import seats_of_recording, split_into_seats

    if viewer.seat is None and len(seats_of_recording(library, viewer)) > 1:
        split_into_seats(library, viewer.id)


def tell(text: str) -> None:
    print(f"Note: {in_one_line(text)}", file=terminal.error_output())
