"""A screening by hand, for the tests of what leaves the app: synthetic viewers before a film of a hundred seconds."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from emotion_core.analysis import Analysis, analyse
from emotion_core.audience import (
    AudienceSettings,
    Consent,
    Plant,
    Reactions,
    Viewer,
    notice_text,
    summarize,
    synthetic_reactions,
    synthetic_viewers,
)
from emotion_core.export import ScreenedFilm
from emotion_core.labels import REFERENCE_LABELS
from tests.support.reported import HAPPY, SAD
from tests.support.scans import by_cuts, media, observations

NAMES = ("=Zoë", "Carl", "Weber")
"""Names that never leave unless they are asked for: of two viewers, and of who confirmed."""
QUICK = AudienceSettings(resamples=200, second_resamples=100, shifts=99, permutations=99)
GROUPS = {"young --> <b>": 1.2, "old": -1.2}
HIDDEN = 7
"""Second in which no viewer has a usable face."""


def shown_film(*cuts: tuple[int, str] | int) -> Analysis:
    """A hundred seconds at a frame a second: “Kitchen & hall”, and from second 50 on one named like a formula."""
    looks = {4 * i: [HAPPY if i < 12 else SAD] for i in range(25)}
    film = media(rate=Fraction(1), time_base=Fraction(1), duration=Fraction(100))
    return analyse(
        observations(looks, frames=100, film=film), by_cuts(*(cuts or ((0, "Kitchen & hall"), (50, "=1+1 --> <b>"))))
    )


def screened(count: int = 12, *, names: bool = False, film: Analysis | None = None, seed: int = 3) -> ScreenedFilm:
    """The screening of `count` viewers, half of them in each group, who share a story; the first two are people."""
    analysis = film or shown_film()
    plant = Plant(duration=100.0, scenes=[(0, 100)], gain=2.5, effects=GROUPS, seed=seed)
    viewers = list(synthetic_viewers(plant, count))
    for place, name in enumerate(NAMES[:2]):
        viewers[place] = _person(viewers[place], name)
    reactions = [_hidden(own) for own in synthetic_reactions(plant, count)]
    summary = summarize(REFERENCE_LABELS, analysis.scenes, 100.0, viewers, reactions, QUICK, film=analysis)
    return ScreenedFilm("cut <7>.mov", analysis, "Monday", summary, ("Viewer 1: a note.",), names=names)


def _person(viewer: Viewer, name: str) -> Viewer:
    consent = Consent(notice_text("camera"), "2026-08-03T10:00:00+02:00", f"told by {NAMES[2]}")
    return replace(viewer, name=name, kind="live", consent=consent)


def _hidden(own: Reactions) -> Reactions:
    probabilities = own.probabilities.copy()
    probabilities[np.floor(own.seconds) == HIDDEN] = np.nan
    return Reactions(own.labels, own.seconds, probabilities)
