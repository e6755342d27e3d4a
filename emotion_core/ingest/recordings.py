"""Recordings of viewers: taken in, scanned like films, and listed as none."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ..errors import EmotionError, SettingsError
from ..jobs import scans
from ..library import Film, Library
from ..library.screenings import names
from ..settings import ScanSettings
from ..storage import short_path
from .allowed_folders import SUFFIXES
from .begin import begin_film, expect_film

if TYPE_CHECKING:
    from ..audience import Alignment, Consent, Viewer

RECORDING = ScanSettings(keep_pictures=False, min_scene_samples=0)
"""How a recording is scanned unless more is asked for: no picture of a viewer is kept, and scenes do not matter."""
MOST_RECORDINGS = 1000
"""Most recordings in a folder."""


def add_recording(
    library: Library,
    screening_id: str,
    source: Path | BinaryIO,
    *,
    consent: Consent,
    name: str = "",
    file_name: str = "",
    groups: Mapping[str, str] | None = None,
    alignment: Alignment | None = None,
    settings: ScanSettings = RECORDING,
    known: bool = False,
    begin: bool = True,
) -> Viewer:
    """Take a recording in as a viewer of a screening, and request its scan unless not `begin`.

    A path is read where it lies; of a stream the library keeps the bytes, under the name `file_name`. Without a `name`
    the viewer gets the file's. With `known` a recording that is a viewer of the screening already is that viewer, who
    stays as they are; else it is refused. Raises EmotionError; a recording that was new is then gone again. A scan that
    cannot begin raises too, and the viewer stays: `begin_recording` can be called again.
    """
    library.screening(screening_id)
    if isinstance(source, Path):
        expect_film(library, source)
        recording, file_name = library.refer_to(source, "recording"), source.name
    else:
        recording = library.add_film(source, file_name or "recording", "recording")
    for viewer in library.viewers(screening_id) if known else ():
        if viewer.recording == recording.id:
            if begin:
                begin_recording(library, recording, settings)
            return viewer
    try:
        viewer = library.add_recorded_viewer(
            screening_id,
            recording.id,
            consent=consent,
            name=name,
            groups=groups,
            alignment=alignment,
            file_name=file_name,  # the library may know the same bytes by another one
        )
    except EmotionError:
        delete_if_unneeded(library, recording)
        raise
    _forget_people(library, recording)
    if begin:
        begin_recording(library, recording, settings)
    return viewer


def delete_if_unneeded(library: Library, recording: Film) -> None:
    """Delete a recording that could not become a viewer, unless it is another viewer's or a film of its own."""
    if recording.role == "recording" and not library.viewers_of_recording(recording.id):
        scans.delete_film(library, recording.id)


def begin_recording(library: Library, recording: Film, settings: ScanSettings = RECORDING) -> str:
    """Request the scan of a recording, and return the scan's id at once.

    A film that is a recording besides keeps the scan that it has, without what tells its people apart.
    """
    _forget_people(library, recording)
    return begin_film(library, recording, settings, only_new=recording.role == "film", browser_copy=False)


def _forget_people(library: Library, recording: Film) -> None:
    """Delete what tells the people of a film apart that is a recording now, and what its sound is compared by: of
    viewers neither is ever kept. A scan that would keep either is ended; it can go on.
    """
    stored = [(scan.settings.people, library.store(scan.id)) for scan in library.scans(recording.id)]
    latest = scans.latest(library, recording.id) if recording.role == "film" else None
    keeps_sound = latest is not None and latest[1].active
    if keeps_sound or any(people or store.tells_people_apart for people, store in stored):
        scans.forget_people(library, recording.id)
    library.forget_sound(recording.id)


def recordings_in(folder: Path) -> list[Path]:
    """The films in a folder, by name; those in folders below it and hidden files are none. Raises SettingsError."""
    try:
        with os.scandir(folder) as entries:
            entry_names = sorted(entry.name for entry in entries if entry.is_file() and not entry.name.startswith("."))
    except OSError as error:
        raise SettingsError(
            f"The folder of recordings {short_path(folder)} cannot be read: {os.strerror(error.errno or 0)}.",
            "Name a folder that holds a film of each viewer.",
        ) from error
    found = [folder / name for name in entry_names if Path(name).suffix.lower() in SUFFIXES]
    if not found:
        raise SettingsError(
            f"The folder {short_path(folder)} holds no recording.",
            f"It needs a film of each viewer, ending in {', '.join(SUFFIXES[:4])} or the like.",
        )
    if len(found) > MOST_RECORDINGS:
        raise SettingsError(f"The folder has {len(found)} films.", f"At most {MOST_RECORDINGS} can be viewers.")
    _check_names(found)
    return found


def _check_names(files: list[Path]) -> None:
    """Raise SettingsError for two files that would be viewers of one name."""
    seen: dict[str, Path] = {}
    for file in files:
        other = seen.setdefault(names.key(file.stem), file)
        if other != file:
            raise SettingsError(f"{other.name} and {file.name} are two viewers of one name.", "Rename one of them.")
