"""The input of every export of a change list: both cuts, what became of their scenes, and what is needed to show it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ...compare import recut_summary
from ...compare.change_list import screen_times, summary_sentence
from ...errors import ComparisonError, LibraryError, ScanError
from ...formatting import printable

if TYPE_CHECKING:
    from ...analysis import Analysis
    from ...audience import Screening
    from ...compare import AlignmentMap, SceneChange
    from ...compare.change_list import ChangeList, Place, ScreenTime
    from ...library import Library
    from ...observations import Thumbnail
    from ..audience import ScreenedFilm


def _no_audiences() -> tuple[ScreenedFilm, ScreenedFilm] | None:
    return None


@dataclass(frozen=True, slots=True)
class ComparedCuts:
    """Two cuts and the list of what the second changed."""

    files: tuple[str, str]
    """The films' file names, without their folders, which are private."""
    analyses: tuple[Analysis, Analysis]
    shared: AlignmentMap
    scenes: tuple[SceneChange, ...]
    """See compare.pair."""
    listed: ChangeList
    picture: Callable[[int, Thumbnail], bytes | None] = lambda side, thumbnail: None
    """The stored picture, JPEG, of the first cut (0) or the second (1); None where it is damaged or gone."""
    audiences: Callable[[], tuple[ScreenedFilm, ScreenedFilm] | None] = _no_audiences
    """The screenings of both cuts; None unless both have one with viewers whose faces were read."""

    @classmethod
    def of(
        cls, library: Library, shared: AlignmentMap, scenes: tuple[SceneChange, ...], listed: ChangeList,
        analyses: tuple[Analysis, Analysis], files: tuple[str, str],
        screenings: tuple[Screening, Screening] | None = None,
    ) -> ComparedCuts:  # fmt: skip
        """Two films of the library with what was found between them.

        `screenings` are those whose audiences are compared; by default the ones added last with viewers.
        """
        ids = [analysis.observations.media.content_id for analysis in analyses]
        scans = [library.newest_scan(film_id) for film_id in ids]

        def picture(side: int, thumbnail: Thumbnail) -> bytes | None:
            scan = scans[side]
            try:
                return None if scan is None else library.store(scan.id).picture(thumbnail)
            except (ScanError, OSError):
                return None

        from ..audience import ScreenedFilm, screening_of_film

        @cache
        def audiences() -> tuple[ScreenedFilm, ScreenedFilm] | None:
            try:
                shown = screenings or (screening_of_film(library, ids[0]), screening_of_film(library, ids[1]))
                if shown[0] is None or shown[1] is None:
                    return None
                return ScreenedFilm.of(library, shown[0]), ScreenedFilm.of(library, shown[1])
            except LibraryError:  # no viewer was read yet
                return None

        return cls(files, analyses, shared, scenes, listed, picture, audiences)

    @property
    def names(self) -> tuple[str, str]:
        """The films' names for display."""
        first, second = (printable(name) for name in self.files)
        return first, second

    @property
    def sentence(self) -> str:
        """What the re-cut did, in one sentence."""
        return summary_sentence(self.listed, self.times)

    @property
    def footage(self) -> str:
        """What it did to the footage as a whole."""
        return recut_summary(self.shared, self.scenes, (self.listed.left_out, self.listed.new))

    @property
    def times(self) -> tuple[ScreenTime, ...]:
        """Each expression's screen time in both cuts."""
        return screen_times(*self.analyses, self.listed)

    def check(self) -> None:
        """Raise ComparisonError where the cuts share no footage, so that there is no list of changes."""
        if not self.listed.changes:
            raise ComparisonError(
                "The films share no footage, or an analysis is too old to tell: there is no list of changes.",
                "Take the comparison of their scenes (compare --csv), or analyse the older one again.",
            )


def nearest_picture(analysis: Analysis, place: Place) -> tuple[int, Thumbnail] | None:
    """Frame and stored picture of the sampled frame nearest to the middle of a place; None without a kept picture."""
    samples = analysis.observations.samples
    first, last = (bisect_left(samples, frame, key=lambda s: s.frame) for frame in (place.frame_in, place.frame_out))
    kept = [(sample.frame, sample.thumbnail) for sample in samples[first:last] if sample.thumbnail is not None]
    middle = (place.frame_in + place.frame_out) / 2
    return min(kept, key=lambda each: abs(each[0] - middle), default=None)
