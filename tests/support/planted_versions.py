"""Versions of a film planted by hand: each a list of pieces of synthetic takes, re-coded from version to version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from emotion_core.analysis import Analysis, analyse
from emotion_core.compare.versions import Link, SceneHistory, Version, link_versions, scene_histories
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.library import Film, Library
from emotion_core.media import content_id
from emotion_core.observations import Segment
from emotion_core.settings import ScanSettings
from tests.support.planted_footage import recoded, synthetic_takes
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


def in_library(
    library: Library, folder: Path, *cuts: Sequence[Piece], faces: Sequence[str] = (), **more: Any
) -> list[Film]:
    """The cuts as analysed films of a library, “cut 1.mp4” and so on; their files are no films, and are not decoded."""
    films = []
    for number, pieces in enumerate(cuts, start=1):
        scan = analysed(pieces, number, face=faces[number - 1] if faces else "happy", **more)
        file = folder / f"cut {number}.mp4"
        file.write_bytes(f"{number} {pieces} {more}".encode())
        media = replace(scan.observations.media, content_id=content_id(file))
        with library.database() as database:
            Film.insert(database, library.home, media.content_id, file.name, file.resolve(), managed=False, media=media)
        observed = replace(scan.observations, media=media)
        model = observed.checkpoint
        store = library.store(library.add_scan(media.content_id, ScanSettings(), model.hash).id)
        store.begin(media, ScanSettings(), model, observed.engine)
        rows = (observed.scores, observed.samples, observed.faces, observed.expressions)
        store.write(0, Segment(*rows, b""))
        store.seal(1, media)
        library.set_report_settings(media.content_id, scan.report_settings)
        films.append(library.film(media.content_id))
    return films
