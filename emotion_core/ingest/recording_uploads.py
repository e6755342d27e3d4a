"""Uploads that are recordings of viewers: checked when announced, and a viewer of the screening when complete."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import EmotionError, ScreeningGone, SettingsError
from ..incoming import Outcome, RecordingClaim, Upload, upload_store
from ..library import Film, Library
from ..library.screenings import names
from ..settings import ScanSettings
from .recordings import RECORDING, begin_recording, delete_if_unneeded

if TYPE_CHECKING:
    from ..audience import Alignment, Viewer


def check_claim(library: Library, name: str, claim: RecordingClaim) -> None:
    """Raise ScreeningGone for an unknown screening, SettingsError without consent, or for groups or an offset that
    cannot be.
    """
    if not claim.notice.strip() or not claim.given_by.strip() or not claim.given_at.strip():
        raise SettingsError(
            f"Nobody confirmed that the viewer in {name} was told.",
            "Show the notice, say on the Screening page who confirms it, and drop the recording in again.",
        )
    names.groups(claim.groups)  # these raise here, before a byte is sent
    _given(claim)
    check_screening(library, name, claim)


def check_screening(library: Library, name: str, claim: RecordingClaim) -> None:
    """Raise ScreeningGone if the library has no such screening any more. What has arrived of the upload stays."""
    if claim.screening_id not in _screenings(library):
        raise _screening_gone(name)


def problems(home: Path, uploads: Iterable[Upload]) -> dict[str, str]:
    """Why uploads cannot become viewers, by the upload's id: their screening was deleted."""
    claimed = [upload for upload in uploads if upload.recording is not None]
    if not claimed:
        return {}
    known = _screenings(Library.open(home))
    return {
        upload.id: str(_screening_gone(upload.name))
        for upload in claimed
        if upload.recording is not None and upload.recording.screening_id not in known
    }


def _screenings(library: Library) -> set[str]:
    return {screening.id for screening in library.screenings()}


def _screening_gone(name: str) -> ScreeningGone:
    return ScreeningGone(
        f"The screening for which {name} was sent is not in the library any more.",
        "Remove what has arrived of it, and drop the recording in on the page of another screening.",
    )


def take_in(library: Library, upload: Upload, claim: RecordingClaim) -> Outcome:
    """Make the complete `upload` a viewer of its screening, and request the recording's scan; or refuse it.

    Bytes that are a film, or another screening's recording, are shared. A call that was interrupted can be repeated.
    Raises ScreeningGone, with the upload's bytes kept, MediaError and LibraryError as Library.take_in.
    """
    check_screening(library, upload.name, claim)
    part = upload_store.part_path(library.home, upload.id)
    is_repeated = not part.exists()
    recording = library.take_in(part, upload.content_id, upload.name, "recording")
    for viewer in library.viewers(claim.screening_id):
        if viewer.recording == recording.id:
            if is_repeated:
                _search(library, viewer, claim)
                return _outcome(library, recording, viewer.id, upload.settings)
            problem = f"This recording is the viewer “{viewer.name}” of this screening already."
            return Outcome(film_id=recording.id, known=True, viewer_id=viewer.id, problem=problem)
    from ..audience import Consent  # with NumPy, which the page of uploads does not wait for

    consent = Consent(claim.notice, claim.given_at, claim.given_by)
    try:
        viewer = library.add_recorded_viewer(
            claim.screening_id,
            recording.id,
            consent=consent,
            groups=claim.groups,
            alignment=_given(claim),
            file_name=upload.name,
        )
    except SettingsError as error:
        delete_if_unneeded(library, recording)
        return Outcome(problem=str(error))
    _search(library, viewer, claim)
    return _outcome(library, recording, viewer.id, upload.settings)


def _outcome(library: Library, recording: Film, viewer_id: str, settings: ScanSettings | None) -> Outcome:
    problem = ""
    try:
        begin_recording(library, recording, settings or RECORDING)
    except (EmotionError, OSError, ValueError) as error:  # the viewer stays, and can be read again from the page
        problem = str(error)
    return Outcome(film_id=recording.id, known=recording.was_present, problem=problem, viewer_id=viewer_id)


def _given(claim: RecordingClaim) -> Alignment | None:
    """The alignment that is claimed; None where it is to be found. Raises SettingsError."""
    if claim.in_time != "typed":
        return None
    from ..audience import Alignment

    return Alignment(claim.offset, method="typed")


def _search(library: Library, viewer: Viewer, claim: RecordingClaim) -> None:
    """Have the film's sound sought in the recording, or wait for marks, as claimed, if nothing else is known yet."""
    if viewer.alignment.method != "start":
        return
    if claim.in_time == "sound":
        library.want_sound_search([viewer.id])
    elif claim.in_time == "start":
        library.await_alignment(viewer.id)
