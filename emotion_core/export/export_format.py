"""What every export has: the film that is reported, and the record of a format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..errors import LibraryError, ScanError, SettingsError

if TYPE_CHECKING:  # the formats are listed without them
    from ..analysis import Analysis
    from ..library import Library
    from ..observations import Sample, Thumbnail
    from ..people import FilmPeople
    from .audience import ScreenedFilm


def _no_audience() -> ScreenedFilm | None:
    return None


def _no_people() -> FilmPeople | None:
    return None


@dataclass(frozen=True, slots=True)
class ReportedFilm:
    """A film's report, with what is needed to show it."""

    name: str
    """The film's file name, without its folder, which is private."""
    analysis: Analysis
    samples: tuple[tuple[Sample, ...], ...] = ()
    """The samples behind each scene, ascending by frame; empty where no pictures are wanted."""
    picture: Callable[[Thumbnail], bytes | None] = lambda thumbnail: None
    """The stored picture of a sample, JPEG; None where it is damaged or gone."""
    audience: Callable[[], ScreenedFilm | None] = _no_audience
    """The film's screening, whose numbers are computed when they are asked for; None without one."""
    people: Callable[[], FilmPeople | None] = _no_people
    """The film's people, who are computed when they are asked for; None where there is nobody."""

    @classmethod
    def of(cls, library: Library, film_id: str, name: str, *, screening: str = "", names: bool = False) -> ReportedFilm:
        """A film of the library under its present settings. Raises LibraryError, ScanError, or EarlierVersion.

        `screening` is the name of the one whose audience is exported, else as screening_of_film; its viewers are
        named only with `names`.
        """
        from ..analysis import samples_by_scene
        from .audience import ScreenedFilm, screening_of_film

        analysis, scan = library.analysis(film_id), library.newest_scan(film_id)
        assert scan is not None  # it has an analysis
        store = library.store(scan.id)

        def picture(thumbnail: Thumbnail) -> bytes | None:
            try:
                return store.picture(thumbnail)
            except (ScanError, OSError):
                return None

        shown = screening_of_film(library, film_id, screening)

        @cache
        def audience() -> ScreenedFilm | None:
            return None if shown is None else ScreenedFilm.of(library, shown, names=names)

        @cache
        def people() -> FilmPeople | None:
            from ..library import people_of_film

            found = people_of_film(library, film_id)
            return found if found.arcs else None

        return cls(name, analysis, samples_by_scene(analysis), picture, audience, people)

    def audience_or_why_not(self) -> tuple[ScreenedFilm | None, str]:
        """The film's screening, or why it has a place in the report without numbers; neither where there is none.

        The reason is without names, unlike that of the library.
        """
        try:
            return self.audience(), ""
        except LibraryError:
            return None, "The audience is left out: no viewer of the screening has numbers yet."


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """An export format, with everything that pages and the command line need to know about it."""

    name: str
    """Name on the command line."""
    title: str
    suffix: str
    """Lower case, with what the file holds: two formats may share an ending."""
    mime: str
    module: str
    """Module of this package, loaded when it writes."""
    function: str = "write"
    of_audience: bool = False
    """Whether it holds a screening, not the film's report."""
    of_people: bool = False
    """Whether it holds the film's people."""

    def write(self, film: ReportedFilm) -> bytes:
        """Encode a film's report, its people or its screening, as the content of one file.

        Raises SettingsError for a screening or people that the film does not have, LibraryError where no viewer was
        read yet.
        """
        if self.of_people:
            people = film.people()
            if people is None:
                raise SettingsError("This film has no people yet.", "Name its faces on the page People.")
            return self.write_people(people)
        if not self.of_audience:
            encode: Callable[[ReportedFilm], bytes] = self._function()
            return encode(film)
        screened = film.audience()
        if screened is None:
            raise SettingsError(
                "This film has no screening.", "Add one on the page Screening, or with the command screening."
            )
        return self.write_audience(screened)

    def write_audience(self, screened: ScreenedFilm) -> bytes:
        """Encode a screening, in a format that holds one."""
        encode: Callable[[ScreenedFilm], bytes] = self._function()
        return encode(screened)

    def write_people(self, people: FilmPeople) -> bytes:
        """Encode a film's people, in a format that holds them."""
        encode: Callable[[FilmPeople], bytes] = self._function()
        return encode(people)

    def _function(self) -> Any:
        return getattr(import_module(f".{self.module}", __package__), self.function)
