"""A film's report by hand, for the tests of what leaves the app."""

from __future__ import annotations

from emotion_core.analysis import analyse
from emotion_core.annotations import Annotations, Note, Target
from emotion_core.export import ReportedFilm
from tests.support.scans import Look, by_cuts, logits_of, media, observations

HAPPY: Look = ((10.0, 10.0, 40.0, 40.0), 0.9, logits_of(happy=0.88))
SAD: Look = ((90.0, 10.0, 40.0, 40.0), 0.9, logits_of(sad=0.88))


WRITTEN = Annotations(
    (Note(0, "Slow --> <i>", of_scene=True), Note(10, "=2+2\ntwice"), Note(99, "End")),
    (Target(0, "sad", 0.5), Target(25, "fear"), Target(50, "happy"), Target(60, "angry")),
)
"""Notes and targets for the film below; the last target's scene is not there."""


def film(*, name: str = "cut <7>.mov", annotations: Annotations | None = None) -> ReportedFilm:
    """Four seconds: “Kitchen & hall”, all happy; no face; mixed, under a name that is a formula and an arrow."""
    looks = {4 * i: [HAPPY] for i in range(6)} | {52 + 4 * i: [HAPPY if i % 2 else SAD] for i in range(8)} | {30: []}
    written = annotations or Annotations()
    cuts = by_cuts((0, "Kitchen & hall"), 25, (50, "=1+1 --> <b>"), annotations=written)
    return ReportedFilm(name, analyse(observations(looks, frames=100, film=media()), cuts))
