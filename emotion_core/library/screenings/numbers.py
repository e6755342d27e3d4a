"""The numbers of a screening, from what the library holds of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ... import audience
from ...errors import EmotionError, LibraryError
from .viewer_reactions import film_seconds, reactions_of_viewer

if TYPE_CHECKING:
    from ...audience import RatingsTable, Reactions, SceneSpan, ScreeningSummary, Viewer
    from ..library import Library


@dataclass(frozen=True, slots=True, eq=False)
class ScreeningNumbers:
    """The summary of a screening, and who is missing in it."""

    summary: ScreeningSummary
    left_out: tuple[tuple[Viewer, str], ...]
    """Viewers whose reactions are not known, and why, one sentence each."""
    notes: tuple[str, ...]
    """Sentences that a reader of the numbers must know; those about a viewer begin with the viewer's number."""


def numbers_of_screening(
    library: Library, screening_id: str, reactions: Callable[[Library, Viewer], Reactions] = reactions_of_viewer
) -> ScreeningNumbers:
    """The numbers of a screening under its settings, over all viewers whose reactions are known.

    `reactions` may look into a cache first. Raises LibraryError without such a viewer, and for a film without analysis.
    """
    screening = library.screening(screening_id)
    film, duration = library.analysis(screening.film_id), film_seconds(library, screening.film_id)
    known: list[tuple[Viewer, Reactions]] = []
    left_out: list[tuple[Viewer, str]] = []
    notes: list[str] = []
    for viewer in library.viewers(screening_id):
        try:
            own = reactions(library, viewer)
        except EmotionError as error:
            left_out.append((viewer, str(error)))
            continue
        known.append((viewer, own))
        notes += [f"Viewer {viewer.number}: {note}" for note in _notes_of(library, viewer, own, duration) if note]
    if not known:
        why = f" {left_out[0][1]}" if left_out else ""
        raise LibraryError(
            f"No viewer of “{screening.name}” was read yet.{why}", "Add recordings, or a live session, and wait."
        )
    viewers = [viewer for viewer, _ in known]
    ratings, trouble = _ratings(library, screening_id, viewers, audience.spans_of(film.scenes))
    summary = audience.summarize(
        known[0][1].labels,
        film.scenes,
        duration,
        viewers,
        [own for _, own in known],
        audience.settings_from_json(library.screening_settings(screening_id)),
        ratings=ratings,
        film=film,
    )
    return ScreeningNumbers(summary, tuple(left_out), (*summary.notes, *trouble, *notes))


def _ratings(
    library: Library, screening_id: str, viewers: list[Viewer], spans: list[SceneSpan]
) -> tuple[RatingsTable | None, list[str]]:
    """The ratings of a screening, None without any, and why they cannot be read."""
    try:
        file = library.ratings(screening_id)
        return (None if file is None else audience.read_ratings(file.text, viewers, spans)), []
    except EmotionError as error:
        return None, [f"The ratings are left out: {error}"]


def _notes_of(library: Library, viewer: Viewer, own: Reactions, duration: float) -> list[str]:
    notes = [audience.no_face_note(own)]
    if viewer.recording is not None:
        notes.append(audience.extent_note(viewer.alignment, film_seconds(library, viewer.recording), duration))
    if own.replayed:
        notes.append(f"{own.replayed:.0f} s of the film were seen again; only the first time counts.")
    return notes
