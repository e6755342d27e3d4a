"""What every export has: the film that is reported, and the record of a format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from ..errors import ScanError

if TYPE_CHECKING:  # the formats are listed without them
    from ..analysis import Analysis
    from ..library import Library
    from ..observations import Sample, Thumbnail


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

    @classmethod
    def of(cls, library: Library, film_id: str, name: str) -> ReportedFilm:
        """A film of the library under its present settings. Raises LibraryError, ScanError, or EarlierVersion."""
        from ..analysis import samples_by_scene

        analysis, scan = library.analysis(film_id), library.newest_scan(film_id)
        assert scan is not None  # it has an analysis
        store = library.store(scan.id)

        def picture(thumbnail: Thumbnail) -> bytes | None:
            try:
                return store.picture(thumbnail)
            except (ScanError, OSError):
                return None

        return cls(name, analysis, samples_by_scene(analysis), picture)


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

    def write(self, film: ReportedFilm) -> bytes:
        """Encode a film's report as the content of one file."""
        encode: Callable[[ReportedFilm], bytes] = getattr(import_module(f".{self.module}", __package__), self.function)
        return encode(film)
