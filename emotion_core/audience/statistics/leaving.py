"""Where the audience leaves: scenes ranked by how many viewers show no face, turn away or show nothing.

Three measures, each with its own order, the largest first; none says why a viewer left.

- `without_face`: share of the viewers with readings whose coverage of the scene is below the floor.
- `away`: share of readings without a usable face, 1 - the mean coverage: heads turned, hidden, or out of the picture.
- `neutral`: audience share of neutral.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...labels import neutral_index
from .curves import Floats32, SceneSpan, ViewerCurves
from .shares import AudienceShares


@dataclass(frozen=True, slots=True, eq=False)
class Leaving:
    """The measures by scene, 0 to 1; NaN where there are no readings, no faces, or no neutral label."""

    without_face: Floats32
    away: Floats32
    neutral: Floats32
    by_without_face: tuple[int, ...]
    """Indices of the scenes that are part of the film, the largest measure first; those without one are left out."""
    by_away: tuple[int, ...]
    by_neutral: tuple[int, ...]


def leaving_of(
    labels: tuple[str, ...], spans: Sequence[SceneSpan], scenes: ViewerCurves, shares: AudienceShares
) -> Leaving:
    """The measures from the viewers' curves and the audience's shares by scene."""
    read = (~np.isnan(scenes.coverage)).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        without = (1 - scenes.usable.sum(axis=0) / read).astype(np.float32)
    without[read == 0] = np.nan
    index = neutral_index(labels)
    neutral = shares.share[:, index] if index is not None else np.full(len(spans), np.nan, dtype=np.float32)
    away = np.asarray(1 - shares.coverage, dtype=np.float32)
    orders = [ranked(measure, spans) for measure in (without, away, neutral)]
    return Leaving(without, away, neutral, *orders)


def ranked(measure: Floats32, spans: Sequence[SceneSpan]) -> tuple[int, ...]:
    """Indices of the scenes that are part of the film by a measure, the largest first, equal ones in film order."""
    known = [index for index, span in enumerate(spans) if span.counts and not np.isnan(measure[index])]
    return tuple(sorted(known, key=lambda index: -float(measure[index])))
