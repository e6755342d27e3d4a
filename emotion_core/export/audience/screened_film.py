"""The input of every export of a screening: its numbers, the film that was shown, and what read the viewers' faces."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...errors import LibraryError
from ...formatting import count
from ...interchange import MarkerList, MarkerSettings, mark_audience
from ...parsing import quote
from .viewer_reading import ViewerReading, reading_of_viewer

if TYPE_CHECKING:
    from ...analysis import Analysis
    from ...audience import Screening, ScreeningSummary
    from ...library import Library
    from ...library.screenings import ScreeningNumbers


@dataclass(frozen=True, slots=True)
class ScreenedFilm:
    """A screening with its numbers, and what is needed to show them."""

    film: str
    """The film's file name, without its folder, which is private."""
    analysis: Analysis
    """Of the film; its scenes are those of the summary."""
    screening: str
    """The screening's name; without the names of its people unless `names`."""
    summary: ScreeningSummary
    notes: tuple[str, ...] = ()
    """Sentences that a reader of the numbers must know; without names unless `names`."""
    readings: Mapping[str, ViewerReading] = field(default_factory=dict)
    """What read the viewers' faces, by the viewer's id."""
    names: bool = False
    """Whether exports say who the viewers are, and who confirmed that they were told; else they have numbers."""

    @classmethod
    def of(
        cls,
        library: Library,
        screening: Screening,
        *,
        names: bool = False,
        numbers: Callable[[], ScreeningNumbers] | None = None,
    ) -> ScreenedFilm:
        """A screening of the library under its settings; `numbers` gives those that a page has in memory.

        Raises LibraryError where no viewer was read yet, or the film has no analysis.
        """
        from ...library import kept_numbers
        from .redaction import Redaction

        found = numbers() if numbers is not None else kept_numbers(library, screening.id)
        redaction = Redaction([*found.summary.viewers, *(viewer for viewer, _ in found.left_out)])
        return cls(
            film=library.film(screening.film_id).name,
            analysis=library.analysis(screening.film_id),
            screening=screening.name if names else redaction.text(screening.name),
            summary=found.summary if names else redaction.summary(found.summary),
            notes=(*found.notes, *found.named_notes) if names else redaction.notes(found.notes, found.summary),
            readings={viewer.id: reading_of_viewer(library, viewer) for viewer in found.summary.viewers},
            names=names,
        )

    @property
    def reading_text(self) -> str:
        """What read the viewers' faces, in one line; each way of reading once."""
        texts = {self.readings.get(viewer.id, ViewerReading()).text for viewer in self.summary.viewers}
        synthetic = sum(viewer.kind == "synthetic" for viewer in self.summary.viewers)
        parts = sorted(texts - {""})
        if synthetic:
            parts.append(f"{count(synthetic, 'synthetic viewer')}, made by this program, no people")
        return "; ".join(parts)


def of_audience(library: Library, film_id: str, name: str = "", *, names: bool = False) -> ScreenedFilm:
    """The film's screening as `screening_of_film`. Raises LibraryError if there is none."""
    screening = screening_of_film(library, film_id, name)
    if screening is None:
        raise LibraryError(
            "This film has no screening.", "Add one on the page Screening, or with the command screening."
        )
    return ScreenedFilm.of(library, screening, names=names)


def audience_markers(screened: ScreenedFilm, film: str, settings: MarkerSettings | None = None) -> MarkerList:
    """The screening as markers on the timeline of the film, whose file is called `film`."""
    return mark_audience(screened.analysis, screened.summary, film, screened.reading_text, settings)


def screening_of_film(library: Library, film_id: str, name: str = "") -> Screening | None:
    """The film's screening of this name, without a name the one added last of those with viewers, as its page shows it;
    None where the film has none.

    Raises LibraryError for a name that none of them has.
    """
    screenings = library.screenings(film_id)
    if not name:
        shown = library.film_audience(film_id)
        return None if shown is None else library.screening(shown.screening)
    for each in screenings:
        if each.name.casefold() == name.casefold():
            return each
    there = ", ".join(quote(each.name) for each in screenings) or "none"
    raise LibraryError(f"The film has no screening {quote(name)}.", f"There are: {there}.")
