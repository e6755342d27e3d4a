"""The reactions of a library's viewers, and the seats of its recordings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ... import audience
from ...errors import LibraryError, ScanError, SettingsError
from ...expression.checkpoints import calibration
from ...settings import digest
from ...storage import Home
from . import names

if TYPE_CHECKING:
    from ...audience import Reactions, RecordingFaces, Seat, Viewer
    from ..library import Library


def film_seconds(library: Library, film_id: str) -> float:
    """Length of a film in seconds, as its newest scan measured it; before the first as its file says."""
    scan = library.newest_scan(film_id)
    media = None if scan is None else library.store(scan.id).media
    return float((media or library.film(film_id).media).duration)


def reactions_of_viewer(library: Library, viewer: Viewer) -> Reactions:
    """What a viewer's face showed in the film's time. Raises LibraryError, also while the recording has no scan."""
    duration = film_seconds(library, library.screening(viewer.screening_id).film_id)
    if viewer.kind != "recording":
        return audience.reactions_of_readings(library.viewer_readings(viewer.id), duration)
    faces = _faces(library, viewer)
    temperature = calibration.resolve_temperature(
        library.report_settings(viewer.recording or "").temperature, faces.checkpoint, library.home
    )
    return audience.reactions_of_faces(faces, temperature.scaling, viewer.alignment, duration, viewer.seat)


def reactions_key(library: Library, viewer: Viewer) -> str:
    """Text that changes with a viewer's reactions: a key for caches. Empty while the recording has no scan."""
    film_id = library.screening(viewer.screening_id).film_id
    own = f"{viewer.id}-{film_seconds(library, film_id)}-{audience.alignment_to_json(viewer.alignment)}-{viewer.seat}"
    if viewer.kind != "recording":
        return own
    scan = None if viewer.recording is None else library.newest_scan(viewer.recording)
    if scan is None:
        return ""
    settings = library.report_settings(scan.film_id)
    temperature = calibration.resolve_temperature(settings.temperature, scan.checkpoint_hash, library.home)
    return f"{own}-{scan.id}-{library.store(scan.id).segment_count}-{digest(settings.of_numbers)}-{temperature.key}"


def seats_of_recording(library: Library, viewer: Viewer) -> tuple[Seat, ...]:
    """The seats of a viewer's recording, from left to right. Raises LibraryError while it has no scan."""
    return audience.find_seats(_faces(library, viewer).faces)


def split_into_seats(library: Library, viewer_id: str) -> list[Viewer]:
    """Make a viewer for each seat of a room's recording, in place of the one viewer that it was taken in as.

    The first seat keeps the viewer's number; names are the viewer's with the seat behind. Consent, groups and alignment
    are the same for all. Raises SettingsError for a recording that shows one person only.
    """
    viewer = library.viewer(viewer_id)
    if viewer.seat is not None:
        raise SettingsError(f"“{viewer.name}” is one seat of a room already.", "Choose another viewer.")
    seats = seats_of_recording(library, viewer)
    if len(seats) < 2:
        raise SettingsError(
            f"The recording of “{viewer.name}” shows {'one person' if seats else 'nobody'} who stays.",
            "Only a recording of a room with several people has seats.",
        )
    assert viewer.recording is not None
    library.set_viewer_seat(viewer.id, seats[0].number)
    taken = {names.key(each.name) for each in library.viewers(viewer.screening_id)}
    added = []
    for seat in seats[1:]:
        name = names.free(f"{viewer.name[:150]}, seat {seat.number}", taken)
        taken.add(names.key(name))
        assert viewer.consent is not None
        added.append(
            library.add_recorded_viewer(
                viewer.screening_id,
                viewer.recording,
                name=name,
                consent=viewer.consent,
                groups=viewer.groups,
                alignment=viewer.alignment,
                seat=seat.number,
            )
        )
    first = names.free(f"{viewer.name[:150]}, seat {seats[0].number}", taken)
    library.rename_viewer(viewer.id, first, with_ratings=False)
    return [library.viewer(viewer.id), *added]


def _faces(library: Library, viewer: Viewer) -> RecordingFaces:
    """The usable faces of a viewer's recording: as they are stored beside its analyses, else from its newest scan."""
    if viewer.recording is None:
        raise LibraryError(f"“{viewer.name}” has no recording.", "Delete the viewer, and add the recording again.")
    scan = library.newest_scan(viewer.recording)
    if scan is None:
        raise LibraryError(f"The recording of “{viewer.name}” has not been analysed yet.", "Wait, or analyse it again.")
    store, folder = library.store(scan.id), Home(library.home).analyses(scan.id)
    try:
        return audience.faces_of_scan(folder, store, library.report_settings(viewer.recording))
    except ScanError as error:
        raise ScanError(
            f"What was read off the recording of “{viewer.name}” cannot be used: {error.problem}",
            "Read it again: on the Screening page, under Viewers.",
        ) from error
