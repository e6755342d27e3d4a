"""The numbers of a screening, from what the library holds of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ... import audience
from ...errors import EmotionError, LibraryError, SettingsError
from .rows import SoundSearch
from .viewer_reactions import film_seconds, reactions_of_viewer

if TYPE_CHECKING:
    from ...analysis import Analysis
    from ...audience import RatingsTable, Reactions, SceneSpan, ScreeningSummary, Viewer
    from ..library import Library

MOST_NAMED = 10
"""Viewers whose numbers a note lists."""


@dataclass(frozen=True, slots=True, eq=False)
class ScreeningNumbers:
    """The summary of a screening, and who is missing in it."""

    summary: ScreeningSummary
    left_out: tuple[tuple[Viewer, str], ...]
    """Viewers whose reactions are not known, and why, one sentence each."""
    notes: tuple[str, ...]
    """Sentences that a reader of the numbers must know, without names: viewers are called by their numbers."""
    named_notes: tuple[str, ...] = ()
    """Sentences that may hold names, for who may see the library: never for exports without names."""


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
    viewers, searches = library.viewers(screening_id), library.sound_searches(screening_id)
    sought = {viewer.recording: searches[viewer.id] for viewer in viewers if viewer.id in searches}  # for all its seats
    for viewer in viewers:
        if viewer.alignment.method == "start" and (search := sought.get(viewer.recording)) is not None:
            left_out.append((viewer, _not_in_time(search)))
            continue
        try:
            own = reactions(library, viewer)
        except EmotionError as error:
            left_out.append((viewer, str(error)))
            continue
        if (difference := _other_labels(film.labels, own, viewer)) is not None:
            left_out.append((viewer, difference))
            continue
        known.append((viewer, own))
        notes += [f"Viewer {viewer.number}: {note}" for note in _notes_of(library, viewer, own, duration) if note]
    unreadable = library.unreadable_viewers(screening_id)
    if not known:
        reasons = [why for _, why in left_out] + [str(error) for _, _, error in unreadable]
        advice = reasons[0] if reasons else "Add recordings, or a live session, and wait."
        raise LibraryError(f"No viewer of “{screening.name}” has numbers yet.", advice)
    counted = [viewer for viewer, _ in known]
    ratings, why_no_ratings = _ratings(library, screening_id, counted, audience.spans_of(film.scenes))
    summary = audience.summarize(
        film.labels,
        film.scenes,
        duration,
        counted,
        [own for _, own in known],
        audience.settings_from_json(library.screening_settings(screening_id)),
        ratings=ratings,
        film=film,
    )
    trouble = ["The ratings cannot be read, and are left out."] if why_no_ratings else []
    trouble += [f"Viewer {viewer.number} is left out." for viewer, _ in left_out]
    trouble += ["A viewer is left out, of whom nothing can be read."] * len(unreadable)
    named = [why_no_ratings] if why_no_ratings else []
    named += [f"{viewer.name} (viewer {viewer.number}): {why}" for viewer, why in left_out]
    named += [str(error) for _, _, error in unreadable]
    trouble += _levelling_notes(library, counted, film)
    return ScreeningNumbers(summary, tuple(left_out), (*summary.notes, *trouble, *notes), tuple(named))


def _levelling_notes(library: Library, viewers: list[Viewer], film: Analysis) -> list[str]:
    """That tilted heads of some viewers, or of the film alone, were turned upright before they were read."""
    ways: dict[bool, list[int]] = {}
    for viewer in viewers:
        level = _levels_heads(library, viewer)
        if level is not None:
            ways.setdefault(level, []).append(viewer.number)
    own = film.observations.scan_settings.level_faces
    why = "read by an earlier version, or asked for. Part of a difference may come from that; analyse those anew."
    if len(ways) == 2:
        return [f"Tilted heads were turned upright before they were read, but not of {_numbered(ways[False])}: {why}"]
    if ways and own not in ways:
        not_so, so = ("the viewers", "the film") if own else ("the film", "the viewers")
        return [f"Tilted heads of {so} were turned upright before they were read, those of {not_so} not: {why}"]
    return []


def _levels_heads(library: Library, viewer: Viewer) -> bool | None:
    """Whether a viewer's tilted head was turned upright before it was read; None where nobody knows."""
    from ...live import LEVELLED  # loads what reads analyses

    if viewer.recording is None:
        return True if LEVELLED in library.viewer_readings(viewer.id).facts else None
    scan = library.newest_scan(viewer.recording)
    return None if scan is None else scan.settings.level_faces


def _numbered(numbers: list[int]) -> str:
    """“viewers 1, 3 and 4”; of many the first ones."""
    words = [str(number) for number in sorted(numbers)]
    if len(words) > MOST_NAMED:
        words[MOST_NAMED:] = [f"{len(words) - MOST_NAMED} more"]
    return "viewer " + words[0] if len(words) == 1 else f"viewers {', '.join(words[:-1])} and {words[-1]}"


def _not_in_time(search: SoundSearch) -> str:
    """Why a viewer has no numbers as long as nobody knows when the film begins in the recording."""
    if search.wanted:
        return "The film's sound is still sought in the recording."
    return f"{search.note} Align the recording by marks, or type the second at which the film begins in it."


def _other_labels(labels: tuple[str, ...], own: Reactions, viewer: Viewer) -> str | None:
    """Why a viewer who was read with other labels than the film has no place beside the others; None for the same."""
    try:
        audience.in_order(own, labels, viewer.name)
    except SettingsError as error:
        return str(error)
    return None


def _ratings(
    library: Library, screening_id: str, viewers: list[Viewer], spans: list[SceneSpan]
) -> tuple[RatingsTable | None, str]:
    """The ratings of a screening, None without any, and why they cannot be read, else empty."""
    try:
        file = library.ratings(screening_id)
        return (None if file is None else audience.read_ratings(file.text, viewers, spans, file.scenes)), ""
    except EmotionError as error:
        return None, f"The ratings are left out: {error}"


def _notes_of(library: Library, viewer: Viewer, own: Reactions, duration: float) -> list[str]:
    notes = [audience.no_face_note(own, viewer.kind)]
    if viewer.recording is not None:
        notes.append(audience.extent_note(viewer.alignment, film_seconds(library, viewer.recording), duration))
    if own.replayed:
        notes.append(f"{own.replayed:.0f} s of the film were seen again; only the first time counts.")
    return notes
