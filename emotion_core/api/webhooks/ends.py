"""The ends of analyses that nobody was told of yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...errors import EmotionError
from ...jobs import scans
from ...library import Library, job_table
from ...storage.configuration import WebhookEvent


@dataclass(frozen=True, slots=True)
class End:
    """The end of a film's analysis."""

    scan_id: str
    begun: int
    """Number of its start."""
    film_id: str
    event: WebhookEvent | None
    """None for one that was cancelled, and of a viewer's recording: nobody is told."""


def new_ends(library: Library, told: Mapping[str, int]) -> list[End]:
    """Analyses that have ended, in the order of their starts, but those in `told`, by scan id and number of start.

    One to which frames are being added has not ended.
    """
    with library.database() as database:
        active = {job.id for job in job_table.active(database)}
    ends = []
    for scan_id, film_id, begun in library.scan_starts():
        if told.get(scan_id) == begun or scan_id in active:  # a status reads the whole queue: not for each that waits
            continue
        try:
            status = scans.status(library, scan_id)
        except EmotionError:  # its row cannot be read: a check of the library mends it
            continue
        if not status.active:
            is_film = library.role_of(film_id) == "film"
            event: WebhookEvent | None = None
            if is_film and status.state in ("done", "failed"):
                event = "done" if status.state == "done" else "failed"
            ends.append(End(scan_id, begun, film_id, event))
    return ends
