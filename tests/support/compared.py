"""Two cuts compared, for the tests of what leaves the app: names that would be markup, formulas and paths."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from emotion_core.analysis import Analysis, analyse
from emotion_core.compare import align, pair
from emotion_core.compare.change_list import list_changes
from emotion_core.export.changes import ComparedCuts
from tests.support.written_cuts import HAPPY, SAD, cut

NAMES = ('=old "cut" 🎬 <b>.mov', "new\ncut.mov")


def cuts(before: Analysis, after: Analysis, files: tuple[str, str] = NAMES) -> ComparedCuts:
    """Two analyses with the footage that they share."""
    shared = align(before.observations, after.observations)
    scenes = pair(before, after, shared)
    return ComparedCuts(files, (before, after), shared, scenes, list_changes(before, after, shared, scenes))


def of(film: Analysis, **facts: Any) -> Analysis:
    """The film with other facts of its file; at another rate it has the same frames."""
    observations = film.observations
    media, scores = replace(observations.media, **facts), observations.scores
    media = replace(media, time_base=1 / media.rate, duration=len(scores) / media.rate)
    observations = replace(observations, media=media, scores=replace(scores, pts=np.arange(len(scores))))
    return analyse(observations, film.report_settings)


def changed(files: tuple[str, str] = NAMES, *facts: dict[str, Any]) -> ComparedCuts:
    """A scene left out, one with its head trimmed by 15, one extended by 8, one slipped by 5 frames, one moved.

    `facts` are those of both films' files.
    """
    before = cut((0, 0, 45, HAPPY), (0, 55, 100, SAD), (1, 0, 100, SAD), (2, 0, 90, None), (3, 10, 90, HAPPY))
    after = cut((1, 15, 100, SAD), (2, 0, 98, None), (3, 15, 95, HAPPY), (0, 55, 100, SAD))
    if facts:
        before, after = of(before, **facts[0]), of(after, **facts[1])
    return cuts(before, after, files)
