"""How far the viewers of a screening are: whether their recordings were read, and what a reader must know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ..audience import extent_note
from ..errors import EmotionError
from ..jobs import Status, scans
from ..library import Library, film_seconds

if TYPE_CHECKING:
    from ..audience import Viewer

State = Literal["ready", "reading", "stopped", "lost"]


@dataclass(frozen=True, slots=True)
class ViewerState:
    """A viewer and the state of what is known of the face."""

    viewer: Viewer
    state: State
    """"ready": there are reactions. "reading": the recording is being scanned, or waits for it. "stopped": its scan
    failed, was cancelled, or was never asked for. "lost": the recording or the readings are gone or damaged."""
    words: str = ""
    """The state in words; while reading, the step."""
    scan_id: str = ""
    """The newest scan of the recording; empty without."""
    status: Status | None = None
    """Of that scan."""
    note: str = ""
    """A sentence that belongs beside the viewer, such as that the recording is shorter than the film."""


def viewer_states(library: Library, screening_id: str) -> list[ViewerState]:
    """The state of each viewer of a screening whose row can be read."""
    duration = film_seconds(library, library.screening(screening_id).film_id)
    return [_state(library, viewer, duration) for viewer in library.viewers(screening_id)]


def _state(library: Library, viewer: Viewer, duration: float) -> ViewerState:
    try:
        if viewer.kind != "recording":
            readings = library.viewer_readings(viewer.id)
            return ViewerState(viewer, "ready", f"{len(readings.seconds):,} readings")
        if viewer.recording is None:
            return ViewerState(viewer, "lost", "The recording is gone. Delete the viewer.")
        length = film_seconds(library, viewer.recording)
        note = extent_note(viewer.alignment, length, duration)
        latest = scans.latest(library, viewer.recording)
        is_ready = library.newest_scan(viewer.recording) is not None
    except EmotionError as error:
        return ViewerState(viewer, "lost", str(error))
    if latest is None:
        return ViewerState(viewer, "stopped", "The recording was not analysed yet.", note=note)
    scan_id, status = latest
    if is_ready:
        return ViewerState(viewer, "ready", "ready", scan_id, status, note)
    if status.active:
        return ViewerState(viewer, "reading", status.step, scan_id, status, note)
    words = status.message if status.state == "failed" else "The analysis was cancelled."
    return ViewerState(viewer, "stopped", words, scan_id, status, note)
