"""A screening of viewers who do not exist, for users without recordings at hand. It is called synthetic everywhere.

The viewers follow the film's own intensity some seconds late, more in one group than in the other, with noise of their
own, and look away now and then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..errors import LibraryError
from ..labels import neutral_index
from ..library import Library, film_seconds

if TYPE_CHECKING:
    from ..analysis import Analysis
    from ..audience import Screening

NAME = "Sample (synthetic viewers)"
VIEWERS = 12
LAG = 2.0
"""Seconds by which the viewers follow the film."""
GROUPS = {"row 1": 0.7, "row 2": 0.0}
"""Logits added to “happy” by group."""


def make(library: Library, film_id: str) -> Screening:
    """Add the sample screening to an analysed film. Raises LibraryError, also where the film has it already."""
    from .. import audience

    if any(each.name == NAME for each in library.screenings(film_id)):
        raise LibraryError("This film has the sample screening already.", "Delete that one first.")
    film, duration = library.analysis(film_id), film_seconds(library, film_id)
    plant = audience.Plant(
        duration=duration,
        scenes=[(span.start, span.end) for span in audience.spans_of(film.scenes) if span.counts],
        gain=1.4,
        story=_story(film, int(np.ceil(duration))),
        lag=min(LAG, duration / 10),
        effects=GROUPS,
        missing=0.08,
    )
    screening = library.add_screening(film_id, NAME)
    viewers = audience.synthetic_viewers(plant, VIEWERS)
    for viewer, own in zip(viewers, audience.synthetic_reactions(plant, VIEWERS), strict=True):
        readings = audience.Readings(
            own.labels, own.seconds, own.probabilities, own.seconds, facts={"made by": "a formula; nobody was filmed"}
        )
        library.add_synthetic_viewer(screening.id, readings, name=viewer.name, groups=viewer.groups)
    return screening


def _story(film: Analysis, seconds: int) -> NDArray[np.float64] | None:
    """(seconds,) the film's own intensity, standardised; None where it does not change."""
    from ..analysis import sums_by_frame

    neutral = neutral_index(film.labels)
    if neutral is None:
        return None
    sums, starts = sums_by_frame(film), np.arange(seconds, dtype=np.float64)
    first, last = (np.searchsorted(sums.seconds, edge - 1e-6) for edge in (starts, starts + 1))
    intensity = 1 - sums.shares(first, np.maximum(first, last))[:, neutral]
    if np.isnan(intensity).all() or not np.nanstd(intensity) > 1e-3:
        return None
    return np.asarray(np.nan_to_num((intensity - np.nanmean(intensity)) / np.nanstd(intensity)))
