"""Takes for planted re-cuts, as layouts and sounds: nothing is decoded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from emotion_core.analysis import Analysis, analyse
from emotion_core.compare import align, pair
from emotion_core.compare.change_list import ChangeList, list_changes
from emotion_core.decoding import prints_of_runs
from emotion_core.decoding.sound import SAMPLE_RATE
from emotion_core.observations import Layouts, SoundPrints
from tests.support.film_sounds import Samples
from tests.support.planted_recuts import BLACK, SILENT, Piece, Planted, View
from tests.support.scans import PAL, by_cuts, logits_of, media, observations

A_FRAME = round(SAMPLE_RATE / PAL)
"""Samples of sound a frame."""
_FACE = ((10.0, 10.0, 40.0, 40.0), 0.9, logits_of(happy=0.88))


@dataclass(frozen=True, slots=True)
class Footage:
    """Takes as the first cut shows them, and as copies that the second is made of."""

    firsts: Sequence[Layouts]
    copies: Mapping[View, Sequence[Layouts]] = field(default_factory=dict)
    """By view; "" for the picture as it was, recoded if left out; "graded" if left out is made of these."""
    sounds: Sequence[Samples] | None = None
    """None for cuts without sound."""

    def copied(self, piece: Piece) -> Layouts:
        """A piece of the second cut."""
        if piece.picture == BLACK:
            return np.full((len(piece.frames), self.firsts[0].shape[1]), 16, dtype=np.uint8)
        take = piece.take if piece.picture is None else piece.picture
        if piece.view in self.copies:
            return self.copies[piece.view][take][piece.frames]
        copies = self.copies.get("")
        copy = recoded(self.firsts[take], take) if copies is None else copies[take]
        return (graded(copy) if piece.view == "graded" else copy)[piece.frames]

    def heard(self, piece: Piece) -> Samples:
        """The sound of a piece; at another speed its pitch is another, too."""
        assert self.sounds is not None
        if piece.sound == SILENT:
            return np.zeros(len(piece.frames) * A_FRAME, dtype=np.float32)
        whole = self.sounds[piece.take if piece.sound is None else piece.sound]
        at = piece.first * A_FRAME + np.arange(len(piece.frames) * A_FRAME) * piece.speed
        return np.asarray(np.interp(at, np.arange(len(whole)), whole), dtype=np.float32)


def synthetic_takes(count: int, frames: int, seed: int) -> list[Layouts]:
    """Takes with motion of their own, as layouts."""
    random = np.random.default_rng(seed)
    takes = []
    for _ in range(count):
        base = random.uniform(40, 200, 144)
        drift = np.cumsum(random.normal(0, 1, (frames, 144)), axis=0) * 2.0
        takes.append(np.clip(base + drift - drift.mean(axis=0), 0, 255).astype(np.uint8))
    return takes


def recoded(layouts: Layouts, seed: int) -> Layouts:
    """As after another coding: a level here and there."""
    noise = np.random.default_rng(seed).normal(0, 1.0, layouts.shape)
    changed: Layouts = np.clip(np.rint(layouts + noise), 0, 255).astype(np.uint8)
    return changed


def graded(layouts: Layouts) -> Layouts:
    """Lighter and flatter."""
    changed: Layouts = np.clip(np.rint(layouts * 0.85 + 18), 0, 255).astype(np.uint8)
    return changed


def found(planted: Planted, footage: Footage) -> ChangeList:
    """The list of changes of the planted cuts."""
    return changes_of(*analysed(planted, footage))


def changes_of(before: Analysis, after: Analysis) -> ChangeList:
    """What became of each scene."""
    shared = align(before.observations, after.observations)
    return list_changes(before, after, shared, pair(before, after, shared))


def analysed(planted: Planted, footage: Footage) -> tuple[Analysis, Analysis]:
    """Both planted cuts."""
    firsts = [footage.firsts[piece.take][piece.first : piece.last] for piece in planted.before]
    return _analysis(firsts, _prints(planted.before, footage, 1.0)), _analysis(
        [footage.copied(piece) for piece in planted.after], _prints(planted.after, footage, 0.5)
    )


def _prints(pieces: Sequence[Piece], footage: Footage, level: float) -> SoundPrints | None:
    """The prints of a cut's sound at a level, with a coder's noise."""
    if footage.sounds is None:
        return None
    samples = np.concatenate([footage.heard(piece) for piece in pieces]) * np.float32(level)
    noise = np.random.default_rng(round(level * 10)).normal(0, 5e-5 * level, len(samples)).astype(np.float32)
    return prints_of_runs([(0, samples + noise)], Fraction(len(samples), SAMPLE_RATE))


def _analysis(pieces: Sequence[Layouts], sound: SoundPrints | None) -> Analysis:
    layouts = np.concatenate(pieces)
    starts = np.cumsum([0, *map(len, pieces)]).tolist()
    film = media(duration=Fraction(len(layouts)) / PAL)
    scan = observations({0: [_FACE]}, frames=len(layouts), film=film)
    scan = replace(scan, scores=replace(scan.scores, layout=layouts), sound=sound)
    return analyse(scan, by_cuts(*starts[1:-1]))
