"""Versions of a film planted by hand: each a list of pieces of synthetic takes, re-coded from version to version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np

from emotion_core.analysis import Analysis, analyse
from emotion_core.compare.versions import Link, SceneHistory, Version, link_versions, scene_histories
from emotion_core.labels import REFERENCE_LABELS
from tests.support.planted_recuts import recoded, synthetic_takes
from tests.support.scans import CHECKPOINT, PAL, by_cuts, logits_of, media, observations

Piece = tuple[int, int, int]
"""A take, and its frames first to before last that a scene shows."""
FRAMES = 120
TAKES = synthetic_takes(10, FRAMES, 7)


def analysed(
    pieces: Sequence[Piece], seed: int = 0, *, rate: Fraction = PAL, labels: tuple[str, ...] = REFERENCE_LABELS,
    face: str = "happy",
) -> Analysis:  # fmt: skip
    """A version of these pieces, a scene each, in the coding `seed`; a face at the beginning of each scene.

    At another rate than PAL each frame that is on screen in the middle of a new frame's time is shown.
    """
    takes = [recoded(take, seed) for take in TAKES]
    shown = [takes[take][first:last] for take, first, last in pieces]
    if rate != PAL:
        counts = [round(len(part) * float(rate / PAL)) for part in shown]
        places = [((np.arange(n) + 0.5) * float(PAL / rate)).astype(int) for n in counts]
        shown = [part[np.minimum(at, len(part) - 1)] for part, at in zip(shown, places, strict=True)]
    layouts = np.concatenate(shown)
    starts = np.cumsum([0, *(len(part) for part in shown)]).tolist()
    film = media(duration=Fraction(len(layouts)) / rate, rate=rate)
    look = ((10.0, 10.0, 40.0, 40.0), 0.9, logits_of(**{face: 0.88})[: len(labels)])
    faces = {start + k: [look] for start in starts[:-1] for k in (1, 3, 5)}
    scan = observations(faces, frames=len(layouts), film=film, checkpoint=replace(CHECKPOINT, labels=labels))
    pts = np.array([round(i / rate / film.time_base) for i in range(len(layouts))], dtype=np.int64)
    return analyse(replace(scan, scores=replace(scan.scores, layout=layouts, pts=pts)), by_cuts(*starts[1:-1]))


def linked(versions: Sequence[Analysis]) -> tuple[list[Version], list[Link]]:
    """The versions, called “cut 1” and so on, and what joins them."""
    named = [Version.of(f"{number:064x}", f"cut {number}", each) for number, each in enumerate(versions, start=1)]
    return named, [link_versions(*both) for both in pairwise(versions)]


def histories(*cuts: Sequence[Piece]) -> tuple[SceneHistory, ...]:
    """The histories of the scenes of these versions."""
    return scene_histories(*linked([analysed(pieces, seed) for seed, pieces in enumerate(cuts)]))
